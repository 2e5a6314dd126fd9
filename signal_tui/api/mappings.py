"""One mapping of a blueprint, read and checked: from where, through what, to which parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from signal_tui.api.conditions import ConditionError, compile_condition
from signal_tui.api.paths import PathError, parse_path
from signal_tui.api.values import Value, text_of

_MAPPING = ("source", "value", "target", "transform", "format", "value_map", "when", "request", "event")

Origin = Literal["preset", "own"]


class BlueprintError(ValueError):
    """A blueprint that is wrong; ``place`` says where, for example ``events.page.mappings[2].transform``."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place


def nearest(word: str, known: Sequence[str]) -> str:
    """“did you mean x?” where something known is close, else the list of what is known."""
    import difflib

    close = difflib.get_close_matches(word, known, 1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"


def known_keys(tree: Any, known: Sequence[str], place: str) -> Mapping[str, Any]:
    if not isinstance(tree, Mapping):
        raise BlueprintError(place, "must be a table")
    for key in tree:
        if key not in known:
            raise BlueprintError(f"{place}.{key}".lstrip("."), f"is not known; {nearest(str(key), known)}")
    return tree


def read_texts(value: Any, place: str, what: str) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else () if value is None else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise BlueprintError(place, f"must be {what}")
    return tuple(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping_:
    """One mapping, checked. ``place`` says where it stands in its file."""

    target: str
    sources: tuple[str, ...] = ()
    value: Value = None
    transforms: tuple[str, ...] = ()
    format: str = ""
    value_map: Mapping[str, Value] | None = None
    when: str | None = None
    request: str | None = None
    event: str | None = None
    origin: Origin = "preset"
    place: str = ""


def read_mapping(tree: Any, place: str, origin: Origin = "preset") -> Mapping_:
    """A mapping from its table. Raises :class:`BlueprintError`."""
    table = known_keys(tree, _MAPPING, place)
    target = table.get("target")
    if not isinstance(target, str) or not target:
        raise BlueprintError(f"{place}.target", "is missing: the parameter of the vendor")
    source = table.get("source")
    if (source is None) == ("value" not in table):
        raise BlueprintError(place, "needs either a source or a value")
    sources = read_texts(source, f"{place}.source", "a path or a list of paths")
    if source is not None and not sources:
        raise BlueprintError(f"{place}.source", "names no path")
    for path in sources:
        try:
            parse_path(path)
        except PathError as error:
            raise BlueprintError(f"{place}.source", str(error)) from None
    transforms = read_texts(table.get("transform"), f"{place}.transform", "a name or a list of names")
    value_map = table.get("value_map")
    if value_map is not None and not isinstance(value_map, Mapping):
        raise BlueprintError(f"{place}.value_map", "must be a table of input and output")
    for key in ("when", "request", "event"):
        if not isinstance(table.get(key), str | None):
            raise BlueprintError(f"{place}.{key}", "must be a text")
    if table.get("when"):
        try:
            compile_condition(table["when"])
        except ConditionError as error:
            raise BlueprintError(f"{place}.when", str(error)) from None
    return Mapping_(
        target=target,
        sources=sources,
        value=table.get("value"),
        transforms=transforms,
        format=text_of(table.get("format")),
        value_map=value_map,
        when=table.get("when"),
        request=table.get("request"),
        event=table.get("event"),
        origin=origin,
        place=place,
    )


def read_mappings(tree: Mapping[str, Any], place: str, key: str = "mappings") -> tuple[Mapping_, ...]:
    rows = tree.get(key, [])
    if not isinstance(rows, list):
        raise BlueprintError(f"{place}.{key}", "must be a list")
    return tuple(read_mapping(row, f"{place}.{key}[{number}]") for number, row in enumerate(rows))
