"""The four faces of a payload as rows: fields with their trace, request, reply, verdict. Pure functions of a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from rich.cells import cell_len

from signal_tui.api.payloads import Field, Finding, Forecast, Payload
from signal_tui.api.settings import MASK, SECRET_LEAVES, masked
from signal_tui.api.values import Value, text_of
from signal_tui.core.delivery import Delivered
from signal_tui.core.text import shown
from signal_tui.tui.marks import EFFECTS, FORECASTS, mark, record_words
from signal_tui.tui.text import MOST, cut, pad, seconds, wrap
from signal_tui.tui.widgets.facts import Facts
from signal_tui.tui.widgets.lines import BLANK, Piece, Row, row

MOST_FIELDS = 2000
"""Fields of one payload that are drawn; the others are counted."""


def value_text(value: Value) -> str:
    """A value as it is shown: secrets as dots, an empty text visible."""
    if isinstance(value, SECRET_LEAVES):
        return masked(value)
    if value == "" and isinstance(value, str):
        return '""'
    if isinstance(value, str):
        return value[: MOST + 1]
    return text_of(value)


def trace_text(one: Field) -> str:
    """Where a field comes from and what was done to it."""
    return f"{one.source} → {one.change}" if one.change else one.source


def _short_trace(one: Field, width: int) -> str:
    # Of a path that is too long the end tells more than the beginning.
    text = trace_text(one)
    source = one.source
    while cell_len(shown(text[:200])) > width and "." in source:
        source = source.partition(".")[2]
        text = f"….{source} → {one.change}" if one.change else f"….{source}"
    return text


# Fields


def fields_rows(facts: Facts, width: int) -> list[Row]:
    """Each parameter with its value and its trace; findings stand at their field."""
    payload = facts.payload
    if payload is None:
        return []
    if payload.status == "skipped":
        return skipped_rows(payload, width)
    rows: list[Row] = []
    count = max(len(payload.requests), max((one.request for one in payload.fields), default=0) + 1)
    added = [
        one
        for delivered in facts.delivered
        if not facts.stale
        for one in delivered.hit.fields
        if one.source == "signal-tui"
    ]
    fields = [*payload.fields[:MOST_FIELDS], *added]
    widths = _widths(fields, width)
    for number in range(count):
        here = [one for one in fields if one.request == number]
        findings = [finding for finding in payload.findings if finding.request == number]
        forecast = payload.forecasts[number] if number < len(payload.forecasts) else None
        if number:
            rows.append(BLANK)
        rows.extend(_forecast_rows(forecast, number, count, width))
        names = {one.target for one in here}
        for finding in findings:
            if finding.field is None or finding.field not in names:
                rows.extend(_finding_rows(finding, width))
        for one in here:
            rows.append(_field_row(one, widths))
            for finding in findings:
                if finding.field == one.target:
                    rows.extend(_finding_rows(finding, width, indent=2))
    if len(payload.fields) > MOST_FIELDS:
        rows.append(row((f"… {len(payload.fields) - MOST_FIELDS} fields more; ^t writes them all to a file", "dim")))
    assumed = dict.fromkeys(words for forecast in payload.forecasts for words in forecast.assumed)
    if assumed:
        rows += [BLANK, row(("the forecast assumes", "dim"))]
        rows += [row(("  " + line, "faint")) for line in wrap(", ".join(assumed), width - 2, 12)]
    if facts.unused:
        rows += [BLANK, row(("not used here", "dim"))]
        words = ", ".join(facts.unused[:60]) + (f" and {len(facts.unused) - 60} more" if len(facts.unused) > 60 else "")
        rows.extend(row(("  " + line, "faint")) for line in wrap(words, width - 2, 40))
    return rows


def skipped_rows(payload: Payload, width: int) -> list[Row]:
    """The named reason why there is none."""
    sign, tone, _ = mark("skipped")
    lines = wrap(payload.reason or "no reason was given", width - 2, 60)
    return [
        row((f"{sign} nothing is sent", "heading")),
        BLANK,
        *(row(("  " + line, "plain" if tone == "dim" else tone)) for line in lines),
    ]


def _widths(fields: Sequence[Field], width: int) -> tuple[int, int, int]:
    targets = max((cell_len(shown(one.target[:60])) for one in fields), default=0)
    values = max((min(cell_len(shown(value_text(one.value)[:200])), 200) for one in fields), default=0)
    traces = max((cell_len(shown(trace_text(one)[:200])) for one in fields), default=0)
    target = min(targets, max(width * 28 // 100, 8))
    rest = width - target - 4
    trace = min(traces, max(rest * 46 // 100, rest - values))
    return target, max(rest - trace, 4), trace


def _field_row(one: Field, widths: tuple[int, int, int]) -> Row:
    target, value, trace = widths
    words = value_text(one.value)
    secret = isinstance(one.value, SECRET_LEAVES)
    return row(
        (pad(one.target, target) + "  ", "info" if one.identity else "key"),
        (pad(words, value) + "  ", "dim" if secret else "value"),
        (cut(_short_trace(one, trace), trace), "other" if one.source == "signal-tui" else "trace"),
        item=one,
        source=one.source,
    )


def _forecast_rows(forecast: Forecast | None, number: int, count: int, width: int) -> list[Row]:
    rows: list[Row] = []
    pieces: list[Piece] = []
    if count > 1:
        pieces.append((f"{number + 1} of {count}  ", "heading"))
    if forecast is not None:
        sign, tone, words = FORECASTS[forecast.outcome]
        if forecast.records and forecast.outcome in ("recorded", "altered"):
            words += f" as {record_words(forecast.records)}"
        if forecast.status and forecast.outcome == "rejected":
            words += f" with {forecast.status}"
        pieces.append((f"{sign} {words}".strip(), tone))
    if pieces:
        rows.append(row(*pieces, item=forecast))
    return rows


def _finding_rows(finding: Finding, width: int, indent: int = 0) -> list[Row]:
    sign, tone = EFFECTS[finding.effect]
    rows: list[Row] = []
    blank = " " * indent
    head = f"{sign} {finding.effect}  "
    for index, line in enumerate(wrap(finding.message, width - indent - len(head), 8)):
        rows.append(row((blank + (head if not index else " " * len(head)), tone), (line, "plain"), item=finding))
    words = " → ".join(filter(None, (finding.because, finding.remedy)))
    rows += [row((blank + "  " + line, "dim"), item=finding) for line in wrap(words, width - indent - 2, 12)]
    return rows


# Request


def request_rows(facts: Facts, width: int) -> list[Row]:
    """Each request as it leaves, secrets masked; after a sending the one that left."""
    from signal_tui.api.payloads import Form, Json
    from signal_tui.api.values import dump_json
    from signal_tui.api.wire import encode

    payload = facts.payload
    if payload is None:
        return []
    if payload.status == "skipped":
        return skipped_rows(payload, width)
    rows: list[Row] = []
    left = {} if facts.stale else {one.number: one.hit for one in facts.delivered}
    for number, mapped in enumerate(payload.requests):
        hit = left.get(number)
        request = hit.request if hit is not None else mapped
        wire = encode(request)
        if number:
            rows.append(BLANK)
        words = f"as it was sent at {facts.sent_at}" if hit is not None else "as it would be sent"
        title = f"{number + 1} of {len(payload.requests)}  " if len(payload.requests) > 1 else ""
        rows.append(row((title, "heading"), (words, "dim"), item=request))
        url = wrap(f"{wire.method} {wire.url}", width, 40)
        rows.extend(row((line, "heading"), item=request) for line in url)
        routed = facts.routed[number] if number < len(facts.routed) else None
        if routed:
            rows.extend(row((line, "other"), item=request) for line in wrap(f"routed to {routed}", width, 20))
        if hit is not None and hit.marker:
            rows.append(row((cut(f"carries the run marker {hit.marker}, added by signal-tui", width), "other")))
        for name, value in wire.headers:
            rows.extend(row((line, "dim"), item=request) for line in wrap(f"{name}: {value}", width, 6))
        if wire.body:
            rows.append(BLANK)
            text = wire.body[:200_000].decode("utf-8", "replace")
            if isinstance(request.body, Form):
                pairs = text.split("&")
                text = "\n".join(f"&{pair}" if index else pair for index, pair in enumerate(pairs))
                text = text.replace(quote(MASK), MASK)
            elif isinstance(request.body, Json) and len(wire.body) < 100_000:
                rows.append(row(("indented here; it leaves in one line", "faint")))
                text = dump_json(_masked(request.body.value), 2)
            rows.extend(row(_pair(line), item=request) for line in wrap(text, width, 1500))
            if len(wire.body) > 200_000:
                rows.append(row(("… ^t writes the whole request to a file", "dim")))
    return rows


def _pair(line: str) -> Piece:
    return (line, "value")


def _masked(value: Value) -> Value:
    if isinstance(value, SECRET_LEAVES):
        return masked(value)
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value


# Reply


def reply_rows(facts: Facts, width: int) -> list[Row]:
    """What came back for each request."""
    rows = _before_sending(facts, width)
    if rows is not None:
        return rows
    rows = []
    for index, one in enumerate(facts.delivered):
        if index:
            rows.append(BLANK)
        title = f"{one.number + 1} of {one.count}  " if one.count > 1 else ""
        reply = one.hit.reply
        if reply is None:
            rows.append(row((title, "heading"), ("… waiting for the answer", "info")))
            continue
        if reply.status == 0:
            rows.append(row((title, "heading"), ("✗ no answer", "bad"), (f"  {seconds(reply.ms)}", "dim")))
            rows.extend(row(("  " + line, "plain")) for line in wrap(reply.error or "", width - 2, 12))
            continue
        tone = "plain" if reply.status < 300 else "warn" if reply.status < 400 else "bad"
        rows.append(
            row(
                (title, "heading"),
                (f"{reply.status} {_phrase(reply.status)}", tone),
                (f"  {seconds(reply.ms)}", "dim"),
                item=reply,
            )
        )
        if one.answer is not None and one.answer.message:
            rows.extend(row(("  " + line, "plain"), item=reply) for line in wrap(one.answer.message, width - 2, 12))
        for name, value in reply.headers:
            rows.extend(row((line, "dim"), item=reply) for line in wrap(f"{name}: {value}", width, 4))
        rows.append(BLANK)
        if reply.body:
            text = reply.body[:200_000].decode("utf-8", "replace")
            rows.extend(row((line, "value"), item=reply) for line in wrap(text, width, 1500))
            if len(reply.body) > 200_000:
                rows.append(row((f"… {len(reply.body)} bytes in all", "dim")))
        else:
            rows.append(row(("no body", "faint")))
    return rows


def _phrase(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _before_sending(facts: Facts, width: int) -> list[Row] | None:
    payload = facts.payload
    if facts.problem and not facts.delivered:
        return [row(("✗ nothing was sent", "bad")), BLANK] + [
            row(("  " + line, "plain")) for line in wrap(facts.problem, width - 2, 20)
        ]
    if payload is not None and payload.status == "skipped" and not facts.delivered:
        return skipped_rows(payload, width)
    if not facts.delivered:
        if facts.running:
            return [row(("… on its way", "info"))]
        return [row(("○ not sent yet", "dim")), BLANK, row(("  ^s sends it and looks for it in the log", "dim"))]
    return None


# Verdict


def verdict_rows(facts: Facts, width: int) -> list[Row]:
    """What the log says of each hit, with what differs; what is equal or expected is folded."""
    rows = _before_sending(facts, width)
    if rows is not None:
        return rows
    rows = []
    if facts.stale:
        rows.append(row((f"of what was sent at {facts.sent_at}; the event was changed since", "risk")))
        rows.append(BLANK)
    for index, one in enumerate(facts.delivered):
        if index:
            rows.append(BLANK)
        rows.extend(_one_verdict(one, facts, width))
    missing = (facts.delivered[0].count if facts.delivered else 0) - len(facts.delivered)
    if missing > 0 and not facts.running:
        sign, tone, words = mark("not-sent")
        rows += [BLANK, row((f"{sign} {missing} {words}: the delivery stopped before", tone))]
    return rows


def _one_verdict(one: Delivered, facts: Facts, width: int) -> list[Row]:
    state = one.state
    if facts.running and state in ("sent", "accepted", "sending"):
        state = "under-way"
    sign, tone, words = mark(state)
    pieces: list[Piece] = []
    if one.count > 1:
        pieces.append((f"{one.number + 1} of {one.count}  ", "heading"))
        if one.forecast is not None and one.forecast.records:
            pieces.append((f"{record_words(one.forecast.records)}  ", "heading"))
    if state == "under-way":
        reply = one.hit.reply
        words = "sending" if reply is None else f"answered {reply.status}, looking in the log"
        if one.rounds > 1:
            words += f" · asked {one.rounds} times"
        words += f" · {facts.elapsed:.0f} s"
    pieces.append((f"{sign} {words}", tone))
    if one.after_ms is not None:
        pieces.append((f"  after {seconds(one.after_ms)}", "dim"))
    elif state != "under-way" and one.verdict is None and one.hit.reply is not None and one.hit.reply.status:
        pieces.append((f"  answered {one.hit.reply.status} in {seconds(one.hit.reply.ms)}", "dim"))
    rows = [row(*pieces, item=one)]
    verdict = one.verdict
    if verdict is None:
        if one.message and state != "under-way":
            rows.extend(row(("  " + line, "plain"), item=one) for line in wrap(one.message, width - 2, 12))
        return rows
    if verdict.reason:
        rows.extend(row(("  " + line, "plain"), item=one) for line in wrap(verdict.reason, width - 2, 12))
    if verdict.evidence:
        rows.extend(row(("  " + line, "dim"), item=one) for line in wrap(verdict.evidence, width - 2, 12))
    altered = [entry for entry in verdict.differences if entry.weight == "altered"]
    expected = [entry for entry in verdict.differences if entry.weight != "altered"]
    if altered:
        rows.append(BLANK)
        rows.extend(_table(altered, "!", "warn", width))
    if expected:
        rows.extend(
            _fold(
                f"expected-{one.number}",
                f"≈ {len(expected)} expected difference{'s' * (len(expected) > 1)}",
                ", ".join(entry.field for entry in expected),
                facts,
                width,
                lambda: _table(expected, "≈", "dim", width),
            )
        )
    if verdict.same:
        rows.extend(
            _fold(
                f"same-{one.number}",
                f"= {len(verdict.same)} recorded as sent",
                ", ".join(verdict.same),
                facts,
                width,
                lambda: [row(("    " + line, "dim")) for line in wrap(", ".join(verdict.same), width - 4, 40)],
            )
        )
    return rows


def _fold(name: str, title: str, summary: str, facts: Facts, width: int, inside: Callable[[], list[Row]]) -> list[Row]:
    opened = name in facts.unfolded
    sign = "▾" if opened else "▸"
    head = f"  {sign} {title}"
    words = "" if opened else f"  {cut(summary, width - cell_len(head) - 2)}"
    line = row((head, "dim"), (words, "faint"), folds=name)
    return [line, *(inside() if opened else ())]


def _table(entries: Sequence[object], sign: str, tone: str, width: int) -> list[Row]:
    from signal_tui.api.payloads import Difference

    rows: list[Row] = []
    differences = [entry for entry in entries if isinstance(entry, Difference)]
    name = min(max((cell_len(shown(entry.field)) for entry in differences), default=5), max(width // 4, 8))
    name = max(name, 5)
    rest = width - 4 - name - 4
    sent = min(max([cell_len(shown(value_text(entry.sent)[:200])) for entry in differences] + [4]), rest // 3)
    recorded = min(
        max([cell_len(shown(_recorded(entry.recorded)[:200])) for entry in differences] + [8]), max(rest // 3, 8)
    )
    because = rest - sent - recorded - 2
    beside = because >= 24
    weight = "altered" if sign == "!" else "expected"
    heading = [(pad("    field", name + 4) + "  ", "faint"), (pad("sent", sent) + "  ", "faint")]
    heading.append((pad("recorded", recorded) + "  ", "faint"))
    heading.append(("because" if beside else "", "faint"))
    rows.append(row(*heading, rests=False))
    plain = "plain" if tone == "warn" else "dim"
    for at, entry in enumerate(differences):
        words = wrap(entry.because, because if beside else width - 6, 8)
        lead = (
            (f"  {sign} " + pad(entry.field, name) + "  ", tone),
            (pad(value_text(entry.sent), sent) + "  ", plain),
            (pad(_recorded(entry.recorded), recorded) + "  ", tone if tone == "warn" else plain),
        )
        # A reason that several have one after another is told once.
        told = at > 0 and differences[at - 1].because == entry.because
        again = at + 1 < len(differences) and differences[at + 1].because == entry.because
        if beside:
            rows.append(row(*lead, ("″" if told else words[0], "dim"), item=entry))
            indent = " " * (name + sent + recorded + 10)
            rows.extend(row((indent + line, "dim"), item=entry) for line in words[1:] if not told)
        else:
            rows.append(row(*lead, (weight, tone), item=entry))
            rows.extend(row(("      " + line, "dim"), item=entry) for line in words if not again)
    return rows


def _recorded(value: Value) -> str:
    return "gone" if value is None else value_text(value)


ROWS = {"fields": fields_rows, "request": request_rows, "reply": reply_rows, "verdict": verdict_rows}
