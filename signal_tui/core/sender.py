"""A Request onto the wire: routing, secrets put in last, bounded and scrubbed replies.

One HTTP client (and one TLS context) serves every integration with the same proxy and certificate file. Redirects are
not followed: they would carry secrets elsewhere, and they turn a POST into a GET.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from signal_tui import __version__
from signal_tui.api.payloads import Reply, Request
from signal_tui.api.settings import SecretLeaf, names_of, reveal
from signal_tui.api.wire import encode
from signal_tui.core.instances import Instance
from signal_tui.core.issued import Issued
from signal_tui.core.origins import origin_of
from signal_tui.core.redact import Redactor
from signal_tui.core.refusals import Refusals

if TYPE_CHECKING:
    import ssl

    import httpx

USER_AGENT = f"signal-tui/{__version__}"
"""Neither a bot's name nor a library's: vendors drop the one and some servers block the other."""

MOST_BODY = 8 * 1024 * 1024
"""Bytes of a reply that are read; more is cut and said."""

TIMEOUT = 10.0
"""Seconds for connecting, and between two pieces of a reply."""

WHOLE = 30.0
"""Seconds for one exchange in all."""

Lookup = Callable[[Instance, str], str]
"""The value of an integration's secret; raises :class:`SecretMissingError`."""


class SecretMissingError(Exception):
    """A request needs a secret that is not there; the message says which and how to set it."""


class Sender:
    """Sends requests of integrations; safe to use from several threads."""

    def __init__(self, lookup: Lookup, refusals: Refusals) -> None:
        self._lookup = lookup
        self._refusals = refusals
        self._issued = Issued()
        self._clients: dict[tuple[str | None, str | None], httpx.Client] = {}
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    def close(self) -> None:
        """Close all connections and forget issued tokens."""
        self._issued.clear()
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def send(self, request: Request, instance: Instance) -> Reply:
        """One exchange. Never raises for the network: no answer is ``Reply(status=0, error=…)``."""
        url = instance.route(request.url)
        used: dict[str, str] = {}
        issued: set[str] = set()
        try:
            origin = origin_of(url)
        except ValueError as error:
            return Reply(status=0, error=str(error))

        def put_in(leaf: SecretLeaf) -> str:
            for name in names_of(leaf):
                token = self._issued.token(instance.name, origin, name)
                if token is not None:
                    issued.add(name)
                used[name] = self._lookup(instance, name) if token is None else token
            return reveal(leaf, lambda name: used[name])

        try:
            wire = encode(request, put_in)
        except SecretMissingError as error:
            return Reply(status=0, error=str(error))
        if any(self._refusals.is_refused(origin, value) for value in used.values()):
            return Reply(
                status=0,
                error=f"refused: {origin} refused this token before, so it is not used again; set a new one with "
                f"“signal-tui tokens set {instance.name}”, or ask once more with “signal-tui tokens check”",
            )
        if request.issues and (known := self._issued.again(instance.name, origin, wire)) is not None:
            return known
        headers = list(wire.headers)
        if not any(name.lower() == "user-agent" for name, _ in headers):
            headers.append(("User-Agent", USER_AGENT))
        scrub = Redactor(used.values())
        started = time.perf_counter()
        try:
            reply = self._exchange(instance, wire.method, url, headers, wire.body, scrub, started)
        except Exception as error:  # a client library raises many kinds; all mean: no answer
            return Reply(status=0, error=scrub.text(_sentence(error, origin)), ms=_since(started))
        if issued and reply.status == 401:
            self._issued.forget(instance.name, origin, issued)
        return self._issued.keep(instance.name, origin, wire, request.issues, reply) if request.issues else reply

    def _exchange(
        self,
        instance: Instance,
        method: str,
        url: str,
        headers: list[tuple[str, str]],
        body: bytes,
        scrub: Redactor,
        started: float,
    ) -> Reply:
        client = self._client(instance)
        content = bytearray()
        error = None
        with client.stream(
            method,
            url,
            headers=[(name.encode("latin-1", "replace"), value.encode("utf-8")) for name, value in headers],
            content=body or None,
        ) as response:
            for chunk in response.iter_bytes(65536):
                content += chunk
                if len(content) > MOST_BODY:
                    error = f"the reply was longer than {MOST_BODY // 1024 // 1024} MB and was cut"
                    break
                if time.perf_counter() - started > WHOLE:
                    error = f"the reply took longer than {WHOLE:g} s and was cut"
                    break
        return Reply(
            status=response.status_code,
            headers=tuple((name, scrub.text(value)) for name, value in response.headers.multi_items()),
            body=scrub.bytes(bytes(content[:MOST_BODY])),
            ms=_since(started),
            error=error,
        )

    def _client(self, instance: Instance) -> httpx.Client:
        proxy, ca_file = instance.integration.proxy, instance.integration.ca_file
        with self._lock:
            client = self._clients.get((proxy, ca_file))
            if client is None:
                client = self._clients[proxy, ca_file] = self._new_client(proxy, ca_file)
            return client

    def _new_client(self, proxy: str | None, ca_file: str | None) -> httpx.Client:
        import logging
        import ssl

        import httpx

        # httpx logs whole URLs at INFO: a captured hit may carry a token there.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        if ca_file:
            context = ssl.create_default_context(cafile=ca_file)
        else:
            context = self._context = self._context or ssl.create_default_context()
        limits = httpx.Limits(max_connections=8, max_keepalive_connections=8, keepalive_expiry=30)
        return httpx.Client(
            verify=context,
            proxy=proxy,
            timeout=httpx.Timeout(TIMEOUT),
            limits=limits,
            follow_redirects=False,
            headers={"Accept": "*/*"},
        )


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


def _sentence(error: Exception, origin: str) -> str:
    import ssl

    import httpx

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"{origin} has a certificate that is not trusted ({cause.verify_message}); "
                "set ca_file in the profile if it is your own"
            )
        cause = cause.__cause__ or cause.__context__
    words = " ".join(str(error).split())[:200]
    match error:
        case httpx.ConnectTimeout():
            return f"{origin} did not answer within {TIMEOUT:g} s: check the address and the network"
        case httpx.TimeoutException():
            return f"{origin} took the request and sent no reply within {TIMEOUT:g} s: it may have been recorded"
        case httpx.ConnectError():
            return f"cannot connect to {origin} ({words}): check the address, and whether it is running"
        case httpx.ProxyError():
            return f"the proxy would not connect to {origin} ({words})"
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return f"{origin} is no address to send to ({words})"
        case OSError():
            return f"{origin}: {words}"
        case _:
            return f"no reply from {origin}: {type(error).__name__} {words}"
