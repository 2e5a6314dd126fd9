"""The timezones of the sites, without the system's table of zones: not every machine has one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

_HOUR = timedelta(hours=1)


class CentralEurope(tzinfo):
    """Berlin: an hour ahead of UTC, two from the last Sunday in March to the last one in October, at 01:00 UTC."""

    def utcoffset(self, dt: datetime | None) -> timedelta:
        return _HOUR + self.dst(dt)

    def dst(self, dt: datetime | None) -> timedelta:
        if dt is None:
            return timedelta()
        there = dt.replace(tzinfo=None)
        # In the hour that comes twice the first one counts as summer.
        end = _last_sunday(there.year, 10) + (timedelta(hours=2) if dt.fold else timedelta(hours=3))
        return _HOUR if _last_sunday(there.year, 3) + timedelta(hours=2) <= there < end else timedelta()

    def fromutc(self, dt: datetime) -> datetime:
        utc = dt.replace(tzinfo=None)
        begin, end = (_last_sunday(utc.year, month) + _HOUR for month in (3, 10))
        ahead = 2 * _HOUR if begin <= utc < end else _HOUR
        return (dt + ahead).replace(fold=int(end <= utc < end + _HOUR))

    def tzname(self, dt: datetime | None) -> str:
        return "CEST" if self.dst(dt) else "CET"


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


_ZONES: dict[str, tzinfo] = {"UTC": UTC, "Europe/Berlin": CentralEurope()}


def zone(name: str) -> tzinfo:
    """The zone of a site."""
    return _ZONES[name]
