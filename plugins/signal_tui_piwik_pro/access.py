"""Asking Piwik PRO's own APIs: the API credentials, the token they give, and what can be wrong with an answer.

``POST /auth/token`` exchanges client id and client secret for a token that is valid for 30 minutes (documented). The
core keeps it and answers the same request from memory meanwhile, so the flows here ask for it at each start.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlencode

from signal_tui.api import Json, Reply, Request, SecretRef, Settings, join
from signal_tui_piwik_pro.settings import base

TOKEN = "access_token"
"""The field of the reply that is the token, and the name of the reference that stands for it."""

ProblemKind: TypeAlias = Literal[
    "no-credentials", "unreachable", "refused", "not-authorised", "no-rights", "redirect", "not-piwik-pro", "error"
]
Asking: TypeAlias = Generator[Request, Reply, "Reply | Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no answer: ``kind`` for the program, ``message`` a sentence for people."""

    kind: ProblemKind
    message: str

    @property
    def reason(self) -> str:
        """The sentence with the word in front by which the core tells what to do."""
        return f"refused: {self.message}" if self.kind in ("refused", "not-authorised") else self.message


class NotReadable(RuntimeError):
    """A list could not be read; the text is a sentence for people."""


def token_request(settings: Settings) -> Request | Problem:
    """The request that gives a token, or what is missing for it."""
    pair = [settings.secret(key) for key in ("client_id", "client_secret")]
    if None in pair:
        gone = [key for key, secret in zip(("client_id", "client_secret"), pair, strict=True) if secret is None]
        commands = " and ".join(f"signal-tui tokens set {settings.integration} {key}" for key in gone)
        return Problem(
            "no-credentials",
            f"reading back needs API credentials (Profile → API credentials in Piwik PRO): {commands}",
        )
    return Request(
        method="POST",
        url=base(settings) + "/auth/token",
        headers=(("Accept", "application/json"),),
        body=Json({"grant_type": "client_credentials", "client_id": pair[0], "client_secret": pair[1]}),
        issues=(TOKEN,),
    )


@dataclass(slots=True)
class Reader:
    """The conversation of one round. After a problem that any further request would have too, it asks no more."""

    settings: Settings
    authorised: bool = False
    stopped: Problem | None = None

    def get(self, path: str, *query: tuple[str, str | int], accept: str = "*/*") -> Asking:
        """The reply to a GET that was answered with 200, else what is wrong."""
        reply: Reply | None = None
        for attempt in range(2):
            if not self.authorised and self.stopped is None:
                yield from self._authorise()
            if self.stopped is not None:
                return self.stopped
            address = f"{base(self.settings)}{path}" + (f"?{urlencode(query)}" if query else "")
            bearer = join("Bearer ", SecretRef(TOKEN))
            reply = yield Request(method="GET", url=address, headers=(("Authorization", bearer), ("Accept", accept)))
            if reply.status != 401 or attempt:
                break
            self.authorised = False  # its time was over, or it was taken back: one more
        assert reply is not None
        problem = problem_of(reply, path)
        if reply.status == 0 and TOKEN in (reply.error or ""):
            problem = Problem("error", "/auth/token gave a token that is not valid for any time.")
        if problem is not None and problem.kind in ("unreachable", "redirect", "not-authorised"):
            self.stopped = problem
        return problem or reply

    def _authorise(self) -> Generator[Request, Reply, None]:
        request = token_request(self.settings)
        if isinstance(request, Problem):
            self.stopped = request
            return
        reply = yield request
        self.stopped = _refusal(reply)
        self.authorised = self.stopped is None


def _refusal(reply: Reply) -> Problem | None:
    answer = reply.json()
    if 200 <= reply.status < 300:
        if isinstance(answer, dict) and isinstance(answer.get(TOKEN), str) and answer[TOKEN]:
            return None
        return Problem("not-piwik-pro", "/auth/token answered without a token: check account_url.")
    if reply.status in (400, 401, 403):
        words = _words(answer)
        return Problem(
            "refused",
            f"/auth/token refused the API credentials ({reply.status}{words and ': ' + words}); make new ones under "
            "Profile → API credentials.",
        )
    if reply.status == 0 and (reply.error or "").startswith("refused"):
        return Problem("refused", (reply.error or "").removeprefix("refused:").strip())
    return problem_of(reply, "/auth/token") or Problem("error", f"/auth/token answered {reply.status}.")


def problem_of(reply: Reply, path: str) -> Problem | None:
    """What is wrong with an answer of one of the APIs; None for a 200. Errors come as plain text or as JSON."""
    if reply.status == 0:
        return Problem("unreachable", f"not reachable: {reply.error or 'no answer'}")
    if reply.status == 200:
        return None
    words = _words(reply.json()) or _plain(reply)
    told = f" ({words})" if words else ""
    if reply.status == 401:
        return Problem("not-authorised", f"{path} does not take the token it was given{told}.")
    if reply.status in (403, 404):
        return Problem(
            "no-rights",
            f"{path} answered {reply.status}{told}: there is no such app, or the credentials may not see it.",
        )
    if 300 <= reply.status < 400:
        target = (reply.header("Location") or "another address").split("?")[0][:200]
        return Problem("redirect", f"{path} redirects to {target}: set account_url to the host where it ends.")
    return Problem("error", f"{path} answered {reply.status}{told}.")


def _words(answer: object) -> str:
    """What a JSON error says, in its forms: ``error``, ``message``, or the first of ``errors``."""
    if not isinstance(answer, dict):
        return ""
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else answer
    for key in ("detail", "title", "error_description", "message", "error"):
        if isinstance(first.get(key), str) and first[key]:
            return " ".join(first[key].split())[:120]
    return ""


def _plain(reply: Reply) -> str:
    kind = (reply.header("Content-Type") or "text/plain").lower()
    if "html" in kind or reply.body.lstrip()[:1] in (b"<", b"{"):
        return ""
    return " ".join(reply.body[:400].decode("utf-8", "replace").split())[:120]
