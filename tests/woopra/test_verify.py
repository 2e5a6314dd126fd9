"""Hits are found on the timeline of their visitor, or it is said why not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Hit, Json, Reply, Request, SecretRef, Settings, Verdict, basic
from tests.woopra.integration import (
    COOKIE,
    NOW,
    SANDBOXED,
    VENDOR,
    Server,
    answer,
    event,
    fixture,
    hit,
    mapped,
    run,
    settings,
    shown,
    timeline,
    track,
)
from tests.woopra.test_example import order

MARKER = "k3v9x2ab7q0z"
ORDER = {"order_id": "O-1", "amount": "9.50"}
SENT = {"ce_order_id": "O-1", "ce_amount": "9.50"}


class Log:
    """Answers one question after the other, the last answer again and again, and remembers what it was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = replies
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.replies[min(len(self.asked), len(self.replies)) - 1]

    @property
    def bodies(self) -> list[Any]:
        return [request.body.value for request in self.asked if isinstance(request.body, Json)]


def verdicts(hits: Sequence[Hit], *replies: Reply, config: Settings | None = None) -> list[Verdict]:
    return list(run(VENDOR.verify(hits, config or settings()), Log(*replies)))


def verdict(sent: Hit, *replies: Reply, config: Settings | None = None) -> Verdict:
    (found,) = verdicts([sent], *replies, config=config)
    return found


def weighed(found: Verdict, weight: str) -> list[str]:
    return [difference.field for difference in found.differences if difference.weight == weight]


def test_the_question() -> None:
    log = Log(timeline())
    run(VENDOR.verify([hit(track(cv_email="a@b.example"))], settings()), log)
    first, second = log.asked
    assert (first.method, first.url) == ("POST", "https://www.woopra.com/rest/3.10/profile/actions")
    assert first.headers == (("Authorization", basic(SecretRef("app_id"), SecretRef("secret_key"))),)
    assert log.bodies == [
        {"project": "mywebsite.com", "cookie": COOKIE, "limit": 2},
        {"project": "mywebsite.com", "email": "a@b.example", "limit": 2},
    ]
    assert second.headers == first.headers


def test_found_by_its_marker() -> None:
    sent = hit(track(**SENT, idptnc=MARKER))
    for twin in ({"idptnc": MARKER}, {"idptnc": MARKER, "time": 1}):
        found = verdict(sent, timeline(shown("purchase", ORDER), shown("purchase", ORDER, **twin)))
        assert (found.state, set(found.same)) == ("found", {"event", "ce_order_id", "ce_amount", "idptnc"})
        assert "known by its idptnc" in found.evidence
        assert "assumed" in found.evidence
        assert found.record is not None
        assert found.record["properties"] == ORDER


def test_another_marker_is_another_event() -> None:
    sent = hit(track(**SENT, idptnc=MARKER))
    assert verdict(sent, timeline(shown("purchase", ORDER, idptnc="other0000000"))).state == "missing"


def test_found_by_name_and_properties_in_a_timeline_without_times() -> None:
    (request,) = mapped(order()).requests
    found = verdict(hit(request), answer(fixture("timeline.json")))
    assert (found.state, found.differences) == ("found", ())
    assert "shows no time" in found.evidence
    assert set(found.same) == {"event", "ce_app", "ce_order_id", "ce_amount", "ce_currency", "ce_coupon"}


def test_another_order_is_not_it() -> None:
    assert verdict(hit(track(**SENT)), timeline(shown("purchase", {**ORDER, "order_id": "O-2"}))).state == "missing"
    assert verdict(hit(track(**SENT)), timeline(shown("pv", ORDER))).state == "missing"


@pytest.mark.parametrize(("ahead", "state"), [(0, "found"), (60, "found"), (-3600, "missing"), (3600, "missing")])
def test_the_time_must_fit(ahead: int, state: str) -> None:
    sent = hit(track(**SENT), date=formatdate(NOW, usegmt=True))
    assert verdict(sent, timeline(shown("purchase", ORDER, time=(NOW + ahead) * 1000))).state == state


def test_our_clock_may_be_wrong_where_the_answer_says_the_time() -> None:
    sent = hit(track(**SENT), at=NOW - 7200, date=formatdate(NOW, usegmt=True))
    assert verdict(sent, timeline(shown("purchase", ORDER, time=NOW * 1000))).state == "found"


def test_the_nearest_of_equal_events() -> None:
    sent = hit(track(event="pv"), date=formatdate(NOW, usegmt=True))
    near, far = shown("pv", {}, time=NOW * 1000), shown("pv", {}, time=(NOW + 30) * 1000)
    found = verdict(sent, timeline(far, near))
    assert found.state == "found"
    assert found.record is not None
    assert found.record["time"] == NOW


def test_several_that_fit_are_named() -> None:
    found = verdict(hit(track(**SENT)), timeline(shown("purchase", ORDER), shown("purchase", ORDER)))
    assert found.state == "cannot-tell"
    assert "event 1 of the timeline (purchase), event 2" in (found.reason or "")


