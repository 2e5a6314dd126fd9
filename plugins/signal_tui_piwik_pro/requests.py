"""A payload as requests, a run marker in a request, and several hits in one request."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from signal_tui.api import Form, Json, Payload, Raw, Request, SecretLeaf, Settings, form_pairs, text_of
from signal_tui.api.values import Value
from signal_tui_piwik_pro.hits import read_tracking
from signal_tui_piwik_pro.parameters import kind
from signal_tui_piwik_pro.settings import base

AS_FORM = ("recommended",)
"""The presets that go out as a form; the others are flat JSON, as Signal's documentation says."""

MOST_HITS = 100
"""Hits of one bulk request. The specification names no limit; a request of this size stays below 200 kB."""


def tracker_url(settings: Settings) -> str:
    """Where hits go: ``https://<account_url>/ppms.php``."""
    return base(settings) + "/ppms.php"


def payload_requests(payload: Payload, settings: Settings) -> tuple[Request, ...]:
    """One POST for each request of the payload, its parameters in the order of the fields."""
    url = tracker_url(settings)
    made = []
    for group in payload.groups():
        pairs = tuple((field.target, field.value) for field in group)
        if pairs:
            body = Form(pairs) if payload.preset in AS_FORM else Json(dict(pairs))
            made.append(Request(method="POST", url=url, body=body))
    return tuple(made)


def marked(request: Request, marker: str) -> Request | None:
    """The request with six hexadecimal characters made of ``marker`` as ``pv_id``; None where one is there already,
    for a ping and for a bulk request.

    ``pv_id`` is the place because the debugger's raw requests show it for every kind of hit, and because it only joins
    later hits to a page view (documented): a page view of its own has none to join. ``r`` would change even less, but
    is not shown; ``ts_n`` and ``ts_v`` are shown as the session's tracking source, and are cut to known names.
    """
    tracking = read_tracking(request)
    if tracking.bulk or len(tracking.hits) != 1 or not marker:
        return None
    hit = tracking.hits[0]
    if "pv_id" in hit or kind(hit) == "ping":
        return None
    value = hashlib.sha256(marker.encode("utf-8", "replace")).hexdigest()[:6]
    match request.body:
        case Form(pairs):
            return replace(request, body=Form((*pairs, ("pv_id", value))))
        case Json(tree) if isinstance(tree, Mapping):
            return replace(request, body=Json({**tree, "pv_id": value}))
        case Raw():
            # Bytes that came from elsewhere are not written anew; whether query and JSON are read as one is not known.
            if tracking.encoding == "flat":
                return None
    address, hash_mark, fragment = request.url.partition("#")
    joint = "&" if "?" in address else "?"
    return replace(request, url=f"{address}{joint}pv_id={value}{hash_mark}{fragment}")


def bulk_request(requests: Sequence[Request], settings: Settings) -> Request | None:
    """Several hits as ``{"requests": ["?…", …]}`` (documented); None for fewer than two, more than
    :data:`MOST_HITS`, or one that is no single hit.

    A token stays out: it would stand in the text of each entry, and the specification knows none.
    """
    rows: list[str] = []
    for request in requests:
        tracking = read_tracking(request)
        if tracking.bulk or len(tracking.hits) != 1:
            return None
        pairs = [pair for pair in _pairs(request) if not isinstance(pair[1], SecretLeaf) and pair[0] != "token_auth"]
        rows.append("?" + "&".join(f"{quote(name, safe='')}={quote(text_of(value), safe='')}" for name, value in pairs))
    if not 2 <= len(rows) <= MOST_HITS:
        return None
    return Request(method="POST", url=tracker_url(settings), body=Json({"requests": rows}))


def _pairs(request: Request) -> list[tuple[str, Value]]:
    if isinstance(request.body, Json) and isinstance(request.body.value, Mapping):
        return [*form_pairs(replace(request, body=None)), *request.body.value.items()]
    if isinstance(request.body, Raw) and not form_pairs(replace(request, url="")):
        return list(read_tracking(request).hits[0].items())
    return form_pairs(request)
