"""A profile's tables checked, key by key: every problem is found, and each says where it stands and what is near."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signal_tui.api.identity import CATEGORIES
from signal_tui.api.mappings import BlueprintError, Mapping_, nearest, read_mapping
from signal_tui.api.settings import Secret
from signal_tui.api.values import Value
from signal_tui.api.vendor import Vendor
from signal_tui.core.profile_lines import KeyPath
from signal_tui.core.profile_tables import Tables
from signal_tui.core.profiles import Integration, Problem, Profile

INTEGRATION_NAME = re.compile(r"[a-z0-9-]+", re.ASCII)
_TOP = ("production", "consent_default", "integrations")
_KEYS = (
    "vendor",
    "preset",
    "enabled",
    "sandbox",
    "consent_categories",
    "config",
    "mappings",
    "mappings_file",
    "base_url",
    "ca_file",
    "proxy",
    "strict_names",
)
_CONSENT_DEFAULTS = ("granted", "denied")


def double_config(vendor: Vendor) -> dict[str, Value] | None:
    """What an integration needs to be accepted by the vendor's double; None where there is no double."""
    double = vendor.sandbox()
    return None if double is None else dict(double.config)


def read_profile(
    tree: Mapping[str, Any], text: str, names: tuple[str, str], path: Path, vendors: Mapping[str, Vendor]
) -> tuple[Profile, list[Problem]]:
    """A profile from its tables, and everything that is wrong with it. ``text`` is what they were read from;
    ``names``: name and key."""
    return _Reader(text, path, vendors).profile(tree, *names)


