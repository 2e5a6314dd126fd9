"""What of a hit was recorded as it was sent, and what otherwise, with the reason and its weight.

``expected`` is Matomo's way with any hit: masked addresses, rewritten visitor ids, stripped addresses, what a
conversion never keeps. ``altered`` is a value that somebody meant to be there and that is gone or another one.
Parameters that the visit log cannot show (``rec``, ``rand``, ``ua``, …) are in neither list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from signal_tui.api import Difference
from signal_tui.api.values import Value
from signal_tui_matomo import comparisons, parameters, php
from signal_tui_matomo.comparisons import altered, expected
from signal_tui_matomo.parameters import Params
from signal_tui_matomo.records import Record, clock
from signal_tui_matomo.reporting import number, text
from signal_tui_matomo.visitors import visit_differences

Compare: TypeAlias = Callable[[str, str, Value], Difference | None]


def _three_decimals(field: str, sent: str, value: Value) -> Difference | None:
    return comparisons.numbers(field, sent, value, decimals=3)


_PRODUCT: dict[str, tuple[str, Compare]] = {
    "_pks": ("productViewSku", comparisons.texts),
    "_pkn": ("productViewName", comparisons.texts),
    "_pkc": ("productViewCategories", comparisons.categories),
    "_pkp": ("productViewPrice", comparisons.numbers),
}
_URL: dict[str, tuple[str, Compare]] = {"url": ("url", comparisons.urls)}
_MONEY: dict[str, tuple[str, Compare]] = {"revenue": ("revenue", comparisons.numbers)}

_SHOWN: Mapping[str, Mapping[str, tuple[str, Compare]]] = {
    "pageview": {**_URL, **_PRODUCT, "action_name": ("pageTitle", comparisons.texts)},
    "event": {
        **_URL,
        **_PRODUCT,
        "e_c": ("eventCategory", comparisons.texts),
        "e_a": ("eventAction", comparisons.texts),
        "e_n": ("eventName", comparisons.texts),
        "e_v": ("eventValue", _three_decimals),
    },
    "search": {
        "search": ("siteSearchKeyword", comparisons.texts),
        "search_cat": ("siteSearchCategory", comparisons.texts),
        "search_count": ("siteSearchCount", comparisons.numbers),
    },
    "download": {"download": ("url", comparisons.urls)},
    "outlink": {"link": ("url", comparisons.urls)},
    "content": {
        **_URL,
        "c_n": ("contentName", comparisons.texts),
        "c_p": ("contentPiece", comparisons.texts),
        "c_t": ("contentTarget", comparisons.texts),
        "c_i": ("contentInteraction", comparisons.texts),
    },
    "goal": {**_URL, **_MONEY, "idgoal": ("goalId", comparisons.numbers)},
    "order": {
        **_MONEY,
        "ec_id": ("orderId", comparisons.texts),
        "ec_st": ("revenueSubTotal", comparisons.numbers),
        "ec_tx": ("revenueTax", comparisons.numbers),
        "ec_sh": ("revenueShipping", comparisons.numbers),
        "ec_dt": ("revenueDiscount", comparisons.numbers),
    },
    "cart": _MONEY,
}
"""Kind of record → parameter → where the log shows it, and how the two are compared."""

_PAGE = ("url", "action_name")
_EVENT = ("e_c", "e_a", "e_n", "e_v")
_SEARCH = ("search", "search_cat", "search_count")
_CONTENT = ("c_n", "c_p", "c_t", "c_i")
_ORDER = ("ec_id", "revenue", "ec_st", "ec_tx", "ec_sh", "ec_dt", "ec_items")
_CONVERSIONS = ("goal", "order", "cart")
_LOADING = ("pf_net", "pf_srv", "pf_tfr", "pf_dm1", "pf_dm2", "pf_onl")


def compare(params: Params, record: Record, at: float) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    """The differences between a hit and its record, and the parameters that are the same.

    ``at``: when the hit arrived, by the server's clock.
    """
    sent = {name: value for name, value in params.items() if value != ""}
    judged: dict[str, list[Difference]] = {}
    for name, (key, comparison) in _SHOWN.get(record.kind, {}).items():
        if name in sent:
            found = comparison(name, sent[name], record.action.get(key))
            judged[name] = [found] if found else []
    if "ec_items" in sent and record.kind in ("order", "cart"):
        judged["ec_items"] = comparisons.items("ec_items", sent["ec_items"], record.action.get("itemDetails"))
    for name, reason in _lost(sent, record):
        judged.setdefault(name, [reason])
    judged.update(_goal(sent, record))
    judged.update(_time(sent, record, at))
    judged.update(_dimensions(sent, record))
    judged.update(_page_id(sent, record))
    judged.update(visit_differences(sent, record))
    differences = tuple(difference for found in judged.values() for difference in found)
    return differences, tuple(name for name, found in judged.items() if not found)


def _lost(sent: Params, record: Record) -> list[tuple[str, Difference]]:
    """What belongs to another kind of record than the one the hit became; what the record shows is not meant."""
    kind, conversion = record.kind, record.kind in _CONVERSIONS
    found: list[Difference] = []

    def gone(names: Iterable[str], because: str, weigh: Callable[[str, Value, Value, str], Difference]) -> None:
        found.extend(weigh(name, sent[name], None, because) for name in names if name in sent)

    if kind == "search" and php.empty(sent.get("search", "")):
        word = text(record.action.get("siteSearchKeyword"))[:60]
        gone(_PAGE, f"a parameter of the address made a site search for “{word}” of the page view", altered)
    else:
        gone(_PAGE, _NO_PAGE.get(kind, "Matomo keeps no page with it"), expected)
    only = "a request with idgoal records the conversion and nothing else: send it by itself"
    one = f"one hit becomes one record, this one became the {_NAMES.get(kind, kind)}"
    half = not conversion and not (sent.get("e_c") and sent.get("e_a"))
    gone(
        _EVENT,
        "an event needs both a category (e_c) and an action (e_a)" if half else only if conversion else one,
        altered,
    )
    gone((*_SEARCH, *_CONTENT, "download", "link"), only if conversion else one, altered)
    if kind == "cart":
        gone(("ec_id",), "0 is no order id, so Matomo made an abandoned cart of it", altered)
        # What a cart keeps of tax, shipping and discount, the log does not show.
    else:
        gone(_ORDER, "a goal has no order id and no items" if kind == "goal" else "it counts only with idgoal", altered)
    gone(_PRODUCT, "with idgoal the products come from ec_items alone" if conversion else one, altered)
    gone(("_pkq",), "Matomo has no parameter of this name; a quantity stands in ec_items", altered)
    return [(difference.field, difference) for difference in found]


_NO_PAGE = {
    "event": "an event has no page title of its own",
    "search": "a site search has no page and no title",
    "download": "a download keeps its own address, not the page it was on",
    "outlink": "an outlink keeps its own address, not the page it was on",
    "content": "content has no page title of its own",
    "goal": "a conversion keeps no page view",
    "order": "a conversion keeps no page view",
    "cart": "a conversion keeps no page view",
}

_NAMES = {"pageview": "page view", "search": "site search", "content": "content impression"}


def _goal(sent: Params, record: Record) -> dict[str, list[Difference]]:
    if "idgoal" not in sent or record.kind == "goal":
        return {}
    if record.kind in ("order", "cart") and parameters.goal_id(sent) == 0:
        return {"idgoal": []}
    because = "it is no number of a goal, so Matomo takes no notice of it"
    return {"idgoal": [expected("idgoal", sent["idgoal"], None, because)]}


def _time(sent: Params, record: Record, at: float) -> dict[str, list[Difference]]:
    name = "cdt" if "cdt" in sent else "cdo"
    if name not in sent or record.at is None or php.empty(sent[name]):
        return {}
    moment = parameters.hit_time(sent, at)
    if moment.custom and abs(record.at - moment.at) <= 2:
        return {name: []}
    because = {
        "garbage": "it is no time Matomo can read, so the time of arrival counts",
        "future": "it lies in the future (as milliseconds do), so the time of arrival counts",
        "ancient": "it is more than 20 years old, so the time of arrival counts",
    }.get(moment.problem, "recorded at another time")
    return {name: [altered(name, sent[name], clock(record.at), because)]}


def _dimensions(sent: Params, record: Record) -> dict[str, list[Difference]]:
    found: dict[str, list[Difference]] = {}
    for number_, value in parameters.dimensions(sent).items():
        name = f"dimension{number_}"
        if name not in sent or value == "":
            continue
        holders = [source for source in (record.action, record.visit) if name in source]
        values = [source[name] for source in holders]
        raw = sent[name]
        if not holders:
            because = "the site has no active dimension of this number"
            found[name] = [altered(name, raw, None, because)]
        elif any(comparisons.texts(name, raw, recorded) is None for recorded in values):
            found[name] = []
        elif name in record.action and record.kind in _CONVERSIONS and text(record.action[name]) == "":
            because = "the visit log shows no action dimensions at conversions"
            found[name] = [expected(name, raw, None, because)]
        elif name in record.visit and record.followed and not raw.startswith(text(values[-1]) or "\0"):
            found[name] = [expected(name, raw, text(values[-1]), "a later hit of the visit brought another value")]
        else:
            difference = comparisons.texts(name, raw, values[0])
            found[name] = [difference] if difference else []
    return found


def _page_id(sent: Params, record: Record) -> dict[str, list[Difference]]:
    found: dict[str, list[Difference]] = {}
    if "pv_id" in sent and record.kind not in _CONVERSIONS:
        difference = comparisons.texts("pv_id", sent["pv_id"], record.action.get("idpageview"))
        found["pv_id"] = [difference] if difference else []
    loading = [name for name in _LOADING if php.is_numeric(sent.get(name, ""))]
    recorded = number(record.action.get("pageLoadTimeMilliseconds"))
    if loading and recorded is not None and abs(sum(float(sent[name]) for name in loading) - recorded) < 1:
        found.update({name: [] for name in loading})
    return found
