"""Runs the core in threads for the screen: nothing here touches a widget, and what comes out are messages."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual.message import Message

from signal_tui.tui.faults import sentence
from signal_tui.tui.look import Look, look_at
from signal_tui.tui.marks import worst

if TYPE_CHECKING:
    from signal_tui.api.payloads import Payload
    from signal_tui.api.vendor import Check
    from signal_tui.core.delivery import Delivered, Wishes
    from signal_tui.core.workbench import Question, Workbench
    from signal_tui.tui.library import Library
    from signal_tui.tui.widgets.events import Entry

Post = Callable[[Message], Any]


@dataclass(slots=True, eq=False)
class Sending:
    """One event on its way to its integrations, and what became of it."""

    id: int
    text: str
    title: str
    at: str
    payloads: Sequence[Payload]
    wishes: Wishes
    cancel: threading.Event = field(default_factory=threading.Event)
    delivered: dict[str, dict[int, Delivered]] = field(default_factory=dict)
    running: bool = True
    problem: str = ""

    def state(self, integration: str) -> str:
        """The state that stands for what one integration got."""
        payload = next((one for one in self.payloads if one.integration == integration), None)
        if payload is None or payload.status == "skipped":
            return "skipped"
        states = [one.state for one in self.delivered.get(integration, {}).values()]
        if self.running and (not states or any(state in ("sending", "sent", "accepted") for state in states)):
            return "under-way"
        if not states:
            return "failed" if self.problem else "not-sent"
        return worst(states)

    def states(self) -> tuple[str, ...]:
        """The state of each integration, in order."""
        return tuple(self.state(payload.integration) for payload in self.payloads)


@dataclass
class Opened(Message):
    """The workbench is there, with a first look at the text that was open."""

    workbench: Workbench
    look: Look


@dataclass
class NotOpened(Message):
    """There is no workbench: a profile that cannot be read."""

    problem: str


@dataclass
class Looked(Message):
    """A look at the newest text."""

    look: Look


@dataclass
class SandboxUp(Message):
    """The sandbox answers at this origin; or why not."""

    origin: str = ""
    problem: str = ""


@dataclass
class Asked(Message):
    """What must be confirmed before a sending; destinations by integration, without the sandbox."""

    sending: Sending
    questions: Sequence[Question]
    destinations: dict[str, str]


@dataclass
class Progressed(Message):
    """A hit of a sending came further."""

    sending: Sending
    integration: str
    delivered: Delivered


@dataclass
class Settled(Message):
    """A sending is over."""

    sending: Sending


@dataclass
class Checked(Message):
    """One check of an integration became known; the last one of a run has none and may tell a problem."""

    integration: str
    check: Check | None = None
    problem: str = ""


@dataclass
class SecretsFound(Message):
    """The keyring was asked."""

    changed: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TokenState:
    """What is known of a token, without the token."""

    integration: str
    setting: str
    state: str
    where: str
    message: str
    remedy: str


@dataclass
class TokensFound(Message):
    """All tokens were looked for."""

    tokens: Sequence[TokenState]
    problem: str = ""


@dataclass
class EntriesRead(Message):
    """The events that can be opened; None: as they were."""

    samples: list[Entry] | None
    own: list[Entry]


class Looker:
    """Looks at texts in a thread of its own, the newest first: what was typed over meanwhile is never looked at."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._wish: tuple[str, Workbench | None] | None = None
        self._wake = threading.Condition()
        self._ended = False
        self._thread: threading.Thread | None = None

    def look(self, text: str, workbench: Workbench | None) -> None:
        """Wish for a look; a :class:`Looked` will come unless a newer wish does."""
        with self._wake:
            self._wish = text, workbench
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="looker", daemon=True)
                self._thread.start()
            self._wake.notify()

    def end(self) -> None:
        """Let the thread go."""
        with self._wake:
            self._ended = True
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while self._wish is None and not self._ended:
                    self._wake.wait()
                if self._ended or self._wish is None:
                    return
                (text, workbench), self._wish = self._wish, None
            try:
                look = look_at(text, workbench)
            except Exception as error:  # whatever goes wrong with one text must not end the looking
                look = Look(text=text, problem=sentence(error))
            with self._wake:
                if self._wish is not None or self._ended:
                    continue
            self._post(Looked(look))


