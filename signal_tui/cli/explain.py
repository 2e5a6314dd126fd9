"""``signal-tui explain REQUEST`` and ``decode REQUEST``: what a vendor does with a raw hit, and which event it was."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from signal_tui.api.payloads import Forecast, Request
    from signal_tui.core.workbench import Workbench


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands."""
    what = (
        "REQUEST is a file or - for standard input: JSON with method, url, headers, body; a curl command; a URL; a HAR "
        "entry; NDJSON for many."
    )
    explaining = commands.add_parser(
        "explain",
        help="what a vendor will do with a raw hit",
        description=f"Forecast any raw vendor hit; nothing leaves. {what}",
    )
    explaining.add_argument("request", metavar="REQUEST")
    explaining.add_argument("--vendor", metavar="V", help="whose hit it is (default: who recognises it)")
    known = explaining.add_mutually_exclusive_group()
    known.add_argument("-i", "--integration", metavar="NAME", help="take what doctor learnt of this integration")
    known.add_argument("--assume", metavar="FILE", help="take what this JSON file says of the instance")
    explaining.add_argument("--json", action="store_true", help="print JSON, one document per request")
    explaining.set_defaults(run=run_explain)
    decoding = commands.add_parser(
        "decode", help="the canonical events of a raw hit", description=f"Read a raw vendor hit back. {what}"
    )
    decoding.add_argument("request", metavar="REQUEST")
    decoding.add_argument("--vendor", metavar="V", help="whose hit it is (default: who recognises it)")
    decoding.add_argument("--json", action="store_true", help="print JSON, one document per request")
    decoding.set_defaults(run=run_decode)


def _requests(argument: str) -> list[Request]:
    from pathlib import Path

    from signal_tui.cli.inputs import InputError
    from signal_tui.core.raw_requests import read_requests

    if argument == "-":
        return read_requests(sys.stdin.buffer.read(), name="standard input")
    if argument.startswith(("http://", "https://")):
        return read_requests(argument)
    path = Path(argument)
    if not path.is_file():
        raise InputError(f"{argument}: there is no such file; REQUEST is a file, - or a URL")
    return read_requests(path.read_bytes(), name=argument)


def run_explain(args: argparse.Namespace) -> int:
    """Print a forecast for each request."""
    from dataclasses import replace

    from signal_tui.cli.inputs import open_workbench
    from signal_tui.cli.output import print_json, say
    from signal_tui.cli.reports import finding_lines
    from signal_tui.core.hits import forecast_of, recognise
    from signal_tui.core.shapes import forecast_shape

    with open_workbench(args) as workbench:
        known = _known(args, workbench)
        vendor_name = workbench.instance(args.integration).vendor.name if args.integration else args.vendor
        for request in _requests(args.request):
            vendor = recognise(request, workbench.plugins, vendor_name)
            forecast = forecast_of(request, vendor, workbench.plugins, known)
            if args.json:
                print_json({"vendor": vendor, **forecast_shape(forecast)})
                continue
            say(f"{vendor}: {_headline(forecast)}")
            for number, hit in enumerate(forecast.hits):
                say(f"  hit {number + 1}: {_headline(hit)}")
                for finding in hit.findings:
                    say(*("    " + line for line in finding_lines(finding)))
            for finding in forecast.findings if not forecast.hits else ():
                say(*("  " + line for line in finding_lines(replace(finding))))
            if forecast.assumed:
                say("  assumed: " + "; ".join(forecast.assumed))
    return 0


def _headline(forecast: Forecast) -> str:
    records = f" as {', '.join(forecast.records)}" if forecast.records else ""
    status = f", answered with {forecast.status}" if forecast.status else ""
    return f"{forecast.outcome}{records}{status}"


def _known(args: argparse.Namespace, workbench: Workbench) -> Any:
    if args.integration:
        return workbench.instance(args.integration).known
    if not args.assume:
        return {}
    from pathlib import Path

    from signal_tui.api.values import parse_json
    from signal_tui.cli.inputs import InputError

    try:
        known = parse_json(Path(args.assume).read_bytes())
    except OSError as error:
        raise InputError(f"--assume {args.assume}: {error.strerror}") from None
    except ValueError as error:
        raise InputError(f"--assume {args.assume}: is no JSON: {error}") from None
    if not isinstance(known, dict):
        raise InputError(f"--assume {args.assume}: must be a JSON object")
    return known


def run_decode(args: argparse.Namespace) -> int:
    """Print the events of each request."""
    from signal_tui.api.values import dump_json
    from signal_tui.cli.inputs import open_workbench
    from signal_tui.cli.output import print_json, say
    from signal_tui.core.hits import decode, recognise

    with open_workbench(args) as workbench:
        for request in _requests(args.request):
            vendor = recognise(request, workbench.plugins, args.vendor)
            events = decode(request, vendor, workbench.plugins)
            if args.json:
                print_json({"vendor": vendor, "events": [event.wire() for event in events]})
            else:
                say(f"{vendor}: {len(events)} event{'s' if len(events) != 1 else ''}")
                for event in events:
                    say(dump_json(event.wire(), 2))
    return 0
