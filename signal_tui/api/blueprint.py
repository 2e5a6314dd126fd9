"""Check, compile and run a blueprint: the mapping of events to a vendor's parameters, as data.

The vocabulary is Signal's V2: ``version``, ``global.mappings``, ``defaults.action`` and ``.mappings``,
``events.<Name>`` with ``vendor_event_name``, ``enabled`` and ``mappings``; a mapping has ``source`` (a path, or a list
of which the first present counts) or ``value``, ``target``, ``transform`` (a name or a list of names), ``format``,
``value_map`` with ``*``, ``when``. Two words are ours. An event may list ``requests`` (names) where a vendor needs more
than one hit, and a mapping then names its ``request``; one that names none is in the last, a global one in all. And
``global.after`` lists mappings like ``global.mappings`` whose parameters stand behind the event's own. Somebody's own
mappings come after all of a preset's.

Sources are paths into the event (:mod:`signal_tui.api.paths`), ``config.<key>`` for a setting of the integration, or
``vendor_event_name``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from signal_tui.api.conditions import Condition, ConditionError, compile_condition
from signal_tui.api.events import Event, aliases_of
from signal_tui.api.paths import Getter, PathError, Steps, getter, parse_path, path_text
from signal_tui.api.payloads import Field, Finding
from signal_tui.api.reader import Reader, reader
from signal_tui.api.settings import SECRET_LEAVES, Settings
from signal_tui.api.transforms import TRANSFORMS, Transform, TransformError
from signal_tui.api.values import Value, WrittenNumber, text_of

_TOP = ("version", "delivery_mode", "title", "parameters", "global", "defaults", "events")
_GLOBAL = ("mappings", "after")
_DEFAULTS = ("action", "mappings")
_EVENT = ("vendor_event_name", "enabled", "requests", "mappings")
_MAPPING = ("source", "value", "target", "transform", "format", "value_map", "when", "request", "event")
ACTIONS = ("drop", "send")

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


def _keys(tree: Any, known: Sequence[str], place: str) -> Mapping[str, Any]:
    if not isinstance(tree, Mapping):
        raise BlueprintError(place, "must be a table")
    for key in tree:
        if key not in known:
            raise BlueprintError(f"{place}.{key}".lstrip("."), f"is not known; {nearest(str(key), known)}")
    return tree


def _texts(value: Any, place: str, what: str) -> tuple[str, ...]:
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
    table = _keys(tree, _MAPPING, place)
    target = table.get("target")
    if not isinstance(target, str) or not target:
        raise BlueprintError(f"{place}.target", "is missing: the parameter of the vendor")
    source = table.get("source")
    if (source is None) == ("value" not in table):
        raise BlueprintError(place, "needs either a source or a value")
    sources = _texts(source, f"{place}.source", "a path or a list of paths")
    if source is not None and not sources:
        raise BlueprintError(f"{place}.source", "names no path")
    for path in sources:
        try:
            parse_path(path)
        except PathError as error:
            raise BlueprintError(f"{place}.source", str(error)) from None
    transforms = _texts(table.get("transform"), f"{place}.transform", "a name or a list of names")
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


def _mappings(tree: Mapping[str, Any], place: str, key: str = "mappings") -> tuple[Mapping_, ...]:
    rows = tree.get(key, [])
    if not isinstance(rows, list):
        raise BlueprintError(f"{place}.{key}", "must be a list")
    return tuple(read_mapping(row, f"{place}.{key}[{number}]") for number, row in enumerate(rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRules:
    """What a blueprint says of one event."""

    mappings: tuple[Mapping_, ...] = ()
    vendor_event_name: str | None = None
    enabled: bool = True
    requests: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """A checked blueprint. ``action`` is what happens to events it does not list: ``drop`` or ``send``.

    ``mappings`` are those of every event, before its own; ``after`` those behind them.
    """

    name: str
    title: str = ""
    mappings: tuple[Mapping_, ...] = ()
    after: tuple[Mapping_, ...] = ()
    events: Mapping[str, EventRules] = field(default_factory=dict)
    action: str = "drop"
    default_mappings: tuple[Mapping_, ...] = ()

    @classmethod
    def read(cls, tree: Any, name: str) -> Blueprint:
        """A blueprint from its tables (parsed TOML, JSON or YAML). Raises :class:`BlueprintError`."""
        top = _keys(tree, _TOP, "")
        if top.get("version", 2) != 2:
            raise BlueprintError("version", f"must be 2, not {top['version']!r}")
        defaults = _keys(top.get("defaults", {}), _DEFAULTS, "defaults")
        action = defaults.get("action", "drop")
        if action not in ACTIONS:
            raise BlueprintError("defaults.action", f"must be one of {', '.join(ACTIONS)}, not {action!r}")
        events: dict[str, EventRules] = {}
        listed = top.get("events", {})
        for key, table in _keys(listed, tuple(listed) if isinstance(listed, Mapping) else (), "events").items():
            place = f"events.{key}"
            rules = _keys(table, _EVENT, place)
            requests = _texts(rules.get("requests", ("",)), f"{place}.requests", "a list of names")
            if not requests or len(set(requests)) != len(requests):
                raise BlueprintError(f"{place}.requests", "must name at least one request, each once")
            if not isinstance(rules.get("vendor_event_name"), str | None):
                raise BlueprintError(f"{place}.vendor_event_name", "must be a text")
            if not isinstance(rules.get("enabled", True), bool):
                raise BlueprintError(f"{place}.enabled", "must be true or false")
            mappings = _mappings(rules, place)
            for mapping in mappings:
                if mapping.request is not None and mapping.request not in requests:
                    raise BlueprintError(f"{mapping.place}.request", f"{mapping.request!r} is not in {place}.requests")
            events[key] = EventRules(
                mappings=mappings,
                vendor_event_name=rules.get("vendor_event_name"),
                enabled=rules.get("enabled", True),
                requests=requests,
            )
        everywhere = _keys(top.get("global", {}), _GLOBAL, "global")
        return cls(
            name=name,
            title=str(top.get("title", "")),
            mappings=_mappings(everywhere, "global"),
            after=_mappings(everywhere, "global", "after"),
            events=events,
            action=action,
            default_mappings=_mappings(defaults, "defaults"),
        )

    @classmethod
    def from_toml(cls, text: str, name: str) -> Blueprint:
        """A blueprint from TOML, numbers kept as written. Raises :class:`BlueprintError`."""
        import tomllib

        try:
            return cls.read(tomllib.loads(text, parse_float=WrittenNumber), name)
        except tomllib.TOMLDecodeError as error:
            raise BlueprintError(name, str(error)) from None

    def with_mappings(self, mappings: Sequence[Mapping_]) -> Blueprint:
        """A copy with somebody's own mappings on top: those that name an event on that event, the others on all."""
        events = dict(self.events)
        for mapping in mappings:
            if mapping.event is None:
                continue
            rules = events.get(mapping.event, EventRules())
            events[mapping.event] = EventRules(
                mappings=(*rules.mappings, mapping),
                vendor_event_name=rules.vendor_event_name,
                enabled=rules.enabled,
                requests=rules.requests,
            )
        return Blueprint(
            name=self.name,
            title=self.title,
            mappings=(*self.mappings, *(mapping for mapping in mappings if mapping.event is None)),
            after=self.after,
            events=events,
            action=self.action,
            default_mappings=self.default_mappings,
        )

    def compile(
        self,
        settings: Settings,
        *,
        transforms: Mapping[str, Transform] | None = None,
        identity: frozenset[str] = frozenset(),
        strict_names: bool = False,
    ) -> Program:
        """The blueprint made ready to run for one integration.

        ``identity`` names the parameters that identify a visitor. With ``strict_names`` an alias of an event's name
        does not map. Raises :class:`BlueprintError` for an unknown transform, a wrong format or an unknown setting.
        """
        known = {**TRANSFORMS, **(transforms or {})}
        named = {request for entry in self.events.values() for request in entry.requests}

        def rules(event: Sequence[Mapping_], requests: tuple[str, ...], alias: str | None) -> list[Rule]:
            made: list[Rule] = []
            parts = (*self.mappings, *event, *self.after)
            # Of two for one parameter the last counts, so somebody's own must come last.
            for mapping in sorted(parts, key=lambda one: one.origin == "own"):
                everywhere = mapping.place.startswith("global") or (mapping.origin == "own" and not mapping.event)
                places: tuple[int, ...]
                if mapping.request is not None:
                    if mapping.request not in (named if everywhere else requests):
                        raise BlueprintError(
                            f"{mapping.place}.request", f"{mapping.request!r} is no request of {self.name}"
                        )
                    places = (requests.index(mapping.request),) if mapping.request in requests else ()
                elif everywhere:
                    places = tuple(range(len(requests)))
                else:
                    places = (len(requests) - 1,)
                made.extend(_compile(mapping, settings, known, identity, place, alias) for place in places)
            return sorted(made, key=lambda rule: rule.request)

        compiled = {
            key: EventProgram(
                rules=tuple(rules(entry.mappings, entry.requests, entry.vendor_event_name)),
                enabled=entry.enabled,
            )
            for key, entry in self.events.items()
        }
        default = (
            EventProgram(rules=tuple(rules(self.default_mappings, ("",), None)))
            if self.action == "send"
            else None
        )
        return Program(self.name, compiled, default, strict_names)


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


