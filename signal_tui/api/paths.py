"""Dotted paths into an event, in both spellings: ``properties.products[0].sku``, ``user_id``, ``event.userId``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from signal_tui.api.events import CONTEXT_KEYS, ENVELOPE_KEYS
from signal_tui.api.values import Value

Steps: TypeAlias = tuple[str | int, ...]
"""The steps of a path: keys of objects and indices of lists; the first is a key."""

Getter: TypeAlias = Callable[[Mapping[str, Any]], Value]
"""Given an event's tree, the value at a path, or None."""

_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[\d{1,9}\])*", re.ASCII)
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
ALWAYS_OBJECTS = ("properties", "traits", "context", "vendor_ids")
"""Members of an event's tree that are always there, as objects."""


class PathError(ValueError):
    """A path that cannot be read."""


def parse_path(path: str) -> Steps:
    """The steps of a path in wire spelling: keys, and indices of lists.

    The old form rooted at ``event.`` and the spelling ``context.anonymous_id`` are understood. Raises
    :class:`PathError`.
    """
    steps: list[str | int] = []
    if _PATH.fullmatch(path):
        steps = [key or int(index) for key, index in _STEP.findall(path)]
    if len(steps) > 1 and steps[0] == "event":
        steps.pop(0)
    if not steps or not isinstance(steps[0], str):
        raise PathError(f"{path!r} is no path; paths look like properties.order_id or properties.products[0].sku")
    if steps[:2] in (["context", "anonymous_id"], ["context", "anonymousId"]):
        return ("anonymousId",)
    steps[0] = ENVELOPE_KEYS.get(steps[0], steps[0])
    if steps[0] == "context" and len(steps) > 1:
        steps[1] = CONTEXT_KEYS.get(str(steps[1]), steps[1])
    return tuple(steps)


def path_text(steps: Steps) -> str:
    """The wire spelling of parsed steps."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def getter(steps: Steps) -> Getter:
    """A function that reads the value at parsed steps from an event's tree. An empty text counts as absent."""
    first = str(steps[0])
    if len(steps) == 1:
        return lambda tree: _kept(tree.get(first))
    second = steps[1]
    if len(steps) == 2 and first in ALWAYS_OBJECTS and isinstance(second, str):

        def one_deep(tree: Mapping[str, Any]) -> Value:
            value = tree[first].get(second)
            return None if value == "" else value

        return one_deep

    def deep(tree: Mapping[str, Any]) -> Value:
        value: Value = tree
        for step in steps:
            # Asking for the class first spares the slow question of an abstract type.
            kind = value.__class__
            if isinstance(step, str):
                if kind is not dict and not isinstance(value, Mapping):
                    return None
                value = value.get(step)
            elif (kind is list or isinstance(value, list)) and step < len(value):
                value = value[step]
            else:
                return None
        return None if value == "" else value

    return deep


_NO_OBJECT: Mapping[str, Any] = MappingProxyType({})


def object_of(value: Value) -> Mapping[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else _NO_OBJECT


def element(value: Value, index: int) -> Value:
    """An element of a list; None where there is none."""
    return value[index] if isinstance(value, list) and index < len(value) else None


def _kept(value: Value) -> Value:
    # 0 and false are values; an empty text is none.
    return None if value == "" else value
