"""The command line: one module per group of commands, each with ``register(subparsers)``.

A command is ``run(args) -> int`` and imports what it needs when it runs. Exit codes: 0 yes or answered, 1 the answer
is no, 2 wrong use or configuration, 3 not reachable or not authorised, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from signal_tui import __version__


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    from signal_tui.cli import doctor, explain, integrations, plugins, sandbox, send, tokens
    from signal_tui.cli import map as map_command

    top = argparse.ArgumentParser(
        prog="signal-tui",
        description="Event debugger: see what each analytics vendor gets, send it, and find it again. "
        "Without a command it opens the debugger.",
    )
    top.add_argument("--version", action="version", version=f"signal-tui {__version__}")
    top.add_argument("--profile", metavar="NAME|PATH", help="the integrations to use (default: default, else sandbox)")
    top.add_argument("--no-plugins", action="store_true", help="load the bundled vendors only")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--profile", metavar="NAME|PATH", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    common.add_argument("--no-plugins", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    commands = top.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for module in (map_command, send, explain, doctor, integrations, tokens, plugins, sandbox):
        module.register(commands)
    _inherit(commands, common)
    return top


def _inherit(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """``--profile`` may stand before or behind the command, at every depth."""
    for command in commands.choices.values():
        for action in common._actions:
            if not any(option in command._option_string_actions for option in action.option_strings):
                command._add_action(action)
        for action in command._actions:
            if isinstance(action, argparse._SubParsersAction):
                _inherit(action, common)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Nothing it prints holds a traceback or a local variable."""
    words = sys.argv[1:] if arguments is None else arguments
    # The screen needs no command's parser, and does not wait for what those import.
    args = parser().parse_args(words) if words else argparse.Namespace(command=None, profile=None, no_plugins=False)
    try:
        if args.command is None:
            return _open(args)
        code = args.run(args)
        sys.stdout.flush()
        return int(code)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader went away; say nothing more, also not at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from signal_tui.cli.reports import failure

        return failure(error)


def _open(args: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("The debugger needs a terminal. Commands for scripts: signal-tui --help", file=sys.stderr)
        return 2
    from signal_tui.tui.app import run

    return run(args.profile, args.no_plugins)
