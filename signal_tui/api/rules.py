"""A mapping made ready to run for one integration: its value from an event's tree, and its trace when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signal_tui.api.conditions import Condition, compile_condition
from signal_tui.api.mappings import BlueprintError, Mapping_, nearest
from signal_tui.api.paths import Getter, Steps, getter, parse_path, path_text
from signal_tui.api.payloads import Field
from signal_tui.api.settings import SECRET_LEAVES, Settings
from signal_tui.api.transforms import Transform
from signal_tui.api.values import Value, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One compiled mapping. ``get`` gives the value for an event's tree, None where there is none.

    ``paths``: where the value is, if it is the first present of some places and only goes through ``steps``.
    ``fixed``: the value is the same for every event.
    """

    get: Callable[[Mapping[str, Any]], Value]
    target: str
    request: int
    identity: bool
    origin: str
    sources: tuple[tuple[str, Getter], ...]
    steps: tuple[tuple[str, Transform, str], ...]
    value_map: Mapping[str, Value] | None
    constant: Value
    paths: tuple[Steps, ...] = ()
    fixed: bool = False

    def field_for(self, tree: Mapping[str, Any], value: Value) -> Field:
        """The field with its trace, made when somebody looks."""
        if len(self.paths) == 1 and not self.steps:
            return Field(
                target=self.target,
                value=value,
                source=self.sources[0][0],
                identity=self.identity,
                request=self.request,
                original=value,
            )
        source, original = self.origin, self.constant
        for path, get in self.sources:
            found = get(tree)
            if found is not None:
                source, original = path, found
                break
        changes = []
        current = original
        if self.value_map is not None:
            mapped = _look_up(self.value_map, current)
            changes.append(f"{text_of(current)} → {text_of(mapped)}" if current is not None else "mapped")
            current = mapped
        last = len(self.steps)
        for number, (_, transform, format_) in enumerate(self.steps, 1):
            if current is None and not transform.absent:
                continue
            after = value if number == last else transform.apply(current, format_)
            words = transform.describe(current, after, format_)
            if words and (type(after) is not type(current) or after != current):
                changes.append(words)
            current = after
        return Field(
            target=self.target,
            value=value,
            source=source,
            change=", ".join(changes) or None,
            identity=self.identity,
            request=self.request,
            original=original,
        )

    def cautions(self, tree: Mapping[str, Any]) -> list[str]:
        """What this very value should be looked at for."""
        for _, get in self.sources:
            found = get(tree)
            if found is not None:
                words = [transform.caution(found, format_) for _, transform, format_ in self.steps if transform.caution]
                return [word for word in words if word]
        return []


def _look_up(value_map: Mapping[str, Value], value: Value) -> Value:
    key = text_of(value) if value is not None else "null"
    return value_map[key] if key in value_map else value_map.get("*")


def compile_rule(
    mapping: Mapping_,
    settings: Settings,
    known: Mapping[str, Transform],
    identity: frozenset[str],
    request: int,
    vendor_event_name: str | None,
) -> Rule:
    steps: list[tuple[str, Transform, str]] = []
    format_left = mapping.format
    for name in mapping.transforms:
        transform = known.get(name)
        if transform is None:
            raise BlueprintError(f"{mapping.place}.transform", f"{name!r} is not known; {nearest(name, sorted(known))}")
        format_ = format_left if transform.check(format_left) is None else ""
        if wrong := transform.check(format_):
            raise BlueprintError(f"{mapping.place}.format", f"{name} {wrong}")
        if format_:
            format_left = ""
        steps.append((name, transform, format_))
    if format_left:
        raise BlueprintError(f"{mapping.place}.format", f"{format_left!r} is used by no transform of the mapping")
    constant: Value = mapping.value
    origin = "preset" if mapping.origin == "preset" else "own mapping"
    sources: list[tuple[str, Getter]] = []
    paths: list[Steps] = []
    for path in mapping.sources:
        if path == "vendor_event_name":
            found, shown = vendor_event_name, "preset"
        elif path.startswith("config."):
            found, shown = settings.get(path.removeprefix("config.")), path
        else:
            found, shown = None, ""
        if shown and len(mapping.sources) > 1:
            sources.append((shown, _constant(found)))
        elif shown:
            constant, origin = found, shown
        else:
            parsed = parse_path(path)
            paths.append(parsed)
            sources.append((path_text(parsed), getter(parsed)))
    get: Getter
    fixed = False
    match sources:
        case []:
            get, fixed = _constant(constant), True
        case [(_, only)]:
            get = only
        case _:
            get = _first([one for _, one in sources])
    if mapping.value_map is not None:
        get = _through_map(get, mapping.value_map)
    for _, transform, format_ in steps:
        if not isinstance(constant, SECRET_LEAVES):
            get = _through(get, transform, format_)
    if mapping.when:
        get = _when(get, compile_condition(mapping.when))
    untouched = mapping.value_map is None and not mapping.when
    straight = len(paths) == len(sources) and not any(transform.absent for _, transform, _ in steps)
    return Rule(
        get=get,
        target=mapping.target,
        request=request,
        identity=mapping.target in identity,
        origin=origin,
        sources=tuple(sources),
        steps=tuple(steps),
        value_map=mapping.value_map,
        constant=constant,
        paths=tuple(paths) if untouched and straight else (),
        fixed=fixed and untouched and not steps,
    )


def _constant(value: Value) -> Callable[[Mapping[str, Any]], Value]:
    return lambda tree: value


def _first(getters: Sequence[Getter]) -> Getter:
    def first(tree: Mapping[str, Any]) -> Value:
        for get in getters:
            value = get(tree)
            if value is not None:
                return value
        return None

    return first


def _through_map(get: Getter, value_map: Mapping[str, Value]) -> Getter:
    return lambda tree: _look_up(value_map, get(tree))


def _through(get: Getter, transform: Transform, format_: str) -> Getter:
    apply = transform.apply
    if transform.absent:
        return lambda tree: apply(get(tree), format_)

    def run(tree: Mapping[str, Any]) -> Value:
        value = get(tree)
        return None if value is None else apply(value, format_)

    return run


def _when(get: Getter, condition: Condition) -> Getter:
    return lambda tree: get(tree) if condition(tree) else None