_numbers = itertools.count(1)


def time_of_day() -> str:
    """The time as it stands in the list of what was sent."""
    return datetime.now().strftime("%H:%M:%S")


def new_sending(look: Look, wishes: Wishes) -> Sending:
    """A sending of what was looked at."""
    assert look.event is not None
    return Sending(
        id=next(_numbers),
        text=look.text,
        title=look.event.title,
        at=time_of_day(),
        payloads=look.payloads,
        wishes=wishes,
    )


def open_workbench(opener: Callable[[], Workbench], text: str, post: Post) -> None:
    """Open the workbench and look at a text with it; blocks."""
    try:
        workbench = opener()
    except Exception as error:
        post(NotOpened(sentence(error)))
        return
    try:
        look = look_at(text, workbench)
    except Exception as error:
        look = Look(text=text, problem=sentence(error))
    post(Opened(workbench, look))


def start_sandbox(workbench: Workbench, post: Post) -> None:
    """Start the sandbox; blocks."""
    try:
        origin = workbench.start_sandbox()
    except Exception as error:
        post(SandboxUp(problem=sentence(error)))
        return
    post(SandboxUp(origin=origin))


def ask(workbench: Workbench, sending: Sending, post: Post) -> None:
    """Find out what must be confirmed; blocks for the keyring."""
    names = [payload.integration for payload in sending.payloads if payload.status == "mapped"]
    try:
        questions = workbench.questions(names)
        destinations = _destinations(workbench, sending)
    except Exception as error:
        sending.problem = sentence(error)
        sending.running = False
        post(Settled(sending))
        return
    post(Asked(sending, questions, destinations))


def _destinations(workbench: Workbench, sending: Sending) -> dict[str, str]:
    """Where the requests really go, by integration; the sandbox is no destination."""
    from signal_tui.core.origins import origins_in

    destinations = {}
    for payload in sending.payloads:
        instance = workbench.instance(payload.integration)
        if payload.status == "mapped" and not instance.sandboxed:
            origins = origins_in(instance.route(request.url) for request in payload.requests)
            destinations[payload.integration] = ", ".join(origins)
    return destinations


def deliver(workbench: Workbench, sending: Sending, questions: Sequence[Question], post: Post) -> None:
    """Send and verify; blocks until all is settled."""

    def changed(delivered: Delivered) -> None:
        post(Progressed(sending, delivered.hit.integration, delivered))

    try:
        if questions:
            workbench.confirm(questions)
        workbench.deliver(sending.payloads, sending.wishes, cancel=sending.cancel, changed=changed)
    except Exception as error:
        sending.problem = sentence(error)
    post(Settled(sending))


def check(workbench: Workbench, integration: str, cancel: threading.Event, post: Post) -> None:
    """Check an instance; blocks."""
    problem = ""
    try:
        workbench.check(integration, on_check=lambda found: post(Checked(integration, found)), cancel=cancel)
    except Exception as error:
        problem = sentence(error)
    post(Checked(integration, None, problem))


def find_secrets(workbench: Workbench, post: Post) -> None:
    """Ask the keyring; blocks."""
    try:
        post(SecretsFound(workbench.find_secrets()))
    except Exception as error:
        post(SecretsFound(False, sentence(error)))


def find_tokens(workbench: Workbench, post: Post) -> None:
    """Look for every token; blocks."""
    try:
        found = workbench.secrets.rows(workbench.instances.values())
    except Exception as error:
        post(TokensFound((), sentence(error)))
        return
    states = [TokenState(one.integration, one.setting, one.state, one.where, one.message, one.remedy) for one in found]
    post(TokensFound(states))


def read_entries(library: Library, post: Post, *, samples: bool) -> None:
    """Read the events that can be opened; blocks."""
    try:
        post(EntriesRead(library.samples() if samples else None, library.own()))
    except Exception:  # without a list the screen still does everything else
        post(EntriesRead(None, []))
