"""What an answer to a hit says, as documented by Piwik PRO and by Signal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Reply
from tests.piwik_pro.integration import VENDOR, event, mapped

(REQUEST,) = mapped(event("page")).requests


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        (202, "accepted", "does not say that it was recorded"),
        (204, "accepted", "does not say that it was recorded"),
        (200, "accepted", "does not say that it was recorded"),
        (400, "rejected", "could not be read"),
        (401, "refused", "bad or missing token_auth"),
        (403, "refused", "knows no token for tracking"),
        (404, "rejected", "no such app"),
        (413, "rejected", "too large"),
        (301, "rejected", "redirected to https://other.example"),
        (429, "retry-later", "429"),
        (500, "retry-later", "500"),
        (418, "rejected", "no documented answer"),
        (0, "retry-later", "no answer"),
    ],
)
def test_each_status(status: int, state: str, words: str) -> None:
    reply = Reply(status=status, headers=(("Location", "https://other.example?secret=1"),))
    answer = VENDOR.read_reply(REQUEST, reply)
    assert answer.state == state
    assert words in answer.message
    assert "secret" not in answer.message


def test_a_pixel_is_accepted_and_a_page_is_unknown() -> None:
    assert VENDOR.read_reply(REQUEST, Reply(status=200, body=b"GIF89a")).state == "accepted"
    assert VENDOR.read_reply(REQUEST, Reply(status=200, body=b"<html>log in")).state == "unknown"


@given(st.integers(0, 700), st.binary(max_size=100), st.text(max_size=20))
def test_any_answer_is_read(status: int, body: bytes, kind: str) -> None:
    answer = VENDOR.read_reply(REQUEST, Reply(status=status, body=body, headers=(("Content-Type", kind),)))
    assert answer.message
