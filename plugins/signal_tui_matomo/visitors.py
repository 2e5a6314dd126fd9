"""What a visit shows of who came: address, visitor and user id, language, screen, referrer, place.

A visit has one value of each, from its first hit, but for the visitor id, which is its last hit's (observed on 5.2).
"""

from __future__ import annotations

from signal_tui.api import Difference
from signal_tui_matomo import comparisons, parameters, php
from signal_tui_matomo.comparisons import altered, expected
from signal_tui_matomo.parameters import Kind, Params
from signal_tui_matomo.records import Log, Record
from signal_tui_matomo.reporting import text

_FIRST = "the visit keeps the value of its first hit"


def visit_differences(sent: Params, record: Record) -> dict[str, list[Difference]]:
    """Parameter → its differences (none: the same), for what the visit shows of the visitor."""
    found: dict[str, Difference | None] = {}
    if "cip" in sent:
        found["cip"] = comparisons.addresses("cip", sent["cip"], record.visit.get("visitIp"), record.later)
    for name, check in (("uid", _user), ("_id", _identity), ("cid", _identity)):
        if name in sent:
            found[name] = check(name, sent, record)
    for name, check in (("lang", _language), ("res", _screen), ("urlref", _referrer)):
        if name in sent:
            found[name] = check(name, sent, record)
    for name, key in (("country", "countryCode"), ("region", "regionCode"), ("city", "city")):
        if name in sent and key in record.visit:
            found[name] = _place(name, sent[name], text(record.visit[key]), record)
    for name, key in (("lat", "latitude"), ("long", "longitude")):
        if name in sent and key in record.visit:
            difference = comparisons.numbers(name, sent[name], record.visit[key], decimals=6)
            found[name] = _of_first(difference, record)
    return {name: [difference] if difference else [] for name, difference in found.items()}


def _of_first(difference: Difference | None, record: Record) -> Difference | None:
    if difference and record.later:
        return expected(difference.field, difference.sent, difference.recorded, _FIRST)
    return difference


def _user(name: str, sent: Params, record: Record) -> Difference | None:
    recorded = text(record.visit.get("userId"))
    if recorded and recorded != sent[name] and not sent[name].startswith(recorded):
        if len(recorded) == 40 and all(character in "0123456789abcdef" for character in recorded):
            return expected(name, sent[name], recorded, "the privacy settings replace user ids by a hash")
        if record.followed or record.later:
            return expected(name, sent[name], recorded, "another hit of the visit brought this user id")
    return comparisons.texts(name, sent[name], recorded)


def _identity(name: str, sent: Params, record: Record) -> Difference | None:
    recorded = text(record.visit.get("visitorId")).lower()
    value, wanted = sent[name], parameters.visitor_id(sent)
    if recorded == value.lower():
        return None
    if recorded == "":
        return expected(name, value, None, "this token is not shown visitor ids")
    if not php.empty(sent.get("uid", "")):
        return expected(name, value, recorded, "with a uid the visitor id is made of the uid (its SHA-1)")
    if name == "_id" and not php.empty(sent.get("cid", "")):
        return expected(name, value, recorded, "cid counts before _id")
    if wanted is None:
        return altered(name, value, recorded, "it has less than 16 characters, so Matomo made up an id")
    if wanted != value.lower() and recorded == wanted:
        if wanted == parameters.ZERO_ID:
            because = "it is not hexadecimal; all visitors with such ids become this one"
        elif wanted == value[:16].lower():
            because = "only its first 16 characters count"
        else:
            because = "its characters that are not hexadecimal became 0, and what is over 16 is cut"
        return altered(name, value, recorded, because)
    because = "the visit carries the id of its last hit, another one (a login, or the same address and agent)"
    return expected(name, value, recorded, because)


def _language(name: str, sent: Params, record: Record) -> Difference | None:
    recorded = text(record.visit.get("languageCode")).lower()
    preferred = sent[name].split(",")[0].split(";")[0].strip().lower().replace("_", "-")
    accepted = {tag.split(";")[0].strip().lower() for tag in sent[name].split(",")}
    if recorded and (recorded in accepted or recorded.split("-")[0] == preferred.split("-")[0]):
        return None
    return _of_first(altered(name, sent[name], recorded or None, "Matomo recorded another language"), record)


def _screen(name: str, sent: Params, record: Record) -> Difference | None:
    recorded = text(record.visit.get("resolution"))
    return _of_first(comparisons.texts(name, sent[name], "" if recorded == "unknown" else recorded), record)


def _referrer(name: str, sent: Params, record: Record) -> Difference | None:
    recorded = text(record.visit.get("referrerUrl"))
    if recorded == "" and not record.later:
        because = "no referrer counts here: it is a page of the site itself, or no address"
        return expected(name, sent[name], None, because)
    return _of_first(comparisons.urls(name, sent[name], recorded), record)


def _place(name: str, sent: str, recorded: str, record: Record) -> Difference | None:
    if sent.lower() == recorded.lower():
        return None
    return _of_first(comparisons.texts(name, sent, recorded), record)


def could_be(sent: Params, record: Record) -> bool:
    """Whether the visit's address and user id leave it possible that a hit of another visitor id is in it."""
    address, shown = sent.get("cip", ""), text(record.visit.get("visitIp"))
    if address and shown and not record.later and not comparisons.masks(address, shown):
        return False
    user, recorded = sent.get("uid", ""), text(record.visit.get("userId"))
    return not (user and recorded and not user.startswith(recorded) and len(recorded) != 40)


def own(sent: Params, log: Log) -> list[Record]:
    """The records among which :func:`is_visitor` can find some."""
    given = sent.get("cid") or sent.get("_id")
    ids = (parameters.visitor_id(sent), parameters.normal_id(given) if given else None)
    found = {record.key: record for record in log.by("visitorId", *ids)}
    found.update({record.key: record for record in log.by("userId", parameters.user_id(sent))})
    return list(found.values())


def is_visitor(sent: Params, record: Record) -> bool:
    """Whether the visit is the hit's by visitor id or user id."""
    recorded, user = text(record.visit.get("visitorId")).lower(), text(record.visit.get("userId"))
    wanted, uid = parameters.visitor_id(sent), parameters.user_id(sent)
    if recorded and recorded == wanted:
        return True
    if user and user == uid:
        return True
    # A later hit without uid gives the visit its _id back, but the user id stays (observed on 5.2).
    own = sent.get("cid") or sent.get("_id")
    return bool(own and uid and user and recorded != parameters.ZERO_ID and recorded == parameters.normal_id(own))


def identifiers(params: Params, kind: Kind) -> list[tuple[str, str]]:
    """What a segment can ask for to find the hit: order, visitor and user ids."""
    found: list[tuple[str, str]] = []
    if kind == "order":
        found.append(("orderId", parameters.text(params, "ec_id")[: parameters.LIMITS["ec_id"]]))
    wanted = parameters.visitor_id(params)
    if wanted:
        found.append(("visitorId", wanted))
    if parameters.text(params, "uid"):
        if params.get("_id"):
            found.append(("visitorId", parameters.normal_id(params["_id"])))
        found.append(("userId", parameters.user_id(params)))
    return found
