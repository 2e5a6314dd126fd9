"""Vendors' generators are run with pacing, waiting and cancelling, and never for ever."""

from __future__ import annotations

import threading
from itertools import islice

import pytest

from signal_tui.api import Check, CheckFlow, Flow, Limits, Reply, Request
from signal_tui.core.flows import CancelledError, EndlessFlowError, Pacer, Send, run
from signal_tui.core.guard import FaultError, Guard
from signal_tui.core.verification import pauses

ASK = Request(method="GET", url="https://a.example/")


def two_questions() -> Flow[list[int]]:
    first = yield ASK
    second = yield ASK
    return [first.status, second.status]


def start(
    flow: Flow[list[int]], send: Send, cancel: threading.Event | None = None, pacer: Pacer | None = None
) -> list[int]:
    return run(flow, send, guard=Guard(), plugin="p", doing="asking", cancel=cancel, pacer=pacer)


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


class Clock:
    """A clock that only a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(reads_per_minute=3, reads_per_hour=2), "the 2 questions that the vendor allows an hour"),
        (Limits(reads_per_hour=3, reads_per_day=2), "the 2 questions that the vendor allows a day"),
    ],
)
def test_the_pacer_does_not_wait_for_hours(limits: Limits, words: str) -> None:
    pacer, cancel = Pacer.within(limits), threading.Event()
    assert [pacer.wait(cancel), pacer.wait(cancel)] == [None, None]
    refused = pacer.wait(cancel)
    assert refused is not None
    assert refused.startswith(words)


def test_a_window_moves_on() -> None:
    clock = Clock()
    pacer, cancel = Pacer(None, 2, 3, clock=clock), threading.Event()
    assert [pacer.wait(cancel) is None for _ in range(3)] == [True, True, False]
    clock.now = 3601.0
    assert [pacer.wait(cancel) is None for _ in range(2)] == [True, False]
    clock.now = 86_300.0
    assert pacer.wait(cancel) == "the 3 questions that the vendor allows a day are used up; next in 2 min"
    clock.now = 86_401.0
    assert pacer.wait(cancel) is None


def test_a_question_beyond_the_limits_is_not_asked() -> None:
    asked: list[Request] = []

    def send(request: Request) -> Reply:
        asked.append(request)
        return Reply(status=200)

    assert start(two_questions(), send, pacer=Pacer(per_hour=1)) == [200, 429]
    assert len(asked) == 1


def test_pauses_are_the_vendors_own() -> None:
    assert list(islice(pauses((1.0, 4.0)), 4)) == [1.0, 4.0, 4.0, 4.0]
    own = list(islice(pauses(), 12))
    assert own == sorted(own)
    assert sum(own[:5]) < 1.0


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
