"""Values that break a hit: the formats are documented, that a wrong one makes a broken event of the hit is assumed."""

from __future__ import annotations

from collections.abc import Iterator

from signal_tui_piwik_pro.parameters import E_T, MONEY, PINGS, as_number, has_authority, hit_time, is_uuid
from signal_tui_piwik_pro.rules.case import ASSUMED, Assumed, Case, Note, Open, Phase, rule, short

_BROKEN = "a value in no documented form is taken to make a broken event of the hit: counted, in no report"
_ADDRESSES = ("url", "urlref", "link", "download")
MOST_VALUE = 100_000_000_000.0
"""The largest ``e_v`` (documented)."""


@rule(Phase.BROKEN, ASSUMED)
def address(case: Case) -> Iterator[Note | Assumed | Open]:
    for name in _ADDRESSES:
        sent = case.text(name)
        if sent and not has_authority(sent):
            yield Note(
                "dropped", name, f"{name} {short(sent)} is no complete address", _BROKEN,
                "send scheme and host, such as https://shop.example.com/", "broken",
            )  # fmt: skip


@rule(Phase.BROKEN, ASSUMED)
def numbers(case: Case) -> Iterator[Note | Assumed | Open]:
    for name in ("e_v", *MONEY):
        sent = case.text(name)
        if not sent:
            continue
        value = as_number(sent)
        if value is None:
            yield Note(
                "dropped", name, f"{name} {short(sent)} is no number", _BROKEN,
                "send digits with a decimal point, without currency and thousands separators", "broken",
            )  # fmt: skip
        elif name == "e_v" and not 0 <= value <= MOST_VALUE:
            yield Note(
                "dropped", name, f"e_v {short(sent)} is not between 0 and {MOST_VALUE:.0f}", _BROKEN,
                "send a value from 0 on", "broken",
            )  # fmt: skip


@rule(Phase.BROKEN, ASSUMED)
def named_values(case: Case) -> Iterator[Note | Assumed | Open]:
    sent = case.text("e_t")
    if sent and sent not in E_T:
        yield Note(
            "dropped", "e_t", f"e_t {short(sent)} is no type of event", _BROKEN, f"send one of {', '.join(E_T)}",
            "broken",
        )  # fmt: skip
    sent = case.text("ping")
    if sent and sent not in PINGS:
        yield Note("dropped", "ping", f"ping {short(sent)} is no kind of ping", _BROKEN, "send 1 to 6", "broken")
    sent = case.text("idgoal").strip()
    if sent and not sent.isdigit() and not is_uuid(sent):
        yield Note(
            "dropped", "idgoal", f"idgoal {short(sent)} is no goal", _BROKEN,
            "send the goal's UUID, or its old number", "broken",
        )  # fmt: skip


@rule(Phase.BROKEN, ASSUMED)
def unreadable_time(case: Case) -> Iterator[Note | Assumed | Open]:
    if not hit_time(case.params, 0.0).readable:
        yield Note(
            "dropped", "cdt", f"cdt {short(case.text('cdt'))} is no time that Piwik PRO documents", _BROKEN,
            "send seconds since 1970, or YYYY-MM-DD hh:mm:ss in UTC", "broken",
        )  # fmt: skip


@rule(Phase.BROKEN, ASSUMED)
def future(case: Case) -> Iterator[Note | Assumed | Open]:
    when = hit_time(case.params, case.at or 0.0)
    if case.at is not None and when.custom and when.at > case.at + 300:
        yield Note(
            "dropped", "cdt", "cdt lies in the future", _BROKEN,
            "send seconds, not milliseconds, and look at the sender's clock", "broken",
        )  # fmt: skip


RULES = (address, numbers, named_values, unreadable_time, future)
