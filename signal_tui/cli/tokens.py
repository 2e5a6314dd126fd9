"""``signal-tui tokens set|list|remove|check``: the secrets of integrations, never shown and never an argument."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from signal_tui.api.settings import Secret
    from signal_tui.api.vendor import Check
    from signal_tui.core.instances import Instance
    from signal_tui.core.vault import Found
    from signal_tui.core.workbench import Workbench

LONGEST = 64 * 1024
"""Bytes of a token that are read."""

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


def _open(args: argparse.Namespace) -> Workbench:
    from signal_tui.core.workbench import Workbench

    # A fault of one integration does not keep the tokens of another from being set.
    return Workbench.open(args.profile, no_plugins=args.no_plugins, strict=False)


def _secrets(instance: Instance) -> list[Secret]:
    from signal_tui.api.settings import Secret

    return [setting for setting in instance.vendor.settings if isinstance(setting, Secret)]


def run_set(args: argparse.Namespace) -> int:
    """Keep one token, or each of an integration's; 2 or 3 where it cannot be kept."""
    from signal_tui.api.blueprint import nearest
    from signal_tui.cli.output import WRONG, at_terminal, fail
    from signal_tui.core.keyrings import KeyringError

    with _open(args) as workbench:
        instance = workbench.instance(args.integration)
        secrets = _secrets(instance)
        names = [secret.key for secret in secrets]
        if instance.sandboxed:
            return fail(f"{instance.name} is a sandbox integration, which brings its own tokens", WRONG)
        if not secrets:
            return fail(f"{instance.vendor.name} needs no token", WRONG)
        if args.setting is not None and args.setting not in names:
            return fail(f"{instance.vendor.name} has no secret {args.setting!r}; {nearest(args.setting, names)}", WRONG)
        if args.setting is None and len(secrets) > 1 and not at_terminal():
            return fail(f"say which: signal-tui tokens set {instance.name} {'|'.join(names)}", WRONG)
        if instance.problem is not None:
            return fail(f"first correct the integration, so that its addresses are known:\n{instance.problem}", WRONG)
        if not instance.origins():
            return fail(f"{instance.vendor.name} does not say where the token would go, so it is not kept", WRONG)
        if not _may_be_read_along(instance):
            return WRONG
        try:
            workbench.secrets.vault.ready()
            code = 0
            for secret in secrets:
                if args.setting in (None, secret.key):
                    code = max(code, _set(workbench, instance, secret, asked=args.setting is None, json=args.json))
            return code
        except KeyringError as error:
            return fail(f"the token cannot be kept: {error}", error.exit_code)


def _may_be_read_along(instance: Instance) -> bool:
    from signal_tui.cli.output import at_terminal, confirm, warn
    from signal_tui.core.origins import ALLOW_HTTP_VARIABLE, open_to_readers

    plain = open_to_readers(instance.origins())
    if not plain:
        return True
    warn(f"{instance.name} is reached over plain http: everybody on the way to {', '.join(plain)} can read the token.")
    if at_terminal():
        return confirm("Keep the token for it all the same?")
    warn(f"signal-tui: use https, or allow it with {ALLOW_HTTP_VARIABLE}={','.join(plain)}")
    return False


def _set(workbench: Workbench, instance: Instance, secret: Secret, *, asked: bool, json: bool) -> int:
    from signal_tui.cli.output import WRONG, at_terminal, fail, print_json, say, warn
    from signal_tui.core.redact import Redactor
    from signal_tui.core.vault import variable_of

    value, problem = _read_token(f"{secret.label or secret.key} of {instance.name}")
    if problem is None and not value and asked and at_terminal():
        warn(f"{secret.key}: nothing typed, left as it is")
        return 0
    if problem is None and not value:
        problem = "there was nothing on standard input; give the token as one line, or use a terminal"
    problem = problem or secret.problem(value)
    if problem is not None:
        # A vendor's check may quote what it refuses.
        return fail(f"{secret.key} was not kept: {Redactor((value,)).text(problem)}", WRONG)
    origins = instance.origins()
    where = workbench.secrets.vault.set(instance.name, secret.key, value, origins)
    for origin in origins:
        workbench.refusals.forget(origin, value)
    shadow = workbench.secrets.vault.find_at_once(instance.name, secret.key)
    if json:
        print_json(
            {
                "integration": instance.name,
                "setting": secret.key,
                "source": "keyring",
                "where": where,
                "origins": origins,
                "shadowed_by": shadow.where if shadow else None,
            }
        )
    else:
        say(f"{secret.key} of {instance.name} is kept in {where}, for {', '.join(origins)} only.")
    if shadow is not None:
        warn(f"The variable {variable_of(instance.name, secret.key)} is set and counts first.")
    return 0


def _read_token(label: str) -> tuple[str, str | None]:
    """A token without the blanks around it, and what is wrong with it."""
    import sys

    from signal_tui.cli.output import at_terminal

    if at_terminal():
        import getpass

        text = getpass.getpass(f"{label} (not shown): ")
    else:
        line = sys.stdin.buffer.readline(LONGEST + 1)
        try:
            text = line.decode("utf-8-sig")
        except UnicodeDecodeError:
            return "", "it is not UTF-8 text"
    text = text.strip()
    if len(text) > LONGEST:
        return text, f"it is longer than {LONGEST // 1024} KB"
    if not text.isprintable():
        return text, "it holds a control character; copy it once more"
    return text, None


def run_list(args: argparse.Namespace) -> int:
    """List all secrets without their values; 2 or 3 where the keyring was needed and could not be used."""
    from signal_tui.cli.output import print_json, say, table, warn

    with _open(args) as workbench:
        names = [args.integration] if args.integration else list(workbench.instances)
        instances = [workbench.instance(name) for name in names]
        rows = workbench.secrets.vault.list(
            (instance.name, secret.key, () if instance.problem else instance.origins())
            for instance in instances
            for secret in _secrets(instance)
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
    from signal_tui.api.blueprint import nearest
    from signal_tui.cli.output import NO, WRONG, fail, print_json, say, warn
    from signal_tui.core.keyrings import KeyringError

    with _open(args) as workbench:
        vault = workbench.secrets.vault
        instance = workbench.instances.get(args.integration)
        if instance is None and args.setting is None:
            # An integration that is gone may have left a token: then its setting must be named.
            workbench.instance(args.integration)
        names = [secret.key for secret in _secrets(instance)] if instance else [args.setting]
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

    instance = workbench.instance(integration)
    if instance.problem is not None:
        return [Check(check="configuration", state="fail", message=instance.problem, remedy="correct the profile")]
    workbench.secrets.forget(integration)
    workbench.find_secrets()
    for name in workbench.secrets.names(instance):
        value = workbench.secrets.peek(instance, name)
        if value is not None:
            for origin in instance.origins():
                workbench.refusals.forget(origin, value)
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
    with _open(args) as workbench:
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
