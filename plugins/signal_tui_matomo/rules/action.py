"""What is recorded of a page view, event, search, download, outlink or content – and what is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from signal_tui_matomo import php
from signal_tui_matomo.exclusions import STRIPPED, listed
from signal_tui_matomo.kinds import query_of
from signal_tui_matomo.parameters import LIMITS, NAMED, REJECTED_OVER, blank_event, integer, site_search
from signal_tui_matomo.rules.case import DOCUMENTED, OBSERVED, Assumed, Case, Note, Phase, rule, short

_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:(//|\\\\)?[^/\s]", re.IGNORECASE | re.ASCII)
_EVENT = ("e_c", "e_a", "e_n", "e_v")
_LONG = ("e_c", "e_a", "e_n", "c_n", "c_p", "c_t", "c_i")


@rule(Phase.RECORDING, OBSERVED, breaks_bulk=True)
def unknown_custom_action(case: Case) -> Iterator[Note | Assumed]:
    if case.kind == "none":
        yield Note(
            "rejected", "ca", "ca=1 says that the hit is no page view, and nothing else in it is known",
            "such a hit is refused with 400, and a bulk request that holds one is taken back as a whole",
            "send both e_c and e_a, or leave ca out", "rejected-400",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def blank(case: Case) -> Iterator[Note | Assumed]:
    if case.kind == "event" and blank_event(case.params):
        yield Note(
            "rejected", "e_c" if not case.text("e_c").strip() else "e_a", "the event's category or action is blank",
            "an event whose category or action is only blanks is refused with 400", "send a category and an action",
            "rejected-400",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED, breaks_bulk=True)
def too_long(case: Case) -> Iterator[Note | Assumed]:
    for name in _LONG:
        counts = case.kind == ("event" if name.startswith("e_") else "content")
        if counts and len(case.text(name)) > REJECTED_OVER:
            yield Note(
                "rejected", name, f"{name} has {len(case.text(name))} characters; {REJECTED_OVER} fit",
                "the hit is refused with 400, and a bulk request that holds one is taken back as a whole",
                "send a shorter value", "rejected-400",
            )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def half_an_event(case: Case) -> Iterator[Note | Assumed]:
    sent = case.has(*_EVENT)
    if sent and not (case.text("e_c") and case.text("e_a")) and case.kind != "none":
        lost = "category (e_c)" if not case.text("e_c") else "action (e_a)"
        yield Note(
            "altered", sent[0], f"the event is lost: its {lost} is missing",
            f"an event needs both e_c and e_a; without them the hit is {_article(case.kind)}", "send e_c and e_a",
        )  # fmt: skip


def _article(kind: str) -> str:
    return {"pageview": "a page view", "search": "a site search", "none": "nothing"}.get(kind, f"the {kind} alone")


@rule(Phase.RECORDING, OBSERVED)
def one_thing_only(case: Case) -> Iterator[Note | Assumed]:
    there = {
        "download": "download",
        "outlink": "link",
        "event": "e_c" if case.text("e_c") and case.text("e_a") else "",
        "content": "c_n",
        "search": "search",
    }
    if case.kind in ("ping", "none"):
        return
    for kind, name in there.items():
        if kind != case.kind and name and not php.empty(case.text(name)):
            yield Note(
                "altered", name, f"the {kind} is lost: the hit is recorded as {_article(case.kind)}",
                "one hit becomes one thing; an order, a cart or a goal comes before all others",
                "send it as a hit of its own",
            )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def search_by_address(case: Case) -> Iterator[Note | Assumed]:
    names = case.site.get("search_parameters")
    found = site_search(case.params, tuple(map(str, names))) if isinstance(names, list) else site_search(case.params)
    if case.kind != "search" or found is None or found.by_url is None:
        return
    yield Note(
        "altered", "url", f"the page view becomes a site search for {short(found.keyword)}, without its title",
        f"the page's address has ?{found.by_url}=, one of the site's search parameters",
        "send search and search_count yourself, or change the site's search parameters",
    )  # fmt: skip
    if not isinstance(names, list):
        yield Assumed("the site has Matomo's default search parameters")


@rule(Phase.RECORDING, OBSERVED)
def title_of_no_page(case: Case) -> Iterator[Note | Assumed]:
    if case.kind not in ("event", "search", "download", "outlink", "content") or not case.text("action_name"):
        return
    if case.kind == "search" and not case.text("search"):
        return
    yield Note(
        "ignored", "action_name", "the title is not recorded",
        "only a page view has one; the hit is of another kind",
    )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def no_address(case: Case) -> Iterator[Note | Assumed]:
    url = case.text("url").strip()
    if case.is_conversion or case.kind in ("ping", "none"):
        return
    if url and not _ABSOLUTE.match(url):
        yield Note(
            "altered", "url", f"{short(url)} is no complete address and is lost",
            "a page is recorded under an address with its scheme, such as https:// or app://",
            "send the complete address",
        )  # fmt: skip
    elif not url and case.kind == "pageview" and not case.text("action_name"):
        yield Note(
            "risk", "url", "the page view has neither address nor title",
            "it is recorded, and no report can name it", "map url and action_name",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def parts_of_address(case: Case) -> Iterator[Note | Assumed]:
    url = case.text("url")
    if case.kind in ("ping", "none", "order", "cart"):
        return
    own = {str(name).lower() for name in listed(case.site, "excluded_parameters")}
    gone = [name for name, _ in query_of(url) if name.lower() in STRIPPED or name.lower() in own]
    if gone:
        yield Note(
            "ignored", "url", f"left out of the address: {', '.join(gone)[:200]}",
            "Matomo takes out session ids, click ids and the site's excluded parameters",
        )  # fmt: skip
    if "#" in url:
        yield Note(
            "ignored", "url", "what stands after # in the address is left out",
            "unless the site is set to keep page URL fragments",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def dimensions_of_site(case: Case) -> Iterator[Note | Assumed]:
    known = case.site.get("dimensions")
    for name in case.params:
        match = NAMED.fullmatch(name)
        if not match or not case.text(name):
            continue
        if not isinstance(known, Mapping):
            yield Assumed(f"the dimension {match[1]} exists and is active")
        elif known.get(match[1]) not in ("visit", "action"):
            yield Note(
                "altered", name, f"the site has no active dimension {match[1]}",
                "the values of unknown and inactive dimensions vanish",
                "create it under Custom Dimensions, or correct the number",
            )  # fmt: skip
        if len(case.text(name)) > LIMITS["dimension"]:
            yield Note(
                "altered", name, f"{name} has {len(case.text(name))} characters and is cut at {LIMITS['dimension']}",
                "the column in the database is that long", "send a shorter value",
            )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def value_of_event(case: Case) -> Iterator[Note | Assumed]:
    sent = case.text("e_v")
    if case.kind != "event" or not sent:
        return
    if not php.is_numeric(sent):
        yield Note(
            "altered", "e_v", f"e_v {short(sent)} is no number; {php.number(sent, 0.0):g} is recorded",
            "a comma ends the number, and what is none is 0", "send a number with a decimal point",
        )  # fmt: skip
    elif round(float(sent), 3) != float(sent):
        yield Note(
            "altered", "e_v", f"e_v {short(sent)} is rounded to three decimals", "the column keeps three decimals",
            "send at most three decimals",
        )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def ping(case: Case) -> Iterator[Note | Assumed]:
    if case.kind == "ping":
        yield Note(
            "risk", "ping", "a ping only lengthens a visit that is there; without one it is dropped",
            "whether a visit of this visitor is under way, the request does not show", "",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def count_of_results(case: Case) -> Iterator[Note | Assumed]:
    if integer(case.params, "search_count", -1) < 0 and case.text("search_count") and case.kind == "search":
        yield Note(
            "ignored", "search_count", f"search_count {short(case.text('search_count'))} is no whole number",
            "the search is recorded without its number of results", "send a whole number",
        )  # fmt: skip


RULES = (
    unknown_custom_action,
    blank,
    too_long,
    half_an_event,
    one_thing_only,
    search_by_address,
    title_of_no_page,
    no_address,
    parts_of_address,
    dimensions_of_site,
    value_of_event,
    ping,
    count_of_results,
)
