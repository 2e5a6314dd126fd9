"""Reading hits back: a verdict for each, for this moment.

An event is looked for on the timeline of its visitor, by the cookie, and by what decides before the cookie where it is
not there. A project may be asked 600 times an hour, so hits of one visitor share a question.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from signal_tui.api import Flow, Hit, Reply, Request, SecretLeaf, Settings, Verdict
from signal_tui.api.values import Value
from signal_tui_woopra import differences, profiles, reading
from signal_tui_woopra.hits import Tracking, read_tracking
from signal_tui_woopra.reading import Problem
from signal_tui_woopra.recognition import Match, recognise, seek
from signal_tui_woopra.timeline import Shown, read_timeline

ROUND = 12
"""Questions of one round at most; what is left is asked in the next one."""

_SHAPE = "what the answer looks like is assumed"
_STOPPING = ("unreachable", "refused", "no-access", "limits", "redirect")

Asking: TypeAlias = Generator[Request, Reply, "Value | Problem"]


@dataclass(slots=True)
class _Reader:
    """The conversation of one round: asks nothing twice, and no more after a problem that every question would have."""

    key: SecretLeaf
    answers: dict[tuple[str, ...], Value | Problem] = field(default_factory=dict)
    stopped: Problem | None = None

    def ask(self, request: Request, *name: str) -> Asking:
        if name in self.answers:
            return self.answers[name]
        if self.stopped is not None:
            return self.stopped
        if len(self.answers) >= ROUND:
            return Problem("limits", "too many visitors for one round of questions; the others were asked for")
        answer = reading.read((yield request))
        self.answers[name] = answer
        if isinstance(answer, Problem) and answer.kind in _STOPPING:
            self.stopped = answer
        return answer


def verify(hits: Sequence[Hit], settings: Settings) -> Flow[Sequence[Verdict]]:
    """A verdict for each hit. ``missing`` means: not there yet."""
    key = reading.authorization(settings)
    reader = _Reader(key) if key is not None else None
    verdicts = []
    for hit in hits:
        tracking = read_tracking(hit.request)
        verdict = _without_asking(hit, tracking)
        if verdict is None and tracking is not None:
            if reader is None:
                verdict = Verdict(state="cannot-tell", reason=reading.no_key(settings))
            elif tracking.endpoint == "identify":
                verdict = yield from _profile(reader, tracking)
            else:
                verdict = yield from _event(reader, hit, tracking)
        verdicts.append(verdict or Verdict(state="cannot-tell", reason="the request is no hit for Woopra's tracker"))
    return verdicts


def _without_asking(hit: Hit, tracking: Tracking | None) -> Verdict | None:
    if tracking is None:
        return None
    if hit.reply and 400 <= hit.reply.status < 500 and hit.reply.status != 429:
        return Verdict(state="missing", reason=f"Woopra answered {hit.reply.status}: the hit was not recorded")
    if not tracking.project:
        return Verdict(state="missing", reason="the hit names no project")
    if tracking.endpoint in ("ping", "update"):
        return Verdict(state="cannot-tell", reason=f"a hit to /track/{tracking.endpoint}/ leaves no event of its own")
    if tracking.endpoint == "ce" and not tracking.params.get("event"):
        return Verdict(state="missing", reason="the hit names no event")
    if not tracking.identifiers:
        reason = "the hit has no cookie, cv_email or cv_id, so nothing says on whose timeline to look"
        return Verdict(state="cannot-tell", reason=reason)
    return None


def _asked_by(tracking: Tracking) -> list[str]:
    """The identifiers to ask by: the cookie, then what decides before it – by its e-mail, which is documented."""
    found = tracking.identifiers
    known = next((name for name in ("cv_email", "cv_id") if name in found), None)
    return [name for name in ("cookie", known) if name in found]


def _days(hit: Hit, moment: float) -> int:
    return min(365, max(2, math.ceil((hit.sent_at - moment) / 86_400) + 1))


def _event(reader: _Reader, hit: Hit, tracking: Tracking) -> Generator[Request, Reply, Verdict]:
    sought = seek(hit, tracking)
    asked: list[str] = []
    match = Match()
    for name in _asked_by(tracking):
        value = tracking.kept(name)
        days = _days(hit, sought.moment)
        request = reading.actions(tracking.project, reader.key, name, value, days)
        answer = yield from reader.ask(request, "actions", tracking.project, name, value, str(days))
        if isinstance(answer, Problem):
            if answer.kind != "unknown":
                return _cannot_tell(answer)
            answer = None
        asked.append(name)
        match = recognise(sought, read_timeline(answer))
        if match.found:
            break
    how = f"profile/actions of {tracking.project} by {', then by '.join(asked)}"
    if not match.found:
        return Verdict(state="missing", reason="it is not on the visitor's timeline", evidence=f"{how} ({_SHAPE})")
    if len(match.found) > 1:
        names = ", ".join(event.named() for event in match.found[:5])
        reason = f"{len(match.found)} events fit equally well: {names}"
        return Verdict(state="cannot-tell", reason=reason, evidence=f"{how}; {match.by} ({_SHAPE})")
    return _found(hit, tracking, match.found[0], f"{how}; {match.by} ({_SHAPE})", asked)


def _found(hit: Hit, tracking: Tracking, event: Shown, how: str, asked: Sequence[str]) -> Verdict:
    found, same = differences.of_event(hit, tracking, event)
    if len(asked) > 1:
        because = f"the event is on the profile that {asked[-1]} names: it decides before the cookie"
        found += (differences.expected("cookie", tracking.params.get("cookie"), None, because),)
    return Verdict(
        state="altered" if any(difference.weight == "altered" for difference in found) else "found",
        evidence=how,
        record=event.record(),
        differences=found,
        same=same,
    )


def _profile(reader: _Reader, tracking: Tracking) -> Generator[Request, Reply, Verdict]:
    asked: list[str] = []
    verdict = Verdict(state="missing", reason="the profile is not there yet")
    for name in reversed(_asked_by(tracking)):
        value = tracking.kept(name)
        request = reading.profile(tracking.project, reader.key, name, value)
        answer = yield from reader.ask(request, "profile", tracking.project, name, value)
        asked.append(name)
        how = f"profile of {tracking.project} by {', then by '.join(asked)} ({_SHAPE})"
        if isinstance(answer, Problem):
            if answer.kind != "unknown":
                return _cannot_tell(answer)
            verdict = replace(verdict, evidence=how)
            continue
        verdict = profiles.judge(tracking, answer, how)
        if verdict.state != "missing":
            break
    return verdict


def _cannot_tell(problem: Problem) -> Verdict:
    return Verdict(
        state="cannot-tell",
        reason=problem.message,
        evidence="Woopra's REST API 3.10",
        refused=problem.kind == "refused",
    )
