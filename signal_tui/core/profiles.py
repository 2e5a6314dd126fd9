"""Profiles: the integrations of one environment, in a TOML file that holds no secret.

A profile is chosen by name – ``<config>/profiles/<name>.toml`` – or by path. Without any there is the built-in one,
``sandbox``: an integration for each vendor that brings a double of itself.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from signal_tui.api.mappings import Mapping_, nearest
from signal_tui.api.values import Value
from signal_tui.api.vendor import Vendor
from signal_tui.core.paths import Paths
from signal_tui.core.profile_lines import KeyPath
from signal_tui.core.toml_documents import TomlError, read_toml

SANDBOX = "sandbox"
DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """One configured instance of a vendor.

    ``config`` holds what the file says, as written, and for a sandbox integration also what its double needs; no
    secret. ``preset`` None: the vendor's first. ``base_url`` and ``sandbox`` replace the origin of everything that
    the vendor builds. ``ca_file`` and ``mappings_file`` are absolute paths.
    """

    name: str
    vendor: str
    preset: str | None = None
    enabled: bool = True
    sandbox: bool = False
    consent_categories: tuple[str, ...] = ()
    config: Mapping[str, Value] = field(default_factory=dict)
    mappings: tuple[Mapping_, ...] = ()
    mappings_file: str | None = None
    base_url: str | None = None
    ca_file: str | None = None
    proxy: str | None = None
    strict_names: bool = False

    def own_mappings(self) -> tuple[Mapping_, ...]:
        """The user's own mappings, checked: those of the file first, those of the profile on top."""
        return self.mappings


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The integrations of one environment, in the order of the file.

    ``problems``: integration → what is wrong with it, in sentences; empty after a strict load. A faulty integration
    is in ``integrations`` too, with what could be read of it, unless its vendor is not known.
    ``key``: what its secrets and its state are kept under – its name, and for one that was chosen by path the file's
    name with a hash of where it is.
    """

    name: str
    key: str
    path: Path | None = None
    production: bool = False
    consent_default: str = "granted"
    integrations: Mapping[str, Integration] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in a profile's file. ``place``: keys from the top down; ``integration``: whose it is."""

    file: str
    message: str
    place: KeyPath = ()
    line: int | None = None
    integration: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        place = place_text(self.place)
        return f"{where}: {place}: {self.message}" if place else f"{where}: {self.message}"


class ProfileError(ValueError):
    """A profile that cannot be used; every problem is a line that says file, key, line number and what to do."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def place_text(place: KeyPath) -> str:
    """``integrations.shop.mappings[2].target``."""
    text = ""
    for key in place:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def is_path(selector: str) -> bool:
    """Whether a selector is a path and not a name."""
    return "/" in selector or os.sep in selector or selector.endswith(".toml")


def path_of(selector: str, paths: Paths) -> Path:
    """The file of a profile that is chosen by name or path; it need not exist. Raises :class:`ProfileError`."""
    if is_path(selector):
        return Path(os.path.abspath(os.path.expanduser(selector)))
    if not NAME.fullmatch(selector):
        message = "is no profile's name: letters, digits, . _ - only; a path has a / or ends in .toml"
        raise ProfileError(Problem(file=repr(selector), message=message))
    return paths.profiles / f"{selector}.toml"


def names_of(selector: str, path: Path) -> tuple[str, str]:
    """A profile's name and key, from how it was chosen and its file."""
    if not is_path(selector):
        return selector, selector
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", path.stem).strip(".") or "profile"
    return stem, f"{stem}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:8]}"


def selector_of(profile: Profile) -> str:
    """What opens a profile again: its name, or its path where it was chosen by path."""
    return profile.name if profile.path is None or profile.key == profile.name else str(profile.path)


def known_profiles(paths: Paths) -> list[str]:
    """The names of the profiles in the config folder, sorted."""
    try:
        return sorted(file.stem for file in paths.profiles.glob("*.toml") if NAME.fullmatch(file.stem))
    except OSError:
        return []


def load(selector: str | None, vendors: Mapping[str, Vendor], paths: Paths, *, strict: bool = True) -> Profile:
    """The profile of a name or path; None: ``default`` where there is one, else the built-in sandbox.

    Raises :class:`ProfileError` for a file that is not there or cannot be read as a profile. With ``strict`` a faulty
    integration raises too; without, it is in :attr:`Profile.problems` and the others can be used.
    """
    if selector is None:
        selector = DEFAULT if path_of(DEFAULT, paths).exists() else SANDBOX
    path = path_of(selector, paths)
    if selector == SANDBOX and not path.exists():
        return sandbox_profile(vendors)
    from signal_tui.core.profile_reader import read_profile

    text = _text(path, selector, paths)
    try:
        tree = read_toml(text)
    except TomlError as error:
        raise ProfileError(Problem(file=str(path), line=error.line, message=str(error))) from None
    profile, problems = read_profile(tree, text, names_of(selector, path), path, vendors)
    fatal = [problem for problem in problems if strict or problem.integration is None]
    if fatal:
        raise ProfileError(*problems)
    return profile


def sandbox_profile(vendors: Mapping[str, Vendor]) -> Profile:
    """An integration for each vendor that brings a double; one whose double cannot be made is a problem."""
    from signal_tui.core.profile_reader import double_config

    integrations: dict[str, Integration] = {}
    problems: dict[str, str] = {}
    for name, vendor in vendors.items():
        try:
            config = double_config(vendor)
        except Exception as error:  # a plugin may raise anything
            problems[name] = f"the sandbox of {name} cannot be made: {type(error).__name__}: {error}"
            continue
        if config is not None:
            integrations[name] = Integration(
                name=name, vendor=name, sandbox=True, consent_categories=vendor.consent_categories, config=config
            )
    return Profile(name=SANDBOX, key=SANDBOX, integrations=integrations, problems=problems)


def _text(path: Path, selector: str, paths: Paths) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        if is_path(selector):
            message = "there is no such file; “signal-tui integrations add” makes a profile"
        else:
            known = known_profiles(paths)
            message = f"there is no profile {selector!r}; " + (
                nearest(selector, known) if known else "“signal-tui integrations add” makes one"
            )
        raise ProfileError(Problem(file=str(path), message=message)) from None
    except OSError as error:
        raise ProfileError(Problem(file=str(path), message=f"cannot be read: {error.strerror}")) from None
    if len(data) > MOST_BYTES:
        raise ProfileError(Problem(file=str(path), message="is longer than 1 MB: that is no profile"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8 text: save it as UTF-8"
        raise ProfileError(Problem(file=str(path), line=line, message=message)) from None


__all__ = [
    "DEFAULT",
    "SANDBOX",
    "Integration",
    "Problem",
    "Profile",
    "ProfileError",
    "is_path",
    "known_profiles",
    "load",
    "names_of",
    "path_of",
    "place_text",
    "sandbox_profile",
    "selector_of",
]
