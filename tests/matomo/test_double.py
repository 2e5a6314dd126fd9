"""The double beyond the recordings: what never happens, what is bounded, and what several hits make of a visit."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signal_tui.api import Json, Raw, Request
from signal_tui_matomo.double import ASSUMED, MatomoDouble
from signal_tui_matomo.double.visits import KEPT
from signal_tui_matomo.double.zones import zone
from tests.matomo.sandbox import AT, BAD, BASE, TOKEN, ask, bulk, hit, visits


def test_what_it_needs_is_an_obvious_sandbox_value() -> None:
    double = MatomoDouble()
    assert dict(double.config) == {"matomo_url": BASE, "site_id": "1"}
    assert len(double.secrets["token_auth"]) == 32
    assert "sandbox" in double.config["matomo_url"]
    assert ASSUMED


def test_two_doubles_share_nothing() -> None:
    one, other = MatomoDouble(), MatomoDouble()
    hit(one)
    assert len(visits(one)) == 1
    assert visits(other) == []


def test_replies_carry_the_time_of_the_request() -> None:
    assert hit(MatomoDouble()).header("Date") == "Fri, 20 Nov 2026 10:00:00 GMT"


def test_half_an_hour_later_is_a_new_visit_of_a_known_visitor() -> None:
    double = MatomoDouble()
    for minutes in (0, 29, 58, 88):
        hit(double, AT + minutes * 60, _id="a" * 16)
    later, first = visits(double)
    assert (first["actions"], first["visitorType"], first["visitCount"]) == (3, "new", 1)
    assert (later["actions"], later["visitorType"], later["visitCount"]) == (1, "returning", 2)


@pytest.mark.parametrize(("site", "midnight"), [(1, "2026-11-21 00:00:00"), (2, "2026-11-20 23:00:00")])
def test_midnight_in_the_timezone_of_the_site_ends_a_visit(site: int, midnight: str) -> None:
    double = MatomoDouble()
    at = {"2026-11-21 00:00:00": 1_795_219_200.0, "2026-11-20 23:00:00": 1_795_215_600.0}[midnight]
    hit(double, at - 60, idsite=site, _id="a" * 16)
    hit(double, at + 60, idsite=site, _id="a" * 16)
    assert len(visits(double, site)) == 2


@pytest.mark.parametrize(
    ("utc", "there"),
    [
        ("2026-03-29T00:59:59", "2026-03-29T01:59:59+01:00"),
        ("2026-03-29T01:00:00", "2026-03-29T03:00:00+02:00"),
        ("2026-10-25T00:59:59", "2026-10-25T02:59:59+02:00"),
        ("2026-10-25T01:00:00", "2026-10-25T02:00:00+01:00"),
        ("2026-12-31T23:00:00", "2027-01-01T00:00:00+01:00"),
    ],
)
def test_the_clock_in_berlin_needs_no_table_of_the_system(utc: str, there: str) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    shown = moment.astimezone(zone("Europe/Berlin"))
    assert shown.isoformat() == there
    assert shown.timestamp() == moment.timestamp()


def test_a_new_campaign_is_a_new_visit_and_the_same_one_is_not() -> None:
    double = MatomoDouble()
    hit(double, _id="a" * 16, url="https://shop.example/?mtm_campaign=Spring")
    hit(double, AT + 1, _id="a" * 16, url="https://shop.example/x?utm_campaign=spring")
    hit(double, AT + 2, _id="a" * 16, url="https://shop.example/?utm_campaign=summer")
    assert [visit["referrerName"] for visit in visits(double)] == ["summer", "spring"]


def test_a_referrer_that_comes_later_is_the_referrer_of_a_direct_visit() -> None:
    double = MatomoDouble()
    hit(double, _id="a" * 16)
    hit(double, AT + 1, _id="a" * 16, urlref="https://blog.example/post")
    (visit,) = visits(double)
    assert (visit["referrerType"], visit["referrerName"]) == ("website", "blog.example")


def test_a_login_rewrites_the_visitor_and_the_anonymous_id_finds_nothing() -> None:
    double = MatomoDouble()
    hit(double, _id="a" * 16)
    hit(double, AT + 1, _id="a" * 16, uid="user29")
    assert visits(double, segment="visitorId==" + "a" * 16) == []
    (visit,) = visits(double, segment="userId==USER29")
    assert visit["visitorId"] == "b65dd2ee27376a9d"


def test_a_goal_by_address_and_one_by_event_stand_behind_their_action() -> None:
    double = MatomoDouble()
    hit(double, url="https://shop.example/Thanks", cid="a" * 16)
    hit(double, url="https://shop.example/thanks", cid="a" * 16)
    hit(double, e_c="Video", e_a="Play", e_v="7", cid="a" * 16)
    (visit,) = visits(double)
    assert [action["type"] for action in visit["actionDetails"]] == ["action", "goal", "action", "event", "goal"]
    assert [row["revenue"] for row in visit["actionDetails"] if row["type"] == "goal"] == [0, 7]


def test_an_order_takes_the_place_of_the_cart_and_a_later_cart_stands_beside_it() -> None:
    double = MatomoDouble()
    for order in ("", "A-1", ""):
        hit(double, idgoal=0, ec_id=order, revenue=5, ec_items='[["S","Shoe","",5,1]]', cid="a" * 16)
    (visit,) = visits(double)
    assert [row["type"] for row in visit["actionDetails"]] == ["ecommerceAbandonedCart", "ecommerceOrder"]
    assert visit["visitEcommerceStatus"] == "orderedThenAbandonedCart"


def test_another_site_accepts_the_same_order() -> None:
    double = MatomoDouble()
    assert hit(double, idgoal=0, ec_id="A-1").status == 204
    assert hit(double, idgoal=0, ec_id="A-1", idsite=2).status == 204
    assert hit(double, idgoal=0, ec_id="a-1", cid="b" * 16).status == 400
    assert visits(double)[0]["visitEcommerceStatus"] == "ordered"


def test_items_that_are_no_list_lose_the_order_in_silence() -> None:
    double = MatomoDouble()
    assert hit(double, idgoal=0, ec_id="A-1", ec_items="5").status == 204
    assert visits(double)[0]["actionDetails"] == []


def test_a_broken_hit_takes_a_whole_bulk_request_back() -> None:
    double = MatomoDouble()
    hit(double, cid="a" * 16)
    before = visits(double)
    reply = bulk(double, {"cid": "a" * 16}, {"cid": "b" * 16}, {"e_c": "c", "ca": 1}, {"cid": "c" * 16})
    assert (reply.status, json.loads(reply.body)["tracked"]) == (500, 2)
    assert visits(double) == before
    assert bulk(double, {"cid": "b" * 16}).status == 200
    assert len(visits(double)) == 2


def test_a_bulk_of_a_thousand_is_a_thousand_visits() -> None:
    double = MatomoDouble()
    reply = bulk(double, *({"cid": f"{number:016x}"} for number in range(1000)), token="")
    assert json.loads(reply.body) == {"status": "success", "tracked": 1000, "invalid": 0}
    assert len(visits(double)) == 1000


def test_the_newest_visits_are_kept() -> None:
    double = MatomoDouble()
    for start in range(0, KEPT + 100, 700):
        bulk(double, *({"cid": f"{number:016x}"} for number in range(start, start + 700)), token="")
    kept = visits(double, doNotFetchActions=1, showColumns="visitorId")
    assert len(kept) == KEPT
    assert kept[0] == {"visitorId": f"{2099:016x}"}


def test_one_and_twenty_wrong_tokens_block_their_address_for_an_hour() -> None:
    double = MatomoDouble()

    def gated(token: str, at: float = AT, remote: str = "127.0.0.1") -> int:
        return hit(double, at, remote, cip="81.2.69.142", token_auth=token).status

    assert {gated(BAD) for _ in range(20)} == {400}
    assert gated(TOKEN) == 204
    assert gated(BAD) == 400
    assert gated(TOKEN) == 400
    assert gated(MatomoDouble.tokens["writer"]) == 204
    assert hit(double).status == 204
    assert gated(TOKEN, remote="203.0.113.5") == 204
    assert bulk(double, {}).status == 500
    assert gated(TOKEN, at=AT + 3601) == 204


def test_a_failed_hit_is_listed_without_its_token() -> None:
    double = MatomoDouble()
    hit(double, cip="81.2.69.142", token_auth=BAD)
    hit(double, idsite=77)
    failures = ask(double, "CoreAdminHome.getTrackingFailures")
    assert [(row["idsite"], row["idfailure"]) for row in failures] == [(1, 2), (77, 1)]
    assert BAD not in json.dumps(failures)
    assert "__TOKEN_AUTH__" in failures[0]["request_url"]


PARAMETERS = """
idsite rec url urlref action_name cdt cdo cip country lat long idgoal ec_id ec_items revenue e_c e_a
e_n e_v search search_count _id uid cid ca ping pv_id pf_net _pkc _pks res h m s lang ua token_auth
send_image debug new_visit bots dimension1 dimension2 download link c_n _rcn
"""
ARGUMENTS = """
Live.getLastVisitsDetails Live.getVisitorProfile Live.getCounters SitesManager.getSiteFromId
API.getBulkRequest CoreAdminHome.getTrackingFailures Goals.getGoals Live.nothing .
UsersManager.getUser
"""
ANY = st.text(max_size=40) | st.sampled_from(["0", "1", "999", "-1", "[[1]]", "{}", "1e999", "\x00", "%FF", TOKEN, BAD])
NAMES = st.sampled_from(PARAMETERS.split())
API_NAMES = st.sampled_from(
    [
        "module",
        "method",
        "format",
        "idSite",
        "period",
        "date",
        "segment",
        "filter_limit",
        "filter_offset",
        "minTimestamp",
        "lastMinutes",
        "visitorId",
        "token_auth",
        "showColumns",
        "userLogin",
        "pluginName",
        "countVisitorsToFetch",
        "urls[0]",
    ]
)
METHODS = st.sampled_from(ARGUMENTS.split())


@settings(max_examples=150)
@given(st.lists(st.dictionaries(NAMES, ANY, max_size=8), max_size=3), ANY, st.floats(0, 4e9) | st.none())
def test_any_hit_is_answered(entries: list[dict[str, str]], agent: str, at: float | None) -> None:
    double = MatomoDouble()
    for entry in entries:
        params = {"idsite": "1", "rec": "1", "token_auth": TOKEN} | entry
        url = f"{BASE}/matomo.php?" + urlencode(params, errors="replace")
        reply = double.handle(Request(method="GET", url=url, headers=(("User-Agent", agent),), at=at, remote="x"))
        assert reply.status in (200, 204, 400), reply
    bulk_body = Json({"requests": list(entries), "token_auth": TOKEN})
    reply = double.handle(Request(method="POST", url=f"{BASE}/matomo.php", body=bulk_body, at=at))
    assert reply.status == 200 or json.loads(reply.body)["status"] == "error", reply
    assert isinstance(visits(double), list)


@settings(max_examples=150)
@given(METHODS, st.dictionaries(API_NAMES, ANY, max_size=6))
def test_any_call_is_answered(method: str, arguments: dict[str, str]) -> None:
    double = MatomoDouble()
    hit(double)
    query = {"module": "API", "method": method, "format": "json", "idSite": "1", "token_auth": TOKEN} | arguments
    url = f"{BASE}/index.php?" + urlencode(query, errors="replace")
    reply = double.handle(Request(method="GET", url=url, at=AT, remote="127.0.0.1"))
    assert reply.status in (200, 400, 401), reply
    assert b"double failed" not in reply.body


@pytest.mark.parametrize("path", ["/", "", "/index.php", "/matomo.js", "/nothing", "/matomo.php/x", "/piwik.php?"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD", "OPTIONS", "BREW"])
def test_any_address_is_answered(method: str, path: str) -> None:
    body = Raw(b"\xff\x00", "text/plain")
    reply = MatomoDouble().handle(Request(method=method, url=BASE + path, body=body, at=AT, remote="::1"))
    assert 200 <= reply.status < 500
