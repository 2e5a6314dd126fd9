"""Keyrings of the tests, in the place of the desktop's."""

from __future__ import annotations

from typing import Any

import keyring
import keyring.backend
import keyring.errors

SAFE = "keyring.backends.macOS"
"""The module of a keyring that is known to be safe."""


def backend(module: str, **members: Any) -> keyring.backend.KeyringBackend:
    """A keyring in memory that says it comes from a module; ``members`` replace its methods."""

    class Keyring(keyring.backend.KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            kept: dict[tuple[str, str], str] = self.__dict__.setdefault("kept", {})
            return kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.__dict__.setdefault("kept", {})[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            if self.__dict__.setdefault("kept", {}).pop((service, username), None) is None:
                raise keyring.errors.PasswordDeleteError("no such")

    for name, member in members.items():
        setattr(Keyring, name, member)
    Keyring.__module__ = module
    made = Keyring()  # type: ignore[no-untyped-call]  # not typed there
    keyring.backend.KeyringBackend._classes.discard(Keyring)
    return made
