"""Runs the code of plugins: off the caller's thread, with a time limit, and every exception made a Fault."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds of silence after which a call into a plugin is abandoned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a plugin did wrong: which one, what it was doing, the error in a sentence."""

    plugin: str
    doing: str
    error: str

    def __str__(self) -> str:
        return f"plugin {self.plugin} failed while {self.doing}: {self.error}"


class FaultError(Exception):
    """Raised to the caller of :meth:`Guard.call` in place of whatever the plugin raised."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(slots=True)
class _Job:
    function: Callable[[], Any]
    done: threading.Event
    result: Any = None
    error: BaseException | None = None


class Guard:
    """Calls into plugins from any thread. A plugin that fell silent is off until the program starts again."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._idle: list[queue.SimpleQueue[_Job | None]] = []
        self.off: dict[str, Fault] = {}
        self.faults: list[Fault] = []

    def call(self, plugin: str, doing: str, function: Callable[[], T]) -> T:
        """The function's result. Raises :class:`FaultError` for any exception, for silence, and when it is off."""
        if plugin in self.off:
            raise FaultError(self.off[plugin])
        job = _Job(function, threading.Event())
        worker = self._worker()
        worker.put(job)
        if not job.done.wait(self._patience):
            fault = Fault(
                plugin=plugin, doing=doing, error=f"slow: no answer within {self._patience:g} s; it is off now"
            )
            with self._lock:
                self.off[plugin] = fault
                self.faults.append(fault)
            worker.put(None)
            raise FaultError(fault)
        with self._lock:
            self._idle.append(worker)
        if job.error is not None:
            raise FaultError(self._note(plugin, doing, job.error)) from None
        result: T = job.result
        return result

    def _note(self, plugin: str, doing: str, error: BaseException) -> Fault:
        words = " ".join(str(error).split())[:300]
        fault = Fault(
            plugin=plugin, doing=doing, error=f"{type(error).__name__}: {words}" if words else type(error).__name__
        )
        with self._lock:
            if fault not in self.faults[-20:]:
                self.faults.append(fault)
        return fault

    def _worker(self) -> queue.SimpleQueue[_Job | None]:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        threading.Thread(target=_work, args=(jobs,), name="plugin", daemon=True).start()
        return jobs


def _work(jobs: queue.SimpleQueue[_Job | None]) -> None:
    while (job := jobs.get()) is not None:
        try:
            job.result = job.function()
        except BaseException as error:  # whatever a plugin raises must not end the program
            job.error = error
        job.done.set()
