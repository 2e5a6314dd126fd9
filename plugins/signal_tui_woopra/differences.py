"""What of a hit was recorded as it was sent, and what otherwise, with the reason and its weight.

``altered`` is a value that somebody meant to be there and that is gone or another one; ``expected`` loses nothing that
was meant. Parameters that the timeline does not show (``ip``, ``timeout``, …) are in neither list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from signal_tui.api import Difference, Hit, text_of
from signal_tui.api.values import Value
from signal_tui_woopra.hits import Tracking
from signal_tui_woopra.parameters import EVENT, KNOWN, LENGTHS, MARKER, PREFIXES, VISITOR, seconds
from signal_tui_woopra.requests import is_agent
from signal_tui_woopra.timeline import Shown

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def is_same(sent: str, recorded: Value) -> bool:
    """Whether a recorded value is the sent one: the same text but for blanks around it, or the same number."""
    shown = text_of(recorded).strip()
    if shown == sent.strip():
        return True
    if not (_NUMBER.fullmatch(sent.strip()) and _NUMBER.fullmatch(shown)):
        return False
    return float(sent) == float(shown)


def altered(field: str, sent: Value, recorded: Value, because: str) -> Difference:
    """A value that was lost or changed."""
    return Difference(field=field, sent=sent, recorded=recorded, because=because, weight="altered")


def expected(field: str, sent: Value, recorded: Value, because: str) -> Difference:
    """A change that is Woopra's way and loses nothing that was meant."""
    return Difference(field=field, sent=sent, recorded=recorded, because=because, weight="expected")


def _compared(field: str, sent: str, recorded: Value) -> Difference | None:
    shown = text_of(recorded)
    if is_same(sent, recorded):
        return None
    if shown == "":
        return altered(field, sent, None, "Woopra shows nothing of it")
    if _NUMBER.fullmatch(sent.strip()) and _NUMBER.fullmatch(shown.strip()):
        return altered(field, sent, recorded, "recorded as another number")
    because = f"cut after {len(shown)} characters" if sent.startswith(shown) else "recorded otherwise"
    return altered(field, sent, recorded, because)


def properties(prefix: str, sent: Mapping[str, str], shown: Mapping[str, Value]) -> list[tuple[str, Difference | None]]:
    """Parameter and difference (None: the same) for each property that was sent."""
    return [(prefix + name, _compared(prefix + name, value, shown.get(name))) for name, value in sent.items()]


def of_event(hit: Hit, tracking: Tracking, event: Shown) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    """The differences between a hit and its event, and the parameters that are the same."""
    judged = dict(properties(EVENT, tracking.event_properties, event.properties))
    if judged.get("ce_app") and "app" not in event.properties:
        because = "the sender's own name; Woopra may keep it elsewhere"
        judged["ce_app"] = expected("ce_app", tracking.params["ce_app"], None, because)
    judged = {"event": _compared("event", tracking.params["event"], event.name), **judged}
    if event.marker and tracking.params.get(MARKER):
        judged[MARKER] = _compared(MARKER, tracking.params[MARKER], event.marker)
    judged.update(_time(tracking, event))
    judged.update(cut(tracking))
    judged.update(_unread(hit, tracking))
    return split(judged)


def split(judged: Mapping[str, Difference | None]) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    """The differences, and the names of what is the same."""
    return (
        tuple(difference for difference in judged.values() if difference is not None),
        tuple(name for name, difference in judged.items() if difference is None),
    )


def _time(tracking: Tracking, event: Shown) -> dict[str, Difference | None]:
    sent = tracking.params.get("timestamp", "")
    named = seconds(sent)
    if event.time is None or named is None:
        return {}
    if abs(named - event.time) <= 1.0:
        return {"timestamp": None}
    return {"timestamp": altered("timestamp", sent, int(event.time * 1000), "recorded as of another time")}


def cut(tracking: Tracking) -> dict[str, Difference]:
    """A difference for each identifier that is longer than what Woopra keeps."""
    return {
        name: altered(name, tracking.params[name], tracking.kept(name), f"Woopra keeps {most} characters")
        for name, most in LENGTHS.items()
        if len(tracking.params.get(name, "").strip()) > most
    }


def _unread(hit: Hit, tracking: Tracking) -> dict[str, Difference]:
    """A difference for each mapped value that is no parameter and no property."""
    lost = [
        field.target
        for field in hit.fields
        if field.target in tracking.params
        and field.target not in KNOWN
        and not field.target.startswith(PREFIXES)
        and not is_agent(field.target)
    ]
    because = f"it is no parameter of Woopra's; properties begin with {EVENT} or {VISITOR}"
    return {name: altered(name, tracking.params[name], None, because) for name in lost}
