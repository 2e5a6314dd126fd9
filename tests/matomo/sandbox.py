"""Sending hits to the double and asking it, as tests do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from signal_tui.api import Form, Json, Reply, Request
from signal_tui_matomo.double import MatomoDouble

AT = 1_795_168_800.0
BASE = "https://matomo.sandbox.example"
TOKEN = MatomoDouble.secrets["token_auth"]
BAD = "f" * 32


def hit(double: MatomoDouble, at: float = AT, remote: str = "127.0.0.1", **params: Any) -> Reply:
    pairs = {"idsite": "1", "rec": "1", "send_image": "0", "url": "https://shop.example/"} | params
    return double.handle(
        Request(
            method="POST",
            url=f"{BASE}/matomo.php",
            body=Form(tuple(pairs.items())),
            at=at,
            remote=remote,
        )
    )


def bulk(double: MatomoDouble, *hits: Mapping[str, Any], at: float = AT, token: str = TOKEN) -> Reply:
    requests = ["?" + urlencode({"idsite": 1, "rec": 1, "url": "https://shop.example/", **entry}) for entry in hits]
    body = Json({"requests": requests, "token_auth": token} if token else {"requests": requests})
    return double.handle(Request(method="POST", url=f"{BASE}/matomo.php", body=body, at=at, remote="127.0.0.1"))


def ask(double: MatomoDouble, method: str, at: float = AT, token: str = TOKEN, **arguments: Any) -> Any:
    query = urlencode({"module": "API", "method": method, "format": "json"})
    reply = double.handle(
        Request(
            method="POST",
            url=f"{BASE}/index.php?{query}",
            body=Form((*arguments.items(), ("token_auth", token))),
            at=at,
            remote="192.0.2.1",
        )
    )
    return json.loads(reply.body)


def visits(double: MatomoDouble, site: int = 1, **arguments: Any) -> list[dict[str, Any]]:
    answer = ask(double, "Live.getLastVisitsDetails", AT + 90_000, idSite=site, filter_limit=-1, **arguments)
    assert isinstance(answer, list), answer
    return answer
