"""One hit as the rules look at it, and what a rule is.

What is known of an instance has the shape that ``check`` returns and ``--assume`` reads: ``sites`` (number as text →
``timezone``, ``currency``, ``ecommerce``, ``goals``, ``dimensions``, ``urls``, ``only_known_urls``, ``excluded_ips``,
``excluded_user_agents``, ``excluded_parameters``, ``search_parameters``), ``token``, ``token_secure_only``,
``honours_dnt``, ``tracking_enabled``, ``version``. Each key may be missing; ``sites``, ``goals`` and ``dimensions``
are complete where they are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Literal, TypeAlias

from signal_tui.api import Known, Request, text_of
from signal_tui.api.payloads import Effect
from signal_tui_matomo.parameters import Kind, Params, text

OBSERVED: Final = "observed 5.2"
DOCUMENTED: Final = "documented"
ASSUMED: Final = "assumed"
Source: TypeAlias = Literal["observed 5.2", "documented", "assumed"]


class Phase(IntEnum):
    """The order in which the tracker decides: the first that rejects or drops a hit settles what becomes of it."""

    START = 0
    READING = 1
    EXCLUSION = 2
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One hit with everything a rule may look at.

    ``token`` is the authority that the hit's token gives: ``none`` where the hit has none. ``token_assumed``: that was
    not known. ``token_lost``: the token is for secure requests only and came where it does not count. ``bulk``: the hit
    is one of a bulk request. ``at``: when the request arrives, None when nobody says.
    """

    params: Params
    kind: Kind
    request: Request
    known: Known
    site: Mapping[str, Any]
    token: str
    token_assumed: bool = False
    token_lost: bool = False
    bulk: bool = False
    at: float | None = None

    def text(self, name: str) -> str:
        """A parameter as the tracker reads it."""
        return text(self.params, name)

    def has(self, *names: str) -> list[str]:
        """Those of the parameters that are there and not empty."""
        return [name for name in names if text(self.params, name)]

    def header(self, name: str) -> str:
        """A header of the request as text, empty where it is not there."""
        value = self.request.header(name)
        return text_of(value) if isinstance(value, str) else ""

    @property
    def agent(self) -> str:
        """The agent that counts: ``ua``, else the request's own."""
        return self.text("ua") or self.header("User-Agent")

    @property
    def address(self) -> str:
        """The IP that counts: ``cip``, else the sender's; empty where it is not known."""
        return self.text("cip") or self.request.remote or ""

    @property
    def may_write(self) -> bool:
        """Whether the hit's token may override the IP, the place and old times."""
        return self.token in ("write", "admin", "superuser")

    @property
    def is_conversion(self) -> bool:
        """Whether the hit is an order, a cart or a goal: then it records nothing else."""
        return self.kind in ("order", "cart", "goal")


Look: TypeAlias = Callable[[Case], Iterable[Note | Assumed]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that Matomo does. ``breaks_bulk``: in a bulk request it takes the other hits back with it."""

    name: str
    phase: Phase
    source: Source
    look: Look
    breaks_bulk: bool = False


def rule(phase: Phase, source: Source, *, breaks_bulk: bool = False) -> Callable[[Look], Rule]:
    """Makes a rule of a function; its name is the function's."""
    return lambda look: Rule(getattr(look, "__name__", "rule"), phase, source, look, breaks_bulk)


def short(value: str) -> str:
    """A value for a sentence: at most 40 characters, in quotes."""
    return f"“{value[:40]}…”" if len(value) > 40 else f"“{value}”"
