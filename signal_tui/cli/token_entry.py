"""A token on its way into the keyring: asked for without echo, or one line of standard input."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signal_tui.api.settings import Secret
    from signal_tui.core.instances import Instance
    from signal_tui.core.workbench import Workbench


def open_loosely(args: argparse.Namespace) -> Workbench:
    """The workbench of a profile in which an integration may be faulty."""
    from signal_tui.core.workbench import Workbench

    # A fault of one integration does not keep the tokens of another from being set.
    return Workbench.open(args.profile, no_plugins=args.no_plugins, strict=False)


def run_set(args: argparse.Namespace) -> int:
    """Keep one token, or each of an integration's; 2 or 3 where it cannot be kept."""
    from signal_tui.api.mappings import nearest
    from signal_tui.cli.output import WRONG, at_terminal, fail
    from signal_tui.core.keyrings import KeyringError
    from signal_tui.core.tokens import secrets_of
    from signal_tui.core.vault import variable_of

    with open_loosely(args) as workbench:
        instance = workbench.instance(args.integration)
        secrets = secrets_of(instance)
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
            wanted = [name for name in names if args.setting in (None, name)]
            variables = " ".join(variable_of(instance.name, name) for name in wanted)
            return fail(f"the token cannot be kept: {error}: {variables}", error.exit_code)


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
    from signal_tui.core.tokens import keep_token, token_problem

    value, problem = _read_token(f"{secret.label or secret.key} of {instance.name}")
    if problem is None and not value and asked and at_terminal():
        warn(f"{secret.key}: nothing typed, left as it is")
        return 0
    if problem is None and not value:
        problem = "there was nothing on standard input; give the token as one line, or use a terminal"
    problem = problem or token_problem(secret, value)
    if problem is not None:
        return fail(f"{secret.key} was not kept: {problem}", WRONG)
    kept = keep_token(workbench, instance, secret.key, value)
    if json:
        print_json(
            {
                "integration": instance.name,
                "setting": secret.key,
                "source": "keyring",
                "where": kept.where,
                "origins": list(kept.origins),
                "shadowed_by": kept.shadow,
            }
        )
    else:
        say(f"{secret.key} of {instance.name} is kept in {kept.where}, for {', '.join(kept.origins)} only.")
    if kept.shadow is not None:
        warn(f"The variable {kept.shadow} is set and counts first.")
    return 0


def _read_token(label: str) -> tuple[str, str | None]:
    """A token without the blanks around it, and what is wrong with it."""
    import sys

    from signal_tui.cli.output import at_terminal
    from signal_tui.core.tokens import LONGEST

    if at_terminal():
        import getpass

        try:
            text = getpass.getpass(f"{label} (not shown): ")
        except EOFError:
            return "", "the input ended"
    else:
        line = sys.stdin.buffer.readline(LONGEST + 1)
        try:
            text = line.decode("utf-8-sig")
        except UnicodeDecodeError:
            return "", "it is not UTF-8 text"
    return text.strip(), None
