"""Pasted text cannot press keys, however the terminal cuts it into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from signal_tui.tui.driver import Pastes

START, END = "\x1b[200~", "\x1b[201~"


@pytest.mark.parametrize(
    ("came", "passes"),
    [
        ("\x1b[A\x1b", "\x1b[A\x1b"),
        (f"{START}a\x1b\x13b{END}\x1b[B", f"{START}a␛\x13b{END}\x1b[B"),
        (f"{START}{START}x{END}", f"{START}␛[200~x{END}"),
        (f"{START}\x1b[201{END}{START}\x1b{END}", f"{START}␛[201{END}{START}␛{END}"),
        (f"\x1b{START}x{END}", f"\x1b{START}x{END}"),
        (f"{START}{END}\x1b", f"{START}{END}\x1b"),
    ],
)
def test_escapes_in_a_paste_are_written_out(came: str, passes: str) -> None:
    assert Pastes().clean(came) == passes
    pastes = Pastes()
    assert "".join(pastes.clean(sign) for sign in came) == passes


def test_a_key_waits_for_nothing() -> None:
    pastes = Pastes()
    assert [pastes.clean(sign) for sign in "\x1b[2\x1b"] == ["\x1b", "[", "2", "\x1b"]


@given(some.lists(some.sampled_from([START, END, "\x1b", "[", "2", "\x1b[20", "0", "1~", "~", "x"]), max_size=12), some.data())
def test_pieces_make_no_difference(parts: list[str], data: some.DataObject) -> None:
    text = "".join(parts) + END
    whole = Pastes().clean(text)
    cut = data.draw(some.integers(0, len(text)))
    again = data.draw(some.integers(cut, len(text)))
    pastes = Pastes()
    assert pastes.clean(text[:cut]) + pastes.clean(text[cut:again]) + pastes.clean(text[again:]) == whole
    assert len(whole) == len(text)
    for pasted in whole.split(START)[1:]:
        assert "\x1b" not in pasted.partition(END)[0]
