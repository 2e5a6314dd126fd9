"""The HTTP side of the sandbox, on the standard library's server."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from signal_tui.api.payloads import Reply
from signal_tui.core.sandbox import IDLE, MOST_BODY

Answer = Callable[[str, str, list[tuple[str, str]], bytes, str], Reply]


def _host_is_local(host: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name.strip("[]").lower() in ("127.0.0.1", "localhost", "::1")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    # A second sandbox must take the next port, not share this one.
    allow_reuse_address = sys.platform != "win32"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error worth a traceback on somebody's screen."""


def serve(port: int, answer: Answer) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 that is listening and not yet serving. Raises OSError when the port is taken."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = IDLE
        # One write per reply and no delay: otherwise each reply waits for the client's acknowledgement.
        wbufsize = 65536
        disable_nagle_algorithm = True

        def _handle(self) -> None:
            if not _host_is_local(self.headers.get("Host", "")):
                return self._reply(Reply(status=403, body=b"This sandbox answers for 127.0.0.1 only.\n"), close=True)
            origin = self.headers.get("Origin")
            if origin is not None and not _host_is_local(origin.partition("://")[2]):
                return self._reply(Reply(status=403, body=b"Pages of other origins get no answer.\n"), close=True)
            length = self.headers.get("Content-Length", "0")
            if self.headers.get("Transfer-Encoding") or not length.isdigit():
                return self._reply(Reply(status=411, body=b"Content-Length is needed.\n"), close=True)
            if int(length) > MOST_BODY:
                return self._reply(Reply(status=413, body=b"The body is too long.\n"), close=True)
            body = self.rfile.read(int(length)) if int(length) else b""
            headers = [(name, value) for name, value in self.headers.items()]
            return self._reply(answer(self.command, self.path, headers, body, self.client_address[0]))

        do_GET = do_POST = do_HEAD = do_PUT = do_OPTIONS = do_DELETE = _handle

        def _reply(self, reply: Reply, *, close: bool = False) -> None:
            self.send_response_only(reply.status or 500)
            if reply.header("Date") is None:
                self.send_header("Date", self.date_time_string())
            for name, value in reply.headers:
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.body)))
            if close:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            if self.command != "HEAD" and reply.status != 204:
                self.wfile.write(reply.body)
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
            """Nothing is printed: the screen is somebody else's."""

    return _Server(("127.0.0.1", port), Handler)
