"""From parameters to a row of the visit log."""

from __future__ import annotations

from signal_tui_matomo import php
from signal_tui_matomo.double.addresses import clean_text, page_url, plain_url
from signal_tui_matomo.double.sites import Site
from signal_tui_matomo.double.visits import LOAD_TIMES, Action, ActionKind, Visit
from signal_tui_matomo.parameters import (
    LIMITS,
    REJECTED_OVER,
    Params,
    action_kind,
    blank_event,
    dimensions,
    number,
    site_search,
    text,
)


def kind_of(params: Params) -> ActionKind | None:
    """The action of a hit; None when ``ca=1`` says that it is none of those that are known."""
    match action_kind(params):
        case "pageview" | "event" | "search" | "download" | "outlink" | "content" as kind:
            return kind
        case _:
            return None


def refusal(params: Params, kind: ActionKind) -> str | None:
    """Why the tracker refuses the action."""
    return "Event category and action may not be blank" if kind == "event" and blank_event(params) else None


def breakage(params: Params, kind: ActionKind) -> str | None:
    """Why the tracker fails on the action."""
    names = {"event": ("e_c", "e_a", "e_n"), "content": ("c_n", "c_p", "c_t", "c_i")}.get(kind, ())
    too_long = next((name for name in names if len(text(params, name).strip()) > REJECTED_OVER), None)
    return f"Data too long: {too_long}" if too_long else None


def make_action(params: Params, kind: ActionKind, site: Site, at: int, identifier: int) -> Action:
    """The row of a hit; :func:`add_action` puts it in its place."""
    action = Action(id=identifier, kind=kind, at=at, spent=0, position=None)
    action.view = text(params, "pv_id")[: LIMITS["pv_id"]]
    sent = dimensions(params)
    action.dimensions = {item.id: sent[item.id] for item in site.active_dimensions("action") if item.id in sent}
    match kind:
        case "download" | "outlink":
            action.url = plain_url(text(params, "download" if kind == "download" else "link"))
        case "search":
            search = site_search(params)
            action.name = search.keyword if search else None
            action.search_category = search.category if search else ""
            action.search_count = search.count if search else None
        case _:
            action.url = page_url(text(params, "url"), site)
    match kind:
        case "pageview":
            action.name = clean_text(text(params, "action_name")) or None
            action.load_times = _load_times(params)
        case "event":
            action.category = text(params, "e_c").strip()
            action.action = text(params, "e_a").strip()
            action.name = text(params, "e_n").strip() or None
            action.value = number(params, "e_v") if text(params, "e_v") else None
        case "content":
            action.name = text(params, "c_n").strip()
            action.piece = text(params, "c_p").strip() or None
            action.target = text(params, "c_t").strip() or None
            action.interaction = text(params, "c_i").strip() or None
        case _:
            pass
    action.product = (number(params, "_pkp"), text(params, "_pkn").strip(), text(params, "_pks").strip())
    action.product_categories = _categories(text(params, "_pkc"))
    return action


def _load_times(params: Params) -> dict[str, int]:
    times = {name: php.integer(text(params, name), -1) for name in LOAD_TIMES}
    return {name: time for name, time in times.items() if 0 <= time <= 16_777_215}


def add_load_times(visit: Visit, params: Params) -> None:
    """What a hit that is no page view tells of the page view it belongs to."""
    view, times = text(params, "pv_id")[: LIMITS["pv_id"]], _load_times(params)
    if view and times:
        page = next((row for row in visit.actions if row.kind == "pageview" and row.view == view), None)
        if page:
            page.load_times |= times


def _categories(sent: str) -> tuple[str, ...]:
    words: list[object] = [sent]
    if sent.lstrip().startswith("["):
        try:
            found = php.parse_json(sent)
        except ValueError:
            found = sent
        words = found if isinstance(found, list) else [sent]
    return tuple(word for word in (php.scalar(entry).strip() for entry in words) if not php.empty(word))[:5]


def add_action(visit: Visit, action: Action, spent: int) -> None:
    """Append a row and count it. Only page views and searches are interactions; content is no action."""
    counts = action.kind in ("pageview", "search")
    action.spent = spent
    action.position = visit.interactions + 1 if counts else visit.interactions or None
    visit.interactions += counts
    visit.actions_count += action.kind != "content"
    visit.searches += action.kind == "search"
    visit.events += action.kind == "event"
    visit.actions.append(action)
