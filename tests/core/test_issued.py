"""Issued tokens: masked in the reply, kept in memory while they are valid, for one integration at one origin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import MASK, Json, Reply, Request, SecretRef, Wire, join
from signal_tui.core.issued import LONGEST, MARGIN, UNTOLD, Issued
from tests.core.delivering import Desk, desk

ORIGIN = "https://a.example"
VALUE = "issued-token-0123456789"


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def wire(body: bytes = b"{}", url: str = f"{ORIGIN}/token") -> Wire:
    return Wire(method="POST", url=url, headers=(("Content-Type", "application/json"),), body=body)


def answer(status: int = 200, **members: Any) -> Reply:
    headers = (("Content-Type", "application/json"), ("X-Echo", f"Bearer {VALUE}"))
    body = json.dumps({"access_token": VALUE, "note": f"use {VALUE}", **members}).encode()
    return Reply(status=status, headers=headers, body=body, ms=3.0)


def test_a_token_is_masked_and_kept_while_it_is_valid() -> None:
    clock = Clock()
    issued = Issued(clock)
    reply = issued.keep("shop", ORIGIN, wire(), ("access_token",), answer(expires_in=100))
    assert VALUE not in f"{reply}{issued!r}{vars(issued)}"
    assert reply.json() == {"access_token": MASK, "note": f"use {MASK}", "expires_in": 100}
    assert reply.header("X-Echo") == f"Bearer {MASK}"
    clock.now += 100 * MARGIN - 1
    assert issued.token("shop", ORIGIN, "access_token") == VALUE
    assert issued.again("shop", ORIGIN, wire()) == reply
    clock.now += 2
    assert issued.token("shop", ORIGIN, "access_token") is None
    assert issued.again("shop", ORIGIN, wire()) is None


def test_it_is_of_one_integration_one_origin_one_name_and_one_request() -> None:
    issued = Issued(Clock())
    issued.keep("shop", ORIGIN, wire(), ("access_token",), answer(expires_in=100))
    assert issued.token("other", ORIGIN, "access_token") is None
    assert issued.token("shop", "https://b.example", "access_token") is None
    assert issued.token("shop", ORIGIN, "token_auth") is None
    assert issued.again("shop", ORIGIN, wire(b'{"client_secret":"other"}')) is None
    assert issued.again("shop", ORIGIN, wire(url=f"{ORIGIN}/other")) is None


@pytest.mark.parametrize(
    ("told", "seconds"),
    [(1800, 1800.0), ("1800", 1800.0), (None, UNTOLD), ("soon", UNTOLD), (10**12, LONGEST), (True, UNTOLD)],
)
def test_how_long_it_is_valid(told: Any, seconds: float) -> None:
    clock = Clock()
    issued = Issued(clock)
    issued.keep("shop", ORIGIN, wire(), ("access_token",), answer(expires_in=told))
    clock.now += seconds * MARGIN - 0.5
    assert issued.token("shop", ORIGIN, "access_token") == VALUE
    clock.now += 1
    assert issued.token("shop", ORIGIN, "access_token") is None


@pytest.mark.parametrize(
    "reply", [answer(expires_in=0), answer(expires_in=-5), answer(401, expires_in=100), answer(access_token=7)]
)
def test_what_is_not_kept(reply: Reply) -> None:
    issued = Issued(Clock())
    kept = issued.keep("shop", ORIGIN, wire(), ("access_token",), reply)
    assert issued.token("shop", ORIGIN, "access_token") is None
    if reply.json()["access_token"] == VALUE:
        assert VALUE.encode() not in kept.body


def test_a_success_that_cannot_be_read_loses_its_body() -> None:
    issued = Issued(Clock())
    cut = Reply(status=200, body=f'{{"access_token":"{VALUE}'.encode())
    assert issued.keep("shop", ORIGIN, wire(), ("access_token",), cut).body == b""
    page = Reply(status=502, body=b"<html>bad gateway")
    assert issued.keep("shop", ORIGIN, wire(), ("access_token",), page) is page


def test_forgetting() -> None:
    issued = Issued(Clock())
    for _ in range(2):
        issued.keep("shop", ORIGIN, wire(), ("access_token",), answer(expires_in=100))
    issued.forget("shop", ORIGIN, ("other",))
    assert issued.token("shop", ORIGIN, "access_token") == VALUE
    issued.forget("shop", ORIGIN, ("access_token",))
    assert issued.token("shop", ORIGIN, "access_token") is None
    issued.keep("shop", ORIGIN, wire(), ("access_token",), answer(expires_in=100))
    issued.clear()
    assert issued.again("shop", ORIGIN, wire()) is None


@given(st.binary(max_size=200), st.integers(100, 599))
def test_any_reply_is_kept_or_handed_on(body: bytes, status: int) -> None:
    issued = Issued(Clock())
    assert issued.keep("shop", ORIGIN, wire(), ("access_token",), Reply(status=status, body=body)).status == status


# Through the sender, over a real socket


class Office(BaseHTTPRequestHandler):
    """Gives tokens at ``/token`` and what came at ``/see``; ``/see`` takes the newest token alone."""

    protocol_version = "HTTP/1.1"
    given: list[str]
    seen: list[str]
    server: Any

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.given.append(f"token-number-{len(self.server.given) + 1}-of-the-office")
        self._answer(200, {"access_token": self.server.given[-1], "expires_in": 1800})

    def do_GET(self) -> None:
        came = self.headers.get("Authorization", "")
        self.server.seen.append(came)
        is_good = self.server.given and came == f"Bearer {self.server.given[-1]}"
        self._answer(200 if is_good else 401, {"you": came})

    def _answer(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        pass


@contextmanager
def office(home: Path) -> Iterator[tuple[Any, Desk]]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Office)
    server.given, server.seen = [], []
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    with desk(home) as made:
        double = made.double
    guest = Desk(f"http://127.0.0.1:{server.server_address[1]}", double, home)
    try:
        yield server, guest
    finally:
        guest.sender.close()
        server.shutdown()
        server.server_close()
        thread.join(5)


ASK = Request(
    method="POST",
    url="https://acme.example/token",
    body=Json({"client_secret": SecretRef("token")}),
    issues=("access_token",),
)
SEE = Request(
    method="GET",
    url="https://acme.example/see",
    headers=(("Authorization", join("Bearer ", SecretRef("access_token"))),),
)


def test_a_token_goes_where_its_reference_stands_and_is_asked_for_once(tmp_path: Path) -> None:
    with office(tmp_path) as (server, guest):
        first, second = guest.send(ASK), guest.send(ASK)
        reply = guest.send(SEE)
    assert first == second
    assert (len(server.given), server.seen) == (1, [f"Bearer {server.given[0]}"])
    assert first.json()["access_token"] == MASK
    assert (reply.status, reply.json()) == (200, {"you": f"Bearer {MASK}"})


def test_after_a_401_it_is_asked_for_anew(tmp_path: Path) -> None:
    with office(tmp_path) as (server, guest):
        guest.send(ASK)
        server.given.append("taken-back-by-the-office")
        assert guest.send(SEE).status == 401
        guest.send(ASK)
        assert guest.send(SEE).status == 200
    assert len(server.given) == 3


def test_nothing_of_it_is_on_disk(tmp_path: Path) -> None:
    with office(tmp_path) as (server, guest):
        guest.send(ASK)
        guest.send(SEE)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if server.given[0].encode() in path.read_bytes()]


def test_another_credential_asks_anew(tmp_path: Path) -> None:
    with office(tmp_path) as (server, guest):
        guest.send(ASK)
        guest.token = "another-secret"
        guest.send(ASK)
    assert len(server.given) == 2


def test_what_was_never_issued_is_a_missing_secret(tmp_path: Path) -> None:
    with office(tmp_path) as (server, guest):
        guest.token = None
        reply = guest.send(SEE)
    assert (reply.status, server.seen) == (0, [])
    assert "access_token" in str(reply.error)
