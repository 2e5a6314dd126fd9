"""Hits that were sent, sessions that a debugger shows, and servers that run the plugin's generators against answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from signal_tui.api import Body, Field, Form, Hit, Json, Raw, Reply, Request, Settings, Verdict, encode
from signal_tui.api.settings import reveal
from signal_tui_piwik_pro.double import PiwikProDouble
from signal_tui_piwik_pro.hits import read_hits
from signal_tui_piwik_pro.verify import verify
from tests.piwik_pro.integration import APP, SECRETS, settings

NOW = 1795168480
VISITOR = "64d48eb8f38941f3"
LOG = "6ae7402a-0cad-49d6-bc6d-829131ae55ba"
T = TypeVar("T")
Answers = Callable[[Request], Reply]


def stamp(at: float = NOW) -> str:
    """A time as the debugger writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def hit(at: float = NOW, status: int = 202, body: Body | None = None, **sent: str) -> Hit:
    """A hit that was sent and answered at ``at`` by the server's clock; ``id_`` stands for ``_id``."""
    names = {"id_": "_id"}
    pairs = {"idsite": APP, "rec": "1", "_id": VISITOR} | {names.get(name, name): sent[name] for name in sent}
    date = format_datetime(datetime.fromtimestamp(at, UTC), usegmt=True)
    request = Request(
        method="POST", url="https://yourbrand.piwik.pro/ppms.php", body=body or Form(tuple(pairs.items()))
    )
    shown = read_hits(request)[0] if body else pairs
    return Hit(
        id="1",
        integration="shop",
        vendor="piwik-pro",
        request=request,
        sent_at=at,
        reply=Reply(status=status, headers=(("Date", date),), ms=30) if status else None,
        fields=tuple(Field(target=name, value=value, source="properties") for name, value in shown.items()),
    )


PAGE: dict[str, Any] = {"url": "https://shop.example/home", "action_name": "Home"}


def page(**more: Any) -> dict[str, Any]:
    """An event of the debugger: a page view at :data:`NOW`."""
    return {
        "event_id_hex": "5d41261c9a7042e0",
        "log_uuids": [LOG],
        "is_entry": True,
        "event_type": [1, "Page view"],
        "server_time": stamp(),
        "event_url": PAGE["url"],
        "event_title": "Home",
        **more,
    }


def session(*events: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A session of the debugger."""
    return {
        "session_id_hex": "4e2ac4d7dfddfad1",
        "visitor_id_hex": VISITOR,
        "cookie_id_hex": VISITOR,
        "app_uuid": APP,
        "server_time": stamp(),
        "location_ipv4": "203.0.113.7",
        "events": [dict(event) for event in events],
        **more,
    }


def log(id_: str = LOG, at: float = NOW, **params: str) -> dict[str, Any]:
    """A raw request of the logs."""
    shown = {"idsite": APP, "rec": "1", "_id": VISITOR, **params}
    return {"id": id_, "time": stamp(at) + ".250000000Z", "method": "POST", "headers": [], "query_params": shown}


def stream(*rows: Mapping[str, Any]) -> Reply:
    """An answer of the debugger or the logs."""
    body = "".join(json.dumps(row) + "\n" for row in rows)
    return Reply(status=200, headers=(("Content-Type", "application/x-ndjson"),), body=body.encode())


def plain(status: int, text: str = "") -> Reply:
    return Reply(status=status, headers=(("Content-Type", "text/plain"),), body=text.encode())


def document(value: Any, status: int = 200) -> Reply:
    return Reply(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(value).encode())


TOKEN = document({"token_type": "Bearer", "expires_in": 1800, "access_token": "••••••••"})


class Debugger:
    """Answers as told: the token, sessions, raw requests; remembers what it was asked."""

    def __init__(
        self,
        sessions: Reply | Sequence[Mapping[str, Any]] = (),
        logs: Reply | Sequence[Mapping[str, Any]] = (),
        token: Reply = TOKEN,
        others: Reply = plain(404, "404 page not found"),  # noqa: B008  # it does not change
    ) -> None:
        self.sessions = sessions if isinstance(sessions, Reply) else stream(*sessions)
        self.logs = logs if isinstance(logs, Reply) else stream(*logs)
        self.token = token
        self.others = others
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        path = urlsplit(request.url).path
        if path == "/auth/token":
            return self.token
        return {"/api/tracker/v1/debugger": self.sessions, "/api/tracker/v1/logs": self.logs}.get(path, self.others)

    @property
    def paths(self) -> list[str]:
        return [urlsplit(request.url).path.rpartition("/")[2] for request in self.asked]

    def query(self, index: int) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.asked[index].url).query))


class Server:
    """The sandbox's double at a time ``at``, asked as the core asks: secrets last, issued tokens kept."""

    def __init__(self, **secrets: str) -> None:
        self.double = PiwikProDouble()
        self.secrets = dict(self.double.secrets) | secrets
        self.at = float(NOW)
        self.asked: list[str] = []

    def __call__(self, request: Request) -> Reply:
        wire = encode(request, lambda leaf: reveal(leaf, self.secrets.__getitem__))
        self.asked.append(urlsplit(wire.url).path)
        kind = next((value for name, value in wire.headers if name == "Content-Type"), "")
        body = Raw(wire.body, kind) if wire.body else None
        came = Request(method=wire.method, url=wire.url, headers=wire.headers, body=body, at=self.at)
        reply = self.double.handle(replace(came, remote="127.0.0.1"))
        answer = reply.json()
        for name in request.issues if isinstance(answer, dict) else ():
            self.secrets[name] = answer.get(name, "")
        return reply

    def send(self, request: Request) -> Hit:
        """The request as a hit that was sent."""
        return Hit(
            id=str(len(self.asked)),
            integration="shop",
            vendor="piwik-pro",
            request=request,
            sent_at=self.at,
            reply=self(request),
        )


SANDBOX = settings(**PiwikProDouble.config)


def run(flow: Generator[Request, Reply, T], answers: Answers) -> T:
    """Run a generator as the core does."""
    try:
        request = next(flow)
        while True:
            request = flow.send(answers(request))
    except StopIteration as stop:
        result: T = stop.value
        return result


def verdict(sent: Hit, answers: Answers, config: Settings | None = None) -> Verdict:
    return run(verify([sent], config or settings(*SECRETS)), answers)[0]


def weighed(found: Verdict, weight: str) -> list[str]:
    """The fields that differ with that weight."""
    return [difference.field for difference in found.differences if difference.weight == weight]


def flat(**values: Any) -> Json:
    """A flat JSON body, as the default preset sends it."""
    return Json({"idsite": APP, "rec": "1", "_id": VISITOR, **values})
