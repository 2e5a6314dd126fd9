"""``signal-tui integrations add|list|show|remove``: what a profile holds."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from signal_tui.cli.integration_entry import run_add

if TYPE_CHECKING:
    from signal_tui.core.profiles import Integration, Profile
    from signal_tui.core.workbench import Workbench


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    group = commands.add_parser("integrations", help="the configured instances of vendors")
    actions = group.add_subparsers(title="commands", dest="action", metavar="COMMAND", required=True)
    adding = actions.add_parser(
        "add",
        help="add one to the profile",
        description="Add an integration to the profile, which is made where it is missing. At a terminal what is "
        "missing is asked for.",
    )
    adding.add_argument("name", metavar="NAME", help="made of a-z, 0-9 and -")
    adding.add_argument("--vendor", metavar="V", help="as listed by “signal-tui plugins list”")
    adding.add_argument("--preset", metavar="P", help="the mapping to start from (default: the vendor's first)")
    adding.add_argument(
        "--set", metavar="K=V", action="append", default=[], help="a setting of the vendor (repeatable)"
    )
    adding.add_argument("--consent", metavar="C", action="append", help="a consent category it needs (repeatable)")
    adding.add_argument("--base-url", metavar="U", help="send and read here instead of where the vendor would")
    adding.add_argument("--sandbox", action="store_true", help="send and read in the embedded sandbox")
    adding.add_argument("--replace", action="store_true", help="change the integration where it is there already")
    listing = actions.add_parser("list", help="a line each")
    showing = actions.add_parser("show", help="everything about one")
    showing.add_argument("name", metavar="NAME")
    removing = actions.add_parser("remove", help="remove one from the profile")
    removing.add_argument("name", metavar="NAME")
    removing.add_argument("--tokens", action="store_true", help="remove its tokens from the keyring too")
    for parser, run in ((adding, run_add), (listing, run_list), (showing, run_show), (removing, run_remove)):
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.set_defaults(run=run)


def _open(args: argparse.Namespace) -> Workbench:
    from signal_tui.core.workbench import Workbench

    return Workbench.open(args.profile, no_plugins=args.no_plugins, strict=False)


def integration_shape(integration: Integration, problem: str | None = None) -> dict[str, Any]:
    """An integration as JSON: the keys of a profile, ``name``, and ``problem`` (null where there is none)."""
    return {
        "name": integration.name,
        "vendor": integration.vendor,
        "preset": integration.preset,
        "enabled": integration.enabled,
        "sandbox": integration.sandbox,
        "consent_categories": list(integration.consent_categories),
        "config": dict(integration.config),
        "own_mappings": len(integration.own_mappings()),
        "base_url": integration.base_url,
        "ca_file": integration.ca_file,
        "proxy": integration.proxy,
        "strict_names": integration.strict_names,
        "problem": problem,
    }


def profile_shape(profile: Profile) -> dict[str, Any]:
    """``name``, ``path`` (null for the built-in one), ``production``, ``consent_default``."""
    return {
        "name": profile.name,
        "path": str(profile.path) if profile.path else None,
        "production": profile.production,
        "consent_default": profile.consent_default,
    }


def run_list(args: argparse.Namespace) -> int:
    """List the integrations of the profile; 2 when one is faulty."""
    from signal_tui.cli.output import WRONG, print_json, say, table, warn

    with _open(args) as workbench:
        profile = workbench.profile
        problems = {name: each.problem for name, each in workbench.instances.items() if each.problem}
        problems = {**profile.problems, **problems}
        if args.json:
            shapes = [integration_shape(each, problems.get(each.name)) for each in profile.integrations.values()]
            shapes += [
                {"name": name, "problem": problem}
                for name, problem in problems.items()
                if name not in profile.integrations
            ]
            print_json({"profile": profile_shape(profile), "integrations": shapes})
        else:
            say(f"Profile {profile.name}{' (production)' if profile.production else ''}: {profile.path or 'built in'}")
            rows = [
                [
                    each.name,
                    each.integration.vendor,
                    each.preset,
                    ", ".join(each.origins()) if each.problem is None else "",
                    _state(each.integration, each.problem),
                ]
                for each in workbench.instances.values()
            ]
            rows += [[name, "?", "", "", "faulty"] for name in problems if name not in profile.integrations]
            if rows:
                table(rows, ("name", "vendor", "preset", "goes to", "state"))
            else:
                say("It holds no integration yet: signal-tui integrations add NAME --vendor V")
            for problem in problems.values():
                warn(f"✗ {problem}")
        return WRONG if problems else 0


def _state(integration: Integration, problem: str | None) -> str:
    if problem:
        return "faulty"
    return "sandbox" if integration.sandbox else "ready" if integration.enabled else "disabled"


def run_show(args: argparse.Namespace) -> int:
    """Show one integration; 2 when it is faulty."""
    from signal_tui.api.settings import Secret
    from signal_tui.api.values import text_of
    from signal_tui.cli.output import WRONG, fail, print_json, say, table
    from signal_tui.core.vault import variable_of

    with _open(args) as workbench:
        problem = workbench.profile.problems.get(args.name)
        if args.name not in workbench.instances and problem is not None:
            return fail(problem, WRONG)
        instance = workbench.instance(args.name)
        integration = instance.integration
        secrets = [setting for setting in instance.vendor.settings if isinstance(setting, Secret)]
        origins = [] if instance.problem else instance.origins()
        if args.json:
            shape = integration_shape(integration, instance.problem)
            shape["preset"] = instance.preset or None
            shape["origins"] = origins
            shape["tokens"] = [
                {
                    "setting": secret.key,
                    "label": secret.label,
                    "required": secret.required,
                    "tracking": secret.tracking,
                    "reading": secret.reading,
                    "variable": variable_of(integration.name, secret.key),
                }
                for secret in secrets
            ]
            print_json({"profile": profile_shape(workbench.profile), "integration": shape})
            return WRONG if instance.problem else 0
        rows = [
            ["vendor", instance.vendor.title or integration.vendor],
            ["preset", instance.preset],
            ["state", _state(integration, instance.problem)],
            ["goes to", ", ".join(origins)],
            ["consent", ", ".join(integration.consent_categories) or "not needed"],
            *([key, text_of(value)] for key, value in integration.config.items()),
            ["own mappings", str(len(integration.own_mappings()))],
        ]
        for key in ("base_url", "ca_file", "proxy", "strict_names"):
            if getattr(integration, key):
                rows.append([key, str(getattr(integration, key))])
        say(integration.name)
        table(rows, indent="  ")
        for secret in secrets:
            uses = [word for word, used in (("sending", secret.tracking), ("reading back", secret.reading)) if used]
            purpose = f" for {' and '.join(uses)}" if uses else ""
            say(f"  token {secret.key}{purpose}: signal-tui tokens list {args.name}")
        return fail(instance.problem, WRONG) if instance.problem else 0


def run_remove(args: argparse.Namespace) -> int:
    """Remove an integration from its profile; 1 when it is not there."""
    from signal_tui.cli.output import WRONG, fail, print_json, say, warn
    from signal_tui.core.keyrings import KeyringError
    from signal_tui.core.profile_changes import remove

    with _open(args) as workbench:
        path = workbench.profile.path
        if path is None:
            return fail(f"{args.name} is built in: there is no profile that it could be removed from", WRONG)
        if args.name not in workbench.profile.problems:
            workbench.instance(args.name)
        try:
            done = remove(workbench, args.name, tokens=args.tokens)
        except KeyringError as error:
            return fail(f"nothing was removed, because the tokens cannot be: {error}", error.exit_code)
        if args.json:
            removed, kept = list(done.removed), list(done.kept)
            print_json({"removed": args.name, "path": str(path), "tokens_removed": removed, "tokens_kept": kept})
        else:
            say(f"Removed {args.name} from {path}.")
            if done.removed:
                say(f"Removed from the keyring: {', '.join(done.removed)}.")
        for name in done.kept:
            warn(f"{name} stays in the keyring: signal-tui tokens remove {args.name} {name}")
        if done.unknown:
            warn(f"Whether tokens of {args.name} are kept somewhere could not be seen: {done.unknown}")
        return 0
