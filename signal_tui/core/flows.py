"""Runs the vendors' generators: each request out, its reply in, waiting where the vendor says so."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from signal_tui.api.payloads import Reply, Request
from signal_tui.api.vendor import Check, Flow
from signal_tui.core.guard import Guard

T = TypeVar("T")

MOST_REQUESTS = 200
"""Requests of one run of a flow: a plugin that asks for ever is stopped."""

LONGEST_WAIT = 30.0
"""Seconds that a Retry-After is waited out; longer ones go to the vendor as they are."""

Send = Callable[[Request], Reply]


class CancelledError(Exception):
    """The user cancelled."""


class EndlessFlowError(Exception):
    """A flow asked more than :data:`MOST_REQUESTS` times."""


class Pacer:
    """Keeps the reads of one integration within so many a minute."""

    def __init__(self, per_minute: int | None) -> None:
        self._per_minute = per_minute
        self._times: deque[float] = deque()
        self._lock = threading.Lock()

    def wait(self, cancel: threading.Event) -> None:
        """Return when the next request may leave. Raises :class:`CancelledError`."""
        if self._per_minute is None:
            return
        while True:
            with self._lock:
                now = time.monotonic()
                while self._times and now - self._times[0] >= 60:
                    self._times.popleft()
                if len(self._times) < self._per_minute:
                    self._times.append(now)
                    return
                pause = 60 - (now - self._times[0])
            if cancel.wait(pause):
                raise CancelledError


def _retry_after(reply: Reply) -> float | None:
    value = reply.header("Retry-After")
    if reply.status != 429 or value is None or not value.strip().isdigit():
        return None
    return float(value)


def _exchange(request: Request, send: Send, pacer: Pacer, cancel: threading.Event) -> Reply:
    for _ in range(3):
        pacer.wait(cancel)
        if cancel.is_set():
            raise CancelledError
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
    pacer = pacer or Pacer(None)
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
