"""Tokens that a vendor issued in a reply: masked there at once, kept in memory only, and for as long as they are valid.

A request says which fields of its JSON reply are tokens (``Request.issues``). A secret reference of such a name then
stands for the token, for the same integration and at the same origin only. While the tokens of a reply are valid, the
same request – same bytes, so the same credentials – is answered from memory.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from signal_tui.api.payloads import Reply
from signal_tui.api.settings import MASK
from signal_tui.api.values import dump_json
from signal_tui.api.wire import Wire
from signal_tui.core.redact import Redactor

UNTOLD = 60.0
"""Seconds that a token counts as valid where the reply does not say how long it is."""

MARGIN = 0.9
"""The part of a token's time in which it is used: a request takes time, and clocks differ."""

LONGEST = 86_400.0
"""Seconds after which a token is asked for anew, whatever the reply promised."""


@dataclass(frozen=True, slots=True)
class _Issue:
    request: bytes
    tokens: dict[str, str] = field(repr=False)
    reply: Reply
    until: float


class Issued:
    """The issued tokens of this process; safe from any thread. ``clock`` gives seconds that only rise."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._issues: dict[tuple[str, str], list[_Issue]] = {}
        self._lock = threading.Lock()

    def token(self, integration: str, origin: str, name: str) -> str | None:
        """The newest valid token of that name, None where there is none."""
        for issue in reversed(self._valid(integration, origin)):
            if name in issue.tokens:
                return issue.tokens[name]
        return None

    def again(self, integration: str, origin: str, wire: Wire) -> Reply | None:
        """The reply, without its tokens, that the same request got while they are valid."""
        mark = _mark(wire)
        return next((issue.reply for issue in self._valid(integration, origin) if issue.request == mark), None)

    def keep(self, integration: str, origin: str, wire: Wire, names: Iterable[str], reply: Reply) -> Reply:
        """The reply with its tokens masked; those of a success are kept.

        A success that cannot be read loses its body: a token may stand anywhere in it.
        """
        answer = reply.json()
        if not isinstance(answer, dict):
            return replace(reply, body=b"") if 200 <= reply.status < 300 else reply
        tokens = {name: answer[name] for name in names if isinstance(answer.get(name), str) and answer[name]}
        scrub = Redactor(tokens.values())
        masked = {name: MASK if name in tokens else value for name, value in answer.items()}
        reply = replace(
            reply, headers=scrub.headers(reply.headers), body=scrub.bytes(dump_json(masked).encode("utf-8", "replace"))
        )
        seconds = _seconds(answer.get("expires_in"))
        if tokens and 200 <= reply.status < 300 and seconds > 0:
            issue = _Issue(_mark(wire), tokens, reply, self._clock() + seconds * MARGIN)
            with self._lock:
                others = [one for one in self._issues.get((integration, origin), ()) if one.request != issue.request]
                self._issues[integration, origin] = [*others, issue]
        return reply

    def forget(self, integration: str, origin: str, names: Iterable[str]) -> None:
        """The origin refused tokens of these names: they are used no more."""
        gone = set(names)
        with self._lock:
            issues = self._issues.get((integration, origin), [])
            self._issues[integration, origin] = [one for one in issues if gone.isdisjoint(one.tokens)]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._issues.clear()

    def _valid(self, integration: str, origin: str) -> list[_Issue]:
        now = self._clock()
        with self._lock:
            issues = [one for one in self._issues.get((integration, origin), ()) if now < one.until]
            if issues:
                self._issues[integration, origin] = issues
            else:
                self._issues.pop((integration, origin), None)
            return issues


def _mark(wire: Wire) -> bytes:
    parts = (wire.method, wire.url, *(f"{name}:{value}" for name, value in wire.headers))
    mark = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass"))
    mark.update(b"\n\n" + wire.body)
    return mark.digest()


def _seconds(told: object) -> float:
    if told is None or isinstance(told, bool):
        return UNTOLD
    try:
        seconds = float(str(told))
    except ValueError:
        return UNTOLD
    return min(max(seconds, 0.0), LONGEST) if seconds == seconds else UNTOLD
