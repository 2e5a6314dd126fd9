"""An answer to a hit says only whether the request was taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Answer, Reply
from tests.woopra.integration import VENDOR, answer, track


def read(reply: Reply) -> Answer:
    return VENDOR.read_reply(track(), reply)


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (Reply(status=200), "accepted", "not say that it was recorded"),
        (answer({"success": True}), "accepted", "not say that it was recorded"),
        (Reply(status=202), "accepted", "queued"),
        (Reply(status=204), "accepted", "taken"),
        (answer({"success": False, "message": "nope"}), "rejected", "Woopra says: nope"),
        (answer({"error": {"message": "nope"}}), "rejected", "nope"),
        (answer({"success": False, "message": "no project"}, 400), "rejected", "no such project"),
        (Reply(status=404), "rejected", "malformed"),
        (Reply(status=403), "rejected", "firewall"),
        (Reply(status=401), "rejected", "wants no key"),
        (Reply(status=414), "rejected", "too long"),
        (Reply(status=429), "retry-later", "too many"),
        (Reply(status=500), "retry-later", "failed"),
        (Reply(status=302, headers=(("Location", "https://x.example/?a=1"),)), "rejected", "x.example"),
        (Reply(status=200, headers=(("Content-Type", "text/html"),), body=b"<html>"), "unknown", "page"),
        (Reply(status=200, body=b"<!doctype html>"), "unknown", "page"),
        (Reply(status=0, error="no route"), "retry-later", "no route"),
    ],
)
def test_answers(reply: Reply, state: str, words: str) -> None:
    found = read(reply)
    assert found.state == state
    assert words in found.message


@given(status=st.integers(0, 999), body=st.binary(max_size=60), kind=st.text(max_size=20))
def test_any_answer_is_read_and_none_is_about_a_key(status: int, body: bytes, kind: str) -> None:
    found = read(Reply(status=status, headers=(("Content-Type", kind),), body=body))
    assert found.state != "refused"
    assert found.message
