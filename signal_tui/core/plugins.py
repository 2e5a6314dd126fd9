"""Find, load, guard and list plugins: a fault of one is a row on a screen, never a crash."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from signal_tui.api import hooks
from signal_tui.api.hooks import GROUP
from signal_tui.api.source import Source
from signal_tui.api.vendor import API_VERSION, Vendor
from signal_tui.core.guard import Fault, FaultError, Guard

OWN_DISTRIBUTION = "signal-tui"
"""Plugins of this distribution stay when others are switched off."""

IMPORT_PATIENCE = 10.0
"""Seconds that importing a plugin may take: the first import compiles and reads from disk."""


@dataclass(slots=True, kw_only=True)
class Plugin:
    """One plugin found. ``state``: ok, fault, off. ``vendors`` and ``sources`` are names."""

    name: str
    module: str
    distribution: str = ""
    version: str = ""
    state: str = "ok"
    vendors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    fault: Fault | None = None


@dataclass(slots=True)
class Plugins:
    """What was loaded: ``vendors`` and ``sources`` by name, a row per plugin, and the guard for calls into them."""

    guard: Guard
    rows: list[Plugin] = field(default_factory=list)
    vendors: dict[str, Vendor] = field(default_factory=dict)
    sources: dict[str, type[Source]] = field(default_factory=dict)
    plugin_of: dict[str, str] = field(default_factory=dict)
    """Vendor's name → plugin's name."""


def _wanted(point: EntryPoint, *, no_plugins: bool, chosen: set[str] | None) -> bool:
    own = point.dist is not None and point.dist.name == OWN_DISTRIBUTION
    if chosen is not None:
        return point.name in chosen
    return own or not no_plugins


def load_plugins(*, no_plugins: bool = False, environment: Mapping[str, str] | None = None) -> Plugins:
    """Load everything registered under the entry-point group ``signal_tui``.

    With ``no_plugins`` only those of this distribution. ``SIGNAL_TUI_PLUGINS``, a list with commas, loads exactly the
    named ones (empty: none).
    """
    named = (os.environ if environment is None else environment).get("SIGNAL_TUI_PLUGINS")
    chosen = None if named is None else {name.strip() for name in named.split(",") if name.strip()}
    plugins = Plugins(guard=Guard())
    importing = Guard(patience=IMPORT_PATIENCE)
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hooks)
    seen: set[str] = set()
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        if point.value in seen:
            continue
        seen.add(point.value)
        dist = point.dist
        row = Plugin(
            name=point.name,
            module=point.value,
            distribution=dist.name if dist else "",
            version=dist.version if dist else "",
        )
        plugins.rows.append(row)
        if not _wanted(point, no_plugins=no_plugins, chosen=chosen):
            row.state = "off"
            continue
        try:
            importing.call(row.name, "loading", lambda point=point, row=row: _load(point, row, manager, plugins))  # type: ignore[misc]  # bound now
        except FaultError as error:
            row.state, row.fault = "fault", error.fault
    return plugins


def _load(point: EntryPoint, row: Plugin, manager: pluggy.PluginManager, plugins: Plugins) -> None:
    module = point.load()
    manager.register(module, name=row.name)
    for name in dir(module):
        if hasattr(getattr(module, name), f"{GROUP}_impl") and not hasattr(hooks, name):
            raise TypeError(f"{name} is no hook; the hooks are signal_vendors and signal_sources")
    others = [other for name, other in manager.list_name_plugin() if other is not module]
    vendors: list[Vendor] = []
    for classes in manager.subset_hook_caller("signal_vendors", others)():
        vendors.extend(_vendor(entry) for entry in classes)
    sources: list[type[Source]] = []
    for classes in manager.subset_hook_caller("signal_sources", others)():
        sources.extend(classes)
    for vendor in vendors:
        if vendor.name in plugins.vendors:
            raise ValueError(f"vendor {vendor.name!r} is already there, from plugin {plugins.plugin_of[vendor.name]}")
    for vendor in vendors:
        plugins.vendors[vendor.name] = vendor
        plugins.plugin_of[vendor.name] = row.name
    for source in sources:
        plugins.sources[source.name] = source
    row.vendors = tuple(vendor.name for vendor in vendors)
    row.sources = tuple(source.name for source in sources)


def _vendor(entry: Any) -> Vendor:
    if not (isinstance(entry, type) and issubclass(entry, Vendor)):
        raise TypeError(f"signal_vendors must give classes of Vendor, not {entry!r}"[:200])
    for member in ("name", "settings"):
        if not hasattr(entry, member):
            raise TypeError(f"{entry.__name__} has no {member}")
    if entry.api_version != API_VERSION:
        newer = "newer" if entry.api_version > API_VERSION else "older"
        raise TypeError(
            f"{entry.__name__} is written for version {entry.api_version} of the plugin interface, {newer} than "
            f"{API_VERSION}: {'upgrade signal-tui' if newer == 'newer' else 'upgrade the plugin'}"
        )
    return entry()