def _compile(
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


class EventProgram:
    """The compiled rules of one event."""

    __slots__ = ("enabled", "overrides", "read", "rules", "targets")

    read: Reader

    def __init__(self, *, rules: tuple[Rule, ...], enabled: bool = True) -> None:
        self.rules = rules
        self.enabled = enabled
        self.read = self._first_read
        self.targets = tuple(rule.target for rule in rules)
        places = {(rule.request, rule.target) for rule in rules}
        self.overrides = len(places) != len(rules)

    def _first_read(self, tree: Mapping[str, Any]) -> list[Value]:
        # Most events of a blueprint never come: the function is written when one does.
        self.read = reader(self.rules)
        return self.read(tree)

    def read_each(self, tree: Mapping[str, Any]) -> tuple[list[Value], list[tuple[Rule, str]]]:
        """What ``read`` gives, asked rule by rule, and the rules whose transform could not take their value."""
        values: list[Value] = []
        failures: list[tuple[Rule, str]] = []
        for rule in self.rules:
            try:
                values.append(rule.get(tree))
            except TransformError as error:
                values.append(None)
                failures.append((rule, str(error)))
        return values, failures


class Mapped:
    """What a program made of an event: values now, their trace when asked for."""

    __slots__ = ("_program", "_values", "alias_of", "event", "failures")

    def __init__(
        self,
        event: Event,
        program: EventProgram,
        values: list[Value],
        failures: Sequence[tuple[Rule, str]],
        alias_of: str | None,
    ) -> None:
        self.event = event
        self.failures = failures
        self.alias_of = alias_of
        self._program = program
        self._values = values

    @property
    def found(self) -> list[tuple[Rule, Value]]:
        """The rules that gave a value, in order; of those for one parameter the last counts, at the first's place."""
        found = [(rule, value) for rule, value in zip(self._program.rules, self._values) if value is not None]  # noqa: B905
        if self._program.overrides:
            places: dict[tuple[int, str], tuple[Rule, Value]] = {}
            for pair in found:
                places[pair[0].request, pair[0].target] = pair
            found = list(places.values())
        return found

    @property
    def pairs(self) -> list[tuple[str, Value]]:
        """Parameter and value, in order."""
        if self._program.overrides:
            return [(rule.target, value) for rule, value in self.found]
        return [pair for pair in zip(self._program.targets, self._values) if pair[1] is not None]  # noqa: B905

    def fields(self) -> tuple[Field, ...]:
        """The fields with their trace."""
        tree = self.event.tree
        return tuple(rule.field_for(tree, value) for rule, value in self.found)

    def findings(self) -> tuple[Finding, ...]:
        """What the mapping itself has to say: an alias, a value that could not be changed, a derived id."""
        findings = []
        if self.alias_of is not None:
            findings.append(
                Finding(
                    effect="risk",
                    message=f"Signal would not match this name: the blueprint knows {self.alias_of!r}",
                    because="Signal matches the event's name literally [documented]",
                    remedy=f"send the event as {self.alias_of!r}, or add it to the blueprint",
                    field=None,
                )
            )
        for rule, message in self.failures:
            findings.append(
                Finding(
                    effect="risk",
                    message=f"{rule.target} is left out: {message}",
                    because="the mapping's transform cannot take the value",
                    remedy=f"correct {rule.sources[0][0] if rule.sources else 'the mapping'}",
                    field=rule.target,
                    request=rule.request,
                )
            )
        for rule, _ in self.found:
            if rule.steps:
                findings.extend(
                    Finding(
                        effect="risk",
                        message=f"{rule.target} is derived by a rule of signal-tui",
                        because=words + " [assumed]",
                        remedy="use a UUID as anonymous id",
                        field=rule.target,
                        request=rule.request,
                    )
                    for words in rule.cautions(self.event.tree)
                    if rule.request == 0
                )
        return tuple(findings)


class Skipped(str):
    """The named reason why an event makes no payload."""

    __slots__ = ()


class Program:
    """A compiled blueprint. :meth:`run` is pure and quick: closures over the event's tree."""

    __slots__ = ("_default", "_events", "_found", "name", "strict_names")

    def __init__(
        self,
        name: str,
        events: Mapping[str, EventProgram],
        default: EventProgram | None,
        strict_names: bool,
    ) -> None:
        self.name = name
        self.strict_names = strict_names
        self._events = events
        self._default = default
        self._found: dict[str, tuple[EventProgram | None, str | None]] = {}

    def _find(self, key: str) -> tuple[EventProgram | None, str | None]:
        program = self._events.get(key)
        if program is not None:
            return program, None
        alias = next((name for name in aliases_of(key) if name in self._events), None)
        if alias is not None and not self.strict_names:
            return self._events[alias], alias
        return self._default, None

    def run(self, event: Event) -> Mapped | Skipped:
        """The mapped values of an event, or the reason why it is skipped."""
        tree = event.tree
        key = str(tree["event"] if tree["type"] == "track" else tree["type"])
        known = self._found.get(key)
        if known is None:
            known = self._find(key)
            if len(self._found) < 1000:
                self._found[key] = known
        program, alias = known
        if program is None or not program.enabled:
            return self._skipped(key, program)
        try:
            return Mapped(event, program, program.read(tree), (), alias)
        except TransformError:
            return Mapped(event, program, *program.read_each(tree), alias)

    def _skipped(self, key: str, program: EventProgram | None) -> Skipped:
        if program is not None:
            return Skipped(f"{key!r} is disabled in the blueprint {self.name!r}")
        names = ", ".join(self._events)
        alias = next((name for name in aliases_of(key) if name in self._events), None)
        because = f"the blueprint {self.name!r} does not list {key!r} and drops what it does not list"
        if alias:
            return Skipped(f"{because}; it knows {alias!r}, and strict_names is on")
        return Skipped(f"{because} (it lists {names})")
