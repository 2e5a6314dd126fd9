"""The visits of a site, from the sandbox's double and page by page."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signal_tui.api import Form, Reply, Request, Settings, VisitQuery
from signal_tui_matomo.reporting import NotReadable
from signal_tui_matomo.visits import visits
from tests.matomo.live import NOW, SETTINGS, VISITOR, Log, Server, answer, failure, hit, page, run, visit


def _listed(query: VisitQuery, answers: Any, config: Settings = SETTINGS) -> list[Any]:
    return list(run(visits(query, config), answers))


def test_visits_come_newest_first_with_their_actions() -> None:
    server = Server()
    for number in range(3):
        server.at = NOW + number * 10.0
        server(hit(id_=f"{number}" * 16, cid=f"{number}" * 16, action_name=f"Page {number}").request)
    server(hit(cid="2" * 16, idgoal="0", ec_id="A-1", revenue="5").request)
    listed = _listed(VisitQuery(), server)
    assert [entry["visitorId"] for entry in listed] == ["2" * 16, "1" * 16, "0" * 16]
    assert {action["type"] for action in listed[0]["actions"]} == {"pageview", "order"}
    assert listed[2]["actions"][0]["timestamp"] == NOW
    assert not any(name.endswith(("Icon", "IconSVG", "Pretty")) for entry in listed for name in entry)
    assert isinstance(listed[0]["actionCount"], int)
    assert [entry["visitorId"] for entry in _listed(VisitQuery(visitor="1" * 16), server)] == ["1" * 16]
    assert len(_listed(VisitQuery(limit=2), server)) == 2
    assert len(_listed(VisitQuery(since=NOW + 10.0), server)) == 2


def test_the_times_of_actions_are_utc() -> None:
    config = Settings("shop", {**SETTINGS.values, "site_id": "2"})
    server = Server()
    server(hit(idsite="2", url="https://second.example/").request)
    (entry,) = _listed(VisitQuery(), server, config)
    assert entry["actions"][0]["timestamp"] == entry["lastActionTimestamp"] == NOW


def test_pages_are_asked_for_until_the_limit() -> None:
    many = [visit(page(), number=number) for number in range(1, 251)]
    asked: list[dict[str, Any]] = []

    def answers(request: Request) -> Reply:
        assert isinstance(request.body, Form)
        arguments = dict(request.body.pairs)
        asked.append(arguments)
        start = arguments["filter_offset"]
        return answer(many[start : start + arguments["filter_limit"]])

    assert len(_listed(VisitQuery(limit=230), answers)) == 230
    assert [(entry["filter_offset"], entry["filter_limit"]) for entry in asked] == [(0, 100), (100, 100), (200, 30)]
    assert len(_listed(VisitQuery(limit=1000), answers)) == 250
    assert len(asked) == 6


def test_a_log_that_repeats_itself_does_not_go_on_for_ever() -> None:
    log = Log([visit(page(), number=number) for number in range(100)])
    assert len(_listed(VisitQuery(limit=10_000), log)) == 100
    assert len(log.asked) == 2


def test_the_segment_joins_visitor_and_user() -> None:
    log = Log([])
    _listed(VisitQuery(visitor=VISITOR, user="jane@example.org"), log)
    assert log.arguments()["segment"] == f"visitorId=={VISITOR};userId==jane@example.org"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (failure("Unable to authenticate with the provided token.", 401), "refused: Matomo says"),
        (Reply(status=0, error="timeout"), "not reachable: timeout"),
        (failure("The visits log is deactivated."), "deactivated"),
    ],
)
def test_what_keeps_visits_from_being_read_is_said(reply: Reply, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        _listed(VisitQuery(), Log(reply))


def test_without_a_token_the_error_says_what_to_do() -> None:
    with pytest.raises(NotReadable, match="signal-tui tokens set shop token_auth"):
        _listed(VisitQuery(), Log([]), Settings("shop", {"matomo_url": "https://m.example", "site_id": "1"}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=4) | st.sampled_from(["actionDetails", "idVisit", "timestamp", "actions"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_no_answer_breaks_the_list(value: Any) -> None:
    try:
        listed = _listed(VisitQuery(limit=5), lambda request: answer(value))
    except NotReadable:
        return
    assert all(isinstance(entry["actions"], list) for entry in listed)
