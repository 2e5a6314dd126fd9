"""``signal-tui map EVENT``: what each integration would send, field by field; nothing leaves."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signal_tui.api.payloads import Payload
    from signal_tui.core.workbench import Workbench


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "map",
        help="what each integration would send, field by field",
        description="Map an event. Nothing leaves this machine. EVENT is a file, - for standard input, or the name of "
        "a sample such as “Order Completed”; files hold JSON, NDJSON, YAML or a datafly.track(…) call.",
    )
    command.add_argument("event", metavar="EVENT")
    command.add_argument("-i", "--integration", metavar="NAME", action="append", help="only this one (repeatable)")
    command.add_argument("--json", action="store_true", help="print JSON, one document per event")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the payloads."""
    from signal_tui.cli.inputs import open_workbench, read_argument

    with open_workbench(args) as workbench:
        workbench.find_secrets()
        names = args.integration
        workbench.chosen(names)
        for event in read_argument(args.event, workbench):
            payloads = workbench.map(event, names)
            if args.json:
                from signal_tui.cli.output import print_json
                from signal_tui.core.shapes import payload_shape

                print_json(
                    {
                        "event": event.wire(),
                        "payloads": [payload_shape(payload, _routes(workbench, payload)) for payload in payloads],
                    }
                )
            else:
                from signal_tui.core.traces import unused

                for payload in payloads:
                    _people(workbench, payload)
                _unused(unused(event, payloads))
    return 0


def _routes(workbench: Workbench, payload: Payload) -> list[str | None]:
    instance = workbench.instances[payload.integration]
    return [instance.routed(request) for request in payload.requests]


def _people(workbench: Workbench, payload: Payload) -> None:
    from signal_tui.api.values import text_of
    from signal_tui.cli.output import say, table
    from signal_tui.cli.reports import finding_lines
    from signal_tui.core.shapes import plain

    instance = workbench.instances[payload.integration]
    say(f"{payload.event.title} → {payload.integration} ({payload.vendor}, preset {instance.preset})")
    if payload.status == "skipped":
        say(f"  – skipped: {payload.reason}")
        say("")
        return
    for number, request in enumerate(payload.requests):
        routed = instance.routed(request)
        say(f"  {request.method} {request.url}" + (f"   routed to {routed}" if routed else ""))
        rows = [
            [field.target, text_of(plain(field.value)), field.source + (f" → {field.change}" if field.change else "")]
            for field in payload.fields
            if field.request == number
        ]
        table(rows, indent="    ")
        forecast = payload.forecasts[number]
        records = f" as {', '.join(forecast.records)}" if forecast.records else ""
        say(f"    forecast: {forecast.outcome}{records}")
    for finding in payload.findings:
        for line in finding_lines(finding):
            say("  " + line)
    say("")


def _unused(paths: list[str]) -> None:
    from signal_tui.cli.output import say

    if paths:
        say("used by nobody: " + ", ".join(paths))
