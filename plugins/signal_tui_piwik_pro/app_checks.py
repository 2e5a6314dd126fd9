"""The checks about one app: that it is there, and what its tracker settings keep out."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from signal_tui.api import Check, Reply, Request
from signal_tui_piwik_pro.access import Problem
from signal_tui_piwik_pro.sessions import text

if TYPE_CHECKING:
    from signal_tui_piwik_pro.check import Instance

Step: TypeAlias = Generator[Request | Check, Reply | None, Any]

SETTINGS = "/api/tracker/v2/settings/app/"

_LISTS = {
    "excluded_ips": "excluded_ips",
    "excluded_user_agents": "excluded_user_agents",
    "url_query_parameter_to_exclude_from_url": "excluded_parameters",
    "site_search_query_params": "search_parameters",
    "urls": "urls",
}
_FLAGS = {
    "exclude_unknown_urls": "only_known_urls",
    "exclude_crawlers": "exclude_crawlers",
    "keep_url_fragment": "keep_fragment",
    "use_session_hash": "session_hash",
}
"""Names of the Tracker settings API (documented) → ours."""


def attributes(answer: object) -> Mapping[str, Any]:
    """The attributes of a JSON:API document, empty where it is none."""
    data = answer.get("data") if isinstance(answer, dict) else None
    found = data.get("attributes") if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def app(instance: Instance, answer: Reply | Problem) -> Step:
    """Whether the app is there; returns what is known of it, None where it is not."""
    found = attributes(answer.json()) if isinstance(answer, Reply) else {}
    if isinstance(answer, Reply) and not found:
        message = "the Apps API answered no app: account_url may be another service's"
        yield Check(check="app", state="cannot-tell", message=message, remedy="check account_url")
        return None
    if isinstance(answer, Problem):
        missing = answer.kind == "no-rights"
        yield Check(
            check="app",
            state="fail" if missing else "cannot-tell",
            message=f"there is no app {instance.app}, or the credentials may not see it" if missing else answer.message,
            remedy="compare the App ID with Administration → Sites & apps",
            trouble="not-appearing" if missing else None,
        )
        return None
    facts: dict[str, Any] = {}
    for key, name in (("name", "name"), ("timezone", "timezone"), ("currency", "currency")):
        if text(found.get(key)):
            facts[name] = text(found[key])[:80]
    for key, name in (
        ("excludeUnknownUrls", "only_known_urls"),
        ("keepUrlFragment", "keep_fragment"),
        ("eCommerceTracking", "ecommerce"),
    ):
        if isinstance(found.get(key), bool):
            facts[name] = found[key]
    if isinstance(found.get("urls"), list):
        facts["urls"] = _texts(found["urls"])
    zone, currency = facts.get("timezone", "unknown"), facts.get("currency", "unknown")
    message = f"app “{facts.get('name', instance.app)}”; time zone {zone}, currency {currency}"
    yield Check(check="app", state="ok", message=message)
    if facts.get("ecommerce") is False:
        yield Check(
            check="e-commerce",
            state="warn",
            message="e-commerce reports are off in this app: orders are kept, and no report shows them",
            remedy="switch them on under Administration → Sites & apps",
        )
    return facts


def tracker_settings(instance: Instance, facts: dict[str, Any]) -> Step:
    """What the app's settings keep out; a setting that the app has not is the global one."""
    own = yield from instance.get(f"{SETTINGS}{instance.app}")
    common = yield from instance.get(f"{SETTINGS}global")
    both: dict[str, Any] = {}
    for answer in (common, own):
        if isinstance(answer, Reply):
            both |= {key: value for key, value in attributes(answer.json()).items() if value is not None}
    if not both:
        message = own.message if isinstance(own, Problem) else "the Tracker settings API answered no settings"
        yield Check(check="exclusions", state="cannot-tell", message=message)
        return
    for key, name in _LISTS.items():
        if isinstance(both.get(key), list):
            facts[name] = _texts(both[key])
    for key, name in _FLAGS.items():
        if isinstance(both.get(key), bool):
            facts[name] = both[key]
    octets = both.get("anonymize_visitor_ip_level")
    if isinstance(octets, int) and not isinstance(octets, bool):
        facts["masked_octets"] = octets
    yield from _told(facts, isinstance(common, Problem))


def _told(facts: Mapping[str, Any], half: bool) -> Step:
    said = []
    if facts.get("only_known_urls") is True:
        said.append("only URLs of the app")
    if entries := facts.get("excluded_ips"):
        said.append(f"not from {', '.join(entries[:5])}")
    if entries := facts.get("excluded_user_agents"):
        said.append(f"not with agents that contain {', '.join(entries[:3])}"[:120])
    if facts.get("exclude_crawlers") is not False:
        said.append("no crawlers")
    message = f"the app takes hits with these limits: {'; '.join(said) or 'none'}"
    if half:
        message += " (the global settings cannot be read)"
    yield Check(check="exclusions", state="ok", message=message)
    if octets := facts.get("masked_octets"):
        yield Check(
            check="addresses",
            state="ok",
            message=f"the last {octets} of 4 parts of each IP are masked: a recorded address differs from the sent one",
        )


def _texts(values: list[Any]) -> list[str]:
    return [text(value).strip()[:500] for value in values[:500] if text(value).strip()]
