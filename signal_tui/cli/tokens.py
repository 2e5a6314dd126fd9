"""``signal-tui tokens set|list|remove|check``: the secrets of integrations, never shown and never an argument."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from signal_tui.cli.token_entry import open_loosely, run_set

if TYPE_CHECKING:
    from signal_tui.api.vendor import Check
    from signal_tui.core.vault import Found
    from signal_tui.core.workbench import Workbench

STATES = {
    "found": "set",
    "absent": "not set",
    "other-origin": "set for another address",
    "no-keyring": "no keyring",
    "locked": "keyring locked",
    "unsafe-backend": "unsafe keyring",
    "error": "keyring fails",
}


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    group = commands.add_parser("tokens", help="the secrets of integrations, kept in the keyring")
    actions = group.add_subparsers(title="commands", dest="action", metavar="COMMAND", required=True)
    setting = actions.add_parser(
        "set",
        help="keep a token in the keyring",
        description="Keep a token in the keyring, for the addresses of the integration only. It is asked for without "
        "echo, or read from one line of standard input; it is never an argument, which other users could see.",
    )
    setting.add_argument("integration", metavar="INTEGRATION")
    setting.add_argument("setting", metavar="SETTING", nargs="?", help="which one, where there are several")
    listing = actions.add_parser("list", help="which tokens are set, and where they come from")
    listing.add_argument("integration", metavar="INTEGRATION", nargs="?")
    removing = actions.add_parser("remove", help="remove tokens from the keyring")
    removing.add_argument("integration", metavar="INTEGRATION")
    removing.add_argument("setting", metavar="SETTING", nargs="?", help="this one only (default: all)")
    checking = actions.add_parser("check", help="ask the instance whether it takes the token")
    checking.add_argument("integration", metavar="INTEGRATION", nargs="?")
    for parser, run in ((setting, run_set), (listing, run_list), (removing, run_remove), (checking, run_check)):
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.set_defaults(run=run)


def run_list(args: argparse.Namespace) -> int:
    """List all secrets without their values; 2 or 3 where the keyring was needed and could not be used."""
    from signal_tui.cli.output import print_json, say, table, warn
    from signal_tui.core.tokens import secrets_of

    with open_loosely(args) as workbench:
        names = [args.integration] if args.integration else list(workbench.instances)
        instances = [workbench.instance(name) for name in names]
        rows = workbench.secrets.vault.list(
            (instance.name, secret.key, () if instance.problem else instance.origins())
            for instance in instances
            for secret in secrets_of(instance)
        )
        codes = [row.exit_code for row in rows if row.state not in ("found", "absent", "other-origin")]
        if args.json:
            print_json({"tokens": [token_shape(row) for row in rows]})
            return max(codes, default=0)
        if not rows:
            say("No integration here needs a token.")
            return 0
        table(
            [[row.integration, row.setting, STATES[row.state], row.source or "–", _where(row)] for row in rows],
            ("integration", "setting", "state", "source", "where"),
        )
        said: set[str] = set()
        for row in rows:
            words = f"{row.message}; {row.remedy}" if row.remedy else row.message
            if row.state not in ("found", "absent") and words not in said:
                said.add(words)
                warn(f"! {words}")
        return max(codes, default=0)


def _where(row: Found) -> str:
    from signal_tui.core.vault import variable_of

    if row.source is None:
        return f"or set {variable_of(row.integration, row.setting)}" if row.remedy else "–"
    return f"{row.where}, for {', '.join(row.origins)}" if row.origins else row.where


def token_shape(row: Found) -> dict[str, Any]:
    """``integration``, ``setting``, ``state``, ``source``, ``where``, ``origins``, ``variable``, ``message``,
    ``remedy``: no value."""
    from signal_tui.core.vault import variable_of

    return {
        "integration": row.integration,
        "setting": row.setting,
        "state": row.state,
        "source": row.source,
        "where": row.where,
        "origins": list(row.origins),
        "variable": variable_of(row.integration, row.setting),
        "message": row.message,
        "remedy": row.remedy,
    }


def run_remove(args: argparse.Namespace) -> int:
    """Remove tokens from the keyring; 1 when there was none."""
    from signal_tui.api.mappings import nearest
    from signal_tui.cli.output import NO, WRONG, fail, print_json, say, warn
    from signal_tui.core.keyrings import KeyringError
    from signal_tui.core.tokens import secrets_of

    with open_loosely(args) as workbench:
        vault = workbench.secrets.vault
        instance = workbench.instances.get(args.integration)
        if instance is None and args.setting is None:
            # An integration that is gone may have left a token: then its setting must be named.
            workbench.instance(args.integration)
        names = [secret.key for secret in secrets_of(instance)] if instance else [args.setting]
        if args.setting is not None and args.setting not in names:
            return fail(f"{args.integration} has no secret {args.setting!r}; {nearest(args.setting, names)}", WRONG)
        wanted = [args.setting] if args.setting is not None else names
        try:
            removed = [name for name in wanted if vault.remove(args.integration, name)]
        except KeyringError as error:
            return fail(f"the tokens cannot be removed: {error}", error.exit_code)
        if args.json:
            print_json({"integration": args.integration, "removed": removed})
        elif removed:
            say(f"Removed from the keyring: {', '.join(removed)} of {args.integration}.")
        else:
            say(f"The keyring has no {' or '.join(wanted) or 'token'} of {args.integration}.")
        for name in wanted:
            other = vault.find_at_once(args.integration, name)
            if other is not None and other.source == "environment":
                warn(f"{name} still comes from the variable {other.where}.")
        return 0 if removed else NO


def check_tokens(workbench: Workbench, integration: str) -> list[Check]:
    """Ask an instance once more whether it takes the tokens, also when it refused them before."""
    from signal_tui.api.vendor import Check
    from signal_tui.core.guard import FaultError
    from signal_tui.core.tokens import forget_refusals

    instance = workbench.instance(integration)
    if instance.problem is not None:
        return [Check(check="configuration", state="fail", message=instance.problem, remedy="correct the profile")]
    forget_refusals(workbench, instance)
    try:
        return workbench.check(integration)[0]
    except FaultError as error:
        return [Check(check="plugin", state="fail", message=str(error))]


def run_check(args: argparse.Namespace) -> int:
    """Check the tokens of one or all integrations; 1 when one fails, 3 when it is refused or nobody answers."""
    from signal_tui.cli.output import at_terminal, confirm, fail, print_json, say
    from signal_tui.cli.reports import CHECK_MARKS
    from signal_tui.core.shapes import check_shape

    shapes: list[dict[str, Any]] = []
    codes = [0]
    with open_loosely(args) as workbench:
        names = [args.integration] if args.integration else [each.name for each in workbench.chosen()]
        for name in names:
            workbench.instance(name)
            questions = [each for each in workbench.questions([name]) if each.kind != "production"]
            for question in questions:
                if not at_terminal():
                    return fail(f"{question.message}; {question.remedy}")
                if not confirm(f"{question.message}. Go on?"):
                    return fail(f"{name} was not checked")
            workbench.confirm(questions)
            for check in check_tokens(workbench, name):
                shapes.append(check_shape(name, check))
                if check.state == "fail":
                    codes.append(3 if check.refused or check.check == "reachable" else 1)
                if not args.json:
                    say(f"{CHECK_MARKS[check.state]} {name}: {check.check}: {check.message}")
                    if check.remedy and check.state != "ok":
                        say(f"    → {check.remedy}")
    if args.json:
        print_json({"checks": shapes})
    return max(codes)
