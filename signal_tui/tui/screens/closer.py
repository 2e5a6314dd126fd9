"""One thing looked at closer: the whole value of a field with its trace, a difference, a finding."""

from __future__ import annotations

from collections.abc import Sequence

from signal_tui.api.payloads import Difference, Field, Finding, Reply, Request
from signal_tui.api.settings import SECRET_LEAVES, masked
from signal_tui.api.values import Value, text_of
from signal_tui.core.delivery import Delivered
from signal_tui.core.traces import IdentityRow
from signal_tui.tui.screens.box import BoxScreen
from signal_tui.tui.text import wrap
from signal_tui.tui.widgets.lines import BLANK, Row, row

Part = tuple[str, str]
"""A word and what there is to say under it."""


class CloserScreen(BoxScreen[None]):
    """Words and texts, wrapped, nothing cut."""

    keys_text = "↑ ↓ scroll · esc closes"

    def __init__(self, title: str, parts: Sequence[Part]) -> None:
        super().__init__()
        self.title_text = title
        self.parts = [part for part in parts if part[1]]

    @classmethod
    def of(cls, item: object) -> CloserScreen:
        """The screen for what a row stands for."""
        return cls(*_parts(item))

    def rows(self, width: int) -> Sequence[Row]:
        """Each part under its word."""
        rows: list[Row] = []
        for word, text in self.parts:
            if rows:
                rows.append(BLANK)
            rows.append(row((word, "dim")))
            rows += [row(("  " + line, "plain")) for line in wrap(text, width - 2, 5000)]
        return rows


def _value(value: Value) -> str:
    if isinstance(value, SECRET_LEAVES):
        return masked(value)
    if isinstance(value, dict | list):
        from signal_tui.api.values import dump_json

        return dump_json(value, 2)
    return '""' if value == "" and isinstance(value, str) else text_of(value)


def _parts(item: object) -> tuple[str, list[Part]]:
    match item:
        case Field():
            original = _value(item.original) if item.change and item.original is not None else ""
            return "Field", [
                ("parameter", item.target),
                ("value", _value(item.value)),
                ("comes from", item.source),
                ("changed by", item.change or ""),
                ("before that", original),
                ("role", "identifies the visitor" if item.identity else ""),
            ]
        case Finding():
            return "Finding", [
                (item.effect, item.message),
                ("because", item.because),
                ("remedy", item.remedy),
                ("field", item.field or ""),
            ]
        case Difference():
            return "Difference", [
                ("field", item.field),
                ("sent", _value(item.sent)),
                ("recorded", "gone" if item.recorded is None else _value(item.recorded)),
                ("because", item.because),
                ("weight", item.weight),
            ]
        case IdentityRow():
            cells = [
                (cell.parameter or "not taken", f"{_value(cell.value)} ({cell.derivation})".removesuffix(" ()"))
                for cell in item.cells
                if cell.state == "sent"
            ]
            return "Identity", [(item.label, _value(item.value) or "not in the event"), *cells]
        case Request():
            from signal_tui.api.wire import encode

            wire = encode(item)
            headers = "\n".join(f"{name}: {value}" for name, value in wire.headers)
            return "Request", [
                ("request", f"{wire.method} {wire.url}"),
                ("headers", headers),
                ("body", wire.body[:1_000_000].decode("utf-8", "replace")),
            ]
        case Reply():
            headers = "\n".join(f"{name}: {value}" for name, value in item.headers)
            return "Reply", [
                ("status", str(item.status)),
                ("headers", headers),
                ("body", item.body[:1_000_000].decode("utf-8", "replace")),
            ]
        case Delivered():
            return "Hit", _hit_parts(item)
        case _:
            return "Value", [("", str(item))]


def _hit_parts(item: Delivered) -> list[Part]:
    from signal_tui.api.values import dump_json

    verdict = item.verdict
    parts = [("state", item.state), ("said", item.message), ("run marker", item.hit.marker or "")]
    if verdict is not None:
        parts.append(("evidence", verdict.evidence))
        parts.append(("recorded as sent", ", ".join(verdict.same)))
        if verdict.record is not None:
            parts.append(("the record, as the vendor shows it", dump_json(dict(verdict.record), 2)))
    return parts
