"""From a payload to verdicts: each request sent, its reply read, its record looked for."""

from __future__ import annotations

import random
import string
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from signal_tui.api.payloads import Answer, AnswerState, Forecast, Hit, Payload, Request, Verdict
from signal_tui.core.flows import Pacer
from signal_tui.core.guard import FaultError, Guard
from signal_tui.core.instances import Instance
from signal_tui.core.mapping import mark_request
from signal_tui.core.sender import Sender
from signal_tui.core.verification import Progress, verify

STATES = (
    "sending",
    "sent",
    "accepted",
    "rejected",
    "failed",
    "found",
    "altered",
    "excluded",
    "missing",
    "cannot-tell",
)
"""What can become of a hit. Only ``found`` is good; ``accepted`` waits to be read back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One hit and what is known of it so far. ``after_ms``: milliseconds from its reply to its verdict.

    ``number`` and ``count`` say which of the payload's requests it is. ``rounds``: how often the log was asked.
    """

    hit: Hit
    state: str
    number: int = 0
    count: int = 1
    forecast: Forecast | None = None
    answer: Answer | None = None
    verdict: Verdict | None = None
    after_ms: float | None = None
    rounds: int = 0

    @property
    def message(self) -> str:
        """The sentence that goes with the state."""
        if self.verdict is not None:
            return self.verdict.reason or self.verdict.evidence
        if self.answer is not None and self.answer.message:
            return self.answer.message
        reply = self.hit.reply
        return (reply.error or "") if reply is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How to deliver: whether to verify, for how many seconds (None: the vendor's), whether to mark the hits."""

    verify: bool = True
    timeout: float | None = None
    mark: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """Whether the token is to blame for a refusal, and what a check said of it."""

    token: bool
    words: str = ""


Changed = Callable[[Delivered], None]


def new_marker() -> str:
    """Twelve letters and digits that nobody else uses."""
    return "".join(random.SystemRandom().choices(string.ascii_lowercase + string.digits, k=12))


def deliver(
    payload: Payload,
    instance: Instance,
    sender: Sender,
    guard: Guard,
    pacer: Pacer,
    wishes: Wishes,
    *,
    cancel: threading.Event,
    changed: Changed,
    refused: Callable[[Instance], Blame],
) -> list[Delivered]:
    """Send the requests of a payload in order, then verify them together.

    ``changed`` is called with each new state, from this thread. ``refused`` is called when the instance refused the
    token, or may have; it finds out whether the token is to blame. A cancelled delivery stops before the
    next request.
    """
    sent: list[Delivered] = []
    for number, request in enumerate(payload.requests):
        if cancel.is_set():
            break
        one = _send(payload, number, request, instance, sender, guard, wishes, changed)
        if one.answer is not None and one.answer.state == "refused":
            blame = refused(instance)
            state: AnswerState = "refused" if blame.token else "rejected"
            one = replace(one, answer=Answer(state=state, message=f"{one.answer.message} {blame.words}".strip()))
            changed(one)
        sent.append(one)
        if one.state == "failed":
            break
    open_hits = [one for one in sent if one.state in ("sent", "accepted")]
    if not wishes.verify or not open_hits:
        return sent
    settled = _verify(open_hits, instance, sender, guard, pacer, wishes, cancel, changed)
    if any(one.verdict is not None and one.verdict.refused for one in settled.values()):
        refused(instance)
    return [settled.get(one.hit.id, one) for one in sent]


def _send(
    payload: Payload,
    number: int,
    request: Request,
    instance: Instance,
    sender: Sender,
    guard: Guard,
    wishes: Wishes,
    changed: Changed,
) -> Delivered:
    marker = new_marker()
    fields = tuple(field for field in payload.fields if field.request == number)
    marked, extra = mark_request(request, instance, marker, guard) if wishes.mark else (request, None)
    hit = Hit(
        id=uuid.uuid4().hex[:12],
        integration=instance.name,
        vendor=instance.vendor.name,
        request=marked,
        sent_at=time.time(),
        marker=str(extra.value) if extra is not None else None,
        fields=(*fields, replace(extra, request=number)) if extra is not None else fields,
    )
    forecast = payload.forecasts[number] if number < len(payload.forecasts) else None
    one = Delivered(hit=hit, state="sending", number=number, count=len(payload.requests), forecast=forecast)
    changed(one)
    reply = sender.send(marked, instance)
    hit = replace(hit, reply=reply)
    if reply.status == 0:
        one = replace(one, hit=hit, state="failed", answer=Answer(state="unknown", message=reply.error or "no reply"))
    else:
        try:
            answer = guard.call(instance.plugin, "reading a reply", lambda: instance.vendor.read_reply(marked, reply))
        except FaultError as error:
            answer = Answer(state="unknown", message=str(error))
        one = replace(one, hit=hit, answer=answer, state=_STATE_OF[answer.state])
    changed(one)
    return one


_STATE_OF = {
    "accepted": "accepted",
    "rejected": "rejected",
    "refused": "rejected",
    "retry-later": "failed",
    "unknown": "sent",
}


def _verify(
    open_hits: list[Delivered],
    instance: Instance,
    sender: Sender,
    guard: Guard,
    pacer: Pacer,
    wishes: Wishes,
    cancel: threading.Event,
    changed: Changed,
) -> dict[str, Delivered]:
    latest = {one.hit.id: one for one in open_hits}

    def progressed(progress: Progress) -> None:
        if progress.rounds > 1:
            for key, one in latest.items():
                latest[key] = replace(one, rounds=progress.rounds)
                changed(latest[key])

    verdicts = verify(
        [one.hit for one in open_hits],
        [one.forecast for one in open_hits],
        instance,
        lambda request: sender.send(request, instance),
        guard=guard,
        pacer=pacer,
        timeout=wishes.timeout,
        cancel=cancel,
        progress=progressed,
    )
    settled = {}
    for one, (verdict, ms) in zip(open_hits, verdicts, strict=True):
        done = replace(latest[one.hit.id], verdict=verdict, state=verdict.state, after_ms=round(ms, 1))
        settled[one.hit.id] = done
        changed(done)
    return settled
