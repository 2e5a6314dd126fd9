"""The visits of an integration's site with their actions, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signal_tui.api import Flow, Settings, VisitQuery
from signal_tui.api.values import Value
from signal_tui_matomo import reporting
from signal_tui_matomo.records import Record, records
from signal_tui_matomo.reporting import PAGE, NotReadable, Problem, text

_DRAWN = ("Icon", "IconSVG", "Icons", "icon", "iconSVG", "countryFlag", "Pretty", "PrettyFirstAction")
"""Ends of the names of what is there for Matomo's own screens."""

_PAGES = 50


def visits(query: VisitQuery, settings: Settings) -> Flow[Sequence[Mapping[str, Any]]]:
    """Visits newest first, at most ``query.limit``.

    A visit has the names of Matomo's Reporting API without those of icons and decoration; ``actions`` is the list of
    its actions (Matomo's count of them is ``actionCount``), each with ``timestamp`` in seconds UTC. Raises
    :class:`NotReadable` with a sentence for people where the log cannot be read.
    """
    token = settings.secret("token_auth")
    if token is None:
        raise NotReadable(
            "reading visits needs a token of Matomo (token_auth; view access to the site is enough): "
            f"signal-tui tokens set {settings.integration} token_auth"
        )
    found: dict[str, Mapping[str, Any]] = {}
    for page in range(_PAGES):
        size = min(PAGE, query.limit - len(found))
        if size <= 0:
            break
        pairs = [("idSite", settings.text("site_id").strip()), ("filter_limit", size), ("filter_offset", page * PAGE)]
        pairs += _conditions(query)
        request = reporting.ask(settings, "Live.getLastVisitsDetails", *pairs, token=token)
        answer = reporting.read((yield request))
        if isinstance(answer, Problem):
            refused = "refused: " if answer.kind in ("refused", "no-access") else ""
            raise NotReadable(refused + answer.message)
        rows = reporting.rows(answer)
        before = len(found)
        log = records(rows)
        for visit in rows:
            # A visit that came while paging moves the others on, so that the next page repeats some.
            name = text(visit.get("idVisit")) or f"?{len(found)}"
            found.setdefault(name, shown(visit, [record for record in log if record.visit is visit]))
        if len(rows) < size or len(found) == before:
            break
    return list(found.values())[: query.limit]


def _conditions(query: VisitQuery) -> list[tuple[str, Value]]:
    pairs: list[tuple[str, Value]] = []
    named = (("visitorId", query.visitor), ("userId", query.user))
    if conditions := [reporting.segment(name, value) for name, value in named if value]:
        pairs.append(("segment", ";".join(conditions)))
    if query.since is not None:
        pairs.append(("minTimestamp", max(1, int(query.since) - 1)))
    return pairs


def shown(visit: Mapping[str, Value], actions: Sequence[Record]) -> dict[str, Any]:
    """One visit with its actions in the form of :func:`visits`."""
    found = {name: value for name, value in visit.items() if not name.endswith(_DRAWN)}
    found.pop("actionDetails", None)
    if "actions" in found:
        found["actionCount"] = found.pop("actions")
    found["actions"] = [
        {
            **{name: value for name, value in record.action.items() if not name.endswith(_DRAWN)},
            "type": record.kind,
            "timestamp": record.at,
        }
        for record in actions
    ]
    return found
