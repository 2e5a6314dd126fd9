"""Tokens that somebody types: what is wrong with one, keeping it, and taking it away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signal_tui.api.settings import Secret

if TYPE_CHECKING:
    from signal_tui.core.instances import Instance
    from signal_tui.core.workbench import Workbench

LONGEST = 64 * 1024
"""Characters of a token at most."""


class TokenError(Exception):
    """A token that cannot be kept, for a reason other than the keyring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a token went: ``where`` in words, and the origins it may go to. ``shadow``: the variable that counts
    first all the same."""

    setting: str
    where: str
    origins: tuple[str, ...]
    shadow: str | None = None


def secrets_of(instance: Instance) -> list[Secret]:
    """The secret settings of an instance's vendor."""
    return [setting for setting in instance.vendor.settings if isinstance(setting, Secret)]


def token_problem(setting: Secret, value: str) -> str | None:
    """What is wrong with a token, as a sentence that does not hold it; None when nothing is. Runs the vendor's code."""
    from signal_tui.core.redact import Redactor

    if len(value) > LONGEST:
        return f"it is longer than {LONGEST // 1024} KB"
    if not value.isprintable():
        return "it holds a control character; copy it once more"
    problem = setting.problem(value)
    # A vendor's check may quote what it refuses.
    return Redactor((value,)).text(problem) if problem and value else problem


def keep_token(workbench: Workbench, instance: Instance, setting: str, value: str) -> Kept:
    """Keep a token for the instance's origins and no others; an earlier refusal of it is forgotten. Blocks.

    Raises :class:`~signal_tui.core.keyrings.KeyringError`.
    """
    origins = instance.origins()
    vault = workbench.secrets.vault
    where = vault.set(instance.name, setting, value, origins)
    for origin in origins:
        workbench.refusals.forget(origin, value)
    workbench.secrets.forget(instance.name)
    shadow = vault.find_at_once(instance.name, setting)
    return Kept(
        setting=setting, where=where, origins=tuple(origins), shadow=shadow.where if shadow is not None else None
    )


def forget_refusals(workbench: Workbench, instance: Instance) -> None:
    """Look the instance's tokens up anew, and let them be tried although they were refused before. Blocks."""
    workbench.secrets.forget(instance.name)
    workbench.find_secrets()
    for name in workbench.secrets.names(instance):
        value = workbench.secrets.peek(instance, name)
        if value is not None:
            for origin in instance.origins():
                workbench.refusals.forget(origin, value)
