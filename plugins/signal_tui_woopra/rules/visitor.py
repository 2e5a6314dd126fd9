"""Whose profile a hit ends up on, and where that visitor seems to be."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from signal_tui_woopra.parameters import LENGTHS
from signal_tui_woopra.rules.case import ASSUMED, DOCUMENTED, Assumed, Case, Note, rule, short


@rule(DOCUMENTED)
def nobody(case: Case) -> Iterator[Note | Assumed]:
    if case.tracking.identifiers or case.tracking.endpoint == "ping":
        return
    name = " cv_name identifies nobody." if case.text("cv_name") else ""
    yield Note(
        "risk", "cookie", "nothing says whose the hit is: it becomes a new anonymous profile",
        "without cookie, cv_email and cv_id events create a new profile each; Woopra's own documentation wants one of "
        f"the three.{name}",
        "capture Woopra's cookie as vendor_ids.woopra_cookie, or identify the visitor", "wrong-visitor",
    )  # fmt: skip
    yield Assumed("a hit without any identifier is recorded, as Signal's documentation says")


@rule(DOCUMENTED)
def no_cookie(case: Case) -> Iterator[Note | Assumed]:
    found = list(case.tracking.identifiers)
    if found and "cookie" not in found:
        yield Note(
            "risk", "cookie", f"without Woopra's cookie the hit joins what the browser sent by {found[0]} alone",
            "cv_id decides before cv_email, and cv_email before cookie; a browser that was never identified has only "
            "its cookie", "capture Woopra's cookie as vendor_ids.woopra_cookie", "wrong-visitor",
        )  # fmt: skip


@rule(DOCUMENTED)
def cut(case: Case) -> Iterator[Note | Assumed]:
    for name, most in LENGTHS.items():
        size = len(case.text(name).strip())
        if size > most:
            yield Note(
                "altered", name, f"{name} has {size} characters and is cut at {most}",
                "Woopra keeps that many; values that differ later become one visitor",
                f"send at most {most} characters", "wrong-visitor",
            )  # fmt: skip


@rule(DOCUMENTED)
def cookie_as_property(case: Case) -> Iterator[Note | Assumed]:
    if case.text("cv_cookie"):
        yield Note(
            "ignored", "cv_cookie", "cv_cookie is a property of the profile and identifies nobody",
            "the cookie is no visitor property: it stands in the request without a prefix",
            "map it to cookie", "wrong-visitor",
        )  # fmt: skip


@rule(DOCUMENTED)
def place(case: Case) -> Iterator[Note | Assumed]:
    if case.tracking.endpoint not in ("ce", "identify") or case.from_browser:
        return
    sent = case.text("ip").strip()
    if not sent:
        yield Note(
            "risk", "ip", "the place becomes that of the sender",
            "without ip the address that the request came from counts", "send context.ip", "geo-of-server",
        )  # fmt: skip
        return
    try:
        address = ipaddress.ip_address(sent)
    except ValueError:
        yield Note(
            "risk", "ip", f"{short(sent)} is no IP address, so it says no place",
            "ip is the visitor's address", "send one IPv4 or IPv6 address", "geo-of-server",
        )  # fmt: skip
        return
    if not address.is_global and not _is_example(address):
        yield Note(
            "risk", "ip", f"{sent} is an address of an own network, so it says no place",
            "only public addresses are somewhere", "send the address that the visitor's request came from",
            "geo-of-server",
        )  # fmt: skip


_EXAMPLES = [
    ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


def _is_example(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(address in network for network in _EXAMPLES if network.version == address.version)


@rule(DOCUMENTED)
def agent(case: Case) -> Iterator[Note | Assumed]:
    if case.tracking.endpoint not in ("ce", "identify"):
        return
    if not case.agent.strip():
        yield Note(
            "risk", "User-Agent", "browser and device become those of the sender",
            "they come from the request's User-Agent", "send context.userAgent",
        )  # fmt: skip


@rule(ASSUMED)
def agent_that_is_no_header(case: Case) -> Iterator[Note | Assumed]:
    if any((ord(sign) < 32 and sign != "\t") or ord(sign) == 127 for sign in case.agent):
        yield Note(
            "rejected", "User-Agent", "the agent holds a control character, so it cannot be a header",
            "a header is one line; the request does not leave", "clean context.userAgent",
        )  # fmt: skip


RULES = (nobody, no_cookie, cut, cookie_as_property, place, agent, agent_that_is_no_header)
