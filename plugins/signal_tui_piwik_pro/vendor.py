"""Piwik PRO as a vendor: the contract's members, each handed to the module of its subject."""

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
    Transform,
    Trouble,
    Vendor,
    Verdict,
    VisitQuery,
)
from signal_tui_piwik_pro.products import TRANSFORMS
from signal_tui_piwik_pro.settings import SETTINGS, app_id, base
from signal_tui_piwik_pro.troubles import TROUBLES

_PRESETS = Path(__file__).with_name("presets")


@cache
def _preset(name: str) -> Blueprint:
    return Blueprint.from_toml((_PRESETS / f"{name}.toml").read_text(encoding="utf-8"), name)


class PiwikPro(Vendor):
    """Piwik PRO Analytics, through its Tracking API, read back through its Tracker debugger API."""

    name = "piwik-pro"
    title = "Piwik PRO"
    docs_url = "https://developers.piwik.pro/reference/tracking-api"
    settings: ClassVar[tuple[Setting, ...]] = SETTINGS
    identity = (
        IdentitySignal(
            signal="anonymousId",
            parameter="_id",
            derivation="first 16 hex",
            because="the visitor id of the device; cid, named beside it in Signal's documentation, would overwrite it",
        ),
        IdentitySignal(
            signal="userId", parameter="uid", because="the visitor id becomes the first 16 characters of its SHA-1"
        ),
        IdentitySignal(signal="context.ip", parameter="cip", because="the place is looked up by it"),
        IdentitySignal(signal="context.userAgent", parameter="ua", because="browser, system and device come from it"),
        IdentitySignal(
            signal="context.locale", parameter="lang", because="the country is guessed by it where the IP tells none"
        ),
    )
    transforms: ClassVar[Mapping[str, Transform]] = TRANSFORMS
    secret_parameters = frozenset({"token_auth", "client_id", "client_secret", "access_token"})
    troubles: ClassVar[tuple[Trouble, ...]] = TROUBLES
    # About 600 reads a minute are allowed for an instance (documented); half of them are left to others. How long a hit
    # takes to the debugger is not documented: a minute is assumed.
    limits = Limits(reads_per_minute=300, batch_size=100, first_poll=0.0, poll_until=60.0)
    consent_categories = ("marketing",)

    @classmethod
    def presets(cls) -> Mapping[str, Blueprint]:
        return {name: _preset(name) for name in ("default", "recommended")}

    def origins(self, settings: Settings) -> Sequence[str]:
        return [base(settings)] if settings.text("account_url") else []

    def requests(self, payload: Payload, settings: Settings) -> Sequence[Request]:
        from signal_tui_piwik_pro.requests import payload_requests

        return payload_requests(payload, settings)

    def mark(self, request: Request, marker: str) -> Request | None:
        from signal_tui_piwik_pro.requests import marked

        return marked(request, marker)

    def bulk(self, requests: Sequence[Request], settings: Settings) -> Request | None:
        from signal_tui_piwik_pro.requests import bulk_request

        return bulk_request(requests, settings)

    def forecast(self, request: Request, settings: Settings, known: Known) -> Forecast:
        from signal_tui_piwik_pro.forecast import forecast_request

        return forecast_request(request, known, app_id(settings))

    def read_reply(self, request: Request, reply: Reply) -> Answer:
        from signal_tui_piwik_pro.reply import read_answer

        return read_answer(request, reply)

    def decode(self, request: Request) -> Sequence[Event] | None:
        from signal_tui_piwik_pro.decode import decode_request

        return decode_request(request)

    def verify(self, hits: Sequence[Hit], settings: Settings) -> Flow[Sequence[Verdict]]:
        from signal_tui_piwik_pro.verify import verify

        return verify(hits, settings)

    def check(self, settings: Settings) -> CheckFlow:
        from signal_tui_piwik_pro.check import check

        return check(settings)

    def visits(self, query: VisitQuery, settings: Settings) -> Flow[Sequence[Mapping[str, Any]]]:
        from signal_tui_piwik_pro.visits import visits

        return visits(query, settings)

    def sandbox(self) -> Double | None:
        from signal_tui_piwik_pro.double import PiwikProDouble

        return PiwikProDouble()
