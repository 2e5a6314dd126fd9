"""The part of the debugger that sends: questions first, then progress, then verdicts; and the sums of the session."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.timer import Timer

from signal_tui.tui import bridge
from signal_tui.tui.bridge import (
    Asked,
    NotOpened,
    Opened,
    Progressed,
    SandboxUp,
    SecretsFound,
    Sending,
    Settled,
    new_sending,
)
from signal_tui.tui.entry_messages import ProfileChanged
from signal_tui.tui.marks import mark
from signal_tui.tui.screens.sight import Sight
from signal_tui.tui.widgets.events import Entry
from signal_tui.tui.widgets.facts import Facts
from signal_tui.tui.widgets.lines import Piece
from signal_tui.tui.widgets.payload import PayloadPane

if TYPE_CHECKING:
    from signal_tui.core.workbench import Question, Workbench

SUMMED = ("found", "altered", "excluded", "missing", "rejected", "failed", "cannot-tell", "accepted", "sent")
_WORDS = {"accepted": "not verified", "sent": "not verified", "cannot-tell": "cannot tell"}


class Sendings(Sight):
    """What was sent in this session."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry)
        self.sendings: list[Sending] = []
        self.sending: Sending | None = None
        self.marks_hits = True
        self.wished: bool | None = None
        self.allowed: set[str] = set()
        self._started = 0.0
        self._ticking: Timer | None = None

    def end_sendings(self) -> None:
        """Cancel what is under way."""
        for sending in self.sendings:
            sending.cancel.set()

    @property
    def is_sending(self) -> bool:
        """Whether something is under way."""
        return any(sending.running for sending in self.sendings)

    # Opening

    @work(thread=True, exit_on_error=False, group="open")
    def open_workbench(self, text: str) -> None:
        """Read the profile and load the plugins, off the loop."""
        bridge.open_workbench(self.home.opener, text, self.post_message)

    @on(Opened)
    async def _opened(self, event: Opened) -> None:
        workbench = event.workbench
        self.home.workbench = workbench
        names = list(workbench.instances)
        await self._make_payloads(workbench, names)
        self.tell_head()
        self.say(*self._welcome(workbench))
        if event.look.text == self.text:
            self.look = event.look
            self.show_look()
        else:
            self.see()
        self.call_after_refresh(self.read_entries)
        self._begin_with(workbench)

    def _begin_with(self, workbench: Workbench) -> None:
        if any(instance.sandboxed for instance in workbench.instances.values()):
            self.call_after_refresh(self._start_sandbox)
        elif workbench.instances:
            self.call_after_refresh(self._find_secrets)

    @on(ProfileChanged)
    async def _profile_changed(self) -> None:
        workbench = self.home.workbench
        if workbench is None:
            return
        names = list(workbench.instances)
        if list(self.payloads) != (names or [""]):
            kept, *gone = self.payloads.values()
            for pane in gone:
                await pane.remove()
            kept.integration = ""
            kept.set_name("")
            kept.tell(Facts())
            self.payloads = {"": kept}
            self.sending, self.front = None, "event"
            await self._make_payloads(workbench, names)
        for name in names:
            self.payloads[name].set_name(workbench.instances[name].preset)
        self.tell_head()
        self.say(*self._welcome(workbench))
        self.show_tabs()
        self.see()
        self._begin_with(workbench)

    async def _make_payloads(self, workbench: Workbench, names: Sequence[str]) -> None:
        first = self.payloads.pop("")
        if not names:
            self.payloads = {"": first}
            return
        first.integration = names[0]
        self.payloads = {name: first if not index else PayloadPane(name) for index, name in enumerate(names)}
        for name, pane in self.payloads.items():
            pane.set_name(workbench.instances[name].preset)
        if len(names) > 1:
            await self.mount_all([self.payloads[name] for name in names[1:]], before=self.notice)
        self.right = names[0]
        if self.front == "payload":
            self.front = names[0]
        self.rearrange()

    @on(NotOpened)
    def _not_opened(self, event: NotOpened) -> None:
        self.app.exit(return_code=2, message=None)
        self.home.parting_words = event.problem

    def _welcome(self, workbench: Workbench) -> tuple[str, str]:
        instances = [one for one in workbench.instances.values() if one.integration.enabled]
        faults = [row for row in workbench.plugins.rows if row.state == "fault"]
        if faults:
            return f"Plugin {faults[0].name} has a fault: {faults[0].fault}. F4 shows the plugins.", "bad"
        if not instances:
            return f"Profile {workbench.profile.name} has no integration that is enabled; F3 lists them.", "warn"
        if all(one.sandboxed for one in instances):
            whom = f"to all {len(instances)}" if len(instances) > 1 else f"to {instances[0].name}"
            words = f"This is the sandbox: nothing leaves this machine. ^s sends this event {whom} · ^n another event"
            return words + " · F3 integrations · F1 help", "info"
        if any(one.production for one in instances):
            return "This profile is production: it asks before anything is sent.", "warn"
        return "", "info"

    @work(thread=True, exit_on_error=False, group="sandbox")
    def _start_sandbox(self) -> None:
        if self.home.workbench is not None:
            bridge.start_sandbox(self.home.workbench, self.post_message)

    @work(thread=True, exit_on_error=False, group="secrets")
    def _find_secrets(self) -> None:
        if self.home.workbench is not None:
            bridge.find_secrets(self.home.workbench, self.post_message)

    @on(SandboxUp)
    def _sandbox_up(self, event: SandboxUp) -> None:
        if event.problem:
            self.say(f"The sandbox does not start: {event.problem}", "bad")
        self.tell_head()
        self.see()

    @on(SecretsFound)
    def _secrets_found(self, event: SecretsFound) -> None:
        if event.problem:
            self.say(event.problem, "warn")
        elif event.changed:
            self.see()

    # Sending

    def do_send(self) -> None:
        """Send and verify."""
        self._send(verify=True)

    def do_post(self) -> None:
        """Send without verifying."""
        self._send(verify=False)

    def send_if_wished(self) -> None:
        """Send what was typed last, where somebody asked for it before it was read."""
        if self.wished is not None:
            verify, self.wished = self.wished, None
            self._send(verify=verify)

    def do_marker(self) -> None:
        """Run marker on or off."""
        self.marks_hits = not self.marks_hits
        self.say(f"Sent hits carry {'a' if self.marks_hits else 'no'} run marker from now on.")

    def do_stop(self) -> None:
        """Stop what is under way; else clear what stands in the way."""
        running = [sending for sending in self.sendings if sending.running]
        for sending in running:
            sending.cancel.set()
        if running:
            self.say("Stopping: what has left cannot be called back; what was not sent stays here.")
        elif not self.event_list.clear_filter():
            self.say("")

    def _send(self, *, verify: bool) -> None:
        workbench = self.home.workbench
        look = self.look
        if workbench is None:
            self.say("The profile is still being opened; try again in a moment.")
        elif self.is_sending:
            self.say("Something is under way: esc stops it.", "warn")
        elif look.text != self.text:
            self.wished = verify  # as soon as what was typed last is read
        elif look.problem or look.event is None:
            self.say(f"This is no event that could be sent: {look.problem}", "bad")
        elif not any(payload.status == "mapped" for payload in look.payloads):
            self.say("Nobody takes this event; each payload names the reason.", "warn")
        else:
            from signal_tui.core.delivery import Wishes

            sending = new_sending(look, Wishes(verify=verify, mark=self.marks_hits))
            self._ask(workbench, sending)

    @work(thread=True, exit_on_error=False, group="ask")
    def _ask(self, workbench: Workbench, sending: Sending) -> None:
        bridge.ask(workbench, sending, self.post_message)

    @on(Asked)
    def _asked(self, event: Asked) -> None:
        new = {name: origin for name, origin in event.destinations.items() if f"{name} {origin}" not in self.allowed}
        if not event.questions and not new:
            self._begin(event.sending, ())
            return
        from signal_tui.tui.screens.question import QuestionScreen

        def answered(yes: bool | None) -> None:
            if yes:
                self.allowed |= {f"{name} {origin}" for name, origin in event.destinations.items()}
                self._begin(event.sending, event.questions)
            else:
                self.say("Nothing was sent.")

        question = QuestionScreen.before_sending(event.sending, event.questions, event.destinations)
        self.app.push_screen(question, answered)

    def _begin(self, sending: Sending, questions: Sequence[Question]) -> None:
        assert self.home.workbench is not None
        self.sendings.append(sending)
        self.sending = sending
        self._started = time.monotonic()
        for pane in self.payloads.values():
            pane.chosen_face = False
            pane.follow("verdict")
        self._ticking = self.set_interval(0.5, self._tick)
        self.say("")
        self.show_sendings()
        self.show_keys()
        self._deliver(self.home.workbench, sending, questions)

    @work(thread=True, exit_on_error=False, group="deliver")
    def _deliver(self, workbench: Workbench, sending: Sending, questions: Sequence[Question]) -> None:
        bridge.deliver(workbench, sending, questions, self.post_message)

    def _tick(self) -> None:
        self.show_payloads()

    @on(Progressed)
    def _progressed(self, event: Progressed) -> None:
        hits = event.sending.delivered.setdefault(event.integration, {})
        hits[event.delivered.number] = event.delivered
        self.show_sendings()

    @on(Settled)
    def _settled(self, event: Settled) -> None:
        sending = event.sending
        sending.running = False
        if self._ticking is not None and not self.is_sending:
            self._ticking.stop()
            self._ticking = None
        if sending.problem:
            self.say(sending.problem, "bad")
        elif sending.cancel.is_set():
            self.say("Stopped.")
        else:
            self.say(self._outcome(sending))
        if sending in self.sendings:
            self.show_sendings()
        self.show_keys()

    def _outcome(self, sending: Sending) -> str:
        words = []
        for payload, state in zip(sending.payloads, sending.states(), strict=True):
            sign, _, state_words = mark(state)
            words.append(f"{payload.integration} {sign} {state_words}")
        return f"{sending.title}: " + " · ".join(words)

    # What is shown of it

    def show_sendings(self) -> None:
        """Draw the payloads, the list and the sums."""
        self.entry_kinds["sent"] = [self._entry(sending) for sending in reversed(self.sendings)]
        opened = self._entry(self.sending) if self.sending is not None else None
        self.show_entries(opened)
        self.show_payloads()
        self.tell_head()
        self.show_tabs()

    def _entry(self, sending: Sending) -> Entry:
        return Entry(
            kind="sent",
            title=sending.title,
            text=sending.text,
            time=sending.at,
            states=sending.states(),
            key=sending,
        )

    def show_payloads(self) -> None:
        """Draw the payloads."""
        for name, pane in self.payloads.items():
            facts = self._facts(name, pane.facts)
            if self.sending is not None and facts.stale and not self.sending.running:
                pane.facts = facts
                pane.follow("fields")
            pane.tell(facts)
        self.show_tabs()

    def _facts(self, name: str, before: Facts) -> Facts:
        look = self.look
        payload = before.payload
        unused: Sequence[str] = before.unused
        routed = before.routed
        if not look.problem:
            payload = next((one for one in look.payloads if one.integration == name), None)
            unused = look.unused(name)
            instance = self.home.workbench.instances.get(name) if self.home.workbench is not None else None
            if payload is not None and instance is not None:
                routed = tuple(instance.routed(request) for request in payload.requests)
        sending = self.sending
        if sending is None:
            return Facts(payload=payload, unused=unused, routed=routed)
        hits = sending.delivered.get(name, {})
        return Facts(
            payload=payload,
            unused=unused,
            routed=routed,
            delivered=[hits[number] for number in sorted(hits)],
            sent_at=sending.at,
            stale=sending.text != self.text,
            running=sending.running,
            elapsed=time.monotonic() - self._started,
            problem=sending.problem,
        )

    def tell_head(self) -> None:
        """Profile, destination and sums in the heading."""
        workbench = self.home.workbench
        if workbench is None:
            return
        instances = [one for one in workbench.instances.values() if one.integration.enabled]
        outside = [one for one in instances if not one.sandboxed]
        origins = dict.fromkeys(origin for one in outside for origin in one.origins())
        parts = []
        if len(outside) < len(instances):
            parts.append(f"sandbox {(workbench.sandbox.origin or 'starting').removeprefix('http://')}")
        parts += [origin.removeprefix("https://") for origin in origins]
        profile = workbench.profile.name + (" · PRODUCTION" if any(one.production for one in outside) else "")
        if parts and parts[0].startswith(profile):
            profile = ""
        self.head.tell(profile=profile, destination=" · ".join(parts), sums=self.sums())

    def sums(self) -> list[Piece]:
        """Event × integration, by what became of it; they balance: mapped is the sum of all but the skipped."""
        states = Counter(state for sending in self.sendings for state in sending.states())
        if not states:
            return []
        skipped = states.pop("skipped", 0)
        pieces: list[Piece] = [(f"mapped {sum(states.values())}", "dim")]
        if skipped:
            pieces.append((f" · skipped {skipped}", "dim"))
        unverified = states.pop("sent", 0)
        if unverified:
            states["accepted"] += unverified
        for state in (*SUMMED, "under-way", "not-sent"):
            if states.get(state):
                sign, tone, words = mark(state)
                pieces += [(" · ", "dim"), (f"{sign} {_WORDS.get(state, words)} {states[state]}", tone)]
        return pieces
