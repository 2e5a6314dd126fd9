"""Changes to the profile that is open, and the workbench turned to what its file says then. All of it blocks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from signal_tui.core.drafts import KEPT, Draft, Target
from signal_tui.core.keyrings import KeyringError
from signal_tui.core.profile_files import put_integration, remove_integration, set_enabled, set_production
from signal_tui.core.profiles import SANDBOX, Problem, Profile, ProfileError
from signal_tui.core.tokens import secrets_of

if TYPE_CHECKING:
    from signal_tui.core.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What became of the tokens of an integration that was removed; ``unknown``: why that could not be seen."""

    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unknown: str = ""


def file_of(profile: Profile) -> Path:
    """The file of a profile. Raises :class:`ProfileError` for the built-in one."""
    if profile.path is None:
        message = "this profile is built in, so it cannot be changed; adding an integration makes a profile of your own"
        raise ProfileError(Problem(file=SANDBOX, message=message))
    return profile.path


def save(workbench: Workbench, draft: Draft, target: Target, *, new: bool) -> None:
    """Write a draft and open the profile that it is in now; keys that a draft does not know stay.

    ``new``: it must not be there yet. Raises :class:`ProfileError` and :class:`OSError`.
    """
    put_integration(target.path, draft.name, draft.table(), workbench.paths, kept=KEPT, new=new)
    workbench.turn_to(target.selector)


def enable(workbench: Workbench, name: str, enabled: bool) -> None:
    """Switch an integration on or off. Raises :class:`ProfileError` and :class:`OSError`."""
    set_enabled(file_of(workbench.profile), name, enabled, workbench.paths)
    workbench.turn_to()


def mark_production(workbench: Workbench, production: bool) -> None:
    """Say whether the profile is production. Raises :class:`ProfileError` and :class:`OSError`."""
    set_production(file_of(workbench.profile), production, workbench.paths)
    workbench.turn_to()


def remove(workbench: Workbench, name: str, *, tokens: bool) -> Removal:
    """Remove an integration, with ``tokens`` its tokens from the keyring too.

    Raises :class:`~signal_tui.core.keyrings.KeyringError` where the tokens cannot be removed – then nothing is –,
    :class:`ProfileError` and :class:`OSError`.
    """
    path = file_of(workbench.profile)
    vault = workbench.secrets.vault
    instance = workbench.instances.get(name)
    settings = [each.key for each in secrets_of(instance)] if instance else []
    removed, kept, unknown = [], [], ""
    try:
        for setting in settings:
            if tokens:
                removed += [setting] if vault.remove(name, setting) else []
            elif vault.has(name, setting):
                kept.append(setting)
    except KeyringError as error:
        if tokens:
            raise
        unknown = error.message
    remove_integration(path, name, workbench.paths)
    workbench.turn_to()
    return Removal(removed=tuple(removed), kept=tuple(kept), unknown=unknown)
