"""Whether a hit arrives at all: its address, its project, its encoding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from signal_tui_woopra.hits import flat_body
from signal_tui_woopra.parameters import PROJECTS
from signal_tui_woopra.rules.case import ASSUMED, DOCUMENTED, Assumed, Case, Note, rule, short
from signal_tui_woopra.settings import project_problem

LONGEST_ADDRESS = 8000
"""Bytes of an address that web servers usually take."""


@rule(DOCUMENTED)
def project_is_missing(case: Case) -> Iterator[Note | Assumed]:
    if not case.tracking.project:
        yield Note(
            "rejected", "project", "the hit names no project",
            "the project is required, and a malformed request is answered with a 4xx",
            "set project in the profile", "not-appearing",
        )  # fmt: skip


@rule(DOCUMENTED)
def project_is_misspelt(case: Case) -> Iterator[Note | Assumed]:
    project = case.tracking.project
    problem = project_problem(project) if project else None
    if problem:
        yield Note(
            "dropped", "project", f"{short(project)} is no project",
            "a project that is not written exactly as Woopra shows it drops events silently", problem, "not-appearing",
        )  # fmt: skip


@rule(DOCUMENTED)
def project_is_another(case: Case) -> Iterator[Note | Assumed]:
    project, own = case.tracking.project, case.settings.text("project")
    if project and own and project != own:
        yield Note(
            "risk", "project", f"the hit is for {short(project)}, and this integration's project is {short(own)}",
            "a hit goes to the project that it names, and to none where that one does not exist",
            "compare both with Settings → Configure Tracking", "not-appearing",
        )  # fmt: skip


@rule(ASSUMED)
def project_is_not_readable(case: Case) -> Iterator[Note | Assumed]:
    known = case.known.get("project")
    named = known if isinstance(known, Mapping) else {}
    project = case.tracking.project
    if not project or project_problem(project):
        return
    if named.get("name") != project:
        yield Assumed(f"Woopra has a project {project}")
    elif named.get("readable") is False:
        yield Note(
            "risk", "project", f"the access key may not read the project {short(project)}: it may not exist",
            "events for a project that Woopra does not have are dropped silently",
            "compare it with Settings → Configure Tracking", "not-appearing",
        )  # fmt: skip


@rule(ASSUMED)
def preflight(case: Case) -> Iterator[Note | Assumed]:
    if case.request.method.upper() == "OPTIONS":
        yield Note("dropped", None, "a preflight records nothing", "a browser asks so before it sends the hit itself")


@rule(ASSUMED)
def long_address(case: Case) -> Iterator[Note | Assumed]:
    size = len(case.request.url.encode("utf-8", "replace"))
    if size > LONGEST_ADDRESS:
        yield Note(
            "risk", None, f"the address has {size} bytes, and the server may refuse it",
            f"web servers usually take about {LONGEST_ADDRESS} bytes", "send fewer or shorter properties",
        )  # fmt: skip


@rule(ASSUMED)
def parameters_in_the_body(case: Case) -> Iterator[Note | Assumed]:
    if flat_body(case.request):
        yield Assumed("a JSON body is read as the query is; Woopra's documentation knows GET alone")
    elif case.request.body is not None:
        yield Assumed("a form body is read as the query is; Woopra's documentation knows GET alone")


@rule(ASSUMED)
def other_host(case: Case) -> Iterator[Note | Assumed]:
    if not case.tracking.at_home:
        yield Assumed(
            f"what answers at {urlsplit(case.request.url).hostname or 'this host'} hands the hit on to Woopra"
        )


@rule(DOCUMENTED)
def older_names(case: Case) -> Iterator[Note | Assumed]:
    used = [name for name in PROJECTS[1:] if case.text(name)]
    if used and not case.text("project"):
        yield Assumed(f"{used[0]} still counts as project; Woopra's documentation of today names project alone")


RULES = (
    project_is_missing,
    project_is_misspelt,
    project_is_another,
    project_is_not_readable,
    preflight,
    long_address,
    parameters_in_the_body,
    other_host,
    older_names,
)
