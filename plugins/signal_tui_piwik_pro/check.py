"""What can be found out about an instance without recording anything, and what is then known of it.

``known`` has the shape that ``--assume`` reads (see :mod:`signal_tui_piwik_pro.rules.case`). A key is there only where
its value was read. The tracker itself has no probe that is known to record nothing, so it is not asked.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from signal_tui.api import Check, CheckFlow, Reply, Request, Settings
from signal_tui_piwik_pro import app_checks
from signal_tui_piwik_pro.access import Asking, Problem, Reader
from signal_tui_piwik_pro.sessions import is_stream
from signal_tui_piwik_pro.settings import app_id
from signal_tui_piwik_pro.verify import DEBUGGER, STREAM

Step: TypeAlias = Generator[Request | Check, Reply | None, Any]

REFUSED = ("client_secret",)
"""What is remembered as refused. The id is no secret of its own, and the token for tracking is another matter."""
_REMEDY = (
    "make credentials under Profile → API credentials, then: signal-tui tokens set {0} client_id (and client_secret)"
)


@dataclass(slots=True)
class Instance:
    """The conversation with one instance; gathers what is known."""

    settings: Settings
    reader: Reader
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def app(self) -> str:
        return app_id(self.settings)

    def get(self, path: str, *query: tuple[str, str | int], accept: str = "application/vnd.api+json") -> Step:
        """The reply to a question; returns a :class:`Problem` where there is none."""
        return (yield from _asked(self.reader.get(path, *query, accept=accept)))


def _asked(asking: Asking) -> Step:
    try:
        request = next(asking)
        while True:
            reply = yield request
            request = asking.send(reply or Reply(status=0, error="no answer"))
    except StopIteration as stop:
        return stop.value


def check(settings: Settings) -> CheckFlow:
    """Yields checks as they become known and the requests they need; returns what is known."""
    instance = Instance(settings, Reader(settings))
    answer = yield from instance.get(f"/api/apps/v2/{instance.app}")
    stopped = instance.reader.stopped
    if stopped is not None:
        yield from _closed(instance, stopped)
        return instance.known
    instance.known["credentials"] = "valid"
    yield Check(check="API credentials", state="ok", message="the client id and client secret give a token")
    facts = yield from app_checks.app(instance, answer)
    if facts is not None:
        yield from app_checks.tracker_settings(instance, facts)
        instance.known["apps"] = {instance.app: facts}
    yield from _debugger(instance)
    return instance.known


def _closed(instance: Instance, problem: Problem) -> Step:
    if problem.kind == "no-credentials":
        instance.known["credentials"] = "none"
        yield Check(
            check="API credentials",
            state="warn",
            message="no client id and client secret are set: hits can be sent, and nothing can be read back",
            remedy=_REMEDY.format(instance.settings.integration),
        )
        yield Check(
            check="tracking token",
            state="cannot-tell",
            message="Piwik PRO has no way to ask about a token for tracking; its specification knows none",
        )
    elif problem.kind == "refused":
        instance.known["credentials"] = "refused"
        yield Check(
            check="API credentials",
            state="fail",
            message=problem.message,
            remedy=_REMEDY.format(instance.settings.integration),
            trouble="refused",
            refused=True,
            secrets=REFUSED,
        )
    elif problem.kind == "not-authorised":
        yield Check(check="API credentials", state="fail", message=problem.message, trouble="refused")
    else:
        remedy = "check account_url, the network, proxy and TLS certificate"
        yield Check(check="reachable", state="fail", message=problem.message, remedy=remedy, trouble="no-such")


def _debugger(instance: Instance) -> Step:
    query: tuple[tuple[str, str | int], ...] = (("app_id", instance.app), ("limit", 1), ("lookup_window", 1))
    answer = yield from instance.get(DEBUGGER, *query, accept=STREAM)
    readable = isinstance(answer, Reply) and is_stream(answer.body)
    if readable:
        instance.known["debugger"] = True
        yield Check(check="tracker debugger", state="ok", message="the debugger of the app can be read: verdicts work")
        return
    instance.known["debugger"] = False
    message = answer.message if isinstance(answer, Problem) else f"{DEBUGGER} answers something else than sessions"
    yield Check(
        check="tracker debugger",
        state="fail",
        message=f"{message} Verdicts need it.",
        remedy="give the user of the credentials access to the app under Administration → Sites & apps → Permissions",
        trouble="no-such",
    )
