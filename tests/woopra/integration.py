"""An integration with Woopra for tests: its settings, mapped events, hits, and what answers its questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from signal_tui.api import Event, Field, Hit, Payload, Raw, Reply, Request, SecretRef, Settings, Skipped, encode
from signal_tui.api.settings import reveal
from signal_tui_woopra.double import WoopraDouble
from signal_tui_woopra.vendor import Woopra

VENDOR = Woopra()
FIXTURES = Path(__file__).parents[1] / "fixtures" / "woopra"
NOW = 1795168805.0
COOKIE = "AH47DHS5SF182DIQZJD"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"
T = TypeVar("T")
Answers = Callable[[Request], Reply]

CONTEXT: dict[str, Any] = {
    "ip": "203.0.113.50",
    "userAgent": AGENT,
    "page": {
        "url": "https://shop.example.com/p?ref=1",
        "title": "Wool Runner – Shop",
        "referrer": "https://www.example.org/",
    },
    "campaign": {"source": "news", "medium": "email", "name": "spring"},
    "consent": {"analytics": True},
}


def settings(key: bool = True, /, **values: Any) -> Settings:
    config: dict[str, Any] = {"project": "mywebsite.com", "timeout": 1800000, **values}
    if key:
        config |= {"app_id": SecretRef("app_id"), "secret_key": SecretRef("secret_key")}
    return Settings("shop", config)


SANDBOXED = settings(**WoopraDouble.config)


def event(name: str, properties: dict[str, Any] | None = None, /, **members: Any) -> Event:
    kind = name if name in ("page", "identify", "group") else "track"
    tree = {
        "type": kind,
        "properties": properties or {},
        "anonymousId": "a1b2c3d4-e5f6-0718-9abc-def012345678",
        "timestamp": "2026-11-20T10:00:00.250Z",
        "messageId": "00000000-0000-4000-8000-000000000001",
        "context": CONTEXT,
        "vendor_ids": {"woopra_cookie": COOKIE},
    }
    if kind == "track":
        tree["event"] = name
    return Event.read({**tree, **members})


def mapped(source: Event, preset: str = "default", config: Settings | None = None) -> Payload:
    """The payload of an event with its requests; skipped with its reason where the preset drops it."""
    used = config or settings()
    identity = frozenset(signal.parameter for signal in VENDOR.identity)
    program = VENDOR.presets()[preset].compile(used, identity=identity, transforms=VENDOR.transforms)
    result = program.run(source)
    if isinstance(result, Skipped):
        return Payload(integration="shop", vendor="woopra", event=source, status="skipped", reason=str(result))
    payload = Payload(integration="shop", vendor="woopra", event=source, status="mapped", fields=result.fields())
    return payload.with_(requests=tuple(VENDOR.requests(payload, used)))


def sent(request: Request) -> list[tuple[str, str]]:
    """The pairs of a request's query as they leave."""
    return parse_qsl(urlsplit(encode(request).url).query, keep_blank_values=True, strict_parsing=True)


def track(endpoint: str = "ce", /, **pairs: str) -> Request:
    """A hit for the project of the settings that nothing is to be said of, but for what a test changes."""
    usual = {"project": "mywebsite.com", "response": "json", "timeout": "600000", "cookie": COOKIE, "ip": "81.2.69.142"}
    own = {"event": "purchase"} if endpoint == "ce" else {}
    query = urlencode({name: value for name, value in {**usual, **own, **pairs}.items() if value != ""})
    url = f"https://www.woopra.com/track/{endpoint}/?{query}"
    return Request(method="GET", url=url, headers=(("User-Agent", AGENT),), at=NOW)


def hit(request: Request, status: int = 200, *, at: float = NOW, date: str = "") -> Hit:
    """A hit that was sent and answered; its fields are its pairs."""
    headers = (("Date", date),) if date else ()
    fields = tuple(Field(target=name, value=value, source="properties") for name, value in sent(request))
    reply = Reply(status=status, headers=headers) if status else None
    return Hit(id="1", integration="shop", vendor="woopra", request=request, sent_at=at, reply=reply, fields=fields)


def answer(document: Any, status: int = 200) -> Reply:
    """A JSON answer of the REST API."""
    return Reply(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(document).encode())


def shown(name: str, properties: Mapping[str, Any], **payload: Any) -> dict[str, Any]:
    """An event as a timeline shows it."""
    props = [[key, key.title(), value] for key, value in properties.items()]
    return {"type": "event", "payload": {"name": name, "props": props, **payload}}


def timeline(*events: dict[str, Any]) -> Reply:
    return answer({"timeline": [{"meta": {"total": len(events)}, "events": list(events)}]})


class Server:
    """The sandbox's double at a time ``at``, asked as the core asks: secrets are put in last."""

    def __init__(self, **secrets: str) -> None:
        self.double = WoopraDouble()
        self.secrets = {**self.double.secrets, **secrets}
        self.at = NOW
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        wire = encode(request, lambda leaf: reveal(leaf, self.secrets.__getitem__))
        kind = next((value for name, value in wire.headers if name == "Content-Type"), "")
        body = Raw(wire.body, kind) if wire.body else None
        return self.double.handle(
            Request(method=wire.method, url=wire.url, headers=wire.headers, body=body, at=self.at, remote="127.0.0.1")
        )


def run(flow: Generator[Request, Reply, T], answers: Answers) -> T:
    """Run a generator as the core does."""
    try:
        request = next(flow)
        while True:
            request = flow.send(answers(request))
    except StopIteration as stop:
        result: T = stop.value
        return result


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))
