"""Tokens of integrations: from the environment, from the sandbox, or from the keyring – bound to where they may go.

A token in the keyring is kept together with the origins it was set for. A profile that points elsewhere, a colleague's
perhaps, does not get it before somebody has said yes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn, TypeAlias

from signal_tui.api.settings import MASK
from signal_tui.core.keyrings import KeyringError, Ring, SystemRing
from signal_tui.core.origins import origins_in

PREFIX = "SIGNAL_TUI_SECRET_"

State: TypeAlias = Literal["found", "absent", "other-origin", "no-keyring", "locked", "unsafe-backend", "error"]
Source: TypeAlias = Literal["environment", "sandbox", "keyring"]


class SecretValue:
    """A secret that does not show: printed, formatted, in a traceback or pickled, it is dots or an error."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself; only for the moment in which it is used."""
        return self._value

    def __repr__(self) -> str:
        return f"SecretValue({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, specification: str) -> str:
        return format(MASK, specification)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretValue) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known of one secret of one integration.

    ``value`` is there for ``found`` alone. ``where``: in words, such as ``Secret Service`` or the variable's name.
    ``origins``: what it is bound to (keyring only). ``message`` and ``remedy``: for every other state, sentences.
    """

    integration: str
    setting: str
    state: State
    value: SecretValue | None = None
    source: Source | None = None
    where: str = ""
    origins: tuple[str, ...] = ()
    message: str = ""
    remedy: str = ""

    @property
    def exit_code(self) -> int:
        """0 found · 2 absent, other origin, no or unsafe keyring · 3 locked, or the keyring does not answer."""
        return 0 if self.state == "found" else 3 if self.state in ("locked", "error") else 2


def variable_of(integration: str, setting: str) -> str:
    """The environment variable of a secret."""
    return f"{PREFIX}{integration.upper().replace('-', '_')}__{setting.upper().replace('-', '_')}"


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for other programs: without our secrets."""
    return {name: value for name, value in environment.items() if not name.upper().startswith(PREFIX)}


