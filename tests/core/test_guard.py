"""Plugin code runs with a time limit, and what it raises becomes a Fault."""

from __future__ import annotations

import threading

import pytest

from signal_tui.core.guard import FaultError, Guard


def test_a_result_comes_back() -> None:
    assert Guard().call("p", "counting", lambda: 42) == 42


def test_it_runs_in_another_thread() -> None:
    assert Guard().call("p", "looking", threading.get_ident) != threading.get_ident()


@pytest.mark.parametrize("error", [ValueError("no\nway"), SystemExit(3), KeyboardInterrupt(), RecursionError()])
def test_whatever_is_raised_becomes_a_fault(error: BaseException) -> None:
    guard = Guard()

    def fail() -> None:
        raise error

    with pytest.raises(FaultError) as caught:
        guard.call("acme", "mapping", fail)
    assert caught.value.fault.plugin == "acme"
    assert caught.value.fault.doing == "mapping"
    assert type(error).__name__ in caught.value.fault.error
    assert "\n" not in caught.value.fault.error
    assert guard.call("acme", "mapping", lambda: 1) == 1  # one fault does not switch it off


def test_a_silent_plugin_is_abandoned_and_off() -> None:
    guard = Guard(patience=0.05)
    ended = threading.Event()
    with pytest.raises(FaultError, match="slow"):
        guard.call("acme", "mapping", ended.wait)
    with pytest.raises(FaultError, match="slow"):
        guard.call("acme", "mapping", lambda: 1)
    assert guard.call("other", "mapping", lambda: 2) == 2
    ended.set()
