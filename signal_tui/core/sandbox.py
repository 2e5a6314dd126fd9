"""The embedded instance: the vendors' own doubles behind one local port.

Each vendor is served under ``/<vendor>/``. Bound to loopback; a request for another host name, or from a page of
another origin, is refused. Bodies and times are bounded. One double answers one request at a time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from signal_tui.api.payloads import Raw, Reply, Request
from signal_tui.api.vendor import Double
from signal_tui.core.guard import FaultError, Guard
from signal_tui.core.ports import SANDBOX_PORT

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer


MOST_BODY = 16 * 1024 * 1024
IDLE = 60.0
"""Seconds after which a silent connection is closed."""


class SandboxError(Exception):
    """The sandbox cannot start; the message says why and what to do."""


class Sandbox:
    """A local HTTP server over the doubles of the vendors. :meth:`start` and :meth:`stop`; safe from any thread."""

    def __init__(self, doubles: Mapping[str, Double], guard: Guard | None = None) -> None:
        self.doubles = doubles
        self._guard = guard or Guard()
        self._locks = {name: threading.Lock() for name in doubles}
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def origin(self) -> str | None:
        """``http://127.0.0.1:<port>``, or None while it is not running."""
        return f"http://127.0.0.1:{self._server.server_address[1]}" if self._server else None

    def start(self, port: int = SANDBOX_PORT, *, exact: bool = False, tries: int = 50) -> str:
        """Listen on the first free port from ``port`` on (with ``exact`` only on it; 0: any). Returns the origin.

        Raises :class:`SandboxError`.
        """
        from signal_tui.core.sandbox_server import serve

        last: OSError | None = None
        for number in range(port, port + (1 if exact or port == 0 else tries)):
            try:
                self._server = serve(number, self.answer)
                break
            except OSError as error:
                last = error
        if self._server is None:
            raise SandboxError(f"port {port} of 127.0.0.1 is not free ({last}): choose another with --port")
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.5,), name="sandbox", daemon=True)
        self._thread.start()
        return self.origin or ""

    def stop(self, *, wait: bool = True) -> None:
        """Close the port; without ``wait`` within half a second, while the caller goes on."""
        server, self._server = self._server, None
        if server is None:
            return

        def end() -> None:
            server.shutdown()
            server.server_close()

        ending = threading.Thread(target=end, name="sandbox ends", daemon=True)
        ending.start()
        if wait:
            ending.join(2)
        self._thread = None

    def answer(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes, remote: str) -> Reply:
        """What the double of the vendor named by the first part of the path says."""
        name, _, rest = target.lstrip("/").partition("/")
        name, question, query = name.partition("?")
        double = self.doubles.get(name)
        if double is None:
            return _text(404, "The sandbox serves " + ", ".join(f"/{name}/" for name in self.doubles) + "\n")
        media_type = next((value for key, value in headers if key.lower() == "content-type"), "")
        request = Request(
            method=method,
            url=f"https://{name}.sandbox.example/{rest}{question and '?' + query}",
            headers=tuple(headers),
            body=Raw(body, media_type or "application/octet-stream") if body else None,
            at=time.time(),
            remote=remote,
        )
        with self._locks[name]:
            try:
                return self._guard.call(name, "answering in the sandbox", lambda: double.handle(request))
            except FaultError as error:
                return _text(500, f"{error}\n")


def _text(status: int, text: str) -> Reply:
    return Reply(status=status, headers=(("Content-Type", "text/plain; charset=utf-8"),), body=text.encode())
