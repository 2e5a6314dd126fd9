"""Asking Matomo's Reporting API, and reading what it answers.

Module, method and format stand in the query: then errors are JSON too (a token refused with everything in the body
is answered in HTML, observed on 5.2). Everything else, the token first of all, travels in the form body, where access
logs do not see it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Literal, TypeAlias
from urllib.parse import quote, urlencode

from signal_tui.api import Form, Reply, Request, SecretRef, Settings
from signal_tui.api.values import Value

Kind: TypeAlias = Literal[
    "unreachable", "refused", "no-access", "blocked", "no-site", "log-off", "segment", "redirect", "not-matomo", "error"
]

PAGE = 100
"""Visits asked for at once."""

_SAFE = re.compile(r"[A-Za-z0-9_.~@-]+", re.ASCII)

_SIGNS: tuple[tuple[str, Kind], ...] = (
    ("too many failed logins", "blocked"),
    ("unable to authenticate", "refused"),
    ("token_auth", "refused"),
    ("can't access this resource", "no-access"),
    ("requires 'view' access", "no-access"),
    ("unexpected website", "no-site"),
    ("visits log is deactivated", "log-off"),
    ("visitor log", "log-off"),
    ("visits log", "log-off"),
    ("segment", "segment"),
)
"""Words of an error message and what they mean, the first that fits; observed on 5.2 but for the log (documented)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no answer: ``kind`` for the program, ``message`` a sentence for people."""

    kind: Kind
    message: str

    @property
    def about_token(self) -> bool:
        """Whether the token was refused, so that asking again with it only counts as a further failed login."""
        return self.kind in ("refused", "blocked")


class NotReadable(RuntimeError):
    """A list could not be read; the text is a sentence for people."""


def base(settings: Settings) -> str:
    """The address of the instance without a slash at its end."""
    return settings.text("matomo_url").rstrip("/")


def ask(settings: Settings, method: str, *pairs: tuple[str, Value], token: SecretRef | None) -> Request:
    """The request for one method of the Reporting API; ``pairs`` are its arguments."""
    query = urlencode({"module": "API", "method": method, "format": "json"})
    secret: tuple[tuple[str, Value], ...] = (("token_auth", token),) if token else ()
    return Request(method="POST", url=f"{base(settings)}/index.php?{query}", body=Form((*pairs, *secret)))


def segment(name: str, value: str) -> str:
    """One condition of a segment, ``name==value``.

    Matomo decodes a segment as a whole and then each value (documented), so a value is encoded twice where it has
    characters that mean something in a segment or in a URL.
    """
    return f"{name}=={value if _SAFE.fullmatch(value) else quote(quote(value, safe=''), safe='')}"


def read(reply: Reply) -> Value | Problem:
    """The JSON of an answer, or what is wrong with it; total over any reply."""
    if reply.status == 0:
        return Problem("unreachable", f"not reachable: {reply.error or 'no answer'}")
    answer = reply.json()
    if isinstance(answer, dict) and answer.get("result") == "error":
        return _problem(reply.status, str(answer.get("message") or f"status {reply.status}"))
    if 300 <= reply.status < 400:
        target = (reply.header("Location") or "another address").split("?")[0]
        return Problem("redirect", f"index.php redirects to {target}: set matomo_url to where it ends.")
    text = reply.body.decode("utf-8", "replace")
    if reply.status in (401, 403):
        return _problem(reply.status, _words(text) or f"status {reply.status}")
    if reply.status != 200:
        return Problem("error", f"index.php answered {reply.status}: {_words(text) or 'no reason given'}")
    if answer is None:
        kind = reply.header("Content-Type") or "no content type"
        return Problem(
            "not-matomo", f"index.php answered no JSON but {kind.split(';')[0]} “{_words(text)}”: check matomo_url."
        )
    return answer


def _problem(status: int, message: str) -> Problem:
    message = unescape(message)[:300]
    kind = next((kind for sign, kind in _SIGNS if sign in message.lower()), None)
    if kind is None:
        kind = "refused" if status in (401, 403) else "error"
    return Problem(kind, f"Matomo says: {message}")


def _words(html: str) -> str:
    """The beginning of what a page says, without its tags."""
    found = re.search(r"<h2[^>]*>(.*?)</h2>", html[:20_000], re.DOTALL | re.IGNORECASE)
    text = found[1] if found else re.sub(r"<(style|script)\b.*?</\1>", " ", html[:20_000], flags=re.DOTALL | re.I)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())[:120]


def rows(answer: Value) -> list[dict[str, Value]]:
    """The objects of a list, or of an object whose values are rows; anything else gives none."""
    items: Sequence[Value] = ()
    if isinstance(answer, list):
        items = answer
    elif isinstance(answer, dict):
        items = list(answer.values())
    return [item for item in items if isinstance(item, dict)]


def text(value: Value) -> str:
    """A recorded value as text; nothing for what is missing, and for trees."""
    return "" if value is None or isinstance(value, bool | dict | list) else str(value)


def number(value: Value) -> float | None:
    """A recorded value as a number: it may come as a number or a text; None for anything else."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < 1e300 else None


def whole(value: Value) -> int | None:
    """A recorded value as a whole number, None for anything else."""
    found = number(value)
    return None if found is None else int(found)
