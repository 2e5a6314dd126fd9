"""Text is cut with a sign, wrapped without loss, and safe to draw."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some
from rich.cells import cell_len

from signal_tui.core.text import is_safe
from signal_tui.tui.places import line_of, places
from signal_tui.tui.text import cut, pad, wrap
from signal_tui.tui.widgets.editor import written_out

ANY = some.text(max_size=60) | some.text(alphabet="ab \x1b\x9b\u202e漢字é\u0301", max_size=60)


@given(ANY, some.integers(0, 40))
def test_cut_fits_and_says_so(text: str, width: int) -> None:
    short = cut(text, width)
    assert is_safe(short)
    assert cell_len(short) <= width
    assert cell_len(pad(text, width)) == width
    if width and cell_len(cut(text, 1000)) > width:
        assert short.endswith("…")


@given(ANY, some.integers(4, 40))
def test_wrapping_loses_nothing_but_blanks(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width and is_safe(line) for line in lines)
    whole = "".join(cut(part, 10_000) for part in text.split("\n"))
    assert "".join(lines).replace(" ", "") == whole.replace(" ", "")


def test_wrapping_ends() -> None:
    lines = wrap("x" * 100_000, 40, 10)
    assert len(lines) == 11
    assert lines[-1] == "… and more"


@given(some.dictionaries(some.text(max_size=8), some.text(max_size=8), max_size=4))
def test_what_enters_the_editor_means_the_same_and_hides_nothing(tree: dict[str, str]) -> None:
    text = json.dumps(tree, ensure_ascii=False, indent=2)
    out = written_out(text)
    assert json.loads(out) == tree
    assert all(is_safe(line) for line in out.split("\n"))


def test_places_are_lines_of_the_wire_spelling() -> None:
    text = """{
  "type": "track", "user_id": "u",
  "properties": {
    "revenue": 1.50,
    "products": [
      {"sku": "a"}
    ],
    "empty": {}
  },
  "context": {
    "user_agent": "x"
  }
}"""
    found = places(text)
    assert found["userId"] == 1
    assert found["properties.revenue"] == 3
    assert found["properties.products"] == 4
    assert found["context.userAgent"] == 10
    assert line_of("properties.products[0].sku", found) == 4
    assert line_of("properties.nothing", found) is None


@given(some.text(alphabet='{}[]:,"\\ab1 \n', max_size=80))
def test_places_of_half_written_text(text: str) -> None:
    assert all(0 <= line <= text.count("\n") for line in places(text).values())


@pytest.mark.parametrize("text", ["", "{", '{"a": ', '{"a": {"b": 1'])
def test_places_of_nothing_much(text: str) -> None:
    assert set(places(text)) <= {"a.b"}
