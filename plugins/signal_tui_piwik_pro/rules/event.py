"""What is recorded of a page view, event, search, content, goal or ping – and what is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote_plus

from signal_tui_piwik_pro.hits import query_text
from signal_tui_piwik_pro.parameters import SEARCH_PARAMETERS, STRIPPED, dimensions, is_uuid, search_in_address
from signal_tui_piwik_pro.rules.case import ASSUMED, DOCUMENTED, Assumed, Case, Note, Open, Phase, rule, short

_EVENT = ("e_c", "e_a", "e_n", "e_v")
LIMITS = {"e_c": 16384, "e_a": 16384, "e_n": 16384, "c_n": 1024, "c_p": 1024, "c_t": 1024, "c_i": 1024}
"""Characters that a parameter may have (documented)."""

MATOMO_ONLY = (
    "_pks", "_pkn", "_pkc", "_pkp", "_pkq", "rand", "apiv", "bots", "recMode", "ca", "cdo", "region", "queuedtracking",
    "pf_net", "pf_srv", "pf_tfr", "pf_dm1", "pf_dm2", "pf_onl", "_idn", "uadata", "consent",
)  # fmt: skip
"""Parameters of Matomo's tracker that the specification of Piwik PRO's does not have."""

_NAMES = {"pageview": "a page view", "order": "an order", "cart": "a cart update", "goal": "a goal", "ping": "a ping"}


@rule(Phase.RECORDING, DOCUMENTED)
def half_an_event(case: Case) -> Iterator[Note | Assumed | Open]:
    sent = [name for name in _EVENT if case.text(name)]
    if case.kind == "event" or not sent:
        return
    if case.text("e_c") and case.text("e_a"):
        lost = f"the event is lost: the hit is {_NAMES.get(case.kind, case.kind)}"
        because, remedy = "one hit becomes one event", "send the event as a hit of its own"
    else:
        gone = "category (e_c)" if not case.text("e_c") else "action (e_a)"
        lost = f"the event is lost: its {gone} is missing, and the hit is {_NAMES.get(case.kind, case.kind)}"
        because, remedy = "a custom event needs both e_c and e_a", "send e_c and e_a"
    yield Note("altered", sent[0], lost, because, remedy, "misclassified")


@rule(Phase.RECORDING, ASSUMED)
def search_by_address(case: Case) -> Iterator[Note | Assumed | Open]:
    own = case.listed("search_parameters")
    found = search_in_address(case.params, SEARCH_PARAMETERS if own is None else tuple(own))
    if case.kind != "search" or found is None or any(case.text(name) for name in ("search", "search_cat")):
        return
    if case.text("search_cats") or case.text("search_count"):
        return
    if own is None:
        yield Assumed("the app has the initial search parameters")
    yield Note(
        "altered", "url", f"the page view becomes a search for {short(found[1])}",
        f"?{found[0]}= is one of the app's search parameters (documented); that it makes a search of the hit is taken",
        "send search yourself, or change the app's search parameters",
    )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def old_category(case: Case) -> Iterator[Note | Assumed | Open]:
    if case.text("search_cat"):
        yield Note(
            "risk", "search_cat", "search_cat is deprecated", "search_cats replaces it, a JSON list of texts",
            "send search_cats",
        )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def no_address(case: Case) -> Iterator[Note | Assumed | Open]:
    if not case.text("url") and case.kind != "ping":
        yield Note(
            "risk", "url", "the hit has no url", "the address of the page is recommended for every hit", "map url"
        )


@rule(Phase.RECORDING, DOCUMENTED)
def parts_of_address(case: Case) -> Iterator[Note | Assumed | Open]:
    own = case.listed("excluded_parameters")
    stripped = {name.lower() for name in (STRIPPED if own is None else own)}
    pairs = (part.partition("=")[0] for part in query_text(case.text("url")).split("&") if part)
    gone = [name for name in map(unquote_plus, pairs) if name.lower() in stripped]
    if gone:
        yield Note(
            "ignored", "url", f"left out of the address: {', '.join(gone)[:200]}",
            "the app's settings take click ids and session ids out of addresses",
        )  # fmt: skip
    if "#" in case.text("url") and case.app.get("keep_fragment") is False:
        yield Note("ignored", "url", "what stands after # in the address is left out", "the app keeps no URL fragments")


@rule(Phase.RECORDING, ASSUMED)
def too_long(case: Case) -> Iterator[Note | Assumed | Open]:
    for name, limit in LIMITS.items():
        if len(case.text(name)) > limit:
            yield Note(
                "altered", name, f"{name} has {len(case.text(name))} characters; {limit} are allowed",
                "the limit is documented; that the text is cut there is taken", "send a shorter value",
            )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def of_matomo(case: Case) -> Iterator[Note | Assumed | Open]:
    there = [name for name in MATOMO_ONLY if case.text(name)]
    if there:
        yield Note(
            "ignored", there[0], f"Piwik PRO has no {', '.join(there)}", "they are parameters of Matomo's tracker",
            "use Piwik PRO's own: ec_products for products, r against caches",
        )  # fmt: skip
    if case.text("long"):
        yield Note("ignored", "long", "Piwik PRO has no long", "the longitude is lon", "send lon")


@rule(Phase.RECORDING, ASSUMED)
def takes_for_granted(case: Case) -> Iterator[Note | Assumed | Open]:
    for number in dimensions(case.params):
        yield Assumed(f"the custom dimension {number} exists")
    if case.kind == "goal" and (is_uuid(case.text("idgoal")) or case.text("idgoal").isdigit()):
        yield Assumed("the goal exists")


@rule(Phase.RECORDING, DOCUMENTED)
def ping(case: Case) -> Iterator[Note | Assumed | Open]:
    if case.kind == "ping":
        yield Open(
            Note(
                "risk",
                "ping",
                "a ping only adds to the last page view",
                "whether a session of this visitor is under way, the request does not show",
            )
        )


RULES = (
    half_an_event,
    search_by_address,
    old_category,
    no_address,
    parts_of_address,
    too_long,
    of_matomo,
    takes_for_granted,
    ping,
)
