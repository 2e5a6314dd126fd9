"""A compiled blueprint: runs events through their rules, and says why where it makes nothing of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signal_tui.api.events import Event, aliases_of
from signal_tui.api.payloads import Field, Finding
from signal_tui.api.reader import Reader, reader
from signal_tui.api.rules import Rule
from signal_tui.api.transforms import TransformError
from signal_tui.api.values import Value


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
