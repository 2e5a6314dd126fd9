"""Where the values of a JSON text stand, and texts in which one value is another: everything else stays as written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from signal_tui.api.paths import Steps, path_text
from signal_tui.api.values import Value, dump_json, parse_json

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')

Order = Callable[[Steps], Sequence[str]]
"""For the path of an object, its keys in the order in which a new one is put among them; the rest goes to the end."""


class SpanError(ValueError):
    """A value that cannot be put where a path says; the message names the path."""


@dataclass(slots=True)
class Node:
    """One value: ``text[start:end]``. ``kind`` is ``{``, ``[`` or empty for what holds nothing."""

    start: int
    end: int
    kind: str = ""
    children: list[Child] = field(default_factory=list)

    def find(self, step: str | int) -> Node | None:
        """The value at a key or an index. Of a key that is there twice the last counts, as for every reader."""
        if isinstance(step, str):
            return next((one.value for one in reversed(self.children) if one.key == step), None)
        return self.children[step].value if self.kind == "[" and 0 <= step < len(self.children) else None


@dataclass(slots=True)
class Child:
    """A member of an object, or an item of a list (whose ``key`` is None and whose ``start`` is its value's)."""

    key: str | None
    start: int
    key_end: int
    value: Node


def scan(text: str) -> Node:
    """The values of a JSON text with their places. Raises :class:`ValueError` for what is no JSON."""
    parse_json(text)  # what follows relies on it
    root: Node | None = None
    open_nodes: list[Node] = []
    key: re.Match[str] | None = None
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "}]":
            open_nodes.pop().end = match.end()
            continue
        if token in ",:":
            continue
        holder = open_nodes[-1] if open_nodes else None
        if holder is not None and holder.kind == "{" and key is None:
            key = match
            continue
        node = Node(match.start(), match.end(), token if token in "{[" else "")
        if holder is None:
            root = node
        elif key is not None and holder.kind == "{":
            holder.children.append(Child(parse_json(key[0]), key.start(), key.end(), node))
            key = None
        else:
            holder.children.append(Child(None, node.start, node.start, node))
        if node.kind:
            open_nodes.append(node)
    assert root is not None
    return root


def value_span(text: str, steps: Steps) -> tuple[int, int] | None:
    """Start and end of the value at a path; None where there is none."""
    node: Node | None = scan(text)
    for step in steps:
        node = node.find(step) if node is not None else None
    return (node.start, node.end) if node is not None else None


def with_value(text: str, steps: Steps, value: Value, order: Order = lambda steps: ()) -> str:
    """The text with another value at a path; what is missing on the way is made, as the text around it is written.

    An index one past the end appends. Raises :class:`SpanError` where something on the way is neither object nor list,
    and :class:`ValueError` for what is no JSON.
    """
    node = scan(text)
    layout = _Layout.of(text, node)
    for number, step in enumerate(steps):
        found = node.find(step)
        if found is None or (number + 1 < len(steps) and text[found.start : found.end] == "null"):
            made = _nested(steps[number + 1 :], value)
            if found is not None:
                return _replaced(text, found, layout.written(made, layout.inside(text, node)))
            _check_holder(node, steps[:number], step)
            return _inserted(text, node, step, made, layout, order(steps[:number]))
        layout = layout.below(text, node)
        node = found
    return _replaced(text, node, layout.written(value, layout.indent))


def without_value(text: str, steps: Steps) -> str:
    """The text without the member or item at a path; the same text where there is none. Raises :class:`ValueError`."""
    while True:
        node: Node | None = scan(text)
        for step in steps[:-1]:
            node = node.find(step) if node is not None else None
        if node is None or not steps:
            return text
        children = node.children
        at = next((number for number, one in enumerate(children) if one.key == steps[-1]), -1)
        if isinstance(steps[-1], int):
            at = steps[-1] if node.kind == "[" and 0 <= steps[-1] < len(children) else -1
        if at < 0:
            return text
        if len(children) == 1:
            start, end = node.start + 1, node.end - 1
        elif at == 0:
            start, end = children[0].start, children[1].start
        else:
            start, end = children[at - 1].value.end, children[at].value.end
        text = text[:start] + text[end:]
        if isinstance(steps[-1], int):
            return text  # the next item has its index now


def difference(before: str, after: str) -> tuple[int, int, str]:
    """The shortest single replacement that makes one text the other: start and end in ``before``, and the new text."""
    most = min(len(before), len(after))
    start = _common(most, lambda count: before[:count] == after[:count])
    end = _common(most - start, lambda count: before[len(before) - count :] == after[len(after) - count :])
    return start, len(before) - end, after[start : len(after) - end]


def _common(most: int, agrees: Callable[[int], bool]) -> int:
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        if agrees(middle):
            low = middle
        else:
            most = middle - 1
    return low


def _replaced(text: str, node: Node, written: str) -> str:
    return text[: node.start] + written + text[node.end :]


def _nested(steps: Steps, value: Value) -> Value:
    for step in reversed(steps):
        if isinstance(step, int):
            if step:
                raise SpanError(f"there is no list yet whose element {step} could be set")
            value = [value]
        else:
            value = {step: value}
    return value


def _check_holder(node: Node, steps: Steps, step: str | int) -> None:
    if isinstance(step, str):
        if node.kind != "{":
            raise SpanError(f"{path_text(steps) or 'the document'} is no object, so it can have no {step}")
    elif node.kind != "[" or step != len(node.children):
        raise SpanError(f"{path_text(steps)} has no element {step}")


def _inserted(text: str, node: Node, step: str | int, value: Value, layout: _Layout, order: Sequence[str]) -> str:
    indent = layout.inside(text, node)
    entry = layout.written(value, indent)
    if isinstance(step, str):
        entry = dump_json(step) + layout.colon + entry
    children = node.children
    if not children:
        content = entry if indent is None else f"\n{indent}{entry}\n{layout.indent or ''}"
        return text[: node.start + 1] + content + text[node.end - 1 :]
    after = _place(children, step, order)
    gap = _gap(text, node, min(1, len(children) - 1))
    if len(children) == 1 and "\n" not in gap:
        gap = " " if layout.colon.endswith(" ") else ""
    if after < 0:
        start = children[0].start
        return text[:start] + f"{entry},{gap}" + text[start:]
    end = children[after].value.end
    return text[:end] + f",{gap}{entry}" + text[end:]


def _place(children: Sequence[Child], step: str | int, order: Sequence[str]) -> int:
    """The child behind which a new one goes; -1 for the front."""
    if step not in order:
        return len(children) - 1
    rank = {key: number for number, key in enumerate(order)}
    before = [number for number, child in enumerate(children) if rank.get(child.key or "", len(rank)) < rank[str(step)]]
    if before:
        return before[-1]
    return -1 if any(child.key in rank for child in children) else len(children) - 1


def _gap(text: str, node: Node, number: int) -> str:
    """What stands between a child and the bracket or comma before it."""
    start = node.start + 1
    if number:
        start = text.index(",", node.children[number - 1].value.end) + 1
    return text[start : node.children[number].start]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a text is laid out where a value stands: ``indent`` of its line, None where all is on one line."""

    unit: str
    colon: str
    indent: str | None

    @classmethod
    def of(cls, text: str, root: Node) -> _Layout:
        before = text[: root.start].rpartition("\n")[2]
        indent = before if not before.strip() else ""
        if not root.children:
            return cls("  ", ": ", indent)
        first = root.children[0]
        gap = _gap(text, root, 0)
        unit = gap.rpartition("\n")[2].removeprefix(indent) if "\n" in gap else "  "
        colon = text[first.key_end : first.value.start] if root.kind == "{" else ": "
        colon = colon if "\n" not in colon else ": "
        return cls(unit, colon, indent if "\n" in gap else None)

    def inside(self, text: str, node: Node) -> str | None:
        """The indent of what is in a node of this layout."""
        if node.children:
            gap = _gap(text, node, 0)
            return gap.rpartition("\n")[2] if "\n" in gap else None
        return None if self.indent is None else self.indent + self.unit

    def below(self, text: str, node: Node) -> _Layout:
        """The layout of the values in a node."""
        return _Layout(self.unit, self.colon, self.inside(text, node))

    def written(self, value: Value, indent: str | None) -> str:
        """A value as it is written on a line of an indent, or on one line."""
        is_object = isinstance(value, Mapping)
        if (not is_object and not isinstance(value, list)) or not value:
            return dump_json(value)
        inner = None if indent is None else indent + self.unit
        if is_object:
            entries = [dump_json(str(key)) + self.colon + self.written(item, inner) for key, item in value.items()]
        else:
            entries = [self.written(item, inner) for item in value]
        opening, closing = "{}" if is_object else "[]"
        if inner is None:
            return opening + ("," + " " * self.colon.endswith(" ")).join(entries) + closing
        return f"{opening}\n{inner}" + f",\n{inner}".join(entries) + f"\n{indent}{closing}"
