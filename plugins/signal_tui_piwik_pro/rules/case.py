"""One hit as the rules look at it, and what a rule is.

What is known of an instance has the shape that ``check`` returns and ``--assume`` reads: ``apps`` (App ID in small
letters → ``name``, ``timezone``, ``currency``, ``urls``, ``ecommerce``, ``only_known_urls``, ``excluded_ips``,
``excluded_user_agents``, ``exclude_crawlers``, ``excluded_parameters``, ``search_parameters``, ``keep_fragment``,
``masked_octets``, ``session_hash``), ``apps_complete`` (true: there are no other apps), ``credentials`` (``valid``,
``refused`` or ``none``), ``debugger`` (whether it can be read). Each key may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, Literal, TypeAlias

from signal_tui.api import Known, Request
from signal_tui.api.payloads import Effect
from signal_tui_piwik_pro.hits import Encoding, Params
from signal_tui_piwik_pro.parameters import Kind, text

DOCUMENTED: Final = "documented"
ASSUMED: Final = "assumed"
Source: TypeAlias = Literal["documented", "assumed"]


class Phase(IntEnum):
    """The order of the decisions, and what a dropped hit is in the debugger: nothing at all, a broken event (17), an
    excluded event (18). In the last nothing is dropped."""

    REQUEST = 0
    BROKEN = 1
    EXCLUDED = 2
    RECORDING = 3


@dataclass(frozen=True, slots=True)
class Note:
    """What a rule has to say: a finding, before its source is added."""

    effect: Effect
    field: str | None
    message: str
    because: str
    remedy: str = ""
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a rule took for granted, as a short sentence."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Open:
    """The outcome is unknown: no default settles it. ``note`` says why."""

    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One hit with everything a rule may look at.

    ``app``: what is known of the hit's app; ``own_app``: the integration's App ID, empty where nobody says.
    ``at``: when the request arrives, None when nobody says.
    """

    params: Params
    kind: Kind
    request: Request
    encoding: Encoding
    known: Known
    app: Mapping[str, Any] = field(default_factory=dict)
    own_app: str = ""
    at: float | None = None

    def text(self, name: str) -> str:
        """A parameter, empty where it is not there."""
        return text(self.params, name)

    def header(self, name: str) -> str:
        """A header of the request as text, empty where it is not there."""
        value = self.request.header(name)
        return value if isinstance(value, str) else ""

    @property
    def agent(self) -> str:
        """The agent that counts: ``ua``, else the request's own."""
        return self.text("ua") or self.header("User-Agent")

    @property
    def address(self) -> str:
        """The IP that counts: ``cip``, else the sender's; empty where it is not known."""
        return self.text("cip") or self.request.remote or ""

    def listed(self, key: str) -> list[str] | None:
        """A list of the app's settings, None where it is not known."""
        value = self.app.get(key)
        return [str(entry) for entry in value] if isinstance(value, list) else None


Look: TypeAlias = Callable[[Case], Iterable[Note | Assumed | Open]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that Piwik PRO does, and where it is known from."""

    name: str
    phase: Phase
    source: Source
    look: Look


def rule(phase: Phase, source: Source) -> Callable[[Look], Rule]:
    """Makes a rule of a function; its name is the function's."""
    return lambda look: Rule(getattr(look, "__name__", "rule"), phase, source, look)


def short(value: str) -> str:
    """A value for a sentence: at most 40 characters, in quotes."""
    return f"“{value[:40]}…”" if len(value) > 40 else f"“{value}”"
