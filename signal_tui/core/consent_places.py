"""Where an event speaks of a consent category, and its text with another word on it.

``context.consent`` has three documented shapes (:func:`signal_tui.api.identity.consent`), which may stand beside each
other: the canonical view, flat booleans, the codes of a consent platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signal_tui.api.identity import CATEGORIES, consent
from signal_tui.api.paths import Steps
from signal_tui.api.values import Value, parse_json
from signal_tui.core.json_spans import with_value, without_value


def consent_of(tree: Mapping[str, Any]) -> Mapping[str, bool]:
    """Category → granted, of an event's JSON as it is written."""
    return consent(_at(tree, _holder(tree)))


def with_consent(text: str, category: str, granted: bool | None) -> str:
    """The event's text with a category granted, denied, or (None) not spoken of. Raises :class:`ValueError`.

    The shape that is there is kept: the place that counts is changed, or all codes that stand for the category.
    """
    tree = parse_json(text)
    if not isinstance(tree, Mapping):
        raise ValueError("an event is an object")
    holder = _holder(tree)
    held = _at(tree, holder)
    places = _places(held, category)
    if granted is None:
        for place in places:
            text = without_value(text, (*holder, *place))
        return text
    if places:
        counting = [place for place in places if place[:-1] == places[0][:-1]]
    else:
        flat = isinstance(held, Mapping) and "canonical" not in held and any(_places(held, one) for one in CATEGORIES)
        coded = isinstance(held, Mapping) and isinstance(held.get("categories"), Mapping)
        counting = [(category,) if flat and not coded else ("canonical", category)]
    for place in counting:
        text = with_value(text, (*holder, *place), granted, lambda steps: CATEGORIES)
    return text


def _holder(tree: Mapping[str, Any]) -> Steps:
    """Beside the context is a second place, which counts where the context has none."""
    if tree.get("consent") is not None and _at(tree, ("context", "consent")) is None:
        return ("consent",)
    return ("context", "consent")


def _places(held: Value, category: str) -> list[Steps]:
    """The places that speak of a category; the one that counts first."""
    if not isinstance(held, Mapping):
        return []
    places: list[Steps] = []
    for prefix in (("canonical",), (), ("categories",)):
        view = _at(held, prefix)
        if isinstance(view, Mapping):
            for key, value in reversed(list(view.items())):
                alone: Mapping[str, Any] = {key: value}
                for step in prefix:
                    alone = {step: alone}
                if isinstance(value, bool) and category in consent(alone):
                    places.append((*prefix, str(key)))
    return places


def _at(tree: Value, steps: Steps) -> Value:
    for step in steps:
        tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree
