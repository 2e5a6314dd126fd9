"""The sandbox on a real port: routing by vendor, bounds, hosts and origins."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping

import httpx
import pytest

from signal_tui.api import Reply, Request
from signal_tui.core.sandbox import MOST_BODY, Sandbox, SandboxError


class Echo:
    def __init__(self) -> None:
        self.config: Mapping[str, str] = {}
        self.secrets: Mapping[str, str] = {}

    def handle(self, request: Request) -> Reply:
        if "boom" in request.url:
            raise RuntimeError("boom")
        if "none" in request.url:
            return Reply(status=204)
        body = request.body.content if request.body is not None else b""  # type: ignore[union-attr]  # raw from the wire
        seen = f"{request.method} {request.url} {body.decode()} {request.remote} {request.at is not None}"
        return Reply(status=200, headers=(("X-Seen", "yes"),), body=seen.encode())


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox({"echo": Echo()})
    sandbox.start(0)
    yield sandbox
    sandbox.stop()


def test_a_request_reaches_the_double_without_its_prefix(sandbox: Sandbox) -> None:
    with httpx.Client() as client:
        reply = client.post(f"{sandbox.origin}/echo/hit/x?a=1&b=%20", content=b"c=2")
        assert reply.text == "POST https://echo.sandbox.example/hit/x?a=1&b=%20 c=2 127.0.0.1 True"
        assert reply.headers["X-Seen"] == "yes"
        assert client.get(f"{sandbox.origin}/echo?q=1").text.startswith("GET https://echo.sandbox.example/?q=1")
        assert client.get(f"{sandbox.origin}/echo/none").status_code == 204
        assert client.get(f"{sandbox.origin}/other/").status_code == 404


def test_a_fault_of_the_double_is_an_answer(sandbox: Sandbox) -> None:
    reply = httpx.get(f"{sandbox.origin}/echo/boom")
    assert reply.status_code == 500
    assert "RuntimeError" in reply.text


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Host": ""}])
def test_foreign_hosts_and_origins_get_nothing(sandbox: Sandbox, headers: dict[str, str]) -> None:
    assert httpx.get(f"{sandbox.origin}/echo/x", headers=headers).status_code == 403


def test_its_own_origin_is_welcome(sandbox: Sandbox) -> None:
    assert httpx.get(f"{sandbox.origin}/echo/x", headers={"Origin": sandbox.origin or ""}).status_code == 200


def test_a_body_that_is_too_long_is_refused_before_it_is_read(sandbox: Sandbox) -> None:
    port = int((sandbox.origin or "").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(
            f"POST /echo/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {MOST_BODY + 1}\r\n\r\n".encode()
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_the_next_free_port_is_taken() -> None:
    first, second = Sandbox({"echo": Echo()}), Sandbox({"echo": Echo()})
    try:
        origin = first.start(0)
        port = int(origin.rpartition(":")[2])
        assert second.start(port) != origin
        with pytest.raises(SandboxError, match="is not free"):
            Sandbox({}).start(port, exact=True)
    finally:
        first.stop()
        second.stop()
    assert first.origin is None
