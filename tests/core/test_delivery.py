"""From an event to a verdict over real sockets: found, altered, excluded, missing, refused, unreachable, cancelled."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from signal_tui.api import Reply, Request
from tests.core.delivering import desk, order


def test_a_hit_is_found(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        [one] = made.deliver(order())
    assert one.state == "found"
    assert one.hit.reply is not None
    assert one.hit.reply.status == 202
    assert one.after_ms is not None
    assert one.verdict is not None
    assert one.verdict.record == {
        "id": "a1b2c3d4e5f64718",
        "kind": "order",
        "order": "ORD-1",
        "total": "12.5",
        "run": one.hit.marker,
    }
    assert [change.state for change in made.changes] == ["sending", "accepted", "found"]


def test_the_marker_is_a_field_of_ours(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        [one] = made.deliver(order())
        [plain] = made.deliver(order(), mark=False)
    assert [(field.target, field.source) for field in one.hit.fields][-1] == ("run", "signal-tui")
    assert plain.hit.marker is None
    assert all(field.source != "signal-tui" for field in plain.hit.fields)


def test_a_changed_value_is_altered(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        [one] = made.deliver(order(revenue="12,5"))
    assert one.state == "altered"
    assert one.verdict is not None
    assert [(d.field, d.sent, d.recorded) for d in one.verdict.differences] == [("total", "12,5", "12")]


def test_a_drop_that_was_forecast_is_excluded_without_waiting_long(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        [one] = made.deliver(order(lose="1"), timeout=30)
    assert one.state == "excluded"
    assert one.message == "lose=1 is lost: documented"
    assert one.after_ms is not None
    assert one.after_ms < 10_000


def test_what_stays_away_is_missing(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        made.double.log = NeverKeeps()
        [one] = made.deliver(order(), timeout=0.3)
    assert one.state == "missing"
    assert one.rounds > 1


class NeverKeeps(list[dict[str, object]]):
    def append(self, item: dict[str, object]) -> None:
        """Nothing is kept."""


def test_without_verifying_it_stays_accepted(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        [one] = made.deliver(order(), verify=False)
    assert one.state == "accepted"


def test_a_refused_token_is_reported_once(tmp_path: Path) -> None:
    with desk(tmp_path, token="wrong") as made:
        [one] = made.deliver(order())
    assert one.state == "rejected"
    assert one.answer is not None
    assert one.answer.state == "refused"
    assert made.refused == [made.instance]


def test_a_refusal_with_a_good_token_is_a_rejection(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        made.double.handle = lambda request: Reply(status=403)  # type: ignore[method-assign]  # refuses for its own reasons
        [one] = made.deliver(order())
    assert one.state == "rejected"
    assert one.answer is not None
    assert one.answer.state == "rejected"
    assert one.message.endswith("checked")


def test_a_token_that_was_refused_never_leaves_again(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        assert made.instance.origin is not None
        made.refusals.remember(made.instance.origin, "acme-sandbox-token", "401")
        [one] = made.deliver(order())
        assert one.state == "failed"
        assert "refused this token before" in one.message
        assert made.double.log == []


def test_a_secret_that_is_not_there_says_so(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        made.token = None
        [one] = made.deliver(order())
    assert one.state == "failed"
    assert one.message == "shop has no token"


def test_nobody_there_is_failed_with_the_address(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        made.instance.origin = "http://127.0.0.1:9"
        [one] = made.deliver(order())
    assert one.state == "failed"
    assert "cannot connect to http://127.0.0.1:9" in one.message


def test_cancelled_before_it_was_found(tmp_path: Path) -> None:
    cancel = threading.Event()
    with desk(tmp_path) as made:
        made.double.log = NeverKeeps()
        made.changes = Cancelling(cancel)  # type: ignore[assignment]  # a list that acts when it grows
        [one] = made.deliver(order(), timeout=60, cancel=cancel)
    assert one.state == "cannot-tell"
    assert "cancelled" in one.message


class Cancelling(list[object]):
    def __init__(self, cancel: threading.Event) -> None:
        self.cancel = cancel

    def append(self, item: object) -> None:
        if getattr(item, "rounds", 0) > 1:
            self.cancel.set()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_later_means_failed_for_now(tmp_path: Path, status: int) -> None:
    with desk(tmp_path) as made:
        made.double.handle = lambda request: Reply(status=status)  # type: ignore[method-assign]  # a double that is ill
        [one] = made.deliver(order())
    assert one.state == "failed"


def test_the_token_is_scrubbed_from_what_comes_back(tmp_path: Path) -> None:
    def echo(request: Request) -> Reply:
        return Reply(status=400, headers=(("X-Echo", "acme-sandbox-token"),), body=b"bad: acme-sandbox-token")

    with desk(tmp_path) as made:
        made.double.handle = echo  # type: ignore[method-assign]  # a double that repeats what it got
        [one] = made.deliver(order())
    assert one.state == "rejected"
    assert "acme-sandbox-token" not in repr(one)
    assert one.hit.reply is not None
    assert one.hit.reply.body.startswith(b"bad: ")
