"""``signal-tui doctor``: is everything set up – keyring, plugins, instances."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from signal_tui.api.vendor import Check
    from signal_tui.core.workbench import Workbench

Report = Callable[[str, "Check"], None]


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "doctor",
        help="is everything set up: keyring, plugins, instances",
        description="Check the setup with probes that record nothing. What is learnt sharpens later forecasts.",
    )
    command.add_argument("-i", "--integration", metavar="NAME", action="append", help="only this one (repeatable)")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run all checks; 1 when one failed, 3 when an instance is not reachable or refuses the token."""
    from signal_tui.cli.inputs import open_workbench
    from signal_tui.cli.output import print_json, say
    from signal_tui.cli.reports import CHECK_MARKS
    from signal_tui.core.shapes import check_shape

    shapes: list[dict[str, Any]] = []
    codes = [0]

    def report(subject: str, check: Check) -> None:
        shapes.append(check_shape(subject, check))
        if check.state == "fail":
            codes.append(3 if check.refused or check.check == "reachable" else 1)
        if not args.json:
            say(f"{CHECK_MARKS[check.state]} {subject}: {check.check}: {check.message}")
            if check.remedy and check.state != "ok":
                say(f"    → {check.remedy}")

    with open_workbench(args) as workbench:
        chosen = [instance.name for instance in workbench.chosen(args.integration)]
        _machine(workbench, report)
        for name in chosen:
            _instance(workbench, name, report)
    if args.json:
        print_json({"checks": shapes})
    return max(codes)


def _machine(workbench: Workbench, report: Report) -> None:
    from signal_tui.api.vendor import Check
    from signal_tui.core.secrets import keyring_check

    report("keyring", keyring_check(needed=workbench.secrets.need_keyring(workbench.instances.values())))
    for row in workbench.plugins.rows:
        if row.fault is not None:
            report(
                f"plugin {row.name}",
                Check(check="loads", state="fail", message=row.fault.error, remedy="upgrade or uninstall it"),
            )
        else:
            vendors = ", ".join(row.vendors) or "no vendor"
            report(f"plugin {row.name}", Check(check="loads", state="ok", message=f"{row.version}, {vendors}"))


def _instance(workbench: Workbench, name: str, report: Report) -> None:
    from signal_tui.api.vendor import Check
    from signal_tui.core.flows import EndlessFlowError
    from signal_tui.core.guard import FaultError

    problem = workbench.instance(name).problem
    if problem is not None:
        report(name, Check(check="configuration", state="fail", message=problem, remedy="correct the profile"))
        return
    for question in workbench.questions([name]):
        if question.kind == "other-origin":
            report(name, Check(check="token", state="fail", message=question.message, remedy=question.remedy))
            return
    try:
        workbench.check(name, on_check=lambda check: report(name, check))
    except (FaultError, EndlessFlowError) as error:
        report(name, Check(check="plugin", state="fail", message=str(error)))
