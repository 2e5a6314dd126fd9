"""An integration on its way into a profile: from options, and at a terminal from answers to questions."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signal_tui.cli.output import ask, at_terminal, warn

if TYPE_CHECKING:
    from signal_tui.api.values import Value
    from signal_tui.api.vendor import Vendor


class FormError(ValueError):
    """What was given cannot be made into an integration; the message says what is missing or wrong."""


def run_add(args: argparse.Namespace) -> int:
    """Add an integration; asks for what is missing at a terminal, else 2 and the names of what is missing."""
    from signal_tui.cli.output import WRONG, fail, print_json, say
    from signal_tui.core.drafts import Target
    from signal_tui.core.paths import Paths
    from signal_tui.core.plugins import load_plugins
    from signal_tui.core.profile_files import put_integration
    from signal_tui.core.profiles import DEFAULT, SANDBOX, path_of

    paths, selector = Paths.standard(), args.profile or DEFAULT
    path = path_of(selector, paths)
    if selector == SANDBOX and not path.exists():
        return fail("the profile sandbox is built in; choose another name with --profile", WRONG)
    vendors = load_plugins(no_plugins=args.no_plugins).vendors
    target = Target.of(selector, vendors, paths)
    if args.name in target.names and not args.replace:
        return fail(f"{path} has {args.name} already; say --replace to change it, or choose another name", WRONG)
    try:
        vendor, table = fill(args, vendors, path)
    except FormError as error:
        return fail(str(error), WRONG)
    put_integration(path, args.name, table, paths, new=not args.replace)
    secrets = _secret_names(vendor) if not args.sandbox else []
    if args.json:
        print_json({"path": str(path), "integration": {"name": args.name, **table}, "tokens": secrets})
    else:
        say(f"{'Changed' if args.name in target.names else 'Added'} {args.name} in {path}.")
        for name in secrets:
            say(f"Its {name}: signal-tui{_selected(args.profile)} tokens set {args.name} {name}")
        if target.is_new and selector == DEFAULT:
            warn("From now on this profile is opened; the built-in one is still there with --profile sandbox.")
    return 0


def _secret_names(vendor: Vendor) -> list[str]:
    from signal_tui.api.settings import Secret

    return [setting.key for setting in vendor.settings if isinstance(setting, Secret)]


def _selected(profile: str | None) -> str:
    import shlex

    return f" --profile {shlex.quote(profile)}" if profile else ""


def fill(args: argparse.Namespace, vendors: Mapping[str, Vendor], path: Path) -> tuple[Vendor, dict[str, Any]]:
    """The vendor and the table for a profile, checked as a profile is. Raises :class:`FormError`."""
    from signal_tui.core.drafts import Draft
    from signal_tui.core.profiles import place_text

    vendor = _vendor(args.vendor, vendors)
    config = _given(args.set, vendor, args.name)
    if not args.sandbox:
        _ask_for_missing(config, vendor)
    draft = Draft(
        name=args.name,
        vendor=vendor.name,
        preset=args.preset,
        consent_categories=tuple(args.consent or vendor.consent_categories),
        base_url=args.base_url,
        sandbox=args.sandbox,
        config=config,
    )
    _, problems = draft.read(vendors, path)
    if problems:
        raise FormError("\n".join(f"{place_text(each.place[2:]) or args.name}: {each.message}" for each in problems))
    return vendor, draft.table()


def _vendor(name: str | None, vendors: Mapping[str, Vendor]) -> Vendor:
    from signal_tui.api.mappings import nearest

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
    from signal_tui.api.mappings import nearest
    from signal_tui.api.settings import Secret
    from signal_tui.core.drafts import typed

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
        config[key] = typed(setting, value)
    return config


def _ask_for_missing(config: dict[str, Value], vendor: Vendor) -> None:
    from signal_tui.api.settings import Choice, Secret
    from signal_tui.core.drafts import typed

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
            value = typed(setting, _answer(label))
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
