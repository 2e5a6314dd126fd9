"""Who a hit belongs to and when it was: ids, address, anonymity, time."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from signal_tui_piwik_pro.parameters import hit_time, is_hex16
from signal_tui_piwik_pro.rules.case import ASSUMED, DOCUMENTED, Assumed, Case, Note, Open, Phase, rule, short

DAY = 86_400
_PLACES = ("city", "lat", "lon")


@rule(Phase.RECORDING, ASSUMED)
def wrong_id(case: Case) -> Iterator[Note | Assumed | Open]:
    for name in ("_id", "cid"):
        if case.text(name) and not is_hex16(case.text(name)):
            yield Note(
                "altered", name, f"{name} {short(case.text(name))} is no visitor id",
                "16 hexadecimal characters are documented; that other ids are ignored is taken",
                "send 16 hexadecimal characters",
            )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def ids_beside_each_other(case: Case) -> Iterator[Note | Assumed | Open]:
    if is_hex16(case.text("cid")) and case.text("_id") and case.text("cid").lower() != case.text("_id").lower():
        yield Note("ignored", "_id", "_id does not count beside cid", "cid overwrites the visitor id that _id gives")
    if not case.text("_id") and not case.text("cid") and not case.text("uid"):
        yield Note(
            "risk", "_id", "the hit names no visitor", "the visitor is then recognised by device and address alone",
            "map the anonymous id to _id",
        )  # fmt: skip


@rule(Phase.RECORDING, ASSUMED)
def wrong_address(case: Case) -> Iterator[Note | Assumed | Open]:
    sent = case.text("cip")
    try:
        ipaddress.ip_address(sent.strip() or "::")
    except ValueError:
        yield Note(
            "altered", "cip", f"{short(sent)} is no IP address", "that the sender's address counts instead is taken",
            "send the visitor's IPv4 or IPv6 address", "geo-of-server",
        )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def no_place(case: Case) -> Iterator[Note | Assumed | Open]:
    if not case.text("cip") and case.text("rmip") != "1" and case.text("uia") != "1" and case.kind != "ping":
        yield Note(
            "risk", "cip", "the place will be the sender's", "without cip the address of the sender counts",
            "map the visitor's IP to cip; no token is needed for it", "geo-of-server",
        )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def anonymous(case: Case) -> Iterator[Note | Assumed | Open]:
    if case.text("uia") == "1":
        gone = [name for name in ("cip", *_PLACES) if case.text(name)]
        yield Note(
            "altered" if gone else "ignored", gone[0] if gone else "uia", "the visitor is anonymous: no IP, no place "
            "below the country", "uia=1 masks the whole IP", "leave uia out if the visitor consented",
        )  # fmt: skip
    if case.text("rmip") == "1" and case.text("cip"):
        yield Note("altered", "cip", "the IP is erased", "rmip=1 erases every address of the hit", "leave rmip out")


@rule(Phase.RECORDING, DOCUMENTED)
def masked(case: Case) -> Iterator[Note | Assumed | Open]:
    octets = case.app.get("masked_octets")
    if case.text("cip") and isinstance(octets, int) and octets > 0:
        yield Note(
            "ignored", "cip", f"the last {octets} of 4 parts of the IP are masked", "the app's privacy settings say so"
        )


@rule(Phase.RECORDING, DOCUMENTED)
def old(case: Case) -> Iterator[Note | Assumed | Open]:
    if case.at is None:
        return
    when = hit_time(case.params, case.at)
    age = case.at - when.at
    if when.custom and age >= DAY:
        yield Note(
            "risk", "cdt", f"the hit is {age / DAY:.0f} days old",
            "Signal's documentation says that hits older than about 24 hours are dropped without a valid token; the "
            "specification knows no such limit", "deliver in near real time", "backdated",
        )  # fmt: skip


RULES = (wrong_id, ids_beside_each_other, wrong_address, no_place, anonymous, masked, old)
