"""Hits that were sent, visits that a log holds, and a reader that runs the plugin's generators against answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from signal_tui.api import Field, Form, Hit, Raw, Reply, Request, SecretRef, Settings, Verdict, encode
from signal_tui.api.settings import reveal
from signal_tui_matomo.double import MatomoDouble
from signal_tui_matomo.verify import verify

FIXTURES = Path(__file__).parent.parent / "fixtures" / "matomo" / "live"
NOW = 1795168480
SETTINGS = Settings(
    "shop",
    {"matomo_url": "https://m.example", "site_id": "1", "token_auth": SecretRef("token_auth")},
)
VISITOR = "64d48eb8f38941f3"
T = TypeVar("T")
Answers = Callable[[Request], Reply]


def answer(value: Any, status: int = 200) -> Reply:
    """A reply of the Reporting API."""
    kind = ("Content-Type", "application/json; charset=utf-8")
    return Reply(status=status, headers=(kind,), body=json.dumps(value).encode())


def failure(message: str, status: int = 200) -> Reply:
    return answer({"result": "error", "message": message}, status)


def hit(at: float = NOW, status: int = 204, marker: str | None = None, **sent: str) -> Hit:
    """A hit that was sent and answered at ``at`` by the server's clock; ``id_`` stands for ``_id``."""
    names = {"id_": "_id", "pks": "_pks", "pkn": "_pkn", "pkc": "_pkc", "pkp": "_pkp", "pkq": "_pkq"}
    pairs = {"idsite": "1", "rec": "1", "_id": VISITOR} | {names.get(name, name): sent[name] for name in sent}
    date = format_datetime(datetime.fromtimestamp(at, UTC), usegmt=True)
    reply = Reply(status=status, headers=(("Date", date),), ms=30) if status else None
    return Hit(
        id="1",
        integration="shop",
        vendor="matomo",
        request=Request(method="POST", url="https://m.example/matomo.php", body=Form(tuple(pairs.items()))),
        sent_at=at,
        reply=reply,
        marker=marker,
        fields=tuple(Field(target=name, value=value, source="properties") for name, value in pairs.items()),
    )


def visit(*actions: Mapping[str, Any], number: int = 2, at: int = NOW, shift: int = 0, **more: Any) -> dict[str, Any]:
    """A visit of the log whose actions were all at ``at``, but for those with a ``timestamp`` of their own."""
    details = [{"timestamp": at + shift, "idpageview": "", **action} for action in actions]
    times = [action["timestamp"] - shift for action in details] or [at]
    return {
        "idSite": 1,
        "idVisit": number,
        "visitorId": VISITOR,
        "visitIp": "127.0.0.0",
        "userId": None,
        "firstActionTimestamp": min(times),
        "lastActionTimestamp": max(times),
        "dimension1": None,
        "actionDetails": details,
        **more,
    }


def page(url: str = "https://shop.example/home", title: str | None = "Home", **more: Any) -> dict[str, Any]:
    return {"type": "action", "url": url, "pageTitle": title, "dimension2": None, **more}


HOME: dict[str, Any] = {"url": "https://shop.example/home", "action_name": "Home"}


class Log:
    """Answers every question with the same visits, and remembers what it was asked."""

    def __init__(self, *replies: Reply | Sequence[Mapping[str, Any]]) -> None:
        self.replies = [reply if isinstance(reply, Reply) else answer(reply) for reply in replies]
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.replies[min(len(self.asked), len(self.replies)) - 1]

    def arguments(self, index: int = -1) -> dict[str, Any]:
        """The arguments of one of the questions, query and body together."""
        request = self.asked[index]
        assert isinstance(request.body, Form)
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        return {**query, **dict(request.body.pairs)}


class Server:
    """The sandbox's double at a time ``at``, asked as the core asks: secrets are put in last."""

    def __init__(self, token: str | None = None) -> None:
        self.double = MatomoDouble()
        self.secrets = dict(self.double.secrets) | ({"token_auth": token} if token else {})
        self.at = float(NOW)
        self.asked: list[str] = []

    def __call__(self, request: Request) -> Reply:
        wire = encode(request, lambda leaf: reveal(leaf, self.secrets.__getitem__))
        self.asked.append(parse_qs(urlsplit(wire.url).query).get("method", [wire.url])[0])
        kind = next((value for name, value in wire.headers if name == "Content-Type"), "")
        body = Raw(wire.body, kind) if wire.body else None
        plain = Request(method=wire.method, url=wire.url, headers=wire.headers, body=body, at=self.at)
        return self.double.handle(replace(plain, remote="127.0.0.1"))


def run(flow: Generator[Request, Reply, T], answers: Answers) -> T:
    """Run a generator as the core does."""
    try:
        request = next(flow)
        while True:
            request = flow.send(answers(request))
    except StopIteration as stop:
        result: T = stop.value
        return result


def verdict(sent: Hit, answers: Answers, settings: Settings = SETTINGS) -> Verdict:
    return run(verify([sent], settings), answers)[0]


def weighed(found: Verdict, weight: str) -> list[str]:
    """The fields that differ with that weight."""
    return [difference.field for difference in found.differences if difference.weight == weight]