@pytest.mark.parametrize(
    ("recorded", "field", "because"),
    [
        ({"order_id": "O-1", "amount": "9"}, "ce_amount", "another number"),
        ({"order_id": "O-1", "amount": "nine"}, "ce_amount", "recorded otherwise"),
        ({"order_id": "O-1"}, "ce_amount", "shows nothing"),
        ({"order_id": "O-1", "amount": "9.5", "name": "Woo"}, "ce_name", "cut after 3"),
    ],
)
def test_altered_properties(recorded: dict[str, str], field: str, because: str) -> None:
    extra = {"ce_name": "Wool Runner"} if field == "ce_name" else {}
    found = verdict(hit(track(**SENT, **extra, idptnc=MARKER)), timeline(shown("purchase", recorded, idptnc=MARKER)))
    assert (found.state, weighed(found, "altered")) == ("altered", [field])
    assert because in found.differences[0].because


def test_numbers_and_blanks_are_the_same() -> None:
    recorded = {"order_id": " O-1", "amount": 9.5}
    assert verdict(hit(track(**SENT)), timeline(shown("purchase", recorded))).state == "found"


def test_what_woopra_never_reads_is_altered() -> None:
    sent = hit(track(**SENT, order_id="O-1", cookie="c" * 30, idptnc=MARKER))
    log = Log(timeline(shown("purchase", ORDER, idptnc=MARKER)))
    (found,) = run(VENDOR.verify([sent], settings()), log)
    assert (found.state, weighed(found, "altered")) == ("altered", ["cookie", "order_id"])
    assert log.bodies[0]["cookie"] == "c" * 24


def test_the_name_of_the_sender_may_be_elsewhere() -> None:
    found = verdict(hit(track(**SENT, ce_app="datafly-signal")), timeline(shown("purchase", ORDER)))
    assert (found.state, weighed(found, "expected")) == ("found", ["ce_app"])


def test_a_time_that_was_not_taken() -> None:
    sent = hit(track(**SENT, timestamp=str(int(NOW * 1000)), idptnc=MARKER))
    assert verdict(sent, timeline(shown("purchase", ORDER, idptnc=MARKER, time=NOW * 1000))).state == "found"
    found = verdict(sent, timeline(shown("purchase", ORDER, idptnc=MARKER, time=NOW * 1000 + 60_000)))
    assert weighed(found, "altered") == ["timestamp"]


def test_old_events_are_asked_for_over_their_days() -> None:
    log = Log(timeline())
    sent = hit(track(**SENT, timestamp=str(int((NOW - 10 * 86_400) * 1000))))
    run(VENDOR.verify([sent], settings()), log)
    assert log.bodies[0]["limit"] == 11


def test_what_decides_before_the_cookie_is_asked_for_too() -> None:
    sent = hit(track(**SENT, cv_id="u", cv_email="a@b.example"))
    found = verdict(sent, timeline(), timeline(shown("purchase", ORDER)))
    assert (found.state, weighed(found, "expected")) == ("found", ["cookie"])
    assert "by cookie, then by cv_email" in found.evidence


def test_hits_of_one_visitor_share_a_question() -> None:
    log = Log(timeline(shown("purchase", ORDER), shown("login", {})))
    found = run(VENDOR.verify([hit(track(**SENT)), hit(track(event="login"))], settings()), log)
    assert [one.state for one in found] == ["found", "found"]
    assert len(log.asked) == 1


def test_one_round_does_not_use_up_the_limits() -> None:
    log = Log(timeline())
    found = run(VENDOR.verify([hit(track(cookie=f"C{number}")) for number in range(40)], settings()), log)
    assert len(log.asked) <= 12
    assert {one.state for one in found} == {"missing", "cannot-tell"}


@pytest.mark.parametrize(
    ("request_", "state", "words"),
    [
        (track(cookie="", cv_name="Jane"), "cannot-tell", "on whose timeline"),
        (track(project=""), "missing", "no project"),
        (track(event=""), "missing", "no event"),
        (track("ping"), "cannot-tell", "leaves no event"),
        (Request(method="GET", url="https://www.woopra.com/"), "cannot-tell", "no hit"),
    ],
)
def test_what_needs_no_question(request_: Request, state: str, words: str) -> None:
    log = Log()
    sent = Hit(id="1", integration="shop", vendor="woopra", request=request_, sent_at=NOW)
    (found,) = run(VENDOR.verify([sent], settings()), log)
    assert (found.state, log.asked) == (state, [])
    assert words in (found.reason or "")


def test_a_hit_that_was_refused_is_not_looked_for() -> None:
    found = verdict(hit(track(), status=400))
    assert (found.state, found.reason) == ("missing", "Woopra answered 400: the hit was not recorded")


@pytest.mark.parametrize("missing", [("app_id", "secret_key"), ("secret_key",)])
def test_without_the_access_key_it_is_said_what_is_needed(missing: tuple[str, ...]) -> None:
    values = {name: value for name, value in settings().values.items() if name not in missing}
    found = verdict(hit(track()), config=Settings("shop", values))
    assert found.state == "cannot-tell"
    for name in ("app_id", "secret_key"):
        assert (f"signal-tui tokens set shop {name}" in (found.reason or "")) == (name in missing)


