"""What can be found out about an instance: from the sandbox's double, and from answers that are not Matomo's."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Generator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signal_tui.api import Check, CheckFlow, Known, Reply, Request, Settings, VisitQuery, encode
from signal_tui_matomo.check import check
from signal_tui_matomo.site_checks import excluding
from signal_tui_matomo.troubles import TROUBLES
from signal_tui_matomo.verify import verify
from signal_tui_matomo.visits import visits
from tests.matomo.live import HOME, SETTINGS, Log, Server, answer, failure, hit, run, visit

TRACKER = Reply(status=200, body=b"This resource is part of Matomo.")
NO_TOKEN = Settings("shop", {"matomo_url": "https://m.example", "site_id": "1"})


def examine(answers: Callable[[Request], Reply], config: Settings = SETTINGS) -> tuple[dict[str, Check], Known]:
    """The checks by name, and what is known."""
    found: dict[str, Check] = {}
    flow: CheckFlow = check(config)
    try:
        step = next(flow)
        while True:
            if isinstance(step, Check):
                assert step.check not in found
                assert step.message
                assert step.trouble is None or step.trouble in {trouble.id for trouble in TROUBLES}
                assert step.state != "fail" or step.remedy
                found[step.check] = step
                step = flow.send(None)
            else:
                step = flow.send(answers(step))
    except StopIteration as stop:
        known: Known = stop.value
        return found, known


def _site(number: str, token: str | None = None) -> tuple[dict[str, Check], Known, Server]:
    server = Server(token)
    config = Settings("shop", {**SETTINGS.values, "site_id": number})
    found, known = examine(server, config)
    return found, known, server


def test_a_shop_that_is_set_up_is_known_whole() -> None:
    found, known, _ = _site("1")
    assert {name: one.state for name, one in found.items()} == {
        "reachable": "ok",
        "path": "ok",
        "version": "ok",
        "token": "ok",
        "overrides": "ok",
        "site": "ok",
        "ecommerce": "ok",
        "goals": "ok",
        "dimensions": "ok",
        "exclusions": "ok",
        "own address": "ok",
        "visit log": "ok",
        "geo": "cannot-tell",
    }
    assert known == {
        "version": "5.2.0-b5",
        "token": "superuser",
        "tracking_enabled": True,
        "sites_complete": True,
        "sites": {
            "1": {
                "timezone": "UTC",
                "currency": "EUR",
                "ecommerce": True,
                "goals": [1, 2, 3],
                "dimensions": {"1": "visit", "2": "action"},
                "urls": ["https://shop.example"],
                "only_known_urls": False,
                "excluded_ips": [],
                "excluded_user_agents": [],
                "excluded_parameters": [],
            },
            "2": {},
            "3": {},
        },
    }
    assert json.loads(json.dumps(known)) == known
    assert "dimension3" in found["dimensions"].message
    assert "1 “Signup”" in found["goals"].message


def test_nothing_is_recorded_by_checking() -> None:
    _, _, server = _site("1")
    assert run(verify([hit(status=0, **HOME)], SETTINGS), server)[0].state == "missing"
    assert run(visits(VisitQuery(), SETTINGS), server) == []


@pytest.mark.parametrize(("name", "access"), [("admin", "admin"), ("writer", "write"), ("secure_only", "superuser")])
def test_what_a_token_may_do_is_told(name: str, access: str) -> None:
    found, known, _ = _site("1", Server().double.tokens[name])
    assert (found["token"].state, found["overrides"].state, known["token"]) == ("ok", "ok", access)
    assert known["sites_complete"] == (access == "superuser")
    assert access in found["token"].message


def test_a_token_that_may_only_read_is_not_probed_with() -> None:
    found, known, server = _site("1", Server().double.tokens["viewer"])
    assert (found["token"].state, found["token"].trouble, known["token"]) == ("warn", "overrides-refused", "view")
    assert "overrides" not in found
    assert found["visit log"].state == "ok"
    assert server.asked.count("https://m.example/matomo.php") == 1


@pytest.mark.parametrize("token", ["f" * 32, "abc"])
def test_a_wrong_token_is_used_once(token: str) -> None:
    found, known, server = _site("1", token)
    assert (found["token"].state, found["token"].trouble, known["token"]) == ("fail", "overrides-refused", "invalid")
    assert "signal-tui tokens set shop token_auth" in found["token"].remedy
    assert server.asked == ["https://m.example/matomo.php", "API.getMatomoVersion"]


def test_a_token_without_access_to_the_site() -> None:
    found, known, _ = _site("1", Server().double.tokens["noaccess"])
    assert (found["token"].state, known["token"]) == ("fail", "invalid")
    found, known, _ = _site("2", Server().double.tokens["viewer"])
    assert (found["token"].state, known["token"]) == ("fail", "invalid")
    assert "site 2" in found["token"].message


def test_a_blocked_address_is_told_from_a_wrong_token() -> None:
    server = Server("f" * 32)
    for _ in range(25):
        examine(server)
    server.secrets["token_auth"] = server.double.secrets["token_auth"]
    found, known = examine(server)
    assert (found["token"].state, found["token"].trouble) == ("fail", "too-many-failures")
    assert "token" not in known


def test_without_a_token_the_rest_is_still_told() -> None:
    server = Server()
    found, known = examine(server, NO_TOKEN)
    assert {name: one.state for name, one in found.items()} == {"reachable": "ok", "path": "ok", "token": "warn"}
    assert known == {"tracking_enabled": True, "token": "none"}


def test_a_site_that_is_not_there() -> None:
    found, known, _ = _site("999")
    assert (found["site"].state, found["site"].trouble) == ("fail", "not-in-reports")
    assert "sites" not in known


def test_a_strict_site_in_another_time_zone() -> None:
    found, known, _ = _site("3")
    assert known["sites"]["3"]["excluded_ips"] == ["81.2.69.*"]
    assert known["sites"]["3"]["only_known_urls"] is True
    assert known["sites"]["3"]["excluded_parameters"] == ["secret"]
    assert "81.2.69.*" in found["exclusions"].message
    found, known, _ = _site("2")
    assert (known["sites"]["2"]["timezone"], found["ecommerce"].state) == ("Europe/Berlin", "warn")
    assert found["ecommerce"].trouble == "orders-missing"


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (Reply(status=0, error="name or service not known"), "fail", "name or service not known"),
        (Reply(status=301, headers=(("Location", "https://www.m.example/matomo.php?x=1"),)), "fail", "www.m.example"),
        (Reply(status=404), "fail", "404"),
        (Reply(status=503), "fail", "switched off"),
        (Reply(status=200, body=b"It works!"), "warn", "proxy"),
    ],
)
def test_a_tracker_that_is_not_there(reply: Reply, state: str, words: str) -> None:
    found, known = examine(Log(reply, failure("no", 401)))
    assert found["reachable"].state == state
    assert words in found["reachable"].message
    assert known.get("tracking_enabled") in (None, False)


def test_a_wrong_path_to_the_api() -> None:
    page = Reply(status=200, headers=(("Content-Type", "text/html"),), body=b"<html><h1>Blog</h1></html>")
    found, known = examine(Log(TRACKER, page))
    assert (found["path"].state, "token" in found, "token" in known) == ("fail", False, False)


def test_a_network_that_breaks_on_the_way_says_nothing_of_the_token() -> None:
    found, known = examine(Log(TRACKER, answer({"value": "5.2.0"}), Reply(status=0, error="timeout")))
    assert (found["token"].state, "token" in known) == ("cannot-tell", False)


def test_the_log_shows_whether_places_are_found() -> None:
    server = Server()

    def answers(request: Request) -> Reply:
        if "Live.getLastVisitsDetails" in request.url:
            return answer([visit(visitIp="81.2.0.0", countryCode=code, country="Somewhere") for code in codes])
        return server(request)

    codes = ["xx", "xx", "xx"]
    assert (examine(answers)[0]["geo"].state, examine(answers)[0]["geo"].trouble) == ("warn", "geo-blank")
    codes[1] = "gb"
    assert examine(answers)[0]["geo"].state == "ok"


def test_a_visit_log_that_is_off() -> None:
    server = Server()

    def answers(request: Request) -> Reply:
        off = "Live.getLastVisitsDetails" in request.url
        return failure("The visits log is deactivated.") if off else server(request)

    assert examine(answers)[0]["visit log"].state == "fail"


@pytest.mark.parametrize(
    ("address", "rules", "rule"),
    [
        ("81.2.69.7", ["10.0.0.1", "81.2.69.*"], "81.2.69.*"),
        ("81.2.70.7", ["81.2.69.*"], None),
        ("81.2.70.7", ["81.2.*.*"], "81.2.*.*"),
        ("81.2.70.7", ["81.2.0.0/16"], "81.2.0.0/16"),
        ("2001:db8::1", ["2001:db8::/32"], "2001:db8::/32"),
        ("1.2.3.4", ["nonsense", "1.2", "1.*"], None),
        ("nonsense", ["1.2.3.4"], None),
    ],
)
def test_exclusions_of_addresses(address: str, rules: list[str], rule: str | None) -> None:
    assert excluding(address, rules) == rule


@given(st.ip_addresses(v=4))
def test_an_address_is_excluded_by_itself(address: ipaddress.IPv4Address) -> None:
    assert excluding(str(address), [str(address)]) == str(address)


def test_your_own_address_may_be_excluded() -> None:
    server = Server()

    def answers(request: Request) -> Reply:
        return answer({"value": "81.2.69.9"}) if "getIpFromHeader" in request.url else server(request)

    found, _ = examine(answers, Settings("shop", {**SETTINGS.values, "site_id": "3"}))
    assert (found["own address"].state, found["own address"].trouble) == ("warn", "not-in-reports")


def test_the_token_stands_in_bodies_alone() -> None:
    asked: list[Request] = []
    server = Server()

    def answers(request: Request) -> Reply:
        asked.append(request)
        return server(request)

    examine(answers)
    for request in asked:
        wire = encode(request, lambda leaf: "SECRET")
        assert "SECRET" not in wire.url
        assert all("SECRET" not in value for _, value in wire.headers)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=4)
            | st.sampled_from(
                ["value", "idsite", "ecommerce", "idgoal", "active", "scope", "idcustomdimension", "result"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(JSON, min_size=1, max_size=14), st.sampled_from([200, 200, 200, 401, 500]))
def test_no_answer_raises(values: list[Any], status: int) -> None:
    replies = iter([answer({"value": "5.2.0"}), answer({"value": True}), *(answer(value, status) for value in values)])

    def answers(request: Request) -> Reply:
        return TRACKER if request.method == "GET" else next(replies, answer(values[0], status))

    found, known = examine(answers)
    json.dumps(known)
    assert found["reachable"].state == "ok"


def test_the_flow_takes_none_for_an_answer() -> None:
    flow: Generator[Request | Check, Reply | None, Known] = check(SETTINGS)
    assert isinstance(next(flow), Request)
    assert isinstance(flow.send(None), Check)
