"""Runs the vendors' generators: each request out, its reply in, waiting where the vendor says so."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from signal_tui.api.payloads import Reply, Request
from signal_tui.api.vendor import Check, Flow, Limits
from signal_tui.core.guard import Guard

T = TypeVar("T")

MOST_REQUESTS = 200
"""Requests of one run of a flow: a plugin that asks for ever is stopped."""

LONGEST_WAIT = 30.0
"""Seconds that a Retry-After is waited out; longer ones go to the vendor as they are."""

LONGEST_PAUSE = 60.0
"""Seconds that the vendor's limits are waited for; where it would be longer, the question is not asked."""

Send = Callable[[Request], Reply]


class CancelledError(Exception):
    """The user cancelled."""


class EndlessFlowError(Exception):
    """A flow asked more than :data:`MOST_REQUESTS` times."""


class Pacer:
    """Keeps the reads of one integration within what its vendor allows a minute, an hour and a day."""

    def __init__(
        self,
        per_minute: int | None = None,
        per_hour: int | None = None,
        per_day: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        allowed = ((60.0, "a minute", per_minute), (3600.0, "an hour", per_hour), (86_400.0, "a day", per_day))
        self._windows = [(seconds, name, most) for seconds, name, most in allowed if most is not None]
        self._times: deque[float] = deque(maxlen=max((most for _, _, most in self._windows), default=0))
        self._clock = clock
        self._lock = threading.Lock()

    @classmethod
    def within(cls, limits: Limits) -> Pacer:
        """The pacer for a vendor's limits."""
        return cls(limits.reads_per_minute, limits.reads_per_hour, limits.reads_per_day)

    def wait(self, cancel: threading.Event) -> str | None:
        """Wait until the next request may leave, a minute at most; returns why it may not where that is too short.

        Raises :class:`CancelledError`.
        """
        while True:
            with self._lock:
                pause, words = self._pause()
                if pause <= 0:
                    self._times.append(self._clock())
                    return None
            if pause > LONGEST_PAUSE:
                return words
            if cancel.wait(pause):
                raise CancelledError

    def _pause(self) -> tuple[float, str]:
        """Seconds until one more request fits into every window, and the sentence for the window that is full."""
        longest, words, now = 0.0, "", self._clock()
        for seconds, name, most in self._windows:
            pause = self._times[-most] + seconds - now if len(self._times) >= most else 0.0
            if pause > longest:
                free = f"{math.ceil(pause / 60)} min" if pause < 7200 else f"{math.ceil(pause / 3600)} h"
                longest = pause
                words = f"the {most} questions that the vendor allows {name} are used up; next in {free}"
        return longest, words


def _retry_after(reply: Reply) -> float | None:
    value = reply.header("Retry-After")
    if reply.status != 429 or value is None or not value.strip().isdigit():
        return None
    return float(value)


def _exchange(request: Request, send: Send, pacer: Pacer, cancel: threading.Event) -> Reply:
    for _ in range(3):
        used_up = pacer.wait(cancel)
        if cancel.is_set():
            raise CancelledError
        if used_up is not None:
            return Reply(status=429, error=f"not asked: {used_up}")
        reply = send(request)
        pause = _retry_after(reply)
        if pause is None or pause > LONGEST_WAIT:
            return reply
        if cancel.wait(pause):
            raise CancelledError
    return reply


def run(
    flow: Generator[Any, Any, T],
    send: Send,
    *,
    guard: Guard,
    plugin: str,
    doing: str,
    pacer: Pacer | None = None,
    cancel: threading.Event | None = None,
    on_check: Callable[[Check], None] | None = None,
) -> T:
    """The result of a flow.

    Each step of the plugin's generator runs under the guard; requests go through ``send``. Raises
    :class:`~signal_tui.core.guard.FaultError`, :class:`CancelledError` and :class:`EndlessFlowError`.
    """
    cancel = cancel or threading.Event()
    pacer = pacer or Pacer()
    answer: Reply | None = None
    for _ in range(MOST_REQUESTS * 5):
        finished, step = guard.call(plugin, doing, lambda answer=answer: _step(flow, answer))  # type: ignore[misc]  # bound now
        if finished:
            result: T = step
            return result
        if isinstance(step, Check):
            if on_check is not None:
                on_check(step)
            answer = None
        else:
            answer = _exchange(step, send, pacer, cancel)
    flow.close()
    raise EndlessFlowError(f"{plugin} asked too many questions while {doing}")


def _step(flow: Flow[T], answer: Reply | None) -> tuple[bool, Any]:
    try:
        return False, next(flow) if answer is None else flow.send(answer)
    except StopIteration as stop:
        return True, stop.value
