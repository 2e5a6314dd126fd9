"""Reading back from the double: segments, periods, and who may."""

from __future__ import annotations

import pytest

from signal_tui_matomo.double import MatomoDouble
from tests.matomo.sandbox import AT, ask, hit, visits


@pytest.mark.parametrize(
    ("segment", "found"),
    [
        ("eventAction==add", 1),
        ("eventAction=@D", 1),
        ("eventAction!=add", 1),
        ("pageUrl==shop.example/a", 1),
        ("pageUrl=^https://shop.example/", 2),
        ("userId==", 1),
        ("userId!=", 1),
        ("orderId==A-1,eventAction==add", 2),
        ("orderId==A-1;eventAction==add", 0),
        ("visitIp==127.0.0.0;events>=1", 1),
        ("userId==ann%2540example.org", 1),
        ("pageUrl==https%253A%252F%252Fshop.example%252Fa", 1),
        ("userId==ann%40example.org", 1),
    ],
)
def test_segments(segment: str, found: int) -> None:
    double = MatomoDouble()
    hit(double, uid="ann@example.org", url="https://shop.example/a")
    hit(double, uid="ann@example.org", e_c="cart", e_a="add")
    hit(double, cid="b" * 16, url="https://www.shop.example/b")
    hit(double, cid="b" * 16, url="https://shop.example/c", idgoal=0, ec_id="A-1")
    hit(double, cid="b" * 16, url="https://shop.example/c")
    assert len(visits(double, segment=segment)) == found


@pytest.mark.parametrize(
    ("period", "date", "found"),
    [
        ("day", "today", 2),
        ("day", "2026-11-20", 2),
        ("day", "2026-11-19", 1),
        ("day", "yesterday", 1),
        ("range", "last7", 3),
        ("range", "2026-11-18,2026-11-18", 1),
        ("week", "2026-11-18", 3),
        ("", "", 3),
    ],
)
def test_periods(period: str, date: str, found: int) -> None:
    double = MatomoDouble()
    for days in (0, 1, 2):
        hit(double, AT - days * 86400, cid=str(days) * 16)
    rows = ask(double, "Live.getLastVisitsDetails", AT, idSite=1, period=period, date=date)
    assert len(rows) == found


def test_a_period_that_cannot_be_read_is_an_error() -> None:
    answer = ask(MatomoDouble(), "Live.getLastVisitsDetails", idSite=1, period="day", date="soon")
    assert answer["result"] == "error"


@pytest.mark.parametrize(
    ("who", "may_write", "may_read"),
    [("admin", 204, True), ("writer", 204, True), ("viewer", 400, True), ("noaccess", 400, False)],
)
def test_lesser_users(who: str, may_write: int, may_read: bool) -> None:
    double = MatomoDouble()
    token = MatomoDouble.tokens[who]
    assert hit(double, cip="81.2.69.142", token_auth=token).status == may_write
    answer = ask(double, "Live.getLastVisitsDetails", token=token, idSite=1)
    assert isinstance(answer, list) is may_read