class Vault:
    """The secrets of one profile. Everything that touches the keyring blocks; call it from a thread.

    ``profile`` is the profile's key; ``sandbox`` holds the secrets of sandbox integrations, integration → setting →
    value.
    """

    def __init__(
        self,
        profile: str,
        *,
        sandbox: Mapping[str, Mapping[str, str]] | None = None,
        environment: Mapping[str, str] | None = None,
        ring: Ring | None = None,
    ) -> None:
        self._profile = profile
        self._sandbox = sandbox or {}
        self._environment = os.environ if environment is None else environment
        self._ring = ring or SystemRing()

    def find(self, integration: str, setting: str, origins: Iterable[str]) -> Found:
        """A secret that is to go to these origins: from the environment, the sandbox, the keyring, in this order."""
        without_keyring = self.find_at_once(integration, setting)
        if without_keyring is not None:
            return without_keyring
        try:
            kept = self._ring.read(self._user(integration, setting))
            where = self._ring.where() if kept is not None else ""
        except KeyringError as error:
            return _obstacle(integration, setting, error)
        if kept is None:
            return Found(
                integration=integration,
                setting=setting,
                state="absent",
                message=f"{integration} has no {setting}",
                remedy=f"set it with “signal-tui tokens set {integration} {setting}”, "
                f"or in the variable {variable_of(integration, setting)}",
            )
        secret, bound = _opened(kept)
        missing = [origin for origin in origins_in(origins) if origin not in bound]
        if missing:
            return Found(
                integration=integration,
                setting=setting,
                state="other-origin",
                source="keyring",
                where=where,
                origins=bound,
                message=f"{setting} of {integration} was set for {', '.join(bound) or 'no origin'}, "
                f"and would now go to {', '.join(missing)}",
                remedy="if that is right, say “signal-tui tokens set "
                f"{integration} {setting}” again, or confirm it when asked",
            )
        return Found(
            integration=integration,
            setting=setting,
            state="found",
            value=SecretValue(secret),
            source="keyring",
            where=where,
            origins=bound,
        )

    def find_at_once(self, integration: str, setting: str) -> Found | None:
        """A secret from the environment or the sandbox, None where only the keyring can know: does not block."""
        variable = variable_of(integration, setting)
        value = self._environment.get(variable, "").rstrip("\r\n")
        sandbox = self._sandbox.get(integration)
        if value:
            source: Source = "environment"
            where = variable
        elif sandbox is not None:
            # The keyring is not asked: what is kept there is for the real world.
            value, source, where = sandbox.get(setting, ""), "sandbox", "the sandbox's own"
        else:
            return None
        if not value:
            words = f"the sandbox needs no {setting}"
            return Found(integration=integration, setting=setting, state="absent", message=words)
        return Found(
            integration=integration,
            setting=setting,
            state="found",
            value=SecretValue(value),
            source=source,
            where=where,
        )

    def set(self, integration: str, setting: str, value: str, origins: Iterable[str]) -> str:
        """Keep a secret for these origins, and no others. Returns where. Raises :class:`KeyringError`."""
        bound = sorted(origins_in(origins))
        self._ring.write(self._user(integration, setting), json.dumps({"secret": value, "origins": bound}))
        return self._ring.where()

    def rebind(self, integration: str, setting: str, origins: Iterable[str]) -> None:
        """Somebody said yes: let the secret go to these origins too. Raises :class:`KeyringError`."""
        user = self._user(integration, setting)
        kept = self._ring.read(user)
        if kept is not None:
            secret, bound = _opened(kept)
            self._ring.write(user, json.dumps({"secret": secret, "origins": sorted({*bound, *origins_in(origins)})}))

    def remove(self, integration: str, setting: str) -> bool:
        """Remove a secret from the keyring; whether there was one. Raises :class:`KeyringError`."""
        return self._ring.delete(self._user(integration, setting))

    def list(self, secrets: Iterable[tuple[str, str, Iterable[str]]]) -> list[Found]:
        """What is known of each (integration, setting, origins), without the values.

        The keyring is asked until it cannot be used; what it said then stands for the rest.
        """
        rows: list[Found] = []
        obstacle: KeyringError | None = None
        for integration, setting, origins in secrets:
            if obstacle is not None:
                at_once = self.find_at_once(integration, setting)
                rows.append(_veiled(at_once or _obstacle(integration, setting, obstacle)))
                continue
            found = self.find(integration, setting, origins)
            if found.state in ("no-keyring", "locked", "unsafe-backend", "error"):
                obstacle = KeyringError(found.state, found.message, found.remedy)
            rows.append(_veiled(found))
        return rows

    def has(self, integration: str, setting: str) -> bool:
        """Whether the keyring holds a secret, bound to whatever origin. Raises :class:`KeyringError`."""
        return self._ring.read(self._user(integration, setting)) is not None

    def ready(self) -> str:
        """Where secrets would be kept. Raises :class:`KeyringError` where they cannot be."""
        return self._ring.where()

    def _user(self, integration: str, setting: str) -> str:
        return f"{self._profile}/{integration}/{setting}"


def _opened(kept: str) -> tuple[str, tuple[str, ...]]:
    """A secret and its origins; one that other software put there is bound to none."""
    try:
        tree: Any = json.loads(kept)
    except (ValueError, RecursionError):
        return kept, ()
    if isinstance(tree, dict) and isinstance(tree.get("secret"), str) and isinstance(tree.get("origins"), list):
        return tree["secret"], tuple(str(origin) for origin in tree["origins"])
    return kept, ()


def _veiled(found: Found) -> Found:
    return replace(found, value=None)


def _obstacle(integration: str, setting: str, error: KeyringError) -> Found:
    return Found(
        integration=integration, setting=setting, state=error.state, message=error.message, remedy=error.remedy
    )
