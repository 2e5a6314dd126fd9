"""Woopra as a vendor: the contract's members, each handed to the module of its subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import ClassVar

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
)
from signal_tui_woopra.settings import SETTINGS
from signal_tui_woopra.transforms import TRANSFORMS
from signal_tui_woopra.troubles import TROUBLES

_PRESETS = Path(__file__).with_name("presets")


@cache
def _preset(name: str) -> Blueprint:
    return Blueprint.from_toml((_PRESETS / f"{name}.toml").read_text(encoding="utf-8"), name)


class Woopra(Vendor):
    """Woopra (Appier AIRIS): through its HTTP Tracking API, read back through its REST API."""

    name = "woopra"
    title = "Woopra"
    docs_url = "https://docs.woopra.com/reference/intro-http-tracking"
    settings: ClassVar[tuple[Setting, ...]] = SETTINGS
    identity = (
        IdentitySignal(
            signal="vendor_ids.woopra_cookie",
            parameter="cookie",
            because="joins browser and server events; 24 characters count; cv_email and cv_id decide before it",
        ),
        IdentitySignal(
            signal="userId", parameter="cv_id", because="decides first whose profile it is; 140 characters count"
        ),
        IdentitySignal(
            signal="traits.email", parameter="cv_email", because="decides before the cookie; 140 characters count"
        ),
        IdentitySignal(signal="traits.name", parameter="cv_name", because="is shown, and identifies nobody"),
        IdentitySignal(signal="context.ip", parameter="ip", because="the place comes from it; needs no key"),
        IdentitySignal(
            signal="context.userAgent",
            parameter="User-Agent",
            because="browser and device come from it; it is a header of the request",
        ),
    )
    transforms: ClassVar[Mapping[str, Transform]] = TRANSFORMS
    # Hits carry no secret; these are the older headers of the REST API, beside Authorization.
    secret_parameters = frozenset({"X-Access-Id", "X-Access-Secret"})
    troubles: ClassVar[tuple[Trouble, ...]] = TROUBLES
    # The numbers of reads are documented, for a project and all that ask for it. How soon an event shows is not: third
    # parties say within ten seconds, so it is asked for six times within half a minute.
    limits = Limits(
        reads_per_minute=300,
        reads_per_hour=600,
        reads_per_day=3000,
        polls=(1.0, 2.0, 4.0, 8.0, 16.0),
        poll_until=31.0,
    )
    consent_categories = ("analytics",)

    @classmethod
    def presets(cls) -> Mapping[str, Blueprint]:
        return {name: _preset(name) for name in ("default", "recommended")}

    def requests(self, payload: Payload, settings: Settings) -> Sequence[Request]:
        from signal_tui_woopra.requests import payload_requests

        return payload_requests(payload)

    def origins(self, settings: Settings) -> Sequence[str]:
        from signal_tui_woopra.requests import ORIGIN

        return [ORIGIN]

    def mark(self, request: Request, marker: str) -> Request | None:
        from signal_tui_woopra.requests import marked

        return marked(request, marker)

    def forecast(self, request: Request, settings: Settings, known: Known) -> Forecast:
        from signal_tui_woopra.forecast import forecast_request

        return forecast_request(request, settings, known)

    def read_reply(self, request: Request, reply: Reply) -> Answer:
        from signal_tui_woopra.reply import read_answer

        return read_answer(reply)

    def decode(self, request: Request) -> Sequence[Event] | None:
        from signal_tui_woopra.decode import decode_request

        return decode_request(request)

    def verify(self, hits: Sequence[Hit], settings: Settings) -> Flow[Sequence[Verdict]]:
        from signal_tui_woopra.verify import verify

        return verify(hits, settings)

    def check(self, settings: Settings) -> CheckFlow:
        from signal_tui_woopra.check import check

        return check(settings)

    def sandbox(self) -> Double | None:
        from signal_tui_woopra.double import WoopraDouble

        return WoopraDouble()
