"""Reading hits back: recorded hits get the verdict that their recorded visits prove, and no answer breaks anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signal_tui.api import Form, Hit, Json, Raw, Reply, Request, SecretRef, Settings
from signal_tui_matomo.verify import verify
from tests.matomo.live import (
    FIXTURES,
    HOME,
    NOW,
    SETTINGS,
    VISITOR,
    Log,
    Server,
    answer,
    failure,
    hit,
    page,
    run,
    verdict,
    visit,
    weighed,
)

CASES: Mapping[str, Any] = json.loads((FIXTURES / "readback.json").read_text(encoding="utf-8"))


def _sent(index: int, entry: Mapping[str, Any]) -> Hit:
    body = Raw(entry["body"].encode(), entry["type"]) if "body" in entry else None
    url = "https://m.example" + entry["path"]
    return Hit(
        id=str(index),
        integration="shop",
        vendor="matomo",
        request=Request(method=entry["method"], url=url, headers=(("User-Agent", entry["agent"]),), body=body),
        sent_at=0.0,
        reply=Reply(status=entry["status"], headers=(("Date", entry["date"]),), ms=entry["ms"]),
    )


@pytest.mark.parametrize("name", CASES)
def test_recorded_hits_get_the_verdict_their_visits_prove(name: str) -> None:
    case = CASES[name]
    log = Log(case["visits"])
    verdicts = run(verify([_sent(index, entry) for index, entry in enumerate(case["sent"])], SETTINGS), log)
    assert len(log.asked) == case["requests"]
    for found, meant in zip(verdicts, case["verdicts"], strict=True):
        assert (found.state, list(found.same)) == (meant["state"], meant["same"])
        assert weighed(found, "altered") == meant.get("altered", [])
        assert weighed(found, "expected") == meant.get("expected", [])


# Their bulk requests carry a blanked token, or they go on from an earlier case.
ELSEWHERE = ("bulk_5_", "bulk_null_", "bulk_duplicate_", "country_city_without", "id_all_zero")


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith(ELSEWHERE)])
def test_the_sandbox_leads_to_the_same_verdicts(name: str) -> None:
    case, server = CASES[name], Server()
    hits = []
    for index, entry in enumerate(case["sent"]):
        sent = _sent(index, entry)
        server.at = parsedate_to_datetime(entry["date"]).timestamp()
        body = sent.request.body
        if isinstance(body, Raw) and "form" in body.media_type:
            token = b"&token_auth=" + server.double.secrets["token_auth"].encode()
            sent = replace(sent, request=replace(sent.request, body=Raw(body.content + token, body.media_type)))
        reply = server(sent.request)
        assert reply.status == entry["status"]
        hits.append(replace(sent, reply=replace(reply, ms=entry["ms"])))
    verdicts = run(verify(hits, SETTINGS), server)
    for found, meant in zip(verdicts, case["verdicts"], strict=True):
        assert (found.state, list(found.same)) == (meant["state"], meant["same"])
        assert weighed(found, "altered") == meant.get("altered", [])
        assert weighed(found, "expected") == meant.get("expected", [])


def test_one_request_asks_with_the_token_in_the_body_alone() -> None:
    log = Log([visit(page())])
    found = verdict(hit(**HOME), log)
    assert found.state == "found"
    assert found.record is not None
    assert found.record["type"] == "pageview"
    assert "visit 2" in found.evidence
    assert len(log.asked) == 1
    request, arguments = log.asked[0], log.arguments()
    assert "token_auth" not in request.url
    assert arguments["token_auth"] == SecretRef("token_auth")
    assert (arguments["module"], arguments["method"], arguments["format"]) == (
        "API",
        "Live.getLastVisitsDetails",
        "json",
    )
    assert (arguments["idSite"], arguments["filter_limit"]) == (1, 100)
    assert NOW - 20 <= arguments["minTimestamp"] < NOW
    assert "segment" not in arguments


def test_without_a_token_nothing_is_asked_and_the_reason_says_what_to_do() -> None:
    log = Log([])
    found = verdict(hit(**HOME), log, Settings("shop", {"matomo_url": "https://m.example", "site_id": "1"}))
    assert (found.state, log.asked) == ("cannot-tell", [])
    assert "signal-tui tokens set shop token_auth" in str(found.reason)
    assert "view access" in str(found.reason)


def test_a_hit_that_was_refused_is_missing_without_asking() -> None:
    log = Log([visit(page())])
    assert verdict(hit(status=400, **HOME), log).state == "missing"
    assert log.asked == []


REFUSALS = [
    (failure("Unable to authenticate with the provided token. It is either invalid or expired.", 401), "refused:"),
    (failure("You can't access this resource as it requires 'view' access for the website id = 1.", 401), "refused:"),
    (failure("You can't access this resource as it requires 'view' access for the website id = 1."), "refused:"),
    (
        Reply(
            status=401,
            headers=(("Content-Type", "text/html"),),
            body=b"<html><div><h2>Unable to authenticate with the provided token.</h2></div></html>",
        ),
        "refused: Matomo says: Unable to authenticate",
    ),
    (Reply(status=403, body=b""), "refused:"),
    (failure("Too many failed logins. Please wait and try logging in again later.", 500), "blocked:"),
    (failure("The visits log is deactivated. Please enable it."), "visit log"),
    (
        Reply(status=200, headers=(("Content-Type", "text/html"),), body=b"<p>Hello &amp; welcome</p>"),
        "Hello & welcome",
    ),
    (Reply(status=301, headers=(("Location", "https://other.example/index.php?a=b"),)), "other.example/index.php:"),
    (Reply(status=0, error="connection refused"), "not reachable: connection refused"),
    (Reply(status=502, body=b"<html><title>x</title>Bad gateway"), "502"),
]


@pytest.mark.parametrize(("reply", "words"), REFUSALS)
def test_what_keeps_the_log_from_being_read_is_said(reply: Reply, words: str) -> None:
    found = verdict(hit(**HOME), Log(reply))
    assert found.state == "cannot-tell"
    assert words in str(found.reason)
    assert str(found.reason).startswith("refused:") == words.startswith("refused:")


def test_a_site_that_is_not_there_has_no_hits() -> None:
    log = Log(failure("An unexpected website was found in the request: website id was set to '7' ."))
    found = verdict(hit(idsite="7", **HOME), log)
    assert (found.state, found.reason) == ("missing", "there is no site 7 in this Matomo")


def test_a_refused_token_is_not_used_for_further_sites() -> None:
    log = Log(failure("Unable to authenticate with the provided token.", 401))
    verdicts = run(verify([hit(idsite=str(site), **HOME) for site in range(1, 6)], SETTINGS), log)
    assert len(log.asked) == 1
    assert all(str(found.reason).startswith("refused:") for found in verdicts)


def test_each_site_is_asked_once_and_answers_for_itself() -> None:
    def answers(request: Request) -> Reply:
        assert isinstance(request.body, Form)
        site = dict(request.body.pairs)["idSite"]
        asked.append(site)
        return answer([visit(page(), idSite=1), visit(page(), number=3, idSite=2)])

    asked: list[int] = []
    verdicts = run(verify([hit(**HOME), hit(idsite="2", **HOME), hit(idsite="3", **HOME)], SETTINGS), answers)
    assert asked == [1, 2, 3]
    assert [found.state for found in verdicts] == ["found", "found", "missing"]
    assert [found.record and found.record["idVisit"] for found in verdicts] == [2, 3, None]


def test_the_marker_decides_between_records_that_are_alike() -> None:
    log = Log([visit(page(idpageview="aaaaaa"), page(idpageview="bbbbbb"), page(idpageview="cccccc"))])
    found = verdict(hit(marker="bbbbbb", pv_id="bbbbbb", **HOME), log)
    assert found.state == "found"
    assert found.record is not None
    assert found.record["idpageview"] == "bbbbbb"
    assert "page view id" in found.evidence


def test_a_marked_hit_is_found_by_its_marker_whatever_became_of_the_rest() -> None:
    log = Log([visit(page("https://shop.example/other", "Else", idpageview="bbbbbb"), at=NOW + 60)])
    found = verdict(hit(marker="bbbbbb", pv_id="bbbbbb", **HOME), log)
    assert found.state == "altered"
    assert weighed(found, "altered") == ["url", "action_name"]


def test_a_marked_hit_that_was_dropped_is_not_found_in_a_like_one() -> None:
    log = Log([visit(page(idpageview="aaaaaa"), page())])
    assert verdict(hit(marker="bbbbbb", pv_id="bbbbbb", **HOME), log).state == "missing"


def test_records_that_fit_equally_well_are_named() -> None:
    found = verdict(hit(**HOME), Log([visit(page(), page()), visit(page(), number=9)]))
    assert found.state == "cannot-tell"
    assert "3 records" in str(found.reason)
    assert "visit 2" in str(found.reason)
    assert "visit 9" in str(found.reason)


def test_hits_that_are_alike_are_given_a_record_each() -> None:
    verdicts = run(verify([hit(**HOME)] * 3, SETTINGS), Log([visit(page(), page())]))
    assert sorted(found.state for found in verdicts) == ["found", "found", "missing"]


def test_a_dropped_hit_is_not_found_in_the_like_hit_of_another_visitor() -> None:
    other = "a" * 16
    assert verdict(hit(**HOME), Log([visit(page(), visitorId=other)])).state == "missing"


def test_a_hit_that_joined_the_visit_of_another_visitor_is_found_there() -> None:
    later = page("https://shop.example/next", "Next", timestamp=NOW + 4)
    found = verdict(hit(**HOME), Log([visit(page(), later, visitorId="a" * 16)]))
    assert (found.state, weighed(found, "expected")) == ("found", ["_id"])
    elsewhere = verdict(hit(cip="203.0.113.9", **HOME), Log([visit(page(), later, visitorId="a" * 16)]))
    assert elsewhere.state == "missing"


def test_an_earlier_hit_that_was_the_same_is_not_taken_for_it() -> None:
    found = verdict(hit(**HOME), Log([visit(page(), at=NOW - 8)]))
    assert found.state == "missing"
    assert "of another time" in str(found.reason)


def test_the_time_of_a_site_far_from_utc_is_understood() -> None:
    found = verdict(hit(cdt=str(NOW - 30), **HOME), Log([visit(page(), at=NOW - 30, shift=20700)]))
    assert found.state == "found"
    assert "cdt" in found.same
    late = visit(page(), page("https://shop.example/2", "Two"), shift=-36000, lastActionTimestamp=NOW + 1500)
    assert verdict(hit(**HOME), Log([late])).state == "found"


def test_a_hit_without_a_reply_is_looked_for_by_our_clock() -> None:
    log = Log([visit(page(), at=NOW - 90)])
    assert verdict(hit(status=0, **HOME), log).state == "found"
    assert log.arguments()["minTimestamp"] <= NOW - 300


def test_a_full_page_makes_it_ask_by_id_and_only_once() -> None:
    others = [visit(page(), number=number, visitorId="b" * 16) for number in range(10, 110)]
    log = Log(others, [visit(page())])
    assert verdict(hit(uid="a b;c", **HOME), log).state == "missing"
    assert str(log.arguments()["segment"]).endswith(f",visitorId=={VISITOR},userId==a%2520b%253Bc")
    log = Log(others, [visit(page())])
    assert verdict(hit(**HOME), log).state == "found"
    assert len(log.asked) == 2
    assert log.arguments()["segment"] == f"visitorId=={VISITOR}"


def test_an_old_order_is_asked_for_by_its_id_first() -> None:
    order = {"type": "ecommerceOrder", "orderId": "A-1", "revenue": 10, "itemDetails": [], "idpageview": None}
    log = Log([visit(order, at=NOW - 90000)])
    found = verdict(hit(idgoal="0", ec_id="A-1", revenue="10.00", cdt=str(NOW - 90000)), log)
    assert found.state == "found"
    assert log.arguments(0)["segment"] == f"orderId==A-1,visitorId=={VISITOR}"
    assert log.arguments(0)["minTimestamp"] < NOW - 90000


def test_an_old_hit_without_an_id_of_its_own_is_looked_for_in_its_days() -> None:
    log = Log([], [visit(page(), at=NOW - 90000, visitorId="c" * 16)])
    found = verdict(hit(id_="", cdt=str(NOW - 90000), **HOME), log)
    assert (found.state, len(log.asked)) == ("missing", 1)
    assert (log.arguments()["period"], log.arguments()["date"]) == ("range", "2026-11-18,2026-11-20")
    assert verdict(hit(id_="", cdt=str(NOW - 90000), **HOME), Log(log.replies[1])).state == "found"


def test_a_refused_segment_is_no_proof_that_a_hit_is_missing() -> None:
    others = [visit(page(), number=number, visitorId="b" * 16) for number in range(10, 110)]
    found = verdict(hit(**HOME), Log(others, failure("Segment 'visitorId' is not a supported segment.")))
    assert found.state == "cannot-tell"
    assert "visitorId" in str(found.reason)


def test_a_repeated_order_id_is_named() -> None:
    order = {"type": "ecommerceOrder", "orderId": "A-1", "revenue": 10, "timestamp": NOW - 4000}
    found = verdict(hit(idgoal="0", ec_id="A-1", revenue="12"), Log([visit(order, page())]))
    assert found.state == "missing"
    assert "repeated" in str(found.reason)


def test_a_cart_that_an_order_took_the_place_of_cannot_be_told() -> None:
    order = {"type": "ecommerceOrder", "orderId": "A-1", "revenue": 10, "timestamp": NOW + 3}
    found = verdict(hit(idgoal="0", revenue="10"), Log([visit(order)]))
    assert (found.state, "taken the cart's place" in str(found.reason)) == ("cannot-tell", True)


def test_the_hits_of_a_bulk_request_are_looked_for_one_by_one() -> None:
    rows = ["?idsite=1&rec=1&_id=" + VISITOR + "&action_name=" + title for title in ("One", "Two", "Three")]
    request = Request(method="POST", url="https://m.example/matomo.php", body=Json({"requests": rows}))
    sent = replace(hit(status=200), request=request)
    log = Log([visit(page("", "One"), page("", "Three"))])
    found = verdict(sent, log)
    assert found.state == "missing"
    assert "2 found, 1 missing" in found.evidence
    assert "[2].action_name" in found.same
    assert found.record is not None
    assert [bool(row) for row in found.record["hits"]] == [True, False, True]
    assert len(log.asked) == 1


def test_a_ping_is_found_where_the_visit_ends_with_it() -> None:
    shown = visit(page(), at=NOW - 60, lastActionTimestamp=NOW)
    assert verdict(hit(ping="1", **HOME), Log([shown])).state == "found"
    assert verdict(hit(ping="1", **HOME), Log([visit(page(), at=NOW)])).state == "cannot-tell"


def test_the_rounds_of_many_sites_are_bounded() -> None:
    log = Log([])
    verdicts = run(verify([hit(idsite=str(site), **HOME) for site in range(1, 40)], SETTINGS), log)
    assert len(log.asked) <= 12
    assert len(verdicts) == 39


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = sorted(
    set(visit(page()))
    | {"type", "url", "pageTitle", "timestamp", "idpageview", "revenue", "orderId", "itemDetails", "goalId", "items"}
    | {"eventCategory", "eventAction", "eventValue", "productViewPrice", "productViewCategories", "dimension1", "city"}
    | {"referrerUrl", "latitude", "browserVersion", "contentName", "siteSearchKeyword", "price", "itemSKU"}
)
TYPES = st.sampled_from(["action", "event", "search", "ecommerceOrder", "ecommerceAbandonedCart", "goal", 13, None, 7])
TIMES = st.sampled_from([NOW, str(NOW), float(NOW), NOW + 3600, 1e308, -(10**30), "x", None])
ANY = JSON | TIMES
ACTION = st.builds(
    lambda kind, at, rest: {**rest, "type": kind, "timestamp": at},
    TYPES,
    TIMES,
    st.dictionaries(st.sampled_from(KEYS), ANY, max_size=5),
)
VISIT = st.builds(
    lambda rest, visitor, actions: {**rest, "visitorId": visitor, "actionDetails": actions},
    st.dictionaries(st.sampled_from(KEYS), ANY, max_size=5),
    st.just(VISITOR) | JSON,
    st.lists(ACTION, max_size=4) | JSON,
)
SENT = [
    hit(cip="1.2.3.4", lang="de", res="1x1", urlref="https://a.example/", dimension1="x", city="a", lat="1", **HOME),
    hit(e_c="a", e_a="b", e_v="1,5", uid="u", pks="s", pkc='["a"]', pkp="2"),
    hit(idgoal="0", ec_id="A", revenue="1", ec_items='[["a","b","c",1,2],[],5,{"x":1}]'),
    hit(idgoal="0", revenue="1", pks="x", pkq="2", ec_items="nope"),
    hit(idgoal="1", cdt=str(NOW - 7200)),
    hit(search="x", marker="abcdef", pv_id="abcdef"),
    hit(c_n="x", c_p="y"),
    hit(ping="1"),
    hit(status=0, download="https://a.example/x"),
]


@settings(max_examples=150, deadline=None)
@given(st.one_of(JSON, st.lists(VISIT, max_size=3)), st.sampled_from([200, 200, 200, 401, 500, 0]))
def test_no_answer_raises(value: Any, status: int) -> None:
    verdicts = run(verify(SENT, SETTINGS), lambda request: answer(value, status))
    assert len(verdicts) == len(SENT)
    assert all(found.state in ("found", "altered", "missing", "cannot-tell") for found in verdicts)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([200, 302, 401, 404, 500]), st.text(max_size=12))
def test_no_bytes_raise(body: bytes, status: int, header: str) -> None:
    reply = Reply(status=status, headers=(("Location", header), ("Content-Type", header), ("Date", header)), body=body)
    sent = replace(hit(**HOME), reply=replace(reply, status=200))
    assert len(run(verify([sent, *SENT], SETTINGS), lambda request: reply)) == len(SENT) + 1
