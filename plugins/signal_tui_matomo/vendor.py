"""Matomo as a vendor: the contract's members, each handed to the module of its subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from signal_tui.api import (
    Answer,
    Blueprint,
    CheckFlow,
    Double,
    Event,
    Flow,
    Forecast,
    Hit,
    IdentitySignal,
    Known,
    Limits,
    Payload,
    Reply,
    Request,
    Setting,
    Settings,
    Trouble,
    Vendor,
    Verdict,
    VisitQuery,
)
from signal_tui_matomo.settings import SETTINGS
from signal_tui_matomo.troubles import TROUBLES

_PRESETS = Path(__file__).with_name("presets")


@cache
def _preset(name: str) -> Blueprint:
    return Blueprint.from_toml((_PRESETS / f"{name}.toml").read_text(encoding="utf-8"), name)


class Matomo(Vendor):
    """Matomo Analytics: self-hosted or cloud, through its Tracking HTTP API, read back through its Reporting API."""

    name = "matomo"
    title = "Matomo"
    docs_url = "https://developer.matomo.org/api-reference/tracking-api"
    settings: ClassVar[tuple[Setting, ...]] = SETTINGS
    identity = (
        IdentitySignal(
            signal="anonymousId",
            parameter="_id",
            derivation="first 16 hex",
            because="Matomo's visitor id has 16 hexadecimal characters; it does not count beside uid",
        ),
        IdentitySignal(
            signal="userId", parameter="uid", because="the visitor id becomes the first 16 characters of its SHA-1"
        ),
        IdentitySignal(signal="context.ip", parameter="cip", because="needs a token with write access to the site"),
        IdentitySignal(signal="context.userAgent", parameter="ua", because="browser, system and device come from it"),
        IdentitySignal(signal="context.locale", parameter="lang", because="in the preset “recommended” alone"),
    )
    secret_parameters = frozenset({"token_auth"})
    troubles: ClassVar[tuple[Trouble, ...]] = TROUBLES
    # 200 a minute is what the cloud allows for reading the visit log (documented); visits show within 0.1 s (observed).
    limits = Limits(reads_per_minute=200, batch_size=200, first_poll=0.0, poll_until=10.0)
    consent_categories = ("analytics",)

    @classmethod
    def presets(cls) -> Mapping[str, Blueprint]:
        return {name: _preset(name) for name in ("retail", "recommended")}

    def requests(self, payload: Payload, settings: Settings) -> Sequence[Request]:
        from signal_tui_matomo.requests import payload_requests

        return payload_requests(payload, settings)

    def mark(self, request: Request, marker: str) -> Request | None:
        from signal_tui_matomo.requests import marked

        return marked(request, marker)

    def bulk(self, requests: Sequence[Request], settings: Settings) -> Request | None:
        from signal_tui_matomo.requests import bulk_request

        return bulk_request(requests, settings)

    def forecast(self, request: Request, settings: Settings, known: Known) -> Forecast:
        from signal_tui_matomo.forecast import forecast_request

        return forecast_request(request, known)

    def read_reply(self, request: Request, reply: Reply) -> Answer:
        from signal_tui_matomo.reply import read_answer

        return read_answer(request, reply)

    def decode(self, request: Request) -> Sequence[Event] | None:
        from signal_tui_matomo.decode import decode_request

        return decode_request(request)

    def verify(self, hits: Sequence[Hit], settings: Settings) -> Flow[Sequence[Verdict]]:
        from signal_tui_matomo.verify import verify

        return verify(hits, settings)

    def check(self, settings: Settings) -> CheckFlow:
        from signal_tui_matomo.check import check

        return check(settings)

    def visits(self, query: VisitQuery, settings: Settings) -> Flow[Sequence[Mapping[str, Any]]]:
        from signal_tui_matomo.visits import visits

        return visits(query, settings)

    def sandbox(self) -> Double | None:
        from signal_tui_matomo.double import MatomoDouble

        return MatomoDouble()
