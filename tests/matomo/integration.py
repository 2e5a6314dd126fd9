"""An integration with Matomo for tests: its settings, and an event mapped by one of the presets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from signal_tui.api import Event, Payload, Request, SecretRef, Settings, Skipped, encode
from signal_tui_matomo.vendor import Matomo

VENDOR = Matomo()
TOKEN = "0123456789abcdef0123456789abcdef"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "matomo"

CONTEXT: dict[str, Any] = {
    "ip": "203.0.113.50",
    "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
    "locale": "en-GB",
    "page": {
        "url": "https://shop.example.com/p?ref=1",
        "title": "Wool Runner – Shop",
        "referrer": "https://www.example.org/",
    },
    "consent": {"analytics": True},
}


def settings(token: bool = True, **values: Any) -> Settings:
    config = {"matomo_url": "https://analytics.example.com", "site_id": "1", **values}
    if token:
        config["token_auth"] = SecretRef("token_auth")
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


def mapped(source: Event, preset: str = "retail", config: Settings | None = None) -> Payload:
    """The payload of an event with its requests; skipped with its reason where the preset drops it."""
    used = config or settings()
    identity = frozenset(signal.parameter for signal in VENDOR.identity)
    result = VENDOR.presets()[preset].compile(used, identity=identity).run(source)
    if isinstance(result, Skipped):
        return Payload(integration="shop", vendor="matomo", event=source, status="skipped", reason=str(result))
    payload = Payload(integration="shop", vendor="matomo", event=source, status="mapped", fields=result.fields())
    return payload.with_(requests=tuple(VENDOR.requests(payload, used)))


def sent(request: Request) -> list[tuple[str, str]]:
    """The pairs of a request's form as they leave, with the token in it."""
    body = encode(request, lambda leaf: TOKEN).body
    return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))
