"""What of a hit becomes an event, a property, a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from signal_tui_woopra.parameters import EVENT, HTTP_TIMEOUT, KNOWN, MARKER, PREFIXES, seconds, whole
from signal_tui_woopra.rules.case import ASSUMED, DOCUMENTED, Assumed, Case, Note, rule, short
from signal_tui_woopra.settings import TIMEOUT

FUTURE = 5.0
"""Seconds that a sender's clock may be ahead before it is worth a word."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_CAMPAIGN = re.compile(r"campaign(_\w+)?", re.ASCII)
_MANY = 12


@rule(DOCUMENTED)
def event_is_missing(case: Case) -> Iterator[Note | Assumed]:
    if case.is_event and not case.text("event"):
        yield Note(
            "rejected", "event", "the hit names no event",
            "/track/ce/ records an event, so event is required; a malformed request is answered with a 4xx",
            "give the event a vendor_event_name in the blueprint, or map one to event",
        )  # fmt: skip


@rule(DOCUMENTED)
def traits_alone(case: Case) -> Iterator[Note | Assumed]:
    if case.tracking.endpoint != "identify":
        return
    lost = [name for name in case.tracking.params if name == "event" or name.startswith(EVENT)]
    if lost:
        yield Note(
            "ignored", lost[0], f"{', '.join(lost[:_MANY])} is lost: the hit makes no event",
            "/track/identify/ changes the profile alone", "send events to /track/ce/",
        )  # fmt: skip
    if not case.tracking.visitor_properties:
        yield Note(
            "risk", None, "the hit changes nothing: it has no visitor property",
            "/track/identify/ sets what begins with cv_", "put traits into the event",
        )  # fmt: skip


@rule(DOCUMENTED)
def unknown_names(case: Case) -> Iterator[Note | Assumed]:
    lost = [
        name
        for name in case.tracking.params
        if name not in KNOWN
        and not name.startswith("cookie_")
        and not any(name.startswith(prefix) and name != prefix for prefix in PREFIXES)
    ]
    for name in lost[:_MANY]:
        hint = f"ce_{name} or cv_{name}"
        known = "; the browser's tracker sends campaigns as ce_campaign_…" if _CAMPAIGN.fullmatch(name) else ""
        yield Note(
            "ignored", name, f"{name} is no parameter of Woopra's and no property",
            f"event properties begin with ce_ and visitor properties with cv_{known}", f"map it to {hint}",
            "properties-missing",
        )  # fmt: skip


@rule(ASSUMED)
def amount(case: Case) -> Iterator[Note | Assumed]:
    sent = case.text("ce_amount").strip()
    if sent and not _NUMBER.fullmatch(sent):
        yield Note(
            "risk", "ce_amount", f"{short(sent)} is kept as text: no report can add it up",
            "a number has digits and a dot, no other signs", "send a number",
        )  # fmt: skip


@rule(DOCUMENTED)
def time(case: Case) -> Iterator[Note | Assumed]:
    sent = case.text("timestamp").strip()
    if not sent:
        return
    moment = seconds(sent)
    if moment is None:
        yield Note(
            "risk", "timestamp", f"{short(sent)} is no time in milliseconds", "timestamp is milliseconds since 1970",
            "transform it with date_format, format epoch_ms", unsettled=True,
        )  # fmt: skip
        return
    if moment < 631_152_000:  # before 1990: seconds taken for milliseconds
        yield Note(
            "altered", "timestamp", f"the event is recorded as of {_shown(moment)}",
            "timestamp is milliseconds since 1970; these look like seconds",
            "transform it with date_format, format epoch_ms",
        )  # fmt: skip
    elif case.request.at is not None and moment > case.request.at + FUTURE:
        yield Note(
            "risk", "timestamp", f"the event lies {_ahead(moment - case.request.at)} in the future",
            "past times are allowed and future ones are not; what becomes of them is not said",
            "set the clock of what made the event", unsettled=True,
        )  # fmt: skip


def _shown(moment: float) -> str:
    try:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        return "another century"


def _ahead(gap: float) -> str:
    for size, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if gap >= size:
            return f"{gap / size:.0f} {name}"
    return f"{gap:.0f} s"


@rule(DOCUMENTED)
def timeout(case: Case) -> Iterator[Note | Assumed]:
    if not case.is_event:
        return
    sent = case.text("timeout").strip()
    if not sent:
        yield Note(
            "risk", "timeout", "the visit ends after 30 seconds without an event",
            f"timeout is {HTTP_TIMEOUT} milliseconds where a hit names none", "send timeout", "visits-split",
        )  # fmt: skip
    elif (milliseconds := whole(sent)) is None:
        yield Note(
            "risk", "timeout", f"{short(sent)} is no number of milliseconds", "timeout is milliseconds",
            "send a whole number", "visits-split",
        )  # fmt: skip
    elif milliseconds < 1000:
        yield Note(
            "risk", "timeout", f"the visit ends after {sent} thousandths of a second",
            "timeout is milliseconds; this looks like seconds", f"send {sent}000", "visits-split",
        )  # fmt: skip
    elif milliseconds == TIMEOUT:
        yield Assumed(
            "the browser's tracker on the site ends visits after 1800000 ms too, as Signal's documentation says; its "
            "own default is 300000 or 600000, by version"
        )


@rule(DOCUMENTED)
def update(case: Case) -> Iterator[Note | Assumed]:
    if case.tracking.endpoint == "update" and not case.text(MARKER):
        yield Note(
            "dropped", MARKER, "the update names no event",
            f"an update changes the event that was sent with the same {MARKER}", f"send {MARKER}",
        )  # fmt: skip


RULES = (event_is_missing, traits_alone, unknown_names, amount, time, timeout, update)
