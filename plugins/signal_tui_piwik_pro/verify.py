"""Reading hits back from the tracker debugger: a verdict for each, for this moment.

Asked are the sessions of the hits' visitors, then – a hit may have joined a session of its device that carries another
id – the newest sessions of the app; and for what could be one of the hits, the raw requests. Broken (17) and excluded
(18) events are verdicts too. Nothing of this was observed: the fields are documented, how the debugger is ordered and
how soon a hit is in it are assumed.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from signal_tui.api import Difference, Flow, Hit, Reply, Request, Settings, Verdict
from signal_tui.api.values import Value
from signal_tui_piwik_pro import differences, parameters
from signal_tui_piwik_pro.access import Problem, Reader
from signal_tui_piwik_pro.hits import Params, read_hits
from signal_tui_piwik_pro.recognition import Match, Shown, Sought, date_of, nearby, recognise, seek
from signal_tui_piwik_pro.sessions import BROKEN, EXCLUDED, compact, is_stream, read_logs, read_sessions, records, text

DEBUGGER = "/api/tracker/v1/debugger"
LOGS = "/api/tracker/v1/logs"
STREAM = "application/x-ndjson"

WINDOW = 300
"""Minutes that the debugger can look back (documented)."""

VISITORS = 5
"""Visitors that are asked for one by one; more are looked for among the newest sessions."""

SESSIONS = 100
"""Sessions asked for at once: the debugger's own default (documented)."""

UUIDS = 40
"""Raw requests asked for at once; their ids stand in the URL."""

_STATES = ("found", "altered", "excluded", "missing", "cannot-tell")
Asking: TypeAlias = Generator[Request, Reply, "Problem | None"]


def verify(hits: Sequence[Hit], settings: Settings) -> Flow[Sequence[Verdict]]:
    """A verdict for each hit. ``missing`` means: not there yet."""
    parts = [read_hits(hit.request) or [{}] for hit in hits]
    verdicts: dict[tuple[int, int], Verdict] = {}
    groups: dict[str, list[tuple[tuple[int, int], Sought]]] = {}
    for index, (hit, own) in enumerate(zip(hits, parts, strict=True)):
        for number, params in enumerate(own):
            early = _without_asking(hit, params)
            if early:
                verdicts[index, number] = early
            else:
                groups.setdefault(parameters.app(params), []).append(((index, number), seek(hit, params)))
    reader = Reader(settings)
    for app, members in groups.items():
        found = yield from _App(app, [sought for _, sought in members]).verdicts(reader)
        verdicts.update(zip((key for key, _ in members), found, strict=True))
    return [_joined([verdicts[index, number] for number in range(len(own))]) for index, own in enumerate(parts)]


def _without_asking(hit: Hit, params: Params) -> Verdict | None:
    if hit.reply and 400 <= hit.reply.status < 500:
        return Verdict(state="missing", reason=f"Piwik PRO answered {hit.reply.status}: the hit was not taken")
    if not params:
        return Verdict(state="missing", reason="the request holds no hit that Piwik PRO's tracker reads")
    if not parameters.is_uuid(parameters.app(params)):
        reason = "the debugger is asked by the App UUID, and idsite is none"
        return Verdict(state="cannot-tell", reason=reason)
    return None


