"""Reading hits back from the debugger: the verdict that sessions and raw requests prove, and no answer breaks it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from signal_tui.api import Hit, Json, Reply, SecretRef, join
from signal_tui_piwik_pro.verify import verify
from tests.piwik_pro.integration import APP, settings
from tests.piwik_pro.live import (
    LOG,
    NOW,
    PAGE,
    TOKEN,
    VISITOR,
    Debugger,
    document,
    flat,
    hit,
    log,
    page,
    plain,
    run,
    session,
    stream,
    verdict,
    weighed,
)

OTHER_LOG = "654c80f9-4c26-4f71-ac32-cf271c945237"


def test_a_page_is_found_by_its_raw_request() -> None:
    seen = Debugger([session(page())], [log(**PAGE)])
    found = verdict(hit(**PAGE), seen)
    assert (found.state, found.differences) == ("found", ())
    assert set(found.same) == {"url", "action_name", "_id"}
    assert found.record is not None
    assert (found.record["type"], found.record["request"]["url"]) == ("pageview", PAGE["url"])
    assert "known by its raw request in session 4e2ac4d7dfddfad1" in found.evidence


def test_what_is_asked_and_with_what() -> None:
    seen = Debugger([session(page())], [log(**PAGE)])
    verdict(hit(**PAGE), seen)
    assert seen.paths == ["token", "debugger", "logs"]
    token = seen.asked[0]
    assert (token.method, token.url, token.issues) == (
        "POST",
        "https://yourbrand.piwik.pro/auth/token",
        ("access_token",),
    )
    assert isinstance(token.body, Json)
    assert token.body.value == {
        "grant_type": "client_credentials",
        "client_id": SecretRef("client_id"),
        "client_secret": SecretRef("client_secret"),
    }
    assert seen.asked[1].header("Authorization") == join("Bearer ", SecretRef("access_token"))
    assert seen.query(1) == {"app_id": APP, "limit": "100", "lookup_window": "300", "visitor_id": VISITOR}
    assert seen.query(2) == {"app_id": APP, "log_uuids": LOG}


def test_the_visitor_of_a_user_is_asked_for_by_the_hash_of_the_user() -> None:
    seen = Debugger()
    verdict(hit(uid="john", **PAGE), seen)
    assert seen.query(1)["visitor_id"] == "a51dda7c7ff50b61"  # sha1("john")
    assert "visitor_id" not in seen.query(2)


def test_not_there_yet_is_missing_after_the_newest_sessions_were_looked_at() -> None:
    seen = Debugger()
    found = verdict(hit(**PAGE), seen)
    assert (found.state, seen.paths) == ("missing", ["token", "debugger", "debugger"])
    assert "the newest sessions" in found.evidence


def test_a_missing_flat_json_hit_says_what_was_assumed() -> None:
    found = verdict(hit(body=flat(**PAGE)), Debugger())
    assert found.state == "missing"
    assert "that a flat JSON object is read at all is assumed" in str(found.reason)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"event_type": [17, "Broken event"], "error_message": "Resolving failed"}, "a broken event: Resolving failed"),
        ({"event_type": [18, "Excluded event"], "exclusion_reason": "crawler"}, "an excluded event: crawler"),
        ({"event_type": [18, "Excluded event"]}, "an excluded event: no reason told"),
    ],
)
def test_broken_and_excluded_events_are_excluded_with_their_reason(event: Any, reason: str) -> None:
    shown = {"event_id_hex": "1" * 16, "log_uuids": [LOG], "server_time": page()["server_time"], **event}
    found = verdict(hit(**PAGE), Debugger([session(shown)], [log(**PAGE)]))
    assert (found.state, found.reason) == ("excluded", reason)
    assert found.record is not None
    without_logs = verdict(hit(**PAGE), Debugger([session(shown)], plain(500)))
    assert (without_logs.state, without_logs.reason) == ("excluded", reason)


def test_the_marker_settles_which_of_two_it_is() -> None:
    events = page(), page(event_id_hex="2" * 16, log_uuids=[OTHER_LOG])
    logs = log(pv_id="aaaaaa", **PAGE), log(OTHER_LOG, pv_id="ff5c6d", **PAGE)
    found = verdict(hit(pv_id="ff5c6d", **PAGE), Debugger([session(*events)], logs))
    assert found.state == "found"
    assert found.record is not None
    assert found.record["event_id_hex"] == "2" * 16
    assert "by marker" in found.evidence


def test_two_that_fit_equally_well_are_not_guessed_between() -> None:
    events = page(), page(event_id_hex="2" * 16, log_uuids=[OTHER_LOG])
    found = verdict(hit(**PAGE), Debugger([session(*events)], [log(**PAGE), log(OTHER_LOG, **PAGE)]))
    assert found.state == "cannot-tell"
    assert str(found.reason).startswith("2 events fit equally well: session 4e2ac4d7dfddfad1")


def test_hits_that_are_alike_get_theirs_in_turn() -> None:
    events = page(), page(event_id_hex="2" * 16, log_uuids=[OTHER_LOG])
    seen = Debugger([session(*events)], [log(**PAGE), log(OTHER_LOG, **PAGE)])
    found = run(verify([hit(**PAGE), hit(at=NOW + 1, **PAGE)], settings()), seen)
    assert [one.state for one in found] == ["found", "found"]
    assert found[0].record != found[1].record
    assert seen.paths == ["token", "debugger", "logs"]


@pytest.mark.parametrize(
    "other",
    [
        log(url="https://shop.example/other", action_name="Home"),
        log(e_c="Cart", e_a="Add", **PAGE),
        log(pv_id="ff5c6d", **PAGE),
        log(at=NOW - 60, **PAGE),
        log(_id="0" * 16, **PAGE),
    ],
)
def test_another_raw_request_is_another_hit(other: Any) -> None:
    assert verdict(hit(**PAGE), Debugger([session(page())], [other])).state == "missing"


def test_a_request_like_it_without_the_marker_is_named() -> None:
    found = verdict(hit(pv_id="ff5c6d", **PAGE), Debugger([session(page())], [log(**PAGE)]))
    assert found.state == "missing"
    assert "a request like it came at 2026-11-20 09:54:40 UTC without its pv_id" in str(found.reason)


def test_a_token_that_is_valid_for_no_time() -> None:
    found = verdict(hit(**PAGE), Debugger(Reply(status=0, error="shop has no setting access_token")))
    assert (found.state, found.reason) == ("cannot-tell", "/auth/token gave a token that is not valid for any time.")


def test_one_request_that_made_two_events_is_the_one_of_its_kind() -> None:
    goal = page(event_id_hex="2" * 16, event_type=[8, "Goal conversion"], goal_id=3)
    found = verdict(hit(**PAGE), Debugger([session(goal, page())], [log(**PAGE)]))
    assert found.state == "found"
    assert found.record is not None
    assert found.record["type"] == "pageview"


def test_a_hit_that_joined_a_session_of_its_device_is_found_among_the_newest() -> None:
    other = "0123456789abcdef"
    answers = iter([stream(), stream(session(page(), visitor_id_hex=other, cookie_id_hex=other))])

    class Late(Debugger):
        def __call__(self, request: Any) -> Reply:
            if request.url.split("?")[0].endswith("/debugger"):
                self.sessions = next(answers)
            return super().__call__(request)

    found = verdict(hit(**PAGE), Late(logs=[log(**PAGE)]))
    assert found.state == "found"
    assert weighed(found, "expected") == ["_id"]


def test_without_raw_requests_the_events_must_do() -> None:
    seen = Debugger([session(page())], plain(404))
    found = verdict(hit(**PAGE), seen)
    assert found.state == "found"
    assert "visitor, content and time" in found.evidence
    assert verdict(hit(url=PAGE["url"], action_name="Other"), seen).state == "missing"
    assert verdict(hit(at=NOW - 60, **PAGE), seen).state == "missing"
    order = page(event_type=[9, "Ecommerce conversion"], order_id="O-1", revenue=5)
    sent = hit(e_t="order", ec_id="O-1", revenue="5", id_="ffffffffffffffff")
    assert "by order id" in verdict(sent, Debugger([session(order)], plain(404))).evidence


def test_without_credentials_nothing_is_asked_and_the_reason_says_what_to_do() -> None:
    seen = Debugger()
    found = verdict(hit(**PAGE), seen, settings("client_id"))
    assert (found.state, seen.asked) == ("cannot-tell", [])
    assert "signal-tui tokens set shop client_secret" in str(found.reason)
    assert "client_id" not in str(found.reason)


@pytest.mark.parametrize(
    ("token", "debugger", "state", "words", "refused"),
    [
        (document({"error": "invalid_client"}, 401), stream(), "cannot-tell", "refused: /auth/token refused", True),
        (Reply(status=0, error="refused: told so before"), stream(), "cannot-tell", "refused: told so before", True),
        (Reply(status=0, error="no route"), stream(), "cannot-tell", "not reachable: no route", False),
        (document({}), stream(), "cannot-tell", "without a token", False),
        (plain(302), stream(), "cannot-tell", "redirects to", False),
        (TOKEN, plain(401), "cannot-tell", "refused: /api/tracker/v1/debugger does not take", False),
        (TOKEN, plain(404, "404 page not found"), "cannot-tell", "the credentials may not see it", False),
        (TOKEN, plain(400, "Request parameters deserialization error."), "cannot-tell", "deserialization", False),
        (TOKEN, plain(500), "cannot-tell", "answered 500", False),
        (TOKEN, Reply(status=0, error="gone"), "cannot-tell", "not reachable: gone", False),
        (TOKEN, plain(200, "<html>login</html>"), "cannot-tell", "answered no sessions but text/plain", False),
        (TOKEN, plain(200, ""), "missing", "not in the debugger", False),
    ],
)
def test_what_cannot_be_asked_is_said(token: Reply, debugger: Reply, state: str, words: str, refused: bool) -> None:
    found = verdict(hit(**PAGE), Debugger(debugger, token=token))
    assert (found.state, found.refused) == (state, refused)
    assert words in str(found.reason)


def test_a_token_that_is_over_is_asked_for_once_more() -> None:
    class Over(Debugger):
        def __call__(self, request: Any) -> Reply:
            reply = super().__call__(request)
            return plain(401) if len(self.asked) == 2 else reply

    seen = Over([session(page())], [log(**PAGE)])
    assert verdict(hit(**PAGE), seen).state == "found"
    assert seen.paths == ["token", "debugger", "token", "debugger", "logs"]


@pytest.mark.parametrize(
    ("sent", "state", "words"),
    [
        (hit(status=400, **PAGE), "missing", "answered 400"),
        (hit(idsite="7", **PAGE), "cannot-tell", "idsite is none"),
        (replace(hit(), request=replace(hit().request, body=None)), "missing", "holds no hit"),
    ],
)
def test_what_need_not_be_asked(sent: Hit, state: str, words: str) -> None:
    seen = Debugger()
    found = verdict(sent, seen)
    assert (found.state, seen.asked) == (state, [])
    assert words in str(found.reason)


def test_a_hit_that_is_too_old_for_the_debugger() -> None:
    late = replace(stream(), headers=(("Date", "Sun, 22 Nov 2026 10:00:00 GMT"),))
    found = verdict(hit(**PAGE), Debugger(late))
    assert found.state == "cannot-tell"
    assert "looks back 5 hours" in str(found.reason)


def test_the_hits_of_a_bulk_request_are_told_apart() -> None:
    rows = [f"?idsite={APP}&rec=1&_id={VISITOR}&url=https%3A%2F%2Fshop.example%2F{name}" for name in "ab"]
    sent = hit(body=Json({"requests": rows}))
    events = page(event_url="https://shop.example/a"), page(event_id_hex="2" * 16, log_uuids=[OTHER_LOG])
    logs = log(url="https://shop.example/a"), log(OTHER_LOG, url="https://shop.example/b")
    found = verdict(sent, Debugger([session(*events)], logs))
    assert found.state == "altered"
    assert weighed(found, "altered") == ["[1].url"]
    assert "2 hits in one request: 1 found, 1 altered" in found.evidence


def test_what_an_answer_calls_assumed_is_in_the_evidence() -> None:
    found = verdict(hit(**PAGE), Debugger([session(page(assumed=["all of it"]))], [log(**PAGE)]))
    assert found.evidence.endswith("[assumed: all of it]")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(LOG) | st.just(VISITOR),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["events", "event_type", "log_uuids", "server_time", "id", "time", "query_params", "items"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@hypothesis_settings(deadline=None)
@given(st.lists(JUNK, max_size=3), st.lists(JUNK, max_size=3), st.sampled_from([200, 200, 200, 404, 500, 0]))
def test_no_answer_breaks_it(sessions: list[Any], logs: list[Any], status: int) -> None:
    def answer(rows: list[Any]) -> Reply:
        return Reply(status=status, body="\n".join(json.dumps(row) for row in rows).encode("utf-8", "replace"))

    events = [session(page(), *(row for row in sessions if isinstance(row, dict)))]
    for sent in (hit(**PAGE), hit(e_t="order", ec_id="O", revenue="1", ec_products='[["S"]]', cdt="5", uid="u")):
        assert verdict(sent, Debugger(answer(sessions), answer(logs))).state
        assert verdict(sent, Debugger(events, answer(logs))).state


@given(st.binary(max_size=300), st.integers(0, 599))
def test_no_bytes_break_it(body: bytes, status: int) -> None:
    reply = Reply(status=status, body=body)
    assert verdict(hit(**PAGE), Debugger(reply)).state
    assert verdict(hit(**PAGE), Debugger([session(page())], reply)).state
    assert verdict(hit(**PAGE), Debugger(token=reply)).state
