"""The contract of a source of events: a file format, a listener, a browser."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from signal_tui.api.events import Event
from signal_tui.api.payloads import Reply, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """Something a source found: a canonical event, or a vendor's hit as it came with the reply where it was seen."""

    event: Event | None = None
    request: Request | None = None
    reply: Reply | None = None
    at: float | None = None


class Source(ABC):
    """Where events come from. ``name`` is what the user chooses it by."""

    api_version: ClassVar[int] = 1
    name: ClassVar[str]
    title: ClassVar[str] = ""

    @abstractmethod
    def read(self, data: bytes) -> Iterator[Captured]:
        """Everything in a document of this source's format; raises ValueError with line and cause."""