@dataclass(slots=True)
class _App:
    """One round for one app."""

    app: str
    sought: list[Sought]
    shown: Shown = field(default_factory=Shown)
    asked: list[str] = field(default_factory=list)
    now: float | None = None

    def verdicts(self, reader: Reader) -> Generator[Request, Reply, list[Verdict]]:
        visitors = list(dict.fromkeys(hit.visitor for hit in self.sought if hit.visitor))
        problem: Problem | None = None
        if 0 < len(visitors) <= VISITORS:
            for visitor in visitors:
                problem = problem or (yield from self._sessions(reader, visitor))
        matches = recognise(self.sought, self.shown)
        if problem is None and not all(match.found for match in matches):
            problem = yield from self._sessions(reader, "")
            matches = recognise(self.sought, self.shown)
        return [self._verdict(hit, match, problem) for hit, match in zip(self.sought, matches, strict=True)]

    def _sessions(self, reader: Reader, visitor: str) -> Asking:
        query: list[tuple[str, str | int]] = [("app_id", self.app), ("limit", SESSIONS), ("lookup_window", WINDOW)]
        if visitor:
            query.append(("visitor_id", visitor))
        answer = yield from reader.get(DEBUGGER, *query, accept=STREAM)
        if isinstance(answer, Problem):
            return answer
        if not is_stream(answer.body):
            kind = (answer.header("Content-Type") or "no content type").split(";")[0]
            return Problem("not-piwik-pro", f"{DEBUGGER} answered no sessions but {kind}: check account_url.")
        self.now = date_of(answer) or self.now
        self.asked.append(f"sessions of visitor {visitor}" if visitor else "the newest sessions")
        found = records(read_sessions(answer.body))
        self.shown.records.update({record.key: record for record in found})
        return (yield from self._logs(reader))

    def _logs(self, reader: Reader) -> Asking:
        """The raw requests of what could be one of the hits. Without them the events alone must do."""
        near = nearby(self.sought, list(self.shown.records.values()))
        names = dict.fromkeys(name for record in near for name in record.logs if name not in self.shown.logs)
        wanted = list(names)[: 2 * UUIDS]
        for start in range(0, len(wanted), UUIDS):
            chosen = ",".join(wanted[start : start + UUIDS])
            answer = yield from reader.get(LOGS, ("app_id", self.app), ("log_uuids", chosen), accept=STREAM)
            if isinstance(answer, Problem):
                return answer if answer.kind in ("unreachable", "not-authorised") else None
            if "raw requests" not in self.asked:
                self.asked.append("raw requests")
            self.shown.logs.update({log.id: log for log in read_logs(answer.body) if log.id})
        return None

    def _verdict(self, hit: Sought, match: Match, problem: Problem | None) -> Verdict:
        how = f"tracker debugger of app {self.app}: {', '.join(self.asked) or 'nothing read'}"
        if not match.found:
            if problem is not None:
                return Verdict(
                    state="cannot-tell", reason=problem.reason, evidence=how, refused=problem.kind == "refused"
                )
            if self.now is not None and self.now - hit.at > WINDOW * 60:
                reason = f"the debugger looks back {WINDOW // 60} hours, and the hit is older"
                return Verdict(state="cannot-tell", reason=reason, evidence=how)
            return Verdict(state="missing", reason=_missing(hit) + (match.note and f"; {match.note}"), evidence=how)
        if len(match.found) > 1:
            names = ", ".join(record.named() for record, _ in match.found[:5])
            reason = f"{len(match.found)} events fit equally well: {names}"
            return Verdict(state="cannot-tell", reason=reason, evidence=f"{how}; compared by {match.by}")
        record, log = match.found[0]
        evidence = f"{how}; known by {match.by} in {record.named()}" + _assumptions(record.event.get("assumed"))
        shown: dict[str, Any] = compact(record)
        if log is not None:
            shown["request"] = dict(log.params)
        if record.type in (BROKEN, EXCLUDED):
            return Verdict(state="excluded", reason=_reason(record.event, record.type), evidence=evidence, record=shown)
        found, same = differences.compare(hit.params, record, log, hit.at)
        found += hit.unread
        return Verdict(
            state="altered" if any(difference.weight == "altered" for difference in found) else "found",
            evidence=evidence,
            record=shown,
            differences=found,
            same=same,
        )


def _missing(hit: Sought) -> str:
    if parameters.text(hit.params, "rec") != "1":
        return "it is not in the debugger: rec=1 is missing"
    words = "it is not in the debugger, which shows broken and excluded events too"
    return words + ("; that a flat JSON object is read at all is assumed" if hit.flat else "")


def _reason(event: Any, type_: int) -> str:
    if type_ == BROKEN:
        return f"a broken event: {text(event.get('error_message')) or 'no message'}"
    return f"an excluded event: {text(event.get('exclusion_reason')) or 'no reason told'}"


def _assumptions(told: Value) -> str:
    """What an answer itself calls assumed: the double of the sandbox says so of its own rules."""
    rows = [text(entry) for entry in told if text(entry)] if isinstance(told, list) else []
    return f" [assumed: {'; '.join(rows)}]" if rows else ""


def _joined(parts: Sequence[Verdict]) -> Verdict:
    """One verdict for the hits of a bulk request: the worst of them, with the differences of all."""
    if len(parts) == 1:
        return parts[0]
    worst = max(parts, key=lambda part: _STATES.index(part.state))
    found: list[Difference] = []
    for index, part in enumerate(parts):
        found += [
            Difference(
                field=f"[{index}].{one.field}",
                sent=one.sent,
                recorded=one.recorded,
                because=one.because,
                weight=one.weight,
            )
            for one in part.differences
        ]
    counts = {state: sum(part.state == state for part in parts) for state in _STATES}
    tally = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    recorded = {"hits": [dict(part.record) if part.record else None for part in parts]}
    return Verdict(
        state=worst.state,
        reason=worst.reason and f"{worst.reason} ({tally})",
        evidence=f"{len(parts)} hits in one request: {tally}; {worst.evidence}",
        record=recorded if any(part.record for part in parts) else None,
        differences=tuple(found),
        same=tuple(f"[{index}].{name}" for index, part in enumerate(parts) for name in part.same),
        refused=any(part.refused for part in parts),
    )
