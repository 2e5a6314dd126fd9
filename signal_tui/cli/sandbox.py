"""``signal-tui sandbox``: the embedded instance in the foreground."""

from __future__ import annotations

import argparse
import threading


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    from signal_tui.core.ports import SANDBOX_PORT

    command = commands.add_parser(
        "sandbox",
        help="the embedded instance in the foreground",
        description="Serve the vendors' doubles on a local port until interrupted.",
    )
    command.add_argument(
        "--port", type=int, metavar="N", help=f"exactly this port (default: the first free one from {SANDBOX_PORT} on)"
    )
    command.add_argument("--json", action="store_true", help="print the addresses as JSON")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from signal_tui.cli.inputs import open_workbench
    from signal_tui.cli.output import fail, print_json, say
    from signal_tui.core.ports import SANDBOX_PORT
    from signal_tui.core.sandbox import SandboxError

    with open_workbench(args) as workbench:
        try:
            exact = args.port is not None
            origin = workbench.sandbox.start(args.port if exact else SANDBOX_PORT, exact=exact)
        except SandboxError as error:
            return fail(str(error))
        doubles = workbench.sandbox.doubles
        if args.json:
            vendors = {
                name: {"base_url": f"{origin}/{name}", "config": dict(double.config), "secrets": dict(double.secrets)}
                for name, double in doubles.items()
            }
            print_json({"origin": origin, "vendors": vendors})
        else:
            say(f"The sandbox listens on {origin}; nothing leaves this machine. Ctrl+C ends it.")
            for name, double in doubles.items():
                say(f"  {name}: base_url = {origin}/{name}")
                for key, value in {**double.config, **double.secrets}.items():
                    say(f"    {key} = {value}")
        import signal

        ended = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
        ended.wait()
    return 0
