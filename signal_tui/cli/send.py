"""``signal-tui send EVENT [--verify]``: send an event, and look for it in the vendor's log."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signal_tui.core.delivery import Delivered
    from signal_tui.core.workbench import Workbench


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "send",
        help="send an event, and verify that it arrived as meant",
        description="Send an event to the chosen integrations. With --verify each hit is looked for in the vendor's "
        "log. EVENT as for map.",
    )
    command.add_argument("event", metavar="EVENT")
    command.add_argument("-i", "--integration", metavar="NAME", action="append", help="only this one (repeatable)")
    command.add_argument("--verify", action="store_true", help="look for each hit in the vendor's log")
    command.add_argument("--timeout", metavar="S", type=_seconds, help="give up looking after S seconds")
    command.add_argument("--no-mark", action="store_true", help="add no run marker to the hits")
    command.add_argument("--production", metavar="NAME", help="yes, send to the production profile NAME")
    command.add_argument("--json", action="store_true", help="print JSON, one document per event")
    command.set_defaults(run=run)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError("must be between 0 and 3600 seconds")
    return value


def run(args: argparse.Namespace) -> int:
    """Send, verify, print; the exit code is the highest of all hits."""
    from signal_tui.cli.inputs import open_workbench, read_argument
    from signal_tui.cli.output import warn
    from signal_tui.core.delivery import Wishes

    wishes = Wishes(verify=args.verify, timeout=args.timeout, mark=not args.no_mark)
    code = 0
    with open_workbench(args) as workbench:
        names = args.integration
        workbench.chosen(names)
        events = list(read_argument(args.event, workbench))
        if not _confirmed(workbench, names, args.production):
            return 2
        if any(instance.sandboxed for instance in workbench.chosen(names)):
            workbench.start_sandbox()
        for name, destination in workbench.destinations(names).items():
            warn(f"{name} → {destination}")
        for event in events:
            payloads = workbench.map(event, names)
            delivered = workbench.deliver(payloads, wishes)
            skipped = [payload for payload in payloads if payload.status == "skipped"]
            if args.json:
                from signal_tui.cli.output import print_json
                from signal_tui.core.shapes import delivered_shape

                print_json(
                    {
                        "hits": [delivered_shape(one) for one in delivered],
                        "skipped": [
                            {"integration": payload.integration, "vendor": payload.vendor, "reason": payload.reason}
                            for payload in skipped
                        ],
                    }
                )
            else:
                from signal_tui.cli.output import say

                for payload in skipped:
                    say(f"– {payload.integration}: skipped: {payload.reason}")
                for one in delivered:
                    _people(one, event.title)
            code = max([code, *(exit_code(one, verify=args.verify) for one in delivered)])
            if not delivered:
                code = max(code, 1)
    return code


def exit_code(one: Delivered, *, verify: bool) -> int:
    """0 found (or accepted, where nothing was verified), 3 not reachable or not authorised, else 1."""
    if one.state == "found" or (not verify and one.state in ("accepted", "sent")):
        return 0
    if one.state == "failed" or (one.answer is not None and one.answer.state == "refused"):
        return 3
    if one.verdict is not None and (one.verdict.refused or (one.verdict.reason or "").startswith("not reachable")):
        return 3
    return 1


def _confirmed(workbench: Workbench, names: list[str] | None, production: str | None) -> bool:
    questions = workbench.questions(names)
    if production is not None:
        from signal_tui.cli.output import fail

        if production != workbench.profile.name:
            fail(f"--production names {production!r}, but the profile is {workbench.profile.name!r}")
            return False
        questions = [question for question in questions if question.kind != "production"]
    if not questions:
        return True
    from signal_tui.cli.output import at_terminal, confirm, fail

    if not at_terminal():
        for question in questions:
            remedy = (
                f"; add --production {workbench.profile.name}"
                if question.kind == "production"
                else f"; {question.remedy}"
            )
            fail(question.message + remedy)
        return False
    for question in questions:
        if not confirm(f"{question.message}. Go on?"):
            fail("nothing was sent")
            return False
    workbench.confirm(questions)
    return True


def _people(one: Delivered, title: str) -> None:
    from signal_tui.api.values import text_of
    from signal_tui.cli.output import say, table
    from signal_tui.cli.reports import MARKS
    from signal_tui.core.shapes import plain

    reply = one.hit.reply
    which = f" (request {one.number + 1} of {one.count})" if one.count > 1 else ""
    took = f"   {reply.status} in {reply.ms:.0f} ms" if reply is not None and reply.status else ""
    after = f", verdict after {one.after_ms:.0f} ms" if one.after_ms is not None else ""
    say(f"{MARKS[one.state]} {one.hit.integration}: {title}{which}: {one.state}{took}{after}")
    if one.message:
        say(f"    {one.message}")
    verdict = one.verdict
    if verdict is None or not verdict.differences:
        return
    rows = [["field", "sent", "recorded", "because"]]
    for weight in ("altered", "expected"):
        rows += [
            [
                f"{'!' if weight == 'altered' else ' '} {difference.field}",
                text_of(plain(difference.sent)) or "–",
                text_of(plain(difference.recorded)) or "–",
                difference.because,
            ]
            for difference in verdict.differences
            if difference.weight == weight
        ]
    table(rows, indent="    ")
    if verdict.same:
        say(f"    recorded as sent: {', '.join(verdict.same)}")
