"""A vendor of the tests: small, honest, and as a stranger would write it.

Hits are form posts to ``{url}/hit``; ``GET {url}/log`` lists them. The double forgets hits with ``lose=1``, refuses a
wrong token with 401, and answers slowly, falsely or not at all where a test asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from signal_tui.api import (
    Blueprint,
    Check,
    CheckFlow,
    Difference,
    Finding,
    Flow,
    Forecast,
    Form,
    Hit,
    IdentitySignal,
    Known,
    Limits,
    Payload,
    Raw,
    Reply,
    Request,
    Secret,
    Settings,
    Text,
    Vendor,
    Verdict,
    form_pairs,
    hookimpl,
    join,
    text_of,
)

PRESET = """
version = 2
[global]
mappings = [
  { target = "id", source = "anonymousId", transform = "hex16" },
  { target = "user", source = "userId" },
  { target = "token", source = "config.token" },
]
[events."Order Completed"]
mappings = [
  { target = "kind", value = "order" },
  { target = "order", source = "properties.order_id" },
  { target = "total", source = "properties.revenue" },
  { target = "lose", source = "properties.lose" },
]
[events.page]
mappings = [
  { target = "kind", value = "page" },
  { target = "url", source = ["properties.url", "context.page.url"] },
]
"""
TOKEN = "acme-sandbox-token"


class AcmeDouble:
    """The vendor in memory."""

    def __init__(self) -> None:
        self.config: Mapping[str, str] = {"url": "https://acme.sandbox.example"}
        self.secrets: Mapping[str, str] = {"token": TOKEN}
        self.log: list[dict[str, Any]] = []
        self.closed = False

    def handle(self, request: Request) -> Reply:
        path = urlsplit(request.url).path
        if path == "/hit":
            pairs = {name: text_of(value) for name, value in form_pairs(request)}
            if "token" in pairs and pairs.pop("token") != TOKEN:
                return Reply(status=401, body=b"bad token")
            if pairs.get("lose") != "1" and not self.closed:
                if pairs.get("total", "").count(","):
                    pairs["total"] = pairs["total"].split(",")[0]
                self.log.append(pairs)
            return Reply(status=202, body=b"queued")
        if path == "/log":
            if request.header("Authorization") != f"Bearer {TOKEN}":
                return Reply(status=401, body=b"bad token")
            headers = [("Content-Type", "application/json"), *([("X-Closed", "yes")] if self.closed else [])]
            return Reply(status=200, headers=tuple(headers), body=json.dumps(self.log).encode())
        return Reply(status=404)


class Acme(Vendor):
    name = "acme"
    title = "Acme Analytics"
    settings = (
        Text(key="url", label="Address", help="Base URL.", required=True),
        Secret(key="token", label="Token", help="Under Account > Tokens.", tracking=True, reading=True),
    )
    identity = (
        IdentitySignal(signal="anonymousId", parameter="id", derivation="first 16 hex"),
        IdentitySignal(signal="userId", parameter="user"),
    )
    secret_parameters = frozenset({"token"})
    limits = Limits(poll_until=2.0)

    @classmethod
    def presets(cls) -> Mapping[str, Blueprint]:
        return {"default": Blueprint.from_toml(PRESET, "default")}

    def requests(self, payload: Payload, settings: Settings) -> Sequence[Request]:
        pairs = tuple((field.target, field.value) for field in payload.fields)
        return [Request(method="POST", url=f"{settings.text('url')}/hit", body=Form(pairs))]

    def mark(self, request: Request, marker: str) -> Request | None:
        assert isinstance(request.body, Form)
        return Request(method="POST", url=request.url, body=Form((*request.body.pairs, ("run", marker))))

    def forecast(self, request: Request, settings: Settings, known: Known) -> Forecast:
        if ("lose", "1") in [(name, text_of(value)) for name, value in form_pairs(request)]:
            lost = _lost("lose=1 is lost", "lose")
            return Forecast(outcome="dropped", status=202, findings=(lost,))
        if known.get("closed"):
            return Forecast(outcome="dropped", status=202, findings=(_lost("the site is closed", None),))
        return Forecast(outcome="recorded", status=202, records=("hit",))

    def verify(self, hits: Sequence[Hit], settings: Settings) -> Flow[Sequence[Verdict]]:
        secret = settings.secret("token")
        if secret is None:
            return [Verdict(state="cannot-tell", reason="no token") for _ in hits]
        ask = Request(
            method="GET", url=f"{settings.text('url')}/log", headers=(("Authorization", join("Bearer ", secret)),)
        )
        reply = yield ask
        if reply.status == 401:
            return [Verdict(state="cannot-tell", reason="refused: the token", refused=True) for _ in hits]
        if reply.status == 0:
            return [Verdict(state="cannot-tell", reason=f"not reachable: {reply.error}") for _ in hits]
        rows = reply.json() or []
        return [_verdict(hit, rows) for hit in hits]

    def check(self, settings: Settings) -> CheckFlow:
        secret = settings.secret("token")
        if secret is None:
            yield Check(check="token", state="cannot-tell", message="no token", remedy="set one")
            return {}
        reply = yield Request(
            method="GET", url=f"{settings.text('url')}/log", headers=(("Authorization", join("Bearer ", secret)),)
        )
        assert isinstance(reply, Reply)
        if reply.status == 200:
            yield Check(check="token", state="ok", message="the log can be read")
            return {"readable": True, **({"closed": True} if reply.header("X-Closed") else {})}
        yield Check(check="token", state="fail", message="the token is refused", refused=reply.status == 401)
        return {}

    def sandbox(self) -> AcmeDouble:
        return AcmeDouble()


def _lost(message: str, field: str | None) -> Finding:
    return Finding(effect="dropped", message=message, because="documented", field=field)


def _verdict(hit: Hit, rows: list[dict[str, Any]]) -> Verdict:
    sent = {name: text_of(value) for name, value in form_pairs(hit.request) if name != "token"}
    for row in rows:
        if row.get("run") == sent.get("run") and row.get("order") == sent.get("order"):
            differences = tuple(
                Difference(field=name, sent=value, recorded=row.get(name), because="acme cuts", weight="altered")
                for name, value in sent.items()
                if row.get(name) != value
            )
            return Verdict(
                state="altered" if differences else "found",
                evidence="the log, by run",
                record=row,
                differences=differences,
            )
    return Verdict(state="missing")


@hookimpl
def signal_vendors() -> list[type[Vendor]]:
    return [Acme]


def raw_form(text: str) -> Raw:
    """A form body as it came."""
    return Raw(text.encode(), "application/x-www-form-urlencoded")
