"""A payload as requests, and a run marker in a request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote_plus

from signal_tui.api import Field, Payload, Request, SecretLeaf, text_of
from signal_tui.api.values import Value
from signal_tui_woopra.hits import read_tracking
from signal_tui_woopra.parameters import MARKER

ORIGIN = "https://www.woopra.com"
"""Where hits and questions of every project go."""

AGENT = "User-Agent"
"""The one target of a mapping that is no parameter but a header."""

_MARKER = re.compile(r"[A-Za-z0-9]{12}", re.ASCII)


def is_agent(target: str) -> bool:
    """Whether a mapping's target is the header of the visitor's agent, in any casing."""
    return target.lower() == AGENT.lower()


def query(pairs: Iterable[tuple[str, Value]]) -> str:
    """Pairs as a query, in their order; blanks as ``+`` and ``@`` as it is, as in Signal's example."""
    return "&".join(f"{quote_plus(name, safe='@')}={quote_plus(text_of(value), safe='@')}" for name, value in pairs)


def payload_requests(payload: Payload) -> tuple[Request, ...]:
    """One GET for each request of the payload, its parameters in the order of the fields.

    What carries no event goes to ``/track/identify/``.
    """
    return tuple(_request(payload.event.type, group) for group in payload.groups() if group)


def _request(event_type: str, fields: list[Field]) -> Request:
    # A secret has no place in an address, which every log keeps.
    fields = [field for field in fields if not isinstance(field.value, SecretLeaf)]
    pairs = [(field.target, field.value) for field in fields if not is_agent(field.target)]
    agents = [text_of(field.value).strip() for field in fields if is_agent(field.target)]
    only_traits = event_type in ("identify", "group") and not any(name == "event" for name, _ in pairs)
    return Request(
        method="GET",
        url=f"{ORIGIN}/track/{'identify' if only_traits else 'ce'}/?{query(pairs)}",
        headers=tuple((AGENT, agent) for agent in agents[-1:] if agent),
    )


def marked(request: Request, marker: str) -> Request | None:
    """The request with ``marker`` as ``idptnc``; None for anything but an event, where one is there already, and where
    the parameters do not stand in the query."""
    tracking = read_tracking(request)
    if tracking is None or tracking.endpoint != "ce" or MARKER in tracking.params or request.body is not None:
        return None
    if not _MARKER.fullmatch(marker):
        return None
    address, mark, fragment = request.url.partition("#")
    if f"{MARKER}=" in address:
        return None
    joint = "&" if "?" in address else "?"
    return replace(request, url=f"{address}{joint}{MARKER}={marker}{mark}{fragment}")
