"""Secrets do not survive in any form in which they turn up."""

from __future__ import annotations

import html
import json
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signal_tui.api import MASK
from signal_tui.core.redact import Redactor

TOKEN = "0123456789abcdef0123456789abcdef"

secrets = st.text(st.characters(exclude_characters="•", exclude_categories=["Cs"]), min_size=4, max_size=40)
# What stands around: letters of other alphabets than any encoding's, so that a secret cannot be there by chance.
around = st.text("äöü ,", max_size=8)

FORMS: dict[str, Callable[[str], str]] = {
    "raw": lambda secret: secret,
    "percent": lambda secret: quote(secret, safe=""),
    "percent, small letters": lambda secret: (
        quote(secret, safe="").replace("%2F", "%2f").lower() if secret.islower() else quote(secret)
    ),
    "percent, all": lambda secret: "".join(f"%{byte:02x}" for byte in secret.encode()),
    "percent, twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "form": quote_plus,
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON, not escaped": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "JSON, slashes escaped": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret))[1:-1],
    "Python": lambda secret: repr(secret)[1:-1],
    "Python bytes": lambda secret: repr(secret.encode())[2:-1],
    "HTML": html.escape,
    "base64": lambda secret: b64encode(secret.encode()).decode(),
    "base64, URL": lambda secret: urlsafe_b64encode(secret.encode()).decode().rstrip("="),
    "base64 in a URL": lambda secret: quote(b64encode(secret.encode()).decode(), safe=""),
    "base64 in JSON": lambda secret: b64encode(secret.encode()).decode().replace("/", "\\/"),
}


@pytest.mark.parametrize("form", FORMS)
@given(secret=secrets, before=around, after=around)
@example(secret='a\\b"c/d e', before="", after="")
@example(secret="\\\\\\\\", before="", after="")
@example(secret="\x00\x1f\n\u2028😀", before="", after="")
@example(secret="a+/b%20&amp;", before="", after="")
def test_no_form_of_a_secret_survives(form: str, secret: str, before: str, after: str) -> None:
    written = FORMS[form](secret)
    redactor = Redactor([secret])
    text = redactor.text(f"{before}{written}{after}")
    assert MASK in text
    assert written not in text
    assert secret not in text
    assert written.encode() not in redactor.bytes(f"{before}{written}{after}".encode())


@given(user=st.text(max_size=12), secret=secrets, after=st.text(max_size=12))
def test_a_secret_inside_of_other_credentials_is_found(user: str, secret: str, after: str) -> None:
    encoded = b64encode(f"{user}:{secret}{after}".encode("utf-8", "replace")).decode()
    assert Redactor([secret]).text(f"Authorization: Basic {encoded}") == f"Authorization: Basic {MASK}"


@given(text=st.text(max_size=200), some=st.lists(secrets, max_size=4))
def test_several_secrets_leave_none_behind(text: str, some: list[str]) -> None:
    whole = text.join(some) + "".join(some)
    redacted = Redactor(some).text(whole)
    for secret in some:
        assert secret not in redacted


@pytest.mark.parametrize("form", FORMS)
def test_long_secrets_are_found_too_and_cost_no_time(form: str) -> None:
    secret = "é/\"\\ +&'=" * 3000
    started = time.process_time()
    written = FORMS[form](secret)
    text = Redactor([secret]).text(f"a {written} b")
    assert MASK in text
    assert len(text) < 20
    assert time.process_time() - started < 2


def test_secrets_that_overlap_are_both_gone() -> None:
    assert Redactor(["abcdef", "defghi"]).text("xabcdefghiy") == f"x{MASK}y"


def test_any_mixture_of_encodings_is_found() -> None:
    assert Redactor(["a/b c"]).text("t=a%2fb+c&u=%61%2Fb%20c&v=\\u0061\\/b c") == f"t={MASK}&u={MASK}&v={MASK}"


@given(st.binary(max_size=200))
def test_bytes_that_are_no_text_stay_what_they_are(data: bytes) -> None:
    assert Redactor(["secret-token"]).bytes(data) == data


def test_a_secret_between_bytes_that_are_no_text() -> None:
    redacted = Redactor(["tökén"]).bytes(b"\xff\xe2\x82" + "tökén".encode() + b"\xfe")
    assert redacted == b"\xff\xe2\x82" + MASK.encode() + b"\xfe"


def test_headers() -> None:
    redacted = Redactor([TOKEN]).headers([("Location", f"https://example.com/?token_auth={TOKEN}"), ("A", "b")])
    assert redacted == (("Location", f"https://example.com/?token_auth={MASK}"), ("A", "b"))


def test_nothing_to_hide_changes_nothing() -> None:
    text = "a reply with 0123456789abcdef in it"
    assert Redactor([TOKEN]).text(text) is text
    assert Redactor([]).text(text) is text
    assert Redactor([""]).text(text) is text


def test_its_own_repr_shows_none() -> None:
    assert TOKEN not in repr(Redactor([TOKEN]))


@pytest.mark.parametrize("hostile", ["\\" * 200_000, "%25" * 70_000, "&amp;" * 40_000, "\\u" * 100_000, "0" * 200_000])
def test_hostile_text_costs_no_time(hostile: str) -> None:
    started = time.process_time()
    Redactor([TOKEN, '\\\\"ab/ é😀&']).text(hostile)
    assert time.process_time() - started < 2
