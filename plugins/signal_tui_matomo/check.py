"""What can be found out about an instance without recording anything, and what is then known of it.

``known`` has the shape that ``--assume`` reads: ``sites`` (by id: ``timezone``, ``currency``, ``ecommerce``, ``goals``,
``dimensions``, ``urls``, ``only_known_urls``, ``excluded_ips``, ``excluded_user_agents``, ``excluded_parameters``,
``search_parameters``), ``token``, ``version``, ``tracking_enabled``; and ``sites_complete``, false where the token may
not see every site. A key is there only where its value was read.

A refused token is used once: twenty wrong ones within an hour block the address they come from (observed on 5.2).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from signal_tui.api import Check, CheckFlow, Form, Reply, Request, SecretRef, Settings
from signal_tui.api.values import Value
from signal_tui_matomo import reporting, site_checks
from signal_tui_matomo.reporting import Problem

Step: TypeAlias = Generator[Request | Check, Reply | None, Any]

_TOKEN_REMEDY = "create a token under Personal → Security → Auth tokens and set it: signal-tui tokens set {} token_auth"
_WRITES = ("write", "admin", "superuser")
_UNANSWERED = Reply(status=0, error="no answer")


@dataclass(slots=True)
class Instance:
    """The conversation with one instance: asks its Reporting API and gathers what is known."""

    settings: Settings
    token: SecretRef | None
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def site(self) -> str:
        return self.settings.text("site_id").strip()

    def ask(self, method: str, *pairs: tuple[str, Value]) -> Step:
        """The answer to one method; returns a :class:`Problem` where there is none."""
        reply = yield reporting.ask(self.settings, method, *pairs, token=self.token)
        answer = reporting.read(reply or _UNANSWERED)
        if isinstance(answer, Problem) and answer.about_token:
            self.token = None
        return answer

    def value(self, method: str, *pairs: tuple[str, Value]) -> Step:
        """The single value that a method answers, as ``{"value": …}``."""
        answer = yield from self.ask(method, *pairs)
        return answer.get("value") if isinstance(answer, dict) else answer


def check(settings: Settings) -> CheckFlow:
    """Yields checks as they become known and the requests they need; returns what is known."""
    instance = Instance(settings, settings.secret("token_auth"))
    if not (yield from _reachable(instance)):
        return instance.known
    if instance.token is None:
        yield from _without_token(instance)
        return instance.known
    if (yield from _api(instance)):
        access = yield from _access(instance)
        if access in _WRITES:
            yield from _write(instance)
        if access not in ("", "invalid"):
            yield from site_checks.site(instance, administers=access in ("admin", "superuser"))
    return instance.known


def _reachable(instance: Instance) -> Step:
    """The tracker answers a request without parameters with 200 and a page about itself (observed on 5.2)."""
    url = reporting.base(instance.settings) + "/matomo.php"
    reply = (yield Request(method="GET", url=url)) or _UNANSWERED
    page = reply.body.decode("utf-8", "replace").lower()
    state, message, remedy, trouble = "ok", f"{url} answers as Matomo's tracker does", "", None
    if reply.status == 0:
        state, message = "fail", f"not reachable: {reply.error or 'no answer'}"
        remedy = "check matomo_url, the network, proxy and TLS certificate"
    elif 300 <= reply.status < 400:
        target = (reply.header("Location") or "another address").split("?")[0]
        state, message = "fail", f"{url} redirects to {target}; a redirect loses the body of a POST, and so the hit"
        remedy = "set matomo_url to the address where the redirect ends, without matomo.php"
    elif reply.status == 503:
        state, message = "fail", "tracking is switched off on the server, or it is in maintenance (503)"
        remedy, trouble = "switch tracking on in the server's config (record_statistics=1)", "tracking-off"
        instance.known["tracking_enabled"] = False
    elif reply.status != 200:
        state, message = "fail", f"{url} answers {reply.status}, where Matomo's tracker answers 200"
        remedy = "set matomo_url to the folder that Matomo is installed in"
    elif "matomo" not in page and "piwik" not in page:
        state, message = (
            "warn",
            f"{url} answers 200, but not with what Matomo's tracker says: a proxy may answer for it",
        )
        remedy = "compare matomo_url with the address where you log into Matomo"
    else:
        instance.known["tracking_enabled"] = True
    yield Check(check="reachable", state=state, message=message, remedy=remedy, trouble=trouble)  # type: ignore[arg-type]  # the words of the branches
    return reply.status in (200, 503)


def _without_token(instance: Instance) -> Step:
    instance.known["token"] = "none"
    answer = yield from instance.ask("API.getMatomoVersion")
    if isinstance(answer, Problem) and answer.kind in ("refused", "no-access"):
        yield Check(check="path", state="ok", message="index.php answers as Matomo's Reporting API does")
    elif isinstance(answer, Problem):
        yield Check(check="path", state="warn", message=answer.message, remedy="check matomo_url")
    yield Check(
        check="token",
        state="warn",
        message="no token is set: hits with the visitor's IP or an old time are refused, and nothing can be read back",
        remedy=_TOKEN_REMEDY.format(instance.settings.integration),
        trouble="overrides-refused",
    )


def _api(instance: Instance) -> Step:
    """Right path, version, and whether the token is known: one request tells all three."""
    answer = yield from instance.value("API.getMatomoVersion")
    remedy = _TOKEN_REMEDY.format(instance.settings.integration)
    if isinstance(answer, Problem) and answer.kind in ("refused", "no-access", "blocked"):
        yield Check(check="path", state="ok", message="index.php answers as Matomo's Reporting API does")
        instance.known["token"] = "invalid"
        trouble = "overrides-refused"
        if answer.kind == "blocked":
            trouble, remedy = "too-many-failures", "wait an hour, or have the block lifted under Administration"
            del instance.known["token"]
        yield Check(
            check="token",
            state="fail",
            message=answer.message,
            remedy=remedy,
            trouble=trouble,
            refused=answer.kind == "refused",
        )
        return False
    if isinstance(answer, Problem):
        yield Check(check="path", state="fail", message=answer.message, remedy="check matomo_url")
        return False
    version = reporting.text(answer)[:40]
    yield Check(check="path", state="ok", message="index.php answers as Matomo's Reporting API does")
    if version:
        instance.known["version"] = version
        major = reporting.whole(version.split(".")[0]) or 0
        state, note = "ok", ""
        if major < 5:
            state, note = "warn", "; what is known here was observed on 5.2"
        yield Check(check="version", state=state, message=f"Matomo {version}{note}")  # type: ignore[arg-type]  # two words
    else:
        yield Check(check="version", state="cannot-tell", message="Matomo does not say which version it is")
    return True


def _access(instance: Instance) -> Step:
    """What the token may do with the site: each list of sites names exactly one kind of access (observed on 5.2).

    Returns nothing where that could not be found out, ``invalid`` for none.
    """
    access, site, problem = "", reporting.whole(instance.site), None
    answer = yield from instance.value("UsersManager.hasSuperUserAccess")
    if answer in (True, 1, "1"):
        access = "superuser"
    for name, method in (
        ("admin", "SitesManager.getSitesIdWithAdminAccess"),
        ("write", "SitesManager.getSitesIdWithWriteAccess"),
        ("view", "SitesManager.getSitesIdWithAtLeastViewAccess"),
    ):
        problem = answer if isinstance(answer, Problem) else problem
        if access or instance.token is None:
            break
        answer = yield from instance.ask(method)
        sites = answer if isinstance(answer, list) else []
        access = name if site in [reporting.whole(entry) for entry in sites] else ""
    problem = answer if isinstance(answer, Problem) else problem
    if problem and not access:
        yield Check(check="token", state="cannot-tell", message=problem.message)
        return ""
    access = access or "invalid"
    instance.known["token"] = access
    instance.known["sites_complete"] = access == "superuser"
    remedy = _TOKEN_REMEDY.format(instance.settings.integration)
    if access == "invalid":
        message = f"the token is valid, but its user has no access to site {instance.site}, if there is one"
        yield Check(check="token", state="fail", message=message, remedy=remedy, trouble="overrides-refused")
    elif access == "view":
        message = (
            f"the token may read site {instance.site} and not write to it: verdicts work, "
            "hits with cip, a place or an old time are refused"
        )
        yield Check(check="token", state="warn", message=message, remedy=remedy, trouble="overrides-refused")
    else:
        message = f"the token is valid, with {access} access to site {instance.site}"
        yield Check(check="token", state="ok", message=message)
    return access


def _write(instance: Instance) -> Step:
    """``rec=0`` with ``cip`` records nothing: 204 where the token may write, 400 where not (observed on 5.2)."""
    pairs: tuple[tuple[str, Value], ...] = (("idsite", instance.site), ("rec", "0"), ("send_image", "0"))
    pairs += (("cip", "127.0.0.1"), ("url", "https://probe.invalid/"), ("token_auth", instance.token))
    url = reporting.base(instance.settings) + "/matomo.php"
    reply = (yield Request(method="POST", url=url, body=Form(pairs))) or _UNANSWERED
    if reply.status in (200, 204):
        yield Check(check="overrides", state="ok", message="the tracker accepts the token for IP, place and time")
    elif reply.status == 400:
        message = "the tracker refuses the token that the API accepts"
        remedy = "look whether a proxy cuts the body of POSTs, and whether the tracker is of the same instance"
        yield Check(check="overrides", state="fail", message=message, remedy=remedy, trouble="overrides-refused")
    else:
        message = f"the tracker answered {reply.status or reply.error or 'nothing'} to the probe"
        yield Check(check="overrides", state="cannot-tell", message=message)
