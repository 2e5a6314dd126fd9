"""A payload as requests, a run marker in a request, and several hits in one request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from signal_tui.api import Form, Json, Payload, Request, SecretLeaf, SecretRef, Settings, form_pairs, text_of
from signal_tui.api.values import Value
from signal_tui_matomo.hits import read_tracking
from signal_tui_matomo.parameters import kind

MARKED = ("pageview", "event", "search", "download", "outlink", "content")
"""Kinds of hit that become an action. Only actions keep ``pv_id`` (as ``idpageview`` in the visit log); for orders,
carts and goals the log shows none, and a ping leaves no record of its own (observed on 5.2)."""

_MARKER = re.compile(r"[A-Za-z0-9]{6}", re.ASCII)


def tracker_url(settings: Settings) -> str:
    """Where hits go: ``{matomo_url}/matomo.php``."""
    return settings.text("matomo_url").rstrip("/") + "/matomo.php"


def payload_requests(payload: Payload, settings: Settings) -> tuple[Request, ...]:
    """One form POST for each request of the payload, its pairs in the order of the fields."""
    return tuple(
        Request(
            method="POST",
            url=tracker_url(settings),
            body=Form(tuple((field.target, field.value) for field in group)),
        )
        for group in payload.groups()
        if group
    )


def marked(request: Request, marker: str) -> Request | None:
    """The request with the first six characters of ``marker`` as ``pv_id``; None where that would not be kept, where
    one is there already, and for a bulk request."""
    tracking = read_tracking(request)
    if tracking.bulk or len(tracking.hits) != 1 or not _MARKER.match(marker):
        return None
    hit = tracking.hits[0]
    if "pv_id" in hit or kind(hit) not in MARKED:
        return None
    pair = ("pv_id", marker[:6])
    if isinstance(request.body, Form):
        return replace(request, body=Form((*request.body.pairs, pair)))
    # Query and form are read as one, so a body that came as bytes need not be touched.
    address, hash_mark, fragment = request.url.partition("#")
    joint = "&" if "?" in address else "?"
    return replace(request, url=f"{address}{joint}{pair[0]}={pair[1]}{hash_mark}{fragment}")


def bulk_request(requests: Sequence[Request], settings: Settings) -> Request | None:
    """Several hits as one bulk request (JSON); None for fewer than two, or for one that is no plain hit of ours.

    The tokens of the hits become one at the top, since all of a bulk request are one secret of one integration. What
    the answer cannot tell – which hit was dropped – the visit log must.
    """
    rows: list[str] = []
    token: SecretRef | None = None
    for request in requests:
        if read_tracking(request).bulk:
            return None
        query: list[str] = []
        for name, value in form_pairs(request):
            if name == "token_auth" and isinstance(value, SecretRef):
                if token not in (None, value):
                    return None
                token = value
            elif isinstance(value, SecretLeaf):
                return None
            else:
                query.append(f"{quote(name, safe='')}={quote(text_of(value), safe='')}")
        if not query:
            return None
        rows.append("?" + "&".join(query))
    if len(rows) < 2:
        return None
    document: dict[str, Value] = {"requests": rows}
    if token is not None:
        document["token_auth"] = token
    return Request(method="POST", url=tracker_url(settings), body=Json(document))
