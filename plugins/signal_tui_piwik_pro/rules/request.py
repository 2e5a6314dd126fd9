"""What the request itself decides: whether it records, for which app, in which encoding, with which token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from signal_tui_piwik_pro.parameters import app, is_uuid
from signal_tui_piwik_pro.rules.case import ASSUMED, DOCUMENTED, Assumed, Case, Note, Open, Phase, rule, short

_ID_REMEDY = "take the App ID from Administration → Sites & apps"


@rule(Phase.REQUEST, DOCUMENTED)
def not_recorded(case: Case) -> Iterator[Note | Assumed | Open]:
    if case.text("rec") != "1":
        yield Note(
            "dropped", "rec", "rec=1 is missing" if not case.text("rec") else f"rec is {short(case.text('rec'))}",
            "a request without rec=1 does not appear in reports", "send rec=1", "not-appearing",
        )  # fmt: skip


@rule(Phase.REQUEST, DOCUMENTED)
def no_app(case: Case) -> Iterator[Note | Assumed | Open]:
    sent = app(case.params)
    because = "a request appears only with the UUID of one of the apps as idsite"
    if not sent:
        yield Note("dropped", "idsite", "the hit names no app: idsite is missing", because, _ID_REMEDY, "not-appearing")
    elif sent.isdigit():
        yield Open(
            Note(
                "risk",
                "idsite",
                f"idsite {short(sent)} is a number, as Matomo's are",
                "an App ID is a UUID; an old number works only for an app that has one",
                _ID_REMEDY,
                "numeric-id",
            )
        )
    elif not is_uuid(sent):
        yield Note("dropped", "idsite", f"idsite {short(sent)} is no UUID", because, _ID_REMEDY, "not-appearing")
    elif not _exists(case, sent):
        yield Note(
            "dropped", "idsite", f"there is no app {sent}", because, _ID_REMEDY, "not-appearing"
        )  # fmt: skip


def _exists(case: Case, sent: str) -> bool:
    apps = case.known.get("apps")
    return not (case.known.get("apps_complete") is True and isinstance(apps, Mapping) and sent not in apps)


@rule(Phase.REQUEST, DOCUMENTED)
def other_app(case: Case) -> Iterator[Note | Assumed | Open]:
    sent = app(case.params)
    if case.own_app and is_uuid(sent) and sent != case.own_app:
        yield Note(
            "risk", "idsite", "the hit goes to another app than the integration's",
            "the debugger is asked for one app at a time", "compare idsite with the App ID of the integration",
        )  # fmt: skip
    elif is_uuid(sent) and not isinstance(case.known.get("apps"), Mapping):
        yield Assumed("the app exists")


@rule(Phase.REQUEST, ASSUMED)
def flat_json(case: Case) -> Iterator[Note | Assumed | Open]:
    if case.encoding == "flat":
        yield Assumed("a flat JSON object is read as one hit")
        yield Note(
            "risk", None, "the hit is a flat JSON object, as Signal sends it",
            'Piwik PRO documents a query, and JSON as {"requests": […]} only; that it reads this one is not documented',
            "look whether it arrives, or take the preset “recommended”", "flat-json",
        )  # fmt: skip


@rule(Phase.REQUEST, DOCUMENTED)
def token(case: Case) -> Iterator[Note | Assumed | Open]:
    because = "Signal's documentation demands a token; the specification of the Tracking API knows none"
    if "token_auth" in case.params:
        yield Note("ignored", "token_auth", "Piwik PRO has no parameter token_auth", because)
    elif case.encoding == "flat":
        yield Note(
            "risk", "token_auth", "no token_auth is sent", because,
            "set token_auth to send what Signal would send", "geo-of-server",
        )  # fmt: skip


RULES = (not_recorded, no_app, other_app, flat_json, token)
