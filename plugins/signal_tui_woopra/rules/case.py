"""One hit as the rules look at it, and what a rule is.

What is known of a project has the shape that ``check`` returns: ``project`` with ``name`` and ``readable`` (whether the
access key may read it), and ``key`` (``none``, ``valid``, ``invalid``). Each may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from signal_tui.api import Known, Request, Settings
from signal_tui.api.payloads import Effect
from signal_tui_woopra.hits import Tracking

DOCUMENTED: Final = "documented"
ASSUMED: Final = "assumed"
Source: TypeAlias = Literal["documented", "assumed"]


@dataclass(frozen=True, slots=True)
class Note:
    """What a rule has to say: a finding, before its source is added. ``unsettled``: what follows is not known."""

    effect: Effect
    field: str | None
    message: str
    because: str
    remedy: str = ""
    trouble: str | None = None
    unsettled: bool = False


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a rule took for granted, as a short sentence."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One hit with everything a rule may look at. ``request.at``: when it arrives, None when nobody says."""

    tracking: Tracking
    request: Request
    settings: Settings
    known: Known

    def text(self, name: str) -> str:
        """A parameter's value, empty where it is not there."""
        return self.tracking.params.get(name, "")

    @property
    def agent(self) -> str:
        """The request's User-Agent."""
        value = self.request.header("User-Agent")
        return value if isinstance(value, str) else ""

    @property
    def from_browser(self) -> bool:
        """Whether a browser's tracker made the hit: then it comes from the visitor's own address."""
        return any(self.text(name) for name in ("instance", "meta", "screen", "vs")) or self.text("app") == "js-client"

    @property
    def is_event(self) -> bool:
        """Whether the hit is a new event."""
        return self.tracking.endpoint == "ce"


Look: TypeAlias = Callable[[Case], Iterable[Note | Assumed]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that Woopra does."""

    name: str
    source: Source
    look: Look


def rule(source: Source) -> Callable[[Look], Rule]:
    """Makes a rule of a function; its name is the function's."""
    return lambda look: Rule(getattr(look, "__name__", "rule"), source, look)


def short(value: str) -> str:
    """A value for a sentence: at most 40 characters, in quotes."""
    return f"“{value[:40]}…”" if len(value) > 40 else f"“{value}”"
