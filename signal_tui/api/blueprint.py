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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from signal_tui.api.mappings import BlueprintError, Mapping_, known_keys, read_mappings, read_texts
from signal_tui.api.programs import EventProgram, Program
from signal_tui.api.rules import Rule, compile_rule
from signal_tui.api.settings import Settings
from signal_tui.api.transforms import TRANSFORMS, Transform
from signal_tui.api.values import WrittenNumber

_TOP = ("version", "delivery_mode", "title", "parameters", "global", "defaults", "events")
_GLOBAL = ("mappings", "after")
_DEFAULTS = ("action", "mappings")
_EVENT = ("vendor_event_name", "enabled", "requests", "mappings")
ACTIONS = ("drop", "send")


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
        top = known_keys(tree, _TOP, "")
        if top.get("version", 2) != 2:
            raise BlueprintError("version", f"must be 2, not {top['version']!r}")
        defaults = known_keys(top.get("defaults", {}), _DEFAULTS, "defaults")
        action = defaults.get("action", "drop")
        if action not in ACTIONS:
            raise BlueprintError("defaults.action", f"must be one of {', '.join(ACTIONS)}, not {action!r}")
        events: dict[str, EventRules] = {}
        listed = top.get("events", {})
        for key, table in known_keys(listed, tuple(listed) if isinstance(listed, Mapping) else (), "events").items():
            place = f"events.{key}"
            rules = known_keys(table, _EVENT, place)
            requests = read_texts(rules.get("requests", ("",)), f"{place}.requests", "a list of names")
            if not requests or len(set(requests)) != len(requests):
                raise BlueprintError(f"{place}.requests", "must name at least one request, each once")
            if not isinstance(rules.get("vendor_event_name"), str | None):
                raise BlueprintError(f"{place}.vendor_event_name", "must be a text")
            if not isinstance(rules.get("enabled", True), bool):
                raise BlueprintError(f"{place}.enabled", "must be true or false")
            mappings = read_mappings(rules, place)
            for mapping in mappings:
                if mapping.request is not None and mapping.request not in requests:
                    raise BlueprintError(f"{mapping.place}.request", f"{mapping.request!r} is not in {place}.requests")
            events[key] = EventRules(
                mappings=mappings,
                vendor_event_name=rules.get("vendor_event_name"),
                enabled=rules.get("enabled", True),
                requests=requests,
            )
        everywhere = known_keys(top.get("global", {}), _GLOBAL, "global")
        return cls(
            name=name,
            title=str(top.get("title", "")),
            mappings=read_mappings(everywhere, "global"),
            after=read_mappings(everywhere, "global", "after"),
            events=events,
            action=action,
            default_mappings=read_mappings(defaults, "defaults"),
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
                made.extend(compile_rule(mapping, settings, known, identity, place, alias) for place in places)
            return sorted(made, key=lambda rule: rule.request)

        compiled = {
            key: EventProgram(
                rules=tuple(rules(entry.mappings, entry.requests, entry.vendor_event_name)),
                enabled=entry.enabled,
            )
            for key, entry in self.events.items()
        }
        default = (
            EventProgram(rules=tuple(rules(self.default_mappings, ("",), None))) if self.action == "send" else None
        )
        return Program(self.name, compiled, default, strict_names)
