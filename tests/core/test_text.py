"""Nothing from outside reaches a terminal as more than letters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signal_tui.core.text import is_safe, shown


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("", ""),
        ("Grüße, 世界 😀 é", "Grüße, 世界 😀 é"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b2J", "\\x9b2J"),
        ("a\x00b\x7f", "a␀b␡"),
        ("a\tb\nc\rd", "a␉b␊c␍d"),
        ("\u202eevil\u202c", "\\u202eevil\\u202c"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("a\u200bb\ufeffc", "a\\u200bb\\ufeffc"),
        ("line\u2028par\u2029", "line\\u2028par\\u2029"),
        ("\U000e0041", "\\U000e0041"),
        ("\udcff", "\\udcff"),
    ],
)
def test_what_has_no_shape_is_written_out(text: str, safe: str) -> None:
    assert shown(text) == safe
    assert is_safe(text) is (text == safe)


def test_lines_may_stay() -> None:
    assert shown("a\tb\nc\r\x1b", lines=True) == "a\tb\nc␍␛"


@given(st.text())
@example("\x85\x1c\x1d")
@example("\U000e0001")
def test_no_control_or_format_character_is_left(text: str) -> None:
    safe = shown(text)
    assert not [c for c in safe if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [
        c
        for c in safe
        if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ]
    assert shown(safe) == safe
    assert len(safe.splitlines()) <= 1
    safe.encode()


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=50))
def test_ordinary_text_stays(text: str) -> None:
    assert shown(text) == text
