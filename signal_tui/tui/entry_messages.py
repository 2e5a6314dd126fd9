"""What forms and their threads tell each other. Tokens pass through as
:class:`~signal_tui.core.vault.SecretValue`; no message shows one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from signal_tui.api.vendor import Check
    from signal_tui.core.drafts import Draft, Target
    from signal_tui.core.profiles import Integration
    from signal_tui.core.tokens import Kept
    from signal_tui.core.vault import Found, SecretValue
    from signal_tui.core.workbench import Question


@dataclass(frozen=True, slots=True)
class Entered:
    """What stands in a form. ``draft`` None: tokens alone, of an integration that is there. ``unkept``: tokens that are
    typed and will not be kept."""

    name: str
    vendor: str
    draft: Draft | None
    tokens: Mapping[str, SecretValue]
    target: Target
    new: bool
    unkept: tuple[str, ...] = ()


@dataclass
class Targeted(Message):
    """The profile that will be written."""

    target: Target | None
    problem: str = ""


@dataclass
class VaultSeen(Message):
    """Where tokens will be kept, in words, and which are there already; or why they cannot be, with what to do."""

    where: str = ""
    tokens: Sequence[Found] = ()
    problem: str = ""


@dataclass
class Assessed(Message):
    """What is wrong, by field; for a form without a fault the integration, and the origins it goes to."""

    number: int
    problems: Mapping[str, str]
    integration: Integration | None = None
    origins: Sequence[str] = ()


@dataclass
class Tried(Message):
    """A check of a trial; the last one of a run has none. ``held``: plain http that must be allowed first."""

    check: Check | None = None
    problem: str = ""
    held: Sequence[str] = ()


@dataclass
class Stored(Message):
    """It is written. ``problem``: why a token was not kept all the same; ``unkept``: what was typed and not meant to be
    kept; ``opened``: the profile that is open since, where it was another one."""

    name: str
    kept: Sequence[Kept] = field(default_factory=tuple)
    problem: str = ""
    unkept: Sequence[str] = ()
    opened: str = ""


@dataclass
class NotStored(Message):
    """Nothing was written."""

    problem: str


@dataclass
class Questioned(Message):
    """What must be confirmed before an instance is tested."""

    integration: str
    questions: Sequence[Question]
    problem: str = ""


class ProfileChanged(Message):
    """The workbench has another profile, or the same one with other integrations."""


@dataclass
class Changed(Message):
    """The profile was changed, or not. ``name``: the integration that it is about."""

    words: str = ""
    problem: str = ""
    name: str = ""
