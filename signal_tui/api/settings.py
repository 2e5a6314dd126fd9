"""What a vendor can be configured with, and secrets that are names until the last step.

One declaration gives the form, the command line options, the check of a profile and the documentation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac as hmac_module
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from signal_tui.api.values import Value

Check: TypeAlias = Callable[[str], str | None]
"""Given the text of a value, the sentence that says what is wrong and what to do, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing to configure: ``key`` is its name in the profile, ``help`` one sentence with where to find it."""

    key: str
    label: str
    help: str = ""
    required: bool = False
    default: Value = None
    example: str = ""

    def problem(self, value: Value) -> str | None:
        """What is wrong with a value, as a sentence that says what to do; None when nothing is."""
        if value is None or value == "":
            return f"{self.label} is missing: {self.help or 'set it.'}" if self.required else None
        return self._problem(value)

    def _problem(self, value: Value) -> str | None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Setting):
    """A line of text; ``check`` may refuse it."""

    check: Check | None = None

    def _problem(self, value: Value) -> str | None:
        if isinstance(value, bool | list | dict):
            return f"{self.label} must be a text."
        text = str(value)
        if re.search(r"[\x00-\x1f\x7f]", text):
            return f"{self.label} contains a control character."
        return self.check(text) if self.check else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Setting):
    """A whole number between ``least`` and ``most``."""

    least: int | None = None
    most: int | None = None
    unit: str = ""

    def _problem(self, value: Value) -> str | None:
        try:
            number = int(str(value))
        except ValueError:
            return f"{self.label} must be a whole number."
        if self.least is not None and number < self.least:
            return f"{self.label} must be at least {self.least}{self.unit and ' ' + self.unit}."
        if self.most is not None and number > self.most:
            return f"{self.label} must be at most {self.most}{self.unit and ' ' + self.unit}."
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Setting):
    """One of ``choices``."""

    choices: tuple[str, ...] = ()

    def _problem(self, value: Value) -> str | None:
        if str(value) in self.choices:
            return None
        return f"{self.label} must be one of {', '.join(self.choices)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Setting):
    """On or off."""

    def _problem(self, value: Value) -> str | None:
        if isinstance(value, bool) or str(value).lower() in ("true", "false"):
            return None
        return f"{self.label} must be true or false."


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret(Setting):
    """A token or password. It is never in a profile; ``check`` may refuse what was typed.

    ``tracking`` says that hits carry it, ``reading`` that reading back needs it.
    """

    check: Check | None = None
    tracking: bool = False
    reading: bool = False

    def _problem(self, value: Value) -> str | None:
        if isinstance(value, SecretRef):
            return None
        return self.check(str(value)) if self.check else None


@dataclass(frozen=True, slots=True)
class SecretRef:
    """The name of a secret, never its value. The core puts the value in when a request leaves."""

    name: str


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """``Basic`` credentials made of a user (text or secret) and a secret."""

    user: str | SecretRef
    secret: SecretRef


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts and secrets one after another, as in ``Bearer …``."""

    parts: tuple[str | SecretRef, ...]


@dataclass(frozen=True, slots=True)
class Hmac:
    """The hexadecimal HMAC of a message under a secret."""

    secret: SecretRef
    message: bytes
    algorithm: str = "sha256"


SecretLeaf: TypeAlias = SecretRef | BasicAuth | Joined | Hmac
SECRET_LEAVES = (SecretRef, BasicAuth, Joined, Hmac)


def basic(user: str | SecretRef, secret: SecretRef) -> BasicAuth:
    """The value of an ``Authorization: Basic`` header."""
    return BasicAuth(user, secret)


def join(*parts: str | SecretRef) -> Joined:
    """Texts and secrets joined, for example ``join("Bearer ", secret)``."""
    return Joined(parts)


def hmac(secret: SecretRef, message: bytes, algorithm: str = "sha256") -> Hmac:
    """A signature of ``message``."""
    return Hmac(secret, message, algorithm)


def names_of(leaf: SecretLeaf) -> tuple[str, ...]:
    """The names of the secrets that a leaf is made of."""
    match leaf:
        case SecretRef(name):
            return (name,)
        case BasicAuth(user, secret):
            return (*(names_of(user) if isinstance(user, SecretRef) else ()), secret.name)
        case Joined(parts):
            return tuple(part.name for part in parts if isinstance(part, SecretRef))
        case Hmac(secret):
            return (secret.name,)


def reveal(leaf: SecretLeaf, lookup: Callable[[str], str]) -> str:
    """The text of a secret leaf; ``lookup`` gives the value of a name and raises where there is none."""

    def text(part: str | SecretRef) -> str:
        return lookup(part.name) if isinstance(part, SecretRef) else part

    match leaf:
        case SecretRef(name):
            return lookup(name)
        case BasicAuth(user, secret):
            pair = f"{text(user)}:{text(secret)}".encode()
            return "Basic " + base64.b64encode(pair).decode()
        case Joined(parts):
            return "".join(text(part) for part in parts)
        case Hmac(secret, message, algorithm):
            return hmac_module.new(text(secret).encode(), message, getattr(hashlib, algorithm)).hexdigest()


MASK = "••••••••"
"""What stands for a secret wherever it could be read."""


def masked(leaf: SecretLeaf) -> str:
    """A secret leaf as it may be shown: the constant parts, and dots for the rest."""
    match leaf:
        case BasicAuth():
            return "Basic " + MASK
        case _:
            return MASK if isinstance(leaf, Hmac) else reveal(leaf, lambda name: MASK)


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of one integration as a vendor sees it.

    ``values`` holds a value for each declared setting that has one; for a secret that is there, its
    :class:`SecretRef`. ``integration`` is the integration's name.
    """

    integration: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Value:
        return self.values[key]

    def get(self, key: str, default: Value = None) -> Value:
        """The value of a setting, or ``default`` where it has none."""
        return self.values.get(key, default)

    def text(self, key: str, default: str = "") -> str:
        """The value of a setting as text."""
        value = self.values.get(key)
        return default if value is None else str(value)

    def secret(self, key: str) -> SecretRef | None:
        """The reference to a secret, or None where none is known."""
        value = self.values.get(key)
        return value if isinstance(value, SecretRef) else None
