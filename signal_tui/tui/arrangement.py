"""Which pane stands where, for any size of terminal: a pure function, so that it can be tested at all of them.

Three ways. *Wide*: events, the event with the identity table, and the payloads at the same time – one integration as a
third column, several as columns below. *Double*: two panes, what there is on the left, what becomes of it on the
right. *Single*: one pane. Panes that do not fit are reached through the tabs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Region

EVENTS, EVENT, IDENTITY = "events", "event", "identity"
LEFT = (EVENTS, EVENT, IDENTITY)

WIDE, DOUBLE = 110, 96
"""Columns from which on all panes, or two of them, stand side by side."""
TALL = 20
"""Rows from which on that is worth it."""
STACKED = 34
"""Rows from which on payloads stand below the event."""
COLUMN = 44
"""Columns that a payload needs beside others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Regions by pane; panes that are not in it are not shown. ``tabs`` says that some are missing."""

    way: str
    regions: dict[str, Region]
    tabs: bool


def arrange(
    width: int,
    height: int,
    integrations: Sequence[str],
    *,
    front: str,
    left: str,
    right: str,
    identity: int = 8,
    notice: int = 0,
) -> Arrangement:
    """The arrangement of a screen: a line on top, tabs where needed, panes, notices, a line at the bottom.

    ``front`` is the pane to show where only one fits, ``left`` and ``right`` those where two do; ``identity`` the rows
    of the identity table, ``notice`` those of the notice. Payload panes are named by their integrations.
    """
    payloads = list(integrations)
    regions = {"head": Region(0, 0, width, 1)}
    top, bottom = 1, max(height - 1, 2)
    regions["foot"] = Region(0, bottom, width, 1)
    if notice and bottom - top > notice + 3:
        bottom -= notice
        regions["notice"] = Region(0, bottom, width, notice)
    if right not in payloads:
        right = payloads[0] if payloads else ""
    rows = bottom - top
    if width >= WIDE and rows >= TALL:
        if len(payloads) > 1 and rows >= STACKED:
            fit = max(1, min(len(payloads), width // COLUMN))
            if fit < len(payloads):
                top, rows = top + 1, rows - 1
            regions |= _stacked(width, top, rows, _around(payloads, right, fit))
            return _done("wide", regions, width, fit < len(payloads))
        if len(payloads) > 1:
            top, rows = top + 1, rows - 1
        regions |= _columns(width, top, rows, right, identity)
        return _done("wide", regions, width, len(payloads) > 1)
    top, rows = top + 1, rows - 1
    if width >= DOUBLE and rows >= 8 and right:
        half = width * 47 // 100
        regions[right] = Region(half, top, width - half, rows)
        table = max(4, min(identity, rows // 3))
        if left == EVENTS or rows < TALL:
            regions[left if left in LEFT else EVENT] = Region(0, top, half, rows)
        else:
            regions[EVENT] = Region(0, top, half, rows - table)
            regions[IDENTITY] = Region(0, top + rows - table, half, table)
        return _done("double", regions, width, True)
    regions[front if front in (*LEFT, *payloads) else EVENT] = Region(0, top, width, rows)
    return _done("single", regions, width, True)


def _done(way: str, regions: dict[str, Region], width: int, tabs: bool) -> Arrangement:
    if tabs:
        regions["tabs"] = Region(0, 1, width, 1)
    return Arrangement(way=way, regions=regions, tabs=tabs)


def _around(payloads: list[str], right: str, fit: int) -> list[str]:
    start = max(0, min(payloads.index(right) - fit + 1, len(payloads) - fit))
    return payloads[start : start + fit]


def _columns(width: int, top: int, rows: int, right: str, identity: int) -> dict[str, Region]:
    events = max(24, min(34, width * 18 // 100))
    payload = (width - events) * 51 // 100 if right else 0
    middle = width - events - payload
    table = max(4, min(identity, rows // 3))
    regions = {
        EVENTS: Region(0, top, events, rows),
        EVENT: Region(events, top, middle, rows - table),
        IDENTITY: Region(events, top + rows - table, middle, table),
    }
    if right:
        regions[right] = Region(events + middle, top, payload, rows)
    return regions


def _stacked(width: int, top: int, rows: int, payloads: list[str]) -> dict[str, Region]:
    upper = rows * 46 // 100
    events = max(26, min(34, width * 20 // 100))
    table = (width - events) * 46 // 100
    regions = {
        EVENTS: Region(0, top, events, upper),
        EVENT: Region(events, top, width - events - table, upper),
        IDENTITY: Region(width - table, top, table, upper),
    }
    left = 0
    for index, name in enumerate(payloads):
        right = width * (index + 1) // len(payloads)
        regions[name] = Region(left, top + upper, right - left, rows - upper)
        left = right
    return regions
