"""An integration with Piwik PRO for tests: its settings, and an event mapped by one of the presets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from signal_tui.api import Event, Payload, Request, SecretRef, Settings, Skipped, encode, parse_json, text_of
from signal_tui_piwik_pro.vendor import PiwikPro

VENDOR = PiwikPro()
APP = "892d04bd-6e2b-4914-bfb4-bac721b37235"
TOKEN = "tracking-token-of-tests"
SECRETS = {"token_auth": TOKEN, "client_id": "client-of-tests", "client_secret": "secret-of-tests"}
FIXTURES = Path(__file__).parents[1] / "fixtures" / "piwik_pro"

CONTEXT: dict[str, Any] = {
    "ip": "203.0.113.50",
    "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
    "locale": "en-GB",
    "page": {
        "url": "https://shop.example.com/p?ref=1",
        "title": "Wool Runner – Shop",
        "referrer": "https://www.example.org/",
    },
    "consent": {"canonical": {"marketing": True}},
}


def settings(*secrets: str, **values: Any) -> Settings:
    """The integration; ``secrets`` are those that are there, all by default. ``settings("-")`` has none."""
    config: dict[str, Any] = {"account_url": "yourbrand.piwik.pro", "idsite": APP, **values}
    config |= {name: SecretRef(name) for name in (secrets or SECRETS) if name in SECRETS}
    return Settings("shop", config)


def event(name: str, properties: dict[str, Any] | None = None, /, **members: Any) -> Event:
    tree = {
        "type": "page" if name == "page" else "track",
        "properties": properties or {},
        "anonymousId": "a1b2c3d4-e5f6-0718-9abc-def012345678",
        "timestamp": "2026-11-20T10:00:00.250Z",
        "messageId": "00000000-0000-4000-8000-000000000001",
        "context": CONTEXT,
    }
    if name != "page":
        tree["event"] = name
    return Event.read({**tree, **members})


def mapped(source: Event, preset: str = "default", config: Settings | None = None) -> Payload:
    """The payload of an event with its requests; skipped with its reason where the preset drops it."""
    used = config or settings()
    identity = frozenset(signal.parameter for signal in VENDOR.identity)
    program = VENDOR.presets()[preset].compile(used, transforms=VENDOR.transforms, identity=identity)
    result = program.run(source)
    base = Payload(integration="shop", vendor="piwik-pro", event=source, status="skipped", preset=preset)
    if isinstance(result, Skipped):
        return base.with_(reason=str(result))
    payload = base.with_(status="mapped", fields=result.fields())
    return payload.with_(requests=tuple(VENDOR.requests(payload, used)))


def sent(request: Request) -> list[tuple[str, str]]:
    """The parameters of a request as they leave, numbers as written, with the token in it."""
    wire = encode(request, lambda leaf: TOKEN)
    if ("Content-Type", "application/json") in wire.headers:
        return [(name, text_of(value)) for name, value in parse_json(wire.body).items()]
    return parse_qsl(wire.body.decode(), keep_blank_values=True, strict_parsing=True)


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))
