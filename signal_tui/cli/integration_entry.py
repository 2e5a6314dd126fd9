"""An integration on its way into a profile: from options, and at a terminal from answers to questions."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signal_tui.cli.output import ask, at_terminal, warn

if TYPE_CHECKING:
    from signal_tui.api.settings import Setting
    from signal_tui.api.values import Value
    from signal_tui.api.vendor import Vendor
    from signal_tui.core.profiles import Profile


class FormError(ValueError):
    """What was given cannot be made into an integration; the message says what is missing or wrong."""


def run_add(args: argparse.Namespace) -> int:
    """Add an integration; asks for what is missing at a terminal, else 2 and the names of what is missing."""
    from signal_tui.cli.output import WRONG, fail, print_json, say
    from signal_tui.core.paths import Paths
    from signal_tui.core.plugins import load_plugins
    from signal_tui.core.profile_files import put_integration
    from signal_tui.core.profiles import DEFAULT, SANDBOX, load, path_of

    paths, selector = Paths.standard(), args.profile or DEFAULT
    path = path_of(selector, paths)
    is_new = not path.exists()
    if selector == SANDBOX and is_new:
        return fail("the profile sandbox is built in; choose another name with --profile", WRONG)
    vendors = load_plugins(no_plugins=args.no_plugins).vendors
    known = {} if is_new else _known(load(selector, vendors, paths, strict=False))
    if args.name in known and not args.replace:
        return fail(f"{path} has {args.name} already; say --replace to change it, or choose another name", WRONG)
    try:
        vendor, table = fill(args, vendors, path)
    except FormError as error:
        return fail(str(error), WRONG)
    put_integration(path, args.name, table, paths)
    secrets = _secret_names(vendor) if not args.sandbox else []
    if args.json:
        print_json({"path": str(path), "integration": {"name": args.name, **table}, "tokens": secrets})
    else:
        say(f"{'Changed' if args.name in known else 'Added'} {args.name} in {path}.")
        for name in secrets:
            say(f"Its {name}: signal-tui{_selected(args.profile)} tokens set {args.name} {name}")
        if is_new and selector == DEFAULT:
            warn("From now on this profile is opened; the built-in one is still there with --profile sandbox.")
    return 0


def _known(profile: Profile) -> Mapping[str, Any]:
    return {**profile.integrations, **profile.problems}


def _secret_names(vendor: Vendor) -> list[str]:
    from signal_tui.api.settings import Secret

    return [setting.key for setting in vendor.settings if isinstance(setting, Secret)]


def _selected(profile: str | None) -> str:
    import shlex

    return f" --profile {shlex.quote(profile)}" if profile else ""


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
    from signal_tui.api.blueprint import nearest

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
    from signal_tui.api.blueprint import nearest
    from signal_tui.api.settings import Secret

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
    from signal_tui.api.settings import Flag, Number

    if isinstance(setting, Flag) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if isinstance(setting, Number):
        try:
            return int(value)
        except ValueError:
            return value
    return value


def _ask_for_missing(config: dict[str, Value], vendor: Vendor) -> None:
    from signal_tui.api.settings import Choice, Secret

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
