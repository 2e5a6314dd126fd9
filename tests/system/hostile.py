"""Input that nobody means well with: texts for terminals and for markup, and an instance that answers with them."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from signal_tui.api import Raw, Reply, Request
from signal_tui.core.plugins import load_plugins

TERMINAL = (
    "\x1b[2J\x1b[3J\x1b[H"  # clears the screen
    "\x1b]0;PWNED\x07\x1b]2;PWNED\x1b\\"  # names the window
    "\x1b]52;c;UFdORUQ=\x07"  # fills the clipboard
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\"
    "\x1b[6n\x1b[c\x1bP+q544e\x1b\\"  # questions that the terminal answers with key presses
    "\x1b[?1049l\x1b[?1000l\x1bc\x1b(0\x1b[5i"
    "\x9b2J\x9d0;PWNED\x9c\x90x\x9c"  # the same in C1
    "\x00\x01\x07\x08\x0b\x0c\x0e\x1a\x7f\x85"
    "\u202eevil\u202c\u2066x\u2069\u200b\u200d\ufeff\u00ad\U000e0041\u2028"
)
"""Everything that a terminal does something with."""

MARKUP = "[/] [type=x, v={'a[0]'}] [@click=app.quit]quit[/] [red]x [$foo] [link=x]y[/link] \\[ [[ ]] [bold"
"""Everything that Textual's and Rich's markup stumble over."""

BAD = f"{TERMINAL} {MARKUP} \n\t\r end"

Tree = dict[str, Any]


def event(bad: str = BAD) -> Tree:
    """An order that holds hostile text wherever an event can hold text."""
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": bad,
        "anonymousId": bad,
        "messageId": bad,
        "timestamp": bad,
        bad: bad,
        "context": {
            "ip": bad,
            "userAgent": bad,
            "locale": bad,
            "page": {"url": "https://shop.example.com/" + bad, "title": bad, "referrer": bad},
            "consent": {"analytics": True},
        },
        "vendor_ids": {bad: bad},
        "traits": {"email": bad, bad: [bad, {bad: bad}]},
        "properties": {
            "order_id": bad,
            "revenue": 12.5,
            "tax": bad,
            "url": "https://shop.example.com/" + bad,
            bad: bad,
            "products": [{"sku": bad, "name": bad, "price": 1, bad: bad}],
        },
    }


def files() -> dict[bytes, bytes]:
    """Files as a user may have got them from somewhere: name → content."""
    good = {"type": "track", "event": "Order Completed", "properties": {"order_id": "1", "revenue": 1}}
    big = {**good, "properties": {"revenue": 1, "rows": ["0123456789" * 10] * 50_000}}
    return {
        b"1 escaped.json": json.dumps(event()).encode(),
        b"2 named.json": json.dumps({**good, "event": BAD}).encode(),
        b"3 raw.json": b'{"type": "track", "event": "' + TERMINAL.encode() + b'"}',
        b"4 half.json": json.dumps(event()).encode()[:300],
        b"5 bytes.json": b'{"type": "track", "event": "\xff\xfe\x9b2J \xc3\x28 \xed\xa0\x80"}',
        b"6 key.json": json.dumps({**good, "properties": {"k" * 10_000: 1, "[/]" * 3000: 2}}).encode(),
        b"7 deep.json": b'{"type":"track","event":"x","properties":' + b"[" * 200_000,
        b"8 nest.json": b'{"type":"track","event":"x","properties":{"a":' + b"[" * 900 + b"]" * 900 + b"}}",
        b"9 five megabytes.json": json.dumps(big).encode(),
        b"a number.json": b'{"type":"track","event":"x","properties":{"n":' + b"9" * 5000 + b',"e":1e999999}}',
        b"b script.js": b"datafly.track('" + TERMINAL.encode() + b"', {a: '[/]'",
        b"c \x1b]0;PWNED\x07 [@click=app.quit]x[bold.json": json.dumps(good).encode(),
        b"d \xff\xfe.json": json.dumps(good).encode(),
    }


Change = Callable[[str, Reply], Reply]
"""Given what was asked (``hit`` or ``log``) and the honest answer, the answer."""


def _json(reply: Reply, change: Callable[[Any], Any]) -> Reply:
    try:
        tree = json.loads(reply.body)
    except ValueError:
        return reply
    return Reply(status=reply.status, headers=reply.headers, body=json.dumps(change(tree)).encode())


_KEPT = {"idVisit", "idSite", "serverTimestamp", "timestamp", "type", "visitorId", "orderId", "idpageview"}


def _spoilt(tree: Any, depth: int = 0) -> Any:
    """Every text of a tree with hostile text behind it; what hits are recognised by stays as it is."""
    match tree:
        case dict():
            spoilt = {key: value if key in _KEPT else _spoilt(value, depth + 1) for key, value in tree.items()}
            return {**spoilt, BAD: BAD} if depth < 4 else spoilt
        case list():
            return [_spoilt(one, depth + 1) for one in tree]
        case str():
            return tree + BAD
    return tree


def _body(status: int, body: bytes, media_type: str = "text/html") -> Change:
    return lambda asked, reply: Reply(status=status, headers=(("Content-Type", media_type),), body=body)


def _only(what: str, change: Change) -> Change:
    return lambda asked, reply: change(asked, reply) if asked == what else reply


ERROR = json.dumps({"result": "error", "message": BAD}).encode()

ANSWERS: dict[str, Change] = {
    "records of hostile text": _only("log", lambda asked, reply: _json(reply, _spoilt)),
    "a hostile error for the hit": _only("hit", _body(400, BAD.encode())),
    "a hostile error of the log": _only("log", _body(200, ERROR, "application/json")),
    "a failure with a hostile page": _body(500, BAD.encode() * 50),
    "a refusal with hostile words": _body(403, ERROR, "application/json"),
    "bytes that are no text": _body(200, bytes(range(256)) * 20, "application/json; charset=\x1b[2J"),
    "five megabytes": _body(200, b'[{"a": "' + b"\x1b[2J" * 1_000_000 + b'"}]', "application/json"),
    "a list of other things": _only("log", _body(200, json.dumps([BAD, None, 3, [BAD], {BAD: {}}]).encode())),
    "nesting without an end": _only("log", _body(200, b"[" * 200_000)),
    "hostile headers": lambda asked, reply: Reply(
        status=400,
        headers=(("X-Evil", TERMINAL.translate({0: None, 10: None, 13: None})), ("Content-Type", MARKUP)),
        body=b"{}",
    ),
    "a redirect": lambda asked, reply: Reply(status=302, headers=(("Location", f"https://evil.example/{MARKUP}"),)),
    "no answer": lambda asked, reply: Reply(status=0),
}
"""Ways to answer, by name."""


class Instance:
    """A local instance of the bundled vendor's double whose answers are changed on their way out."""

    def __init__(self, vendor: str, change: Change) -> None:
        double = load_plugins().vendors[vendor].sandbox()
        assert double is not None
        self.double, self.change = double, change
        self.asked: list[str] = []
        lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                request = Request(
                    method=self.command,
                    url="https://instance.example" + self.path,
                    headers=tuple(self.headers.items()),
                    body=Raw(body, self.headers.get("Content-Type", "")) if body else None,
                    at=time.time(),
                    remote=self.client_address[0],
                )
                asked = "log" if b"module=API" in body or "module=API" in self.path else "hit"
                with lock:
                    outer.asked.append(asked)
                    reply = outer.change(asked, outer.double.handle(request))
                if reply.status == 0:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                head = [f"HTTP/1.1 {reply.status} {'OK' if reply.status < 400 else 'No'}"]
                head += [f"{name}: {value}" for name, value in reply.headers if name.lower() != "content-length"]
                head += [f"Content-Length: {len(reply.body)}", "", ""]
                self.wfile.write("\r\n".join(head).encode("utf-8", "surrogateescape") + reply.body)

            do_GET = do_POST = _answer

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
                """Nothing is printed."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that hangs up is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def profile(self) -> str:
        """A profile with the integration ``shop`` that goes here."""
        config = "\n".join(f"{key} = {json.dumps(value)}" for key, value in self.double.config.items())
        return (
            f'[integrations.shop]\nvendor = "matomo"\nbase_url = "{self.origin}"\n\n'
            f"[integrations.shop.config]\n{config}\n"
        )

    def environment(self) -> dict[str, str]:
        """The variable that holds the token."""
        return {f"SIGNAL_TUI_SECRET_SHOP__{name.upper()}": value for name, value in self.double.secrets.items()}

    @classmethod
    @contextmanager
    def running(cls, change: Change, vendor: str = "matomo") -> Iterator[Instance]:
        """An instance that answers until the block ends."""
        instance = cls(vendor, change)
        instance._thread.start()
        try:
            yield instance
        finally:
            instance._server.shutdown()
            instance._server.server_close()
            instance._thread.join()