@pytest.mark.parametrize(
    ("reply", "words", "refused"),
    [
        (Reply(status=401), "refuses the access key", True),
        (Reply(status=0, error="refused: x refused this token before"), "refused this token before", True),
        (Reply(status=403), "may not read this project", False),
        (Reply(status=429), "limit of questions", False),
        (Reply(status=429, error="not asked: used up"), "not asked: used up", False),
        (Reply(status=500), "answered 500", False),
        (Reply(status=302), "redirects", False),
        (Reply(status=200, body=b"<html>"), "no JSON", False),
        (answer({"error": "broken"}), "broken", False),
        (Reply(status=0, error="no route"), "not reachable: no route", False),
    ],
)
def test_when_the_question_is_not_answered(reply: Reply, words: str, refused: bool) -> None:
    for request in (track(**SENT), track("identify", cv_email="a@b.example")):
        found = verdict(hit(request), reply)
        assert (found.state, found.refused) == ("cannot-tell", refused)
        assert words in (found.reason or "")


def test_a_profile_that_is_not_there_is_not_there_yet() -> None:
    assert verdict(hit(track(**SENT)), Reply(status=404)).state == "missing"
    assert verdict(hit(track("identify", cv_name="Jane")), Reply(status=404)).state == "missing"


IDENTIFY = {"cv_email": "a@b.example", "cv_name": "Jane Doe"}


@pytest.mark.parametrize(
    "properties",
    [
        {"email": "a@b.example", "name": "Jane Doe"},
        [["email", "E-mail", "a@b.example"], ["name", "Name", "Jane Doe"]],
        [{"key": "email", "value": "a@b.example"}, {"key": "name", "value": "Jane Doe"}],
    ],
)
def test_traits_are_found_on_the_profile(properties: Any) -> None:
    log = Log(answer({"pid": "1", "properties": properties}))
    (found,) = run(VENDOR.verify([hit(track("identify", **IDENTIFY))], settings()), log)
    assert (found.state, found.same) == ("found", ("cv_email", "cv_name"))
    assert "does not say which hit set them" in found.evidence
    (asked,) = log.asked
    assert asked.url.endswith("/profile?project=mywebsite.com&key=email&value=a@b.example")


def test_traits_that_changed_or_are_not_there() -> None:
    sent = hit(track("identify", **IDENTIFY))
    found = verdict(sent, answer({"properties": {"email": "a@b.example", "name": "John"}}))
    assert (found.state, weighed(found, "altered")) == ("altered", ["cv_name"])
    assert verdict(sent, answer({})).state == "missing"
    assert verdict(sent, answer({"properties": {"plan": "free"}})).state == "missing"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["timeline", "events", "payload", "props", "name", "type", "time", "idptnc", "properties"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
TREES = st.one_of(
    JSON,
    JSON.map(lambda tree: {"timeline": [{"events": [tree]}]}),
    JSON.map(
        lambda tree: {"timeline": [{"events": [{"type": "event", "payload": {"name": "purchase", "props": tree}}]}]}
    ),
    JSON.map(lambda tree: {"properties": tree}),
)


@given(status=st.sampled_from([0, 200, 202, 204, 302, 401, 404, 429, 500]), tree=TREES, raw=st.binary(max_size=20))
def test_any_answer_gives_verdicts(status: int, tree: Any, raw: bytes) -> None:
    hits = [hit(track(**SENT, idptnc=MARKER)), hit(track("identify", **IDENTIFY)), hit(track(event="pv"), status=0)]
    for body in (json.dumps(tree).encode(), raw):
        found = verdicts(hits, Reply(status=status, body=body))
        assert [one.state in ("found", "altered", "missing", "cannot-tell") for one in found] == [True] * 3


@given(st.text(max_size=60), st.binary(max_size=30))
def test_any_date_of_an_answer(date: str, body: bytes) -> None:
    sent = hit(track(**SENT), date=date or " ")
    assert verdict(sent, timeline(shown("purchase", ORDER))).state == "found"


@pytest.mark.parametrize("preset", ["default", "recommended"])
@pytest.mark.parametrize("name", ["page", "Order Completed", "Signed Up", "identify"])
def test_the_double_shows_what_was_sent(preset: str, name: str) -> None:
    server = Server()
    traits = {"email": "jane.doe@example.com", "name": "Jane Doe"}
    source = event(name, {"order_id": "O-1", "revenue": 149.95, "method": "email"}, userId="u-1", traits=traits)
    (request,) = mapped(source, preset, SANDBOXED).requests
    marked = VENDOR.mark(request, MARKER) or request
    reply = server(marked)
    assert VENDOR.read_reply(marked, reply).state == "accepted"
    sent = Hit(id="1", integration="shop", vendor="woopra", request=marked, sent_at=NOW, reply=reply)
    (found,) = run(VENDOR.verify([sent], SANDBOXED), server)
    assert (found.state, found.differences) == ("found", ())
    assert len(server.asked) == 2
