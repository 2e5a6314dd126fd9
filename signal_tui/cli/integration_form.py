"""A new integration from the options of a command, and at a terminal from answers to questions."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signal_tui.api.blueprint import nearest
from signal_tui.api.settings import Choice, Flag, Number, Secret, Setting
from signal_tui.api.values import Value
from signal_tui.api.vendor import Vendor
from signal_tui.cli.output import ask, at_terminal, warn


class FormError(ValueError):
    """What was given cannot be made into an integration; the message says what is missing or wrong."""


def fill(args: argparse.Namespace, vendors: Mapping[str, Vendor], path: Path) -> tuple[Vendor, dict[str, Any]]:
    """The vendor and the table for a profile, checked as a profile is. Raises :class:`FormError`."""
    from signal_tui.core.profile_reader import read_profile
    from signal_tui.core.profiles import place_text

    vendor = _vendor(args.vendor, vendors)
    config = _given(args.set, vendor, args.name)
    if not args.sandbox:
        _ask_for_missing(config, vendor)
    table: dict[str, Any] = {"vendor": vendor.name}
    if args.preset:
        table["preset"] = args.preset
    table["consent_categories"] = args.consent or list(vendor.consent_categories)
    if args.base_url:
        table["base_url"] = args.base_url
    if args.sandbox:
        table["sandbox"] = True
    if config:
        table["config"] = config
    tree = {"integrations": {args.name: table}}
    _, problems = read_profile(tree, "", ("", ""), path, vendors)
    if problems:
        raise FormError("\n".join(f"{place_text(each.place[2:]) or args.name}: {each.message}" for each in problems))
    return vendor, table


def _vendor(name: str | None, vendors: Mapping[str, Vendor]) -> Vendor:
    known = sorted(vendors)
    if not known:
        raise FormError("no plugin brings a vendor; see “signal-tui plugins list”")
    if name is None:
        if not at_terminal():
            raise FormError(f"--vendor is missing; known: {', '.join(known)}")
        name = _answer(f"Vendor ({', '.join(known)})", known[0] if len(known) == 1 else "")
    if name not in vendors:
        near = nearest(name, known)
        raise FormError(f"vendor {name!r} is not known; " + (near if "known" in near else f"{near} {', '.join(known)}"))
    return vendors[name]


def _given(pairs: list[str], vendor: Vendor, name: str) -> dict[str, Value]:
    settings = {setting.key: setting for setting in vendor.settings}
    config: dict[str, Value] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        setting = settings.get(key)
        if isinstance(setting, Secret):
            raise FormError(
                f"{key} is a secret, and an argument can be seen by others: signal-tui tokens set {name} {key}"
            )
        if not equals:
            raise FormError(f"--set takes KEY=VALUE, not {pair!r}")
        if setting is None:
            plain = [each.key for each in vendor.settings if not isinstance(each, Secret)]
            raise FormError(f"{vendor.name} has no setting {key!r}; {nearest(key, plain)}")
        config[key] = _typed(setting, value)
    return config


def _typed(setting: Setting, value: str) -> Value:
    """A value as its kind of setting is written in a profile; what does not fit is left for the check."""
    if isinstance(setting, Flag) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if isinstance(setting, Number):
        try:
            return int(value)
        except ValueError:
            return value
    return value


def _ask_for_missing(config: dict[str, Value], vendor: Vendor) -> None:
    missing = [
        setting
        for setting in vendor.settings
        if setting.required
        and not isinstance(setting, Secret)
        and setting.default is None
        and setting.key not in config
    ]
    if missing and not at_terminal():
        options = " ".join(f"--set {setting.key}={setting.example or '…'}" for setting in missing)
        words = "; ".join(setting.problem(None) or setting.label for setting in missing)
        raise FormError(f"missing: {options}\n{words}")
    for setting in missing:
        if setting.help:
            warn(f"  {setting.help}" + (f" For example {setting.example}" if setting.example else ""))
        label = setting.label or setting.key
        if isinstance(setting, Choice):
            label += f" ({', '.join(setting.choices)})"
        while True:
            value = _typed(setting, _answer(label))
            problem = setting.problem(value)
            if problem is None:
                config[setting.key] = value
                break
            warn(f"  {problem}")


def _answer(label: str, default: str = "") -> str:
    try:
        return ask(label, default)
    except EOFError:
        raise FormError("the input ended; nothing was changed") from None
