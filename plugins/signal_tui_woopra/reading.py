"""Asking Woopra's REST API, and reading what it answers.

``profile/actions`` gives the timeline of one profile, ``profile`` its properties; both want an access key as Basic
credentials (documented). The shapes of the answers are known from published code of others alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from signal_tui.api import Json, Reply, Request, SecretLeaf, Settings, basic
from signal_tui.api.values import Value
from signal_tui_woopra.requests import ORIGIN, query

Kind: TypeAlias = Literal["unreachable", "refused", "no-access", "limits", "unknown", "redirect", "error"]

API = f"{ORIGIN}/rest/3.10"

PARTS = ("app_id", "secret_key")
"""The settings that make up an access key."""

FIELDS = {"cookie": "cookie", "cv_email": "email", "cv_id": "id"}
"""Parameter of a hit → what the REST API calls it; ``id`` is assumed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no answer: ``kind`` for the program, ``message`` a sentence for people."""

    kind: Kind
    message: str


def authorization(settings: Settings) -> SecretLeaf | None:
    """The Basic credentials of the access key, or None where a part of it is not set."""
    app_id, secret = settings.secret("app_id"), settings.secret("secret_key")
    return basic(app_id, secret) if app_id is not None and secret is not None else None


def commands(settings: Settings, names: Iterable[str]) -> str:
    """The commands that set secrets, for a sentence."""
    return " and ".join(f"signal-tui tokens set {settings.integration} {name}" for name in names)


def no_key(settings: Settings) -> str:
    """What is needed for reading back, as a sentence."""
    missing = [name for name in PARTS if settings.secret(name) is None]
    return f"reading back needs an access key of Woopra, its App ID and its secret key: {commands(settings, missing)}"


def actions(project: str, key: SecretLeaf, field: str, value: str, days: int) -> Request:
    """The question for the timeline of the profile that has an identifier; ``field`` is the hit's parameter."""
    body: dict[str, Value] = {"project": project, FIELDS[field]: value, "limit": days}
    return Request(method="POST", url=f"{API}/profile/actions", headers=(("Authorization", key),), body=Json(body))


def profile(project: str, key: SecretLeaf, field: str, value: str) -> Request:
    """The question for the properties of the profile that has an identifier."""
    pairs = (("project", project), ("key", FIELDS[field]), ("value", value))
    return Request(method="GET", url=f"{API}/profile?{query(pairs)}", headers=(("Authorization", key),))


def read(reply: Reply) -> Value | Problem:
    """The JSON of an answer, or what is wrong with it; total over any reply. A profile that is not there is None."""
    status, words = reply.status, _words(reply)
    if status == 0:
        error = reply.error or "no answer"
        # The core does not use a refused key again, and says so in the place of an answer.
        return (
            Problem("refused", error)
            if error.startswith("refused:")
            else Problem("unreachable", f"not reachable: {error}")
        )
    if 300 <= status < 400:
        target = (reply.header("Location") or "another address").split("?")[0][:200]
        return Problem("redirect", f"the REST API redirects to {target}; it was not followed")
    if status == 401:
        return Problem("refused", f"Woopra refuses the access key (401){words}")
    if status == 403:
        return Problem(
            "no-access", f"the access key may not read this project, or there is none of that name (403){words}"
        )
    if status == 429:
        return Problem("limits", reply.error or f"the project's limit of questions is reached (429){words}")
    if status == 404:
        return Problem("unknown", f"Woopra knows no such profile, or no such project (404){words}")
    if not 200 <= status < 300:
        return Problem("error", f"the REST API answered {status}{words}")
    document = reply.json()
    if document is None and reply.body.strip() not in (b"", b"null"):
        kind = (reply.header("Content-Type") or "no content type").split(";")[0]
        return Problem("error", f"the REST API answered no JSON but {kind[:60]}: does a proxy answer for it?")
    if isinstance(document, Mapping) and (document.get("error") or document.get("success") is False):
        return Problem("error", f"the REST API answered with an error{words}")
    return document


def _words(reply: Reply) -> str:
    """What a JSON answer says in words, after a colon."""
    document = reply.json() if reply.body[:1] == b"{" else None
    answer: Mapping[str, Value] = document if isinstance(document, Mapping) else {}
    for name in ("message", "error", "reason"):
        value = answer.get(name)
        if isinstance(value, Mapping):
            value = value.get("message")
        if isinstance(value, str) and value:
            return ": " + " ".join(value.split())[:200]
    return ""
