"""A request to the tracker taken apart: one hit from query and body, or those of a bulk request.

Observed on 5.2; Referer, multipart and odd names as in its code and PHP's manual.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from signal_tui.api import Form, Json, Raw, Request, encode, text_of
from signal_tui_matomo import php

Params: TypeAlias = Mapping[str, str]
"""The parameters of a hit: name → text as it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """What a request to the tracker holds.

    ``hits``: an empty mapping is an entry of a bulk request that is counted and does nothing. ``token``: the one of
    the bulk request, which counts before a hit's own. ``empty``: there is nothing to track in it, and the answer is
    the page that says what the address is for.
    """

    hits: tuple[Params, ...] = ()
    bulk: bool = False
    token: str = ""
    send_image: bool = True

    @property
    def empty(self) -> bool:
        return not self.bulk and not self.hits


def read_hits(request: Request) -> list[Params]:
    """The hits of a request, in their order; see :func:`read_tracking`."""
    return list(read_tracking(request).hits)


def read_tracking(request: Request) -> Tracking:
    """The hits of a request: one from query and body (the query wins), or those of a bulk request.

    A body counts with POST alone, as a form or multipart. A body of any type that holds ``"requests"`` is a bulk
    request; one that is no JSON has no hits. Strings in it are read from their question mark on, strings without
    one vanish. A flat JSON body is not read at all. Secrets stay masked. Total: any request gives a result.
    """
    body, _ = _body(request)
    if body.find(b'"requests"') > 0 or body.find(b"'requests'") > 0:
        return _bulk(body, request)
    params = query_variables(request)
    for name, value in body_variables(request).items():
        params.setdefault(name, value)
    if not params:
        return Tracking()
    hit = _with_referer(params, request)
    return Tracking(hits=(hit,), send_image=hit.get("send_image") != "0")


def query_variables(request: Request) -> dict[str, str]:
    """The variables of the query."""
    query = query_text(request.url)
    return php.parse_query(query.encode("utf-8", "replace")) if query else {}


def body_variables(request: Request) -> dict[str, str]:
    """The variables of the body: of a POST alone, and only as a form or multipart."""
    body, media_type = _body(request)
    return _form(request, body, media_type) if request.method.upper() == "POST" else {}


def query_text(url: str) -> str:
    """The query of an address, whatever else is wrong with it."""
    return url.partition("#")[0].partition("?")[2]


def _body(request: Request) -> tuple[bytes, str]:
    match request.body:
        case Raw(content, media_type):
            header = request.header("Content-Type")
            return content, (media_type or text_of(header)).lower()
        case Form() | Json():
            wire = encode(request)
            kind = next((value for name, value in wire.headers if name.lower() == "content-type"), "")
            return wire.body, kind.lower()
        case _:
            return b"", ""


def _form(request: Request, body: bytes, media_type: str) -> dict[str, str]:
    kind = media_type.partition(";")[0].strip()
    if kind == "application/x-www-form-urlencoded":
        return php.parse_query(body) if body else {}
    return _multipart(body, media_type, request) if kind == "multipart/form-data" else {}


def _multipart(body: bytes, media_type: str, request: Request) -> dict[str, str]:
    from email.parser import BytesParser
    from email.policy import HTTP

    kind = text_of(request.header("Content-Type")) or (
        request.body.media_type if isinstance(request.body, Raw) else media_type
    )
    kind = kind.replace("\r", " ").replace("\n", " ")
    try:
        message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        pairs = [
            (str(part.get_param("name", "", "content-disposition")), part.get_payload(decode=True))
            for part in message.iter_parts()
            if not part.get_filename()
        ]
    except Exception:  # the parser of mail gives up on broken headers in many ways
        return {}
    return php.from_pairs((name, php.decode(raw)) for name, raw in pairs if isinstance(raw, bytes))


def _with_referer(params: dict[str, str], request: Request) -> dict[str, str]:
    # A bare image on a page sends neither address: the page is the Referer then (documented).
    referer = request.header("Referer")
    if referer and php.empty(params.get("url", "")) and php.empty(params.get("urlref", "")):
        params["url"] = text_of(referer) if isinstance(referer, str) else ""
    return params


def _bulk(body: bytes, request: Request) -> Tracking:
    try:
        document = php.parse_json(body.strip().replace(b"\n", b"").replace(b"\r", b"").decode("utf-8"))
    except ValueError:
        return Tracking(bulk=True)
    if not isinstance(document, Mapping):
        return Tracking(bulk=True)
    entries = document.get("requests")
    rows = list(entries.values()) if isinstance(entries, Mapping) else entries if isinstance(entries, list) else []
    hits: list[Params] = []
    for entry in rows:
        if not isinstance(entry, str):
            hits.append(_entry(entry, request))
        elif query := query_text(entry):
            hits.append(_with_referer(php.parse_query(query.encode("utf-8", "replace")), request))
    image = document.get("send_image", True)
    return Tracking(
        hits=tuple(hits),
        bulk=True,
        token=token if isinstance(token := document.get("token_auth"), str) else "",
        send_image=image is None or not php.is_falsy(image),
    )


def _entry(entry: object, request: Request) -> Params:
    if not isinstance(entry, Mapping) or not entry:
        return {}
    return _with_referer({name: _scalar(value) for name, value in entry.items() if value is not None}, request)


def _scalar(value: object) -> str:
    # A list is of use to the parameters that are JSON, and they read it from text as well.
    return json.dumps(value) if isinstance(value, dict | list) else php.scalar(value)
