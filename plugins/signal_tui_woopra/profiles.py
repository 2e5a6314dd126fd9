"""Reading back a hit that carried traits alone: the properties of the profile."""

from __future__ import annotations

from signal_tui.api import Verdict
from signal_tui.api.values import Value
from signal_tui_woopra import differences
from signal_tui_woopra.hits import Tracking
from signal_tui_woopra.parameters import VISITOR
from signal_tui_woopra.timeline import read_properties


def judge(tracking: Tracking, document: Value, how: str) -> Verdict:
    """The verdict for an identify hit, from an answer of ``profile``."""
    shown = read_properties(document.get("properties")) if isinstance(document, dict) else {}
    if not shown:
        return Verdict(state="missing", reason="the profile is not there, or has no properties yet", evidence=how)
    judged = {**dict(differences.properties(VISITOR, tracking.visitor_properties, shown)), **differences.cut(tracking)}
    found, same = differences.split(judged)
    if found and not same:
        return Verdict(state="missing", reason="the profile has none of the hit's properties", evidence=how)
    return Verdict(
        state="altered" if found else "found",
        evidence=f"{how}; the profile has the properties, and does not say which hit set them",
        record={"properties": shown},
        differences=found,
        same=same,
    )
