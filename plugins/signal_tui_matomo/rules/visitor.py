"""Who a hit belongs to and when it was: the token and what needs it, the visitor's ids, the IP, the time."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from signal_tui_matomo import php
from signal_tui_matomo.hits import query_text
from signal_tui_matomo.parameters import GATED, ZERO_ID, hit_time, integer, normal_id, refused_visitor_id
from signal_tui_matomo.rules.case import ASSUMED, DOCUMENTED, OBSERVED, Assumed, Case, Note, Phase, rule, short

_MS = 1e11
"""Unix seconds beyond this are milliseconds; as seconds they are the year 5138."""


def _authority(case: Case, field: str, what: str) -> Iterator[Note | Assumed]:
    """What follows from ``field`` needing a token with write access."""
    if case.may_write:
        if case.token_assumed:
            yield Assumed("the token is valid and may write to the site")
        return
    said = {
        "none": "no token is sent",
        "view": "the token may only view the site",
    }.get(case.token, "the token is not valid for the site")
    if case.token_lost:
        said = "the token is for secure requests only and does not come in a form body"
    yield Note(
        "rejected", field, f"{what} needs a token with write access, and {said}",
        "Matomo refuses the whole hit with 400; it does not record it without the value",
        "set token_auth to a token with write access to the site, or leave the parameter out",
        "token-in-url" if case.token_lost else "overrides-refused",
    )  # fmt: skip


@rule(Phase.READING, OBSERVED)
def address_needs_token(case: Case) -> Iterator[Note | Assumed]:
    if not php.empty(case.text("cip")):
        yield from _authority(case, "cip", "cip")


@rule(Phase.RECORDING, OBSERVED)
def place_needs_token(case: Case) -> Iterator[Note | Assumed]:
    for name in GATED:
        if name != "cip" and not php.empty(case.text(name)):
            yield from _authority(case, name, name)
            return


@rule(Phase.RECORDING, OBSERVED)
def bad_address(case: Case) -> Iterator[Note | Assumed]:
    sent = case.text("cip")
    if php.empty(sent):
        return
    try:
        ipaddress.ip_address(sent.strip())
    except ValueError:
        yield Note(
            "altered", "cip", f"{short(sent)} is no IP address", "the visit gets the IP 0.0.0.0",
            "send the visitor's IPv4 or IPv6 address",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def time_of_hit(case: Case) -> Iterator[Note | Assumed]:
    sent = case.text("cdt")
    if php.empty(sent) and not integer(case.params, "cdo"):
        return
    if case.at is None:
        moment = php.timestamp(sent, 0.0) if sent else 0.0
        problem = "garbage" if moment is None else "future" if moment > _MS else ""
        if not problem:
            yield Assumed("the hit arrives less than 24 hours after its cdt, and not before it")
            return
    else:
        time = hit_time(case.params, case.at)
        problem = time.problem
        if not problem:
            if time.needs_token:
                yield from _authority(case, "cdt" if sent else "cdo", "a time 24 hours old or older")
            return
    if problem == "future" and php.is_numeric(sent) and float(sent) > _MS:
        message, remedy = "cdt is in milliseconds, which is the future", "send seconds: date_format with epoch_s"
    elif problem == "future":
        message, remedy = f"cdt {short(sent)} is in the future", "send the time of the event; check the sender's clock"
    elif problem == "ancient":
        message, remedy = f"cdt {short(sent)} is more than 20 years ago", "send the time of the event"
    else:
        message = f"cdt {short(sent)} is no time"
        remedy = "send unix seconds, YYYY-MM-DD HH:MM:SS in UTC, or ISO 8601"
    yield Note("altered", "cdt", message, "Matomo takes the time of arrival instead, without a word", remedy)


@rule(Phase.RECORDING, OBSERVED)
def refused_forced_id(case: Case) -> Iterator[Note | Assumed]:
    if refused_visitor_id(case.params):
        yield Note(
            "rejected", "cid", f"cid has {len(case.text('cid'))} characters, not 16",
            "a cid of any other length is refused with 400", "send 16 hexadecimal characters",
        )  # fmt: skip


def _counting_id(case: Case) -> str:
    """The parameter that names the visitor: uid, cid or _id; empty where none does."""
    return next((name for name in ("uid", "cid", "_id") if not php.empty(case.text(name))), "")


@rule(Phase.RECORDING, OBSERVED)
def merged_id(case: Case) -> Iterator[Note | Assumed]:
    name = _counting_id(case)
    sent = case.text(name) if name in ("cid", "_id") else ""
    if len(sent) < 16 or (stored := normal_id(sent)) == sent[:16].lower():
        return
    merges = stored == ZERO_ID
    yield Note(
        "altered", name,
        f"{short(sent)} is not 16 hexadecimal characters and becomes {stored}"
        + (", as for everybody else" if merges else ""),
        "characters that are not hexadecimal become 0, so such visitors merge",
        "send 16 hexadecimal characters: the transform hex16 makes them", "visitors-merged",
    )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def long_id(case: Case) -> Iterator[Note | Assumed]:
    sent = case.text("_id")
    if _counting_id(case) == "_id" and len(sent) > 16 and normal_id(sent) == sent[:16].lower():
        yield Note(
            "altered", "_id", f"_id has {len(sent)} characters and is cut to {sent[:16]}",
            "a visitor id has 16 characters; visitors who share them merge", "send 16 hexadecimal characters",
            "visitors-merged",
        )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def short_id(case: Case) -> Iterator[Note | Assumed]:
    sent = case.text("_id")
    if _counting_id(case) == "_id" and len(sent.encode()) < 16:
        yield Note(
            "altered", "_id", f"_id has {len(sent)} characters, not 16, and does not count",
            "Matomo then recognises the visitor by device and IP for the length of one visit",
            "send 16 hexadecimal characters: the transform hex16 makes them", "visitor-churn",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def zero_id(case: Case) -> Iterator[Note | Assumed]:
    if _counting_id(case) in ("_id", "cid") and case.text(_counting_id(case))[:16] == ZERO_ID:
        yield Note(
            "risk", _counting_id(case), "the visitor id is all zeros",
            "every id that cannot be read becomes the same, so this visitor is many", "send an id of its own",
            "visitors-merged",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def overridden_id(case: Case) -> Iterator[Note | Assumed]:
    counting = _counting_id(case)
    for name in ("cid", "_id"):
        if counting and name != counting and not php.empty(case.text(name)) and (counting, name) != ("_id", "cid"):
            yield Note(
                "ignored", name, f"{name} does not count beside {counting}",
                "with a uid the visitor id is the first 16 of its SHA-1; anonymous and identified visits do not merge"
                if counting == "uid" else "cid forces the visitor id",
                "look the visit up by its user id" if counting == "uid" else "", "visitor-id-differs",
            )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def nobody(case: Case) -> Iterator[Note | Assumed]:
    if not _counting_id(case):
        yield Note(
            "risk", "_id", "the hit names no visitor: _id, cid and uid are missing",
            "Matomo then recognises the visitor by device and IP, and after 30 minutes it is another one",
            "check that the event has an anonymousId", "visitor-churn",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def shared_visit(case: Case) -> Iterator[Note | Assumed]:
    from_server = bool(case.text("ua")) or not case.header("User-Agent").startswith("Mozilla/")
    if _counting_id(case) == "_id" and from_server and php.empty(case.text("cip")):
        yield Note(
            "risk", "cip", "all visitors have the sender's IP",
            "different _id values from one IP and agent join one visit, and its visitor id is the last one's",
            "send cip (with a token), or cid instead of _id", "visitors-merged",
        )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def token_in_url(case: Case) -> Iterator[Note | Assumed]:
    if "token_auth=" in query_text(case.request.url):
        yield Note(
            "risk", "token_auth", "the token stands in the URL",
            "URLs end up in access logs, and a token for secure requests only does not count there",
            "send it in the form body", "token-in-url",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def bearer(case: Case) -> Iterator[Note | Assumed]:
    if case.request.header("Authorization") is not None and case.token == "none":
        yield Note(
            "ignored", "Authorization", "the Authorization header is not read",
            "Matomo 5.2 takes a token as the parameter token_auth alone", "send token_auth in the form body",
            "overrides-refused",
        )  # fmt: skip


@rule(Phase.RECORDING, ASSUMED)
def doubtful_token(case: Case) -> Iterator[Note | Assumed]:
    if case.token == "invalid" and not case.token_lost:
        yield Note(
            "risk", "token_auth", "the token is known not to be valid",
            "a hit that needs none is recorded all the same; one that needs it counts as a failed login, and 20 of "
            "those block the sender's IP",
            "set a valid token", "too-many-failures",
        )  # fmt: skip


RULES = (
    address_needs_token,
    refused_forced_id,
    place_needs_token,
    time_of_hit,
    bad_address,
    merged_id,
    long_id,
    short_id,
    zero_id,
    overridden_id,
    nobody,
    shared_visit,
    token_in_url,
    bearer,
    doubtful_token,
)