class _Reader(Tables):
    def __init__(self, text: str, path: Path, vendors: Mapping[str, Vendor]) -> None:
        super().__init__(text, path)
        self._vendors = vendors

    def profile(self, tree: Mapping[str, Any], name: str, key: str) -> tuple[Profile, list[Problem]]:
        self._unknown(tree, _TOP, ())
        production = self._flag(tree, "production", (), False)
        consent = tree.get("consent_default", "granted")
        if consent not in _CONSENT_DEFAULTS:
            self._problem(("consent_default",), f"must be one of {', '.join(_CONSENT_DEFAULTS)}, not {consent!r}")
        tables = tree.get("integrations", {})
        integrations: dict[str, Integration] = {}
        if not isinstance(tables, Mapping):
            self._problem(("integrations",), "must be tables, such as [integrations.shop]")
            tables = {}
        for each, table in tables.items():
            self._integration = each
            integration = self._read(each, table)
            if integration is not None:
                integrations[each] = integration
        wrong: dict[str, str] = {}
        for problem in self._problems:
            if problem.integration is not None:
                said = wrong.get(problem.integration)
                wrong[problem.integration] = f"{said}\n{problem}" if said else str(problem)
        return (
            Profile(
                name=name,
                key=key,
                path=self._path,
                production=production,
                consent_default=consent if isinstance(consent, str) else "granted",
                integrations=integrations,
                problems=wrong,
            ),
            self._problems,
        )

    def _read(self, name: str, table: Any) -> Integration | None:
        place: KeyPath = ("integrations", name)
        if not INTEGRATION_NAME.fullmatch(name):
            self._problem(place, "a name is made of a-z, 0-9 and -")
        if not isinstance(table, Mapping):
            self._problem(place, f"must be a table: [integrations.{name}]")
            return None
        vendor = self._vendor(table, place)
        secrets = {} if vendor is None else {each.key: each for each in vendor.settings if isinstance(each, Secret)}
        self._unknown(table, _KEYS, place, secrets, name)
        sandbox = self._flag(table, "sandbox", place, False)
        result = Integration(
            name=name,
            vendor=str(table.get("vendor", "")),
            preset=self._preset(table, vendor, place),
            enabled=self._flag(table, "enabled", place, True),
            sandbox=sandbox,
            consent_categories=self._consent(table, vendor, place),
            config=self._config(table, vendor, secrets, place, sandbox=sandbox),
            mappings=self._mappings(table, place),
            mappings_file=self._file(table, "mappings_file", place),
            base_url=self._address(table, "base_url", place),
            ca_file=self._file(table, "ca_file", place),
            proxy=self._address(table, "proxy", place),
            strict_names=self._flag(table, "strict_names", place, False),
        )
        if sandbox and result.base_url:
            self._problem((*place, "base_url"), "and sandbox exclude each other: remove one of them")
        return None if vendor is None else result

    # What depends on the vendor

    def _vendor(self, table: Mapping[str, Any], place: KeyPath) -> Vendor | None:
        name = table.get("vendor")
        known = sorted(self._vendors)
        if not isinstance(name, str):
            self._problem((*place, "vendor"), f"is missing; known: {', '.join(known)}")
            return None
        if name not in self._vendors:
            near = nearest(name, known)
            words = near if near.startswith("known") else f"{near} known: {', '.join(known)}"
            self._problem((*place, "vendor"), f"{name!r} is not known; {words}")
            return None
        return self._vendors[name]

    def _preset(self, table: Mapping[str, Any], vendor: Vendor | None, place: KeyPath) -> str | None:
        value = self._line(table, "preset", place)
        if value is None or vendor is None:
            return value
        try:
            presets = tuple(vendor.presets())
        except Exception as error:  # a plugin may raise anything
            self._problem((*place, "preset"), f"the presets cannot be read: {type(error).__name__}: {error}")
            return value
        if value not in presets:
            self._problem((*place, "preset"), f"{value!r} is not known; {nearest(value, presets)}")
        return value

    def _consent(self, table: Mapping[str, Any], vendor: Vendor | None, place: KeyPath) -> tuple[str, ...]:
        value = table.get("consent_categories")
        if value is None:
            return () if vendor is None else vendor.consent_categories
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._problem((*place, "consent_categories"), 'must be a list of texts, such as ["analytics"]')
            return ()
        for number, item in enumerate(value):
            if item not in CATEGORIES:
                words = f"{item!r} is not known; {nearest(item, CATEGORIES)}"
                self._problem((*place, "consent_categories", number), words)
        return tuple(value)

    def _config(
        self,
        table: Mapping[str, Any],
        vendor: Vendor | None,
        secrets: Mapping[str, Secret],
        place: KeyPath,
        *,
        sandbox: bool,
    ) -> dict[str, Value]:
        place = (*place, "config")
        written = table.get("config", {})
        if not isinstance(written, Mapping):
            self._problem(place, "must be a table")
            return {}
        if vendor is None:
            return {}
        settings = {each.key: each for each in vendor.settings if each.key not in secrets}
        self._unknown(written, tuple(settings), place, secrets, str(place[1]))
        config = {key: value for key, value in written.items() if key in settings}
        if sandbox:
            try:
                own = double_config(vendor)
            except Exception as error:  # a plugin may raise anything
                own = {}
                self._problem((*place[:-1], "sandbox"), f"cannot be made: {type(error).__name__}: {error}")
            if own is None:
                self._problem((*place[:-1], "sandbox"), f"{vendor.name} has no sandbox")
            config = {**(own or {}), **config}
        for key, setting in settings.items():
            value = config.get(key, setting.default)
            try:
                problem = setting.problem(value)
            except Exception as error:  # a plugin may raise anything
                problem = f"cannot be checked: {type(error).__name__}: {error}"
            if problem:
                self._problem((*place, key), problem)
        return config

    def _mappings(self, table: Mapping[str, Any], place: KeyPath) -> tuple[Mapping_, ...]:
        own: list[Mapping_] = []
        file = table.get("mappings_file")
        if isinstance(file, str) and (path := self._path.parent / os.path.expanduser(file)).is_file():
            from signal_tui.core.mapping_files import MappingFileError, read_mapping_file

            try:
                own.extend(read_mapping_file(Path(os.path.abspath(path))))
            except MappingFileError as error:
                self._problem((*place, "mappings_file"), str(error))
        rows = table.get("mappings", [])
        if not isinstance(rows, list):
            self._problem((*place, "mappings"), f"must be a list of tables: [[integrations.{place[1]}.mappings]]")
            rows = []
        for number, row in enumerate(rows):
            text = f"integrations.{place[1]}.mappings[{number}]"
            try:
                own.append(read_mapping(row, text, origin="own"))
            except BlueprintError as error:
                below = error.place.removeprefix(text).lstrip(".")
                message = str(error).removeprefix(f"{error.place}: ")
                self._problem((*place, "mappings", number, *((below,) if below else ())), message)
        return tuple(own)
