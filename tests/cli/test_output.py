"""What commands print is safe on a terminal and equal when read by a program."""

from __future__ import annotations

import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import WrittenNumber
from signal_tui.cli.output import as_json, fail, print_json, say, table, width

HOSTILE = "a\x1b]52;c;x\x07\x9b2J\u202eb\u2028\udcff\x7f"


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_holds_nothing_invisible_and_reads_back(value: object) -> None:
    text = as_json(value)
    assert text.replace("\n", "").isascii() or not any(c in text for c in "\x7f\x9b\u202e\u2028\ufeff\udcff")
    assert json.loads(text) == value
    assert json.loads(as_json(value, 2)) == value


def test_json_keeps_numbers_as_written_and_escapes_what_is_invisible() -> None:
    assert as_json({"n": WrittenNumber("98.00"), "t": "ü\x9b\udcff"}) == '{"n":98.00,"t":"ü\\u009b\\udcff"}'


def test_words_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    say("one\ntwo\t3", HOSTILE)
    table([["a", HOSTILE], ["世界", "b"]], ("x", "y"), indent="  ")
    assert fail(f"no {HOSTILE}") == 2
    captured = capsys.readouterr()
    for sign in "\x1b\x07\x9b\u202e\u2028\udcff\x7f":
        assert sign not in captured.out + captured.err
    assert captured.out.startswith("one\ntwo\t3\na␛]52")
    assert captured.err.startswith("signal-tui: no a␛")
    assert [line.index(mark) for line, mark in zip(captured.out.splitlines()[3:], "yab", strict=True)] == [8, 2, 6]


def test_an_old_terminal_gets_escapes_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    say("✓ Grüße")
    print_json({"a": "Grüße 😀"})
    sys.stdout.flush()
    assert raw.getvalue() == b'\\u2713 Gr\\xfc\\xdfe\n{"a":"Gr\\u00fc\\u00dfe \\ud83d\\ude00"}\n'


def test_the_width_of_text() -> None:
    assert [width(text) for text in ("abc", "ü", "u\u0308", "世界", "")] == [3, 1, 1, 4, 0]
