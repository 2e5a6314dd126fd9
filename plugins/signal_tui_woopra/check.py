"""What can be found out about a project without recording anything, and what is then known of it.

``known`` has ``key`` (``none``, ``valid``, ``invalid``) and ``project`` with ``name`` and ``readable``. A key is there
only where it was found out. All but the first question is one: the timeline of a visitor that nobody is.
"""

from __future__ import annotations

from typing import Any

from signal_tui.api import Check, CheckFlow, Reply, Request, Settings
from signal_tui_woopra import reading
from signal_tui_woopra.parameters import BROWSER_TIMEOUTS, whole
from signal_tui_woopra.reading import API, Problem
from signal_tui_woopra.settings import TIMEOUT

NOBODY = "signal-tui00"
"""A cookie that Woopra's tracker never makes: it has no dashes."""

_UNANSWERED = Reply(status=0, error="no answer")
_LEFT = ("X-RateLimit-Remaining", "RateLimit-Remaining", "X-Rate-Limit-Remaining")


def check(settings: Settings) -> CheckFlow:
    """Yields checks as they become known and the requests they need; returns what is known."""
    known: dict[str, Any] = {}
    key = reading.authorization(settings)
    project = settings.text("project")
    yield _timeout(settings)
    if key is None:
        reply = (yield Request(method="GET", url=f"{API}/profile")) or _UNANSWERED
        yield _reachable(reply)
        if reply.status != 0:
            known["key"] = "none"
        yield Check(
            check="token",
            state="warn",
            message="hits need no key; " + reading.no_key(settings),
            remedy="create an access key in Woopra, in your profile under Developer",
        )
        return known
    reply = (yield reading.actions(project, key, "cookie", NOBODY, 1)) or _UNANSWERED
    reachable = _reachable(reply)
    yield reachable
    if reachable.state == "fail":
        return known
    answer = reading.read(reply)
    kind = answer.kind if isinstance(answer, Problem) else ""
    message = answer.message if isinstance(answer, Problem) else ""
    if kind == "refused":
        known["key"] = "invalid"
        yield Check(
            check="token",
            state="fail",
            message=message,
            remedy=f"set both parts of one access key: {reading.commands(settings, reading.PARTS)}",
            trouble="key-refused",
            refused=True,
            # A new key may keep its App ID; the secret is always another one.
            secrets=("secret_key",),
        )
        return known
    if kind == "limits":
        yield Check(
            check="limits",
            state="warn",
            message=message,
            remedy="wait; hits are sent all the same",
            trouble="limits",
        )
        yield Check(check="token", state="cannot-tell", message="the project's questions are used up for now")
        return known
    if kind in ("error", "redirect"):
        yield Check(check="token", state="cannot-tell", message=message)
        return known
    known["key"] = "valid"
    yield Check(check="token", state="ok", message="Woopra takes the access key")
    if kind == "no-access":
        known["project"] = {"name": project, "readable": False}
        yield Check(
            check="project",
            state="fail",
            message=message,
            remedy="compare project with Settings → Configure Tracking; give the key's user access to it",
            trouble="not-appearing",
        )
        return known
    if kind == "unknown":
        yield Check(
            check="project",
            state="cannot-tell",
            message="Woopra answered 404: the visitor that was asked for does not exist, or the project does not",
            remedy="compare project with Settings → Configure Tracking",
            trouble="not-appearing",
        )
    else:
        known["project"] = {"name": project, "readable": True}
        yield Check(check="project", state="ok", message=f"the access key reads the project {project}")
    yield _limits(reply)
    return known


def _reachable(reply: Reply) -> Check:
    if reply.status == 0:
        error = reply.error or "no answer"
        if error.startswith("refused:"):
            return Check(check="token", state="fail", message=error, trouble="key-refused")
        return Check(
            check="reachable",
            state="fail",
            message=f"not reachable: {error}",
            remedy="check the network, proxy and TLS certificate",
        )
    if 300 <= reply.status < 400 or reply.status >= 500:
        return Check(
            check="reachable",
            state="warn",
            message=f"Woopra answers {reply.status}",
            remedy="check the proxy, or try later",
        )
    return Check(check="reachable", state="ok", message="Woopra answers")


def _limits(reply: Reply) -> Check:
    left = next((value for name in _LEFT if (value := reply.header(name))), "")
    if (more := whole(left)) is not None:
        return Check(check="limits", state="ok", message=f"the project may be asked {more} times more for now")
    message = "within the limits of 300 questions a minute, 600 an hour and 3000 a day, which all users of it share"
    return Check(check="limits", state="ok", message=message)


def _timeout(settings: Settings) -> Check:
    sent = settings.text("timeout", str(TIMEOUT))
    own = " or ".join(str(milliseconds) for milliseconds in BROWSER_TIMEOUTS)
    if sent == str(TIMEOUT):
        message = (
            f"visits end after {sent} ms, Signal's default; the browser's tracker has {own} ms where nobody set its own"
        )
        return Check(
            check="timeout",
            state="warn",
            message=message,
            remedy="set timeout to the idle timeout of the tracker on your site, or its to this",
            trouble="visits-split",
        )
    return Check(check="timeout", state="ok", message=f"visits end after {sent} ms")
