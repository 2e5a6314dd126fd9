"""An integration on its way into a profile: from a form or from options, checked as a profile is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signal_tui.api.settings import Flag, Number, Setting
from signal_tui.api.values import Value
from signal_tui.core.paths import Paths
from signal_tui.core.profiles import DEFAULT, Integration, Problem, Profile, load, path_of, selector_of

if TYPE_CHECKING:
    from signal_tui.api.vendor import Vendor

KEPT = ("enabled", "mappings", "mappings_file", "ca_file", "proxy", "strict_names")
"""Keys of an integration that a draft does not speak of: a change leaves them as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants an integration to be. ``preset`` None: the vendor's first; ``config`` holds no secret."""

    name: str
    vendor: str
    preset: str | None = None
    consent_categories: tuple[str, ...] = ()
    base_url: str | None = None
    sandbox: bool = False
    config: Mapping[str, Value] = field(default_factory=dict)

    def table(self) -> dict[str, Any]:
        """Its table in a profile."""
        table: dict[str, Any] = {"vendor": self.vendor}
        if self.preset:
            table["preset"] = self.preset
        table["consent_categories"] = list(self.consent_categories)
        if self.base_url:
            table["base_url"] = self.base_url
        if self.sandbox:
            table["sandbox"] = True
        if self.config:
            table["config"] = dict(self.config)
        return table

    def read(self, vendors: Mapping[str, Vendor], path: Path) -> tuple[Integration | None, list[Problem]]:
        """The integration that the profile at ``path`` would have, and everything that is wrong with it.

        The places of the problems begin with ``integrations`` and the name. Runs code of the vendor.
        """
        from signal_tui.core.profile_reader import read_profile

        tree = {"integrations": {self.name: self.table()}}
        profile, problems = read_profile(tree, "", ("", ""), path, vendors)
        return profile.integrations.get(self.name), problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The profile that is written: ``selector`` opens it, ``key`` is what its secrets are kept under.

    ``names``: the integrations it has, also faulty ones.
    """

    selector: str
    path: Path
    key: str
    is_new: bool
    production: bool = False
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, selector: str, vendors: Mapping[str, Vendor], paths: Paths) -> Target:
        """The profile of a name or path, which need not exist. Raises ProfileError where it cannot be read."""
        from signal_tui.core.profiles import names_of

        path = path_of(selector, paths)
        key = names_of(selector, path)[1]
        if not path.exists():
            return cls(selector=selector, path=path, key=key, is_new=True)
        profile = load(selector, vendors, paths, strict=False)
        names = tuple(dict.fromkeys((*profile.integrations, *profile.problems)))
        return cls(selector=selector, path=path, key=key, is_new=False, production=profile.production, names=names)

    @classmethod
    def beside(cls, profile: Profile, vendors: Mapping[str, Vendor], paths: Paths) -> Target:
        """Where a new integration goes while a profile is open: into it, or for the built-in one into ``default``."""
        return cls.of(DEFAULT if profile.path is None else selector_of(profile), vendors, paths)


def typed(setting: Setting, text: str) -> Value:
    """A value as its kind of setting is written in a profile; what does not fit is left for the check."""
    if isinstance(setting, Flag) and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if isinstance(setting, Number):
        try:
            return int(text)
        except ValueError:
            return text
    return text
