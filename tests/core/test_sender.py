"""Requests over real sockets: what leaves, what comes back, and every way in which nothing does."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from signal_tui.api import Form, Json, Raw, Reply, Request, SecretRef, join
from signal_tui.core import sender as sender_module
from signal_tui.core.sender import USER_AGENT
from tests.core.delivering import Desk, desk


@contextmanager
def server(answer: Callable[[socket.socket, bytes], object]) -> Iterator[str]:
    """A server that answers one connection after another as told; gives its origin."""
    listening = socket.create_server(("127.0.0.1", 0))
    seen_end = threading.Event()

    def work() -> None:
        while not seen_end.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                data = b""
                while b"\r\n\r\n" not in data:
                    piece = connection.recv(65536)
                    if not piece:
                        break
                    data += piece
                data = _whole(connection, data)
                try:
                    answer(connection, data)
                except OSError:
                    continue

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        seen_end.set()
        # shutdown wakes the accept that close alone would leave waiting
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _whole(connection: socket.socket, data: bytes) -> bytes:
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    while length is not None and len(body) < int(length[1]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def to(origin: str, home: Path, **integration: Any) -> Desk:
    with desk(home) as made:
        pass
    return Desk(origin, made.double, home, **integration)


def fetch(origin: str, home: Path, request: Request, **integration: Any) -> Reply:
    made = to(origin, home, **integration)
    try:
        return made.send(request)
    finally:
        made.sender.close()


GET = Request(method="GET", url="https://acme.example/a?b=1")


def test_what_leaves(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def answer(connection: socket.socket, data: bytes) -> None:
        seen.append(data)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\nok")

    request = Request(
        method="POST",
        url="https://acme.example/hit?x=%20y",
        headers=(("Authorization", join("Bearer ", SecretRef("token"))),),
        body=Form((("a", 1), ("t", SecretRef("token")))),
    )
    with server(answer) as origin:
        reply = fetch(origin, tmp_path, request, token="t ö")
    head = seen[0].decode()
    assert head.startswith("POST /hit?x=%20y HTTP/1.1\r\n")
    assert f"user-agent: {USER_AGENT}" in head.lower()
    assert "authorization: bearer t ö" in head.lower()
    assert head.endswith("a=1&t=t%20%C3%B6")
    assert (reply.status, reply.body, reply.header("x-a")) == (200, b"ok", "b")
    assert reply.ms > 0


@pytest.mark.parametrize("body", [Json({"a": [1, None]}), Raw(b"\x00\xff", "application/x-odd")])
def test_bodies_arrive_as_they_are(tmp_path: Path, body: Json | Raw) -> None:
    seen: list[bytes] = []

    def answer(connection: socket.socket, data: bytes) -> None:
        seen.append(data)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with server(answer) as origin:
        assert fetch(origin, tmp_path, Request(method="POST", url="https://acme.example/", body=body)).status == 204
    assert seen[0].endswith(b'{"a":[1,null]}' if isinstance(body, Json) else b"\x00\xff")


def test_redirects_are_not_followed(tmp_path: Path) -> None:
    def answer(connection: socket.socket, data: bytes) -> None:
        connection.sendall(b"HTTP/1.1 301 Moved\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n")

    with server(answer) as origin:
        reply = fetch(origin, tmp_path, GET)
    assert (reply.status, reply.header("Location")) == (301, "https://evil.example/")


def test_a_reply_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender_module, "MOST_BODY", 1000)

    def answer(connection: socket.socket, data: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 200_000)

    with server(answer) as origin:
        reply = fetch(origin, tmp_path, GET)
    assert len(reply.body) == 1000
    assert "was cut" in (reply.error or "")


def test_a_server_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender_module, "TIMEOUT", 0.2)
    done = threading.Event()
    with server(lambda connection, data: done.wait(5)) as origin:
        reply = fetch(origin, tmp_path, GET)
        done.set()
    assert reply.status == 0
    assert "no reply within 0.2 s" in (reply.error or "")


@pytest.mark.parametrize("junk", [b"", b"\x16\x03\x01\x00", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_http_is_no_reply(tmp_path: Path, junk: bytes) -> None:
    with server(lambda connection, data: connection.sendall(junk)) as origin:
        reply = fetch(origin, tmp_path, GET)
    assert reply.status == 0
    assert origin in (reply.error or "")


@pytest.mark.parametrize("origin", ["http://127.0.0.1:9", "http://nowhere.invalid", "https://127.0.0.1:9"])
def test_nobody_there(tmp_path: Path, origin: str) -> None:
    reply = fetch(origin, tmp_path, GET)
    assert reply.status == 0
    assert f"cannot connect to {origin}" in (reply.error or "")


def test_an_untrusted_certificate_says_what_to_do(tmp_path: Path) -> None:
    from tests.core.certificates import self_signed

    cert, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65536)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"https://127.0.0.1:{listening.getsockname()[1]}"

    def work() -> None:
        for _ in range(2):
            connection, _ = listening.accept()
            try:
                answer(connection)
            except OSError:
                continue

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    refused = fetch(origin, tmp_path, GET)
    assert refused.status == 0
    assert "set ca_file" in (refused.error or "")
    assert fetch(origin, tmp_path, GET, ca_file=str(cert)).body == b"ok"
    thread.join(5)
    listening.close()


def test_a_proxy_is_used(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def answer(connection: socket.socket, data: bytes) -> None:
        seen.append(data.split(b"\r\n")[0])
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with server(answer) as proxy:
        reply = fetch("http://far.example", tmp_path, GET, proxy=proxy)
    assert reply.status == 200
    assert seen == [b"GET http://far.example/a?b=1 HTTP/1.1"]
