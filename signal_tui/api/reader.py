"""One function for many rules: what they read from an event, written out line by line and compiled.

Asking each rule in turn costs several calls per rule, which is most of the time that mapping takes. A blueprint knows
beforehand what will be asked, so the questions are written as one straight function, the way :mod:`dataclasses` writes
``__init__``. Its text holds names made here and nothing of a blueprint: keys, constants and functions come in as values
of these names. It gives what each rule's own ``get`` gives; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from signal_tui.api.paths import ALWAYS_OBJECTS, Getter, Steps, element, object_of
from signal_tui.api.transforms import Transform
from signal_tui.api.values import Value

Reader = Callable[[Mapping[str, Any]], list[Value]]
"""Given an event's tree, a value for each rule, None where there is none. Raises what a rule raises."""

_MOST_PATHS = 10
"""A rule with more paths is asked itself: each stands one level deeper in the function."""


class Reading(Protocol):
    """How a rule comes to its value: ``get`` always knows; ``paths`` and ``fixed`` say that there is a shorter way."""

    @property
    def get(self) -> Getter:
        """The value for an event's tree."""

    @property
    def paths(self) -> Sequence[Steps]:
        """Where the value is, if it is the first present of some places and only goes through ``steps``; or empty."""

    @property
    def steps(self) -> Sequence[tuple[str, Transform, str]]:
        """The transforms that the value goes through: name, transform, format."""

    @property
    def fixed(self) -> bool:
        """Whether the value is the same for every event."""


def reader(rules: Sequence[Reading]) -> Reader:
    """The function that reads the values of all rules."""
    writer = _Writer()
    for rule in rules:
        writer.add(rule)
    return writer.compiled()


class _Writer:
    def __init__(self) -> None:
        self._names: dict[str, Value] = {"element": element, "object_of": object_of}
        self._lines = ["def read(tree):"]
        self._getters: dict[Steps, str] = {}
        self._values: list[str] = []

    def compiled(self) -> Reader:
        lines = [*self._lines, f"    return [{', '.join(self._values)}]"]
        exec(compile("\n".join(lines), "<rules>", "exec"), self._names)
        read: Reader = self._names["read"]
        return read

    def add(self, rule: Reading) -> None:
        """The lines for one rule."""
        if rule.fixed:
            self._values.append(self._name(rule.get({})))
        elif not 0 < len(rule.paths) <= _MOST_PATHS:
            self._values.append(f"{self._name(rule.get)}(tree)")
        else:
            self._values.append(self._read(rule))

    def _name(self, value: Value) -> str:
        name = f"n{len(self._names)}"
        self._names[name] = value
        return name

    def _line(self, text: str, depth: int = 0) -> None:
        self._lines.append("    " * (depth + 1) + text)

    def _read(self, rule: Reading) -> str:
        value = f"v{len(self._values)}"
        # What a path needs to get at its object stands before the conditions, so that other rules can use it too.
        readings = [self._at(path) for path in rule.paths]
        for depth, reading in enumerate(readings):
            self._line(f"{value} = {reading}", depth)
            if depth < len(readings) - 1:
                self._line(f"if not {value} and ({value} is None or {value} == ''):", depth)
        # 0 and false are values; an empty text is none.
        self._line(f"if not {value} and {value} == '': {value} = None")
        for _, transform, format_ in rule.steps:
            self._line(
                f"if {value} is not None: {value} = {self._name(transform.apply)}({value}, {self._name(format_)})"
            )
        return value

    def _at(self, path: Steps) -> str:
        *parents, last = path
        parent = tuple(parents)
        if isinstance(last, str):
            return f"{self._getter(parent)}({self._name(last)})"
        return f"element({self._at(parent)}, {last})"

    def _getter(self, path: Steps) -> str:
        """The name of the function that reads a member of the object at a path."""
        known = self._getters.get(path)
        if known is None:
            known = self._getters[path] = f"g{len(self._getters)}"
            if not path:
                self._line(f"{known} = tree.get")
            elif len(path) == 1 and path[0] in ALWAYS_OBJECTS:
                self._line(f"{known} = tree[{self._name(path[0])}].get")
            else:
                self._line(f"o = {self._at(path)}")
                self._line(f"{known} = (o if o.__class__ is dict else object_of(o)).get")
        return known
