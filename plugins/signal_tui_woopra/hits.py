"""A request as Woopra's tracker reads it: which endpoint, which parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from signal_tui.api import Json, Raw, Request, form_pairs, parse_json, text_of
from signal_tui.api.values import Value
from signal_tui_woopra.parameters import EVENT, IDENTIFIERS, LENGTHS, PROJECTS, VISITOR

Params: TypeAlias = Mapping[str, str]
Endpoint: TypeAlias = Literal["ce", "identify", "update", "ping"]
Kind: TypeAlias = Literal["pageview", "event", "profile", "update", "ping"]

_PATH = re.compile(r"/track/(?:tp/(?P<project>[^/]+)/)?(?P<endpoint>ce|identify|update|ping)/?\Z")
_HOSTS = ("woopra.com", "appier.net")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """One hit: ``params`` by name, empty ones left out. ``host`` is the host it went to."""

    endpoint: Endpoint
    params: Params
    host: str = ""
    path_project: str = ""

    @property
    def project(self) -> str:
        """The project that the hit names; empty where it names none."""
        named = (self.params[name] for name in PROJECTS if self.params.get(name))
        return next(named, self.path_project)

    @property
    def kind(self) -> Kind:
        """What the hit becomes."""
        if self.endpoint == "ce":
            return "pageview" if self.params.get("event") == "pv" else "event"
        return "profile" if self.endpoint == "identify" else self.endpoint

    @property
    def at_home(self) -> bool:
        """Whether it went to a host of Woopra's."""
        return any(self.host == host or self.host.endswith("." + host) for host in _HOSTS)

    def kept(self, name: str) -> str:
        """A parameter's value as far as Woopra keeps it."""
        return self.params.get(name, "").strip()[: LENGTHS.get(name)]

    @property
    def identifiers(self) -> dict[str, str]:
        """The identifiers of the visitor, the one that decides first."""
        return {name: value for name in IDENTIFIERS if (value := self.kept(name))}

    @property
    def event_properties(self) -> dict[str, str]:
        """The event's properties without their prefix."""
        return self._prefixed(EVENT)

    @property
    def visitor_properties(self) -> dict[str, str]:
        """The visitor's properties without their prefix, as far as they are kept."""
        return {name: self.kept(VISITOR + name) for name in self._prefixed(VISITOR)}

    def _prefixed(self, prefix: str) -> dict[str, str]:
        size = len(prefix)
        return {name[size:]: value for name, value in self.params.items() if name.startswith(prefix) and name[size:]}


def read_tracking(request: Request) -> Tracking | None:
    """The hit in a request; None where its address is not the tracker's. Total over any request.

    A flat JSON body counts like the query: public code sends it so, the documentation knows the query alone. Of two
    values of one name the query's counts, and the last (assumed).
    """
    try:
        parts = urlsplit(request.url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    match = _PATH.search(parts.path)
    if match is None:
        return None
    pairs = (*(flat_body(request) or {}).items(), *_pairs(request))
    params = {name: text_of(value) for name, value in pairs}
    return Tracking(
        endpoint=match["endpoint"],  # type: ignore[arg-type]  # the pattern's words
        params={name: value for name, value in params.items() if value != ""},
        host=host,
        path_project=unquote(match["project"] or ""),
    )


def _pairs(request: Request) -> list[tuple[str, Value]]:
    """The pairs of a form body, then those of the query."""
    try:
        query = form_pairs(Request(method="GET", url=request.url))
        return [*form_pairs(request)[len(query) :], *query]
    except ValueError:  # thousands of parameters
        return []


def flat_body(request: Request) -> dict[str, Value] | None:
    """The members of a JSON body that is one object; None where there is no such body."""
    match request.body:
        case Json(value):
            body = value
        case Raw(content, kind) if "json" in kind.lower() or content[:1] == b"{":
            try:
                body = parse_json(content)
            except ValueError:
                return None
        case _:
            return None
    return {str(name): value for name, value in body.items()} if isinstance(body, Mapping) else None
