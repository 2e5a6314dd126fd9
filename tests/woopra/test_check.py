"""What can be found out about a project: from the sandbox's double, and from answers that are not Woopra's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signal_tui.api import Check, Known, Reply, Request, Settings
from signal_tui_woopra.troubles import TROUBLES
from tests.woopra.integration import SANDBOXED, VENDOR, Server, answer, settings


def examine(answers: Callable[[Request], Reply], config: Settings) -> tuple[dict[str, Check], Known]:
    """The checks by name, and what is known."""
    found: dict[str, Check] = {}
    flow = VENDOR.check(config)
    try:
        step = next(flow)
        while True:
            if isinstance(step, Check):
                assert step.check not in found
                assert step.message
                assert step.trouble is None or step.trouble in {trouble.id for trouble in TROUBLES}
                found[step.check] = step
                step = flow.send(None)
            else:
                assert "/track/" not in step.url
                step = flow.send(answers(step))
    except StopIteration as stop:
        known: Known = stop.value
        return found, known


def states(found: dict[str, Check]) -> dict[str, str]:
    return {name: check.state for name, check in found.items()}


def test_a_project_that_is_set_up() -> None:
    server = Server()
    found, known = examine(server, settings(**{**server.double.config, "timeout": 300_000}))
    assert states(found) == {"timeout": "ok", "reachable": "ok", "token": "ok", "project": "ok", "limits": "ok"}
    assert known == {"key": "valid", "project": {"name": "shop.sandbox.example", "readable": True}}
    assert len(server.asked) == 1


def test_signals_timeout_is_worth_a_word() -> None:
    found, _ = examine(Server(), SANDBOXED)
    assert (found["timeout"].state, found["timeout"].trouble) == ("warn", "visits-split")


def test_a_wrong_key() -> None:
    found, known = examine(Server(secret_key="wrong"), SANDBOXED)
    assert states(found) == {"timeout": "warn", "reachable": "ok", "token": "fail"}
    assert (found["token"].refused, found["token"].secrets) == (True, ("secret_key",))
    assert known == {"key": "invalid"}


def test_another_project() -> None:
    found, known = examine(Server(), settings(project="other.example"))
    assert (found["token"].state, found["project"].state) == ("ok", "fail")
    assert known["project"] == {"name": "other.example", "readable": False}


def test_without_a_key() -> None:
    found, known = examine(Server(), settings(False, project="shop.sandbox.example"))
    assert states(found) == {"timeout": "warn", "reachable": "ok", "token": "warn"}
    assert "tokens set shop app_id and signal-tui tokens set shop secret_key" in found["token"].message
    assert known == {"key": "none"}


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (Reply(status=0, error="no route"), {"reachable": "fail"}),
        (Reply(status=0, error="refused: before"), {"token": "fail"}),
        (Reply(status=429), {"reachable": "ok", "limits": "warn", "token": "cannot-tell"}),
        (Reply(status=500), {"reachable": "warn", "token": "cannot-tell"}),
        (Reply(status=302), {"reachable": "warn", "token": "cannot-tell"}),
        (Reply(status=404), {"reachable": "ok", "token": "ok", "project": "cannot-tell", "limits": "ok"}),
        (Reply(status=200, body=b"<html>"), {"reachable": "ok", "token": "cannot-tell"}),
    ],
)
def test_answers_of_other_kinds(reply: Reply, wanted: dict[str, str]) -> None:
    found, _ = examine(lambda request: reply, SANDBOXED)
    assert states(found) == {"timeout": "warn", **wanted}


def test_what_is_left_of_the_limits_is_said_where_it_is_told() -> None:
    left = Reply(status=200, headers=(("x-ratelimit-remaining", "17"),), body=answer({}).body)
    found, _ = examine(lambda request: left, SANDBOXED)
    assert "17 times more" in found["limits"].message


@given(status=st.integers(0, 999), body=st.binary(max_size=40), left=st.text(max_size=10))
@example(status=200, body=b"{}", left="²")
def test_any_answer_gives_checks(status: int, body: bytes, left: str) -> None:
    reply = Reply(status=status, headers=(("RateLimit-Remaining", left),), body=body)
    for config in (SANDBOXED, settings(False)):
        found, known = examine(lambda request: reply, config)
        assert found
        assert isinstance(known, dict)
