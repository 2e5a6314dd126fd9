"""A request as a curl command: what a shell makes of it is what would have been sent."""

from __future__ import annotations

import os
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Form, Json, Raw, Request, SecretRef, basic, encode, join
from signal_tui.core.curl import curl

URL = "https://a.example/hit"


def shell_words(command: str) -> list[bytes]:
    environment = {"PATH": os.environ["PATH"], "SIGNAL_TUI_SECRET_MY_SHOP__TOKEN": "s3cr3t%&'\" $x"}
    script = "curl() { printf '%s\\0' \"$@\"; }; " + command
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, check=True)
    return done.stdout.split(b"\0")[:-1]


def test_a_form_with_a_secret_stays_open_to_the_shell() -> None:
    request = Request(method="POST", url=URL, body=Form((("a", "1 'x'"), ("token", SecretRef("token")))))
    command = curl(request, "my-shop")
    assert '"${SIGNAL_TUI_SECRET_MY_SHOP__TOKEN}"' in command
    words = shell_words(command)
    assert words[words.index(b"--data-binary") + 1] == b"a=1%20%27x%27&token=s3cr3t%&'\" $x"


def test_headers_join_text_and_secret() -> None:
    headers = (("Authorization", join("Bearer ", SecretRef("token"))),)
    words = shell_words(curl(Request(method="GET", url=URL, headers=headers), "my-shop"))
    assert words[words.index(b"-H") + 1] == b"Authorization: Bearer s3cr3t%&'\" $x"


def test_basic_credentials_name_one_variable() -> None:
    headers = (("Authorization", basic(SecretRef("id"), SecretRef("key"))),)
    assert "${SIGNAL_TUI_SECRET_SHOP__ID_KEY}" in curl(Request(method="GET", url=URL, headers=headers), "shop")


@pytest.mark.parametrize("body", [b"\x00\xff\x1b]52;c;eA==\x07'\\", "ü\n".encode(), b"$HOME `id`"])
def test_control_characters_are_escaped(body: bytes) -> None:
    command = curl(Request(method="POST", url=URL, body=Raw(body)), "shop")
    assert command.isprintable()
    if b"\x00" not in body:  # no shell hands on a NUL
        words = shell_words(command)
        assert words[words.index(b"--data-binary") + 1] == body


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=4))
def test_json_arrives_unchanged(value: dict[str, str]) -> None:
    request = Request(method="POST", url=URL, body=Json(value))
    command = curl(request, "shop")
    assert command.isprintable()
    assert encode(request).body in b"".join(part for part in _decoded(command))


def _decoded(command: str) -> list[bytes]:
    import shlex

    if "$'" in command:
        words = shell_words(command)
        return [words[words.index(b"--data-binary") + 1]]
    words_text = shlex.split(command)
    return [words_text[words_text.index("--data-binary") + 1].encode()]
