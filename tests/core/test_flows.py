"""Vendors' generators are run with pacing, waiting and cancelling, and never for ever."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest
from signal_tui.api import Check, CheckFlow, Flow, Reply, Request
from signal_tui.core.flows import CancelledError, EndlessFlowError, Pacer, run
from signal_tui.core.guard import FaultError, Guard

ASK = Request(method="GET", url="https://a.example/")


def two_questions() -> Flow[list[int]]:
    first = yield ASK
    second = yield ASK
    return [first.status, second.status]


def start(flow: Generator[object, object, list[int]], send: object, **more: object) -> list[int]:
    return run(flow, send, guard=Guard(), plugin="p", doing="asking", **more)  # type: ignore[arg-type]  # the stand-ins suffice


def test_replies_are_sent_in_and_the_result_comes_out() -> None:
    statuses = iter([200, 404])
    assert start(two_questions(), lambda request: Reply(status=next(statuses))) == [200, 404]


def test_retry_after_is_waited_out_by_the_core() -> None:
    replies = iter([Reply(status=429, headers=(("Retry-After", "0"),)), Reply(status=200), Reply(status=200)])
    assert start(two_questions(), lambda request: next(replies)) == [200, 200]


def test_a_long_retry_after_goes_to_the_vendor() -> None:
    late = Reply(status=429, headers=(("Retry-After", "3600"),))
    assert start(two_questions(), lambda request: late) == [429, 429]


def test_cancel_ends_a_wait() -> None:
    cancel = threading.Event()

    def send(request: Request) -> Reply:
        cancel.set()
        return Reply(status=429, headers=(("Retry-After", "20"),))

    with pytest.raises(CancelledError):
        start(two_questions(), send, cancel=cancel)


def test_the_pacer_holds_back_until_cancelled() -> None:
    pacer, cancel = Pacer(2), threading.Event()
    pacer.wait(cancel)
    pacer.wait(cancel)
    cancel.set()
    with pytest.raises(CancelledError):
        pacer.wait(cancel)


def test_checks_appear_one_by_one() -> None:
    seen: list[Check] = []

    def checking() -> CheckFlow:
        yield Check(check="one", state="ok", message="fine")
        reply = yield ASK
        yield Check(check="two", state="fail", message=str(reply and reply.status))
        return {"known": True}

    known = run(
        checking(), lambda request: Reply(status=500), guard=Guard(), plugin="p", doing="checking", on_check=seen.append
    )
    assert known == {"known": True}
    assert [(check.check, check.message) for check in seen] == [("one", "fine"), ("two", "500")]


def test_a_flow_that_never_ends_is_stopped() -> None:
    def forever() -> Flow[list[int]]:
        while True:
            yield ASK

    with pytest.raises(EndlessFlowError):
        start(forever(), lambda request: Reply(status=200))


def test_a_flow_that_raises_is_a_fault() -> None:
    def broken() -> Flow[list[int]]:
        reply = yield ASK
        raise KeyError(reply.status)

    with pytest.raises(FaultError, match="KeyError"):
        start(broken(), lambda request: Reply(status=200))
