"""The range of time that ``period`` and ``date`` mean, in a site's timezone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo

from signal_tui_matomo.double.zones import zone

_LAST = re.compile(r"(last|previous)(\d{1,4})", re.ASCII)


class PeriodError(ValueError):
    """A period or date that cannot be read; the text is for the caller."""


def period_range(period: str, written: str, timezone: str, now: float) -> tuple[float | None, float | None]:
    """First and last second that count; None: no limit. ``today`` begins with yesterday (observed)."""
    if not period or not written:
        return None, None
    there = zone(timezone)
    today = datetime.fromtimestamp(now, there).date()
    if period not in ("day", "week", "month", "year", "range"):
        raise PeriodError(
            f"The period '{period}' is not supported. Try any of the following instead: day, week, month, year, range"
        )
    if period == "range" or _LAST.fullmatch(written) or "," in written:
        first, last = _range(period, written, today)
    else:
        first = _day(written, today)
        if first == today:
            first -= timedelta(days=1)
        first, last = _whole(period, first)
    start = _midnight(first, there)
    open_end = written in ("now", "today", "yesterdaySameTime") or "last" in written or "previous" in written
    named = _day(written.rpartition(",")[2], today) if not open_end else today
    if open_end or named == today:
        return start, None
    return start, min(_midnight(last + timedelta(days=1), there), now + 1)


def _midnight(day: date, there: tzinfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=there).timestamp()


def _range(period: str, written: str, today: date) -> tuple[date, date]:
    if match := _LAST.fullmatch(written):
        length = {"week": 7, "month": 31, "year": 366}.get(period, 1) * int(match[2])
        end = today if match[1] == "last" else today - timedelta(days=1)
        return _safe(end, length - 1), end
    first, _, last = written.partition(",")
    return _day(first, today), _day(last or first, today)


def _safe(end: date, days: int) -> date:
    try:
        return end - timedelta(days=max(0, days))
    except OverflowError:
        return date.min.replace(year=1991)


def _day(written: str, today: date) -> date:
    named = {"today": 0, "now": 0, "yesterday": 1, "yesterdaySameTime": 1}
    if written in named:
        return today - timedelta(days=named[written])
    try:
        found = date.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or not 1991 <= found.year <= 9998:
        raise PeriodError(f"The date '{written}' is not correct. Expected format is YYYY-MM-DD.")
    return found


def _whole(period: str, day: date) -> tuple[date, date]:
    if period == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if period == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    if period == "year":
        return day.replace(month=1, day=1), day.replace(month=12, day=31)
    return day, day
