"""Pasted text is one message and presses no keys, however the terminal cuts it into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from signal_tui.tui.driver import Pastes

START, END = "\x1b[200~", "\x1b[201~"


def read(pieces: list[str]) -> list[tuple[bool, str]]:
    """What comes of pieces of input, neighbouring keys as one."""
    pastes = Pastes()
    parts: list[tuple[bool, str]] = []
    for piece in pieces:
        for pasted, text in pastes.read(piece):
            if not pasted and parts and not parts[-1][0]:
                text = parts.pop()[1] + text
            parts.append((pasted, text))
    return parts


@pytest.mark.parametrize(
    ("came", "comes"),
    [
        ("\x1b[Aq", [(False, "\x1b[Aq")]),
        (f"{START}a\x1b\x13b{END}\x1b[B", [(True, "a\x1b\x13b"), (False, "\x1b[B")]),
        (f"{START}{START}x{END}", [(True, START + "x")]),
        (f"{START}\x1b[201{END}{START}\x1b{END}", [(True, "\x1b[201"), (True, "\x1b")]),
        (f"\x1b{START}x{END}y", [(False, "\x1b"), (True, "x"), (False, "y")]),
        (f"{START}{END}", [(True, "")]),
    ],
)
def test_pastes_are_told_from_keys(came: str, comes: list[tuple[bool, str]]) -> None:
    assert read([came]) == comes
    assert read(list(came)) == comes


def test_a_key_that_begins_like_a_paste_waits_until_it_is_asked_for() -> None:
    pastes = Pastes()
    assert list(pastes.read("a\x1b")) == [(False, "a")]
    assert pastes.waits
    assert pastes.rest() == "\x1b"
    assert not pastes.waits
    assert list(pastes.read("b")) == [(False, "b")]


@given(
    some.lists(some.sampled_from([START, END, "\x1b", "[", "2", "\x1b[20", "0", "1~", "~", "x"]), max_size=12),
    some.data(),
)
def test_pieces_make_no_difference(parts: list[str], data: some.DataObject) -> None:
    text = "".join(parts) + END + "."
    first = data.draw(some.integers(0, len(text)))
    second = data.draw(some.integers(first, len(text)))
    assert read([text[:first], text[first:second], text[second:]]) == read([text])
