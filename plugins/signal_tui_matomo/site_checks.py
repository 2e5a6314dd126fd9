"""The checks about one site: its settings, goals, dimensions, exclusions, and whether its log can be read."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from signal_tui.api import Check, Reply, Request
from signal_tui.api.values import Value
from signal_tui_matomo import reporting
from signal_tui_matomo.reporting import Problem, text, whole

if TYPE_CHECKING:
    from signal_tui_matomo.check import Instance

Step: TypeAlias = Generator[Request | Check, Reply | None, Any]


def site(instance: Instance, administers: bool) -> Step:
    """All checks of the configured site; what is read lands in ``known["sites"]``."""
    answer = yield from instance.ask("SitesManager.getSiteFromId", ("idSite", instance.site))
    rows = reporting.rows([answer]) if isinstance(answer, dict) else reporting.rows(answer)
    if isinstance(answer, Problem) or not rows:
        yield from _no_site(instance, answer)
        return
    settings = rows[0]
    facts: dict[str, Any] = _facts(settings)
    sites: dict[str, dict[str, Any]] = {instance.site: facts}
    name = text(settings.get("name"))[:60]
    zone, currency = facts.get("timezone", "unknown"), facts.get("currency", "unknown")
    message = f"site {instance.site} is “{name}”; time zone {zone}, currency {currency}"
    yield Check(check="site", state="ok", message=message)
    yield from _ecommerce(facts)
    for step in (_urls, _goals, _dimensions):
        yield from step(instance, facts)
    if administers:
        yield from _global_exclusions(instance, facts)
    yield from _exclusions(facts)
    yield from _own_address(instance, facts)
    yield from _log(instance)
    if instance.known.get("sites_complete"):
        listed = yield from instance.ask("SitesManager.getSitesIdWithAtLeastViewAccess")
        for entry in listed if isinstance(listed, list) else []:
            sites.setdefault(text(entry), {})
        instance.known["sites_complete"] = isinstance(listed, list)
    instance.known["sites"] = sites


def _no_site(instance: Instance, answer: Value | Problem) -> Step:
    if isinstance(answer, Problem) and answer.kind != "no-site":
        yield Check(check="site", state="cannot-tell", message=answer.message)
        return
    message = f"there is no site {instance.site}: every hit to it is refused with 400"
    remedy = "look up the id under Administration → Websites → Manage and set it as site_id"
    yield Check(check="site", state="fail", message=message, remedy=remedy, trouble="not-in-reports")


def _facts(settings: Mapping[str, Value]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for key in ("timezone", "currency"):
        if text(settings.get(key)):
            facts[key] = text(settings[key])[:60]
    for key, source in (("ecommerce", "ecommerce"), ("only_known_urls", "exclude_unknown_urls")):
        if whole(settings.get(source)) is not None:
            facts[key] = whole(settings[source]) == 1
    for key in ("excluded_ips", "excluded_user_agents", "excluded_parameters"):
        if key in settings:
            facts[key] = _list(settings[key])
    if text(settings.get("main_url")):
        facts["urls"] = [text(settings["main_url"])]
    if whole(settings.get("sitesearch")) == 0:
        facts["search_parameters"] = []
    elif own := _list(settings.get("sitesearch_keyword_parameters")):
        facts["search_parameters"] = own
    return facts


def _list(value: Value) -> list[str]:
    """A list that Matomo writes as a text with commas or lines."""
    entries = value if isinstance(value, list) else re.split(r"[,\n]", text(value))
    return [text(entry).strip() for entry in entries if text(entry).strip()]


def _ecommerce(facts: Mapping[str, Any]) -> Step:
    if facts.get("ecommerce") is False:
        yield Check(
            check="ecommerce",
            state="warn",
            message="ecommerce is off on this site: orders are kept, and no report shows them",
            remedy="enable it under Administration → Websites → Manage",
            trouble="orders-missing",
        )
    elif facts.get("ecommerce"):
        yield Check(check="ecommerce", state="ok", message="ecommerce is on")
    else:
        yield Check(check="ecommerce", state="cannot-tell", message="Matomo does not say whether ecommerce is on")


def _urls(instance: Instance, facts: dict[str, Any]) -> Step:
    answer = yield from instance.ask("SitesManager.getSiteUrlsFromId", ("idSite", instance.site))
    if isinstance(answer, list) and (urls := _list(answer)):
        facts["urls"] = urls


def _goals(instance: Instance, facts: dict[str, Any]) -> Step:
    answer = yield from instance.ask("Goals.getGoals", ("idSite", instance.site), ("filter_limit", -1))
    if isinstance(answer, Problem):
        yield Check(check="goals", state="cannot-tell", message=answer.message)
        return
    goals = {
        number: text(row.get("name"))[:40] for row in reporting.rows(answer) if (number := whole(row.get("idgoal")))
    }
    facts["goals"] = sorted(goals)
    named = ", ".join(f"{number} “{goals[number]}”" for number in sorted(goals)[:8])
    message = f"goals: {named}" if goals else "no goals: a hit with idgoal above 0 is refused with 400"
    yield Check(check="goals", state="ok", message=message)


def _dimensions(instance: Instance, facts: dict[str, Any]) -> Step:
    method = "CustomDimensions.getConfiguredCustomDimensions"
    answer = yield from instance.ask(method, ("idSite", instance.site), ("filter_limit", -1))
    if isinstance(answer, Problem):
        yield Check(check="dimensions", state="cannot-tell", message=answer.message)
        return
    found: dict[str, str] = {}
    off: list[str] = []
    for row in reporting.rows(answer):
        number, scope = whole(row.get("idcustomdimension")), text(row.get("scope"))
        if number and scope in ("visit", "action"):
            if row.get("active") in (True, 1, "1"):
                found[str(number)] = scope
            else:
                off.append(str(number))
    facts["dimensions"] = found
    named = ", ".join(f"dimension{number} ({scope})" for number, scope in found.items()) or "none"
    note = f"; inactive, so lost: {', '.join('dimension' + number for number in off)}" if off else ""
    yield Check(check="dimensions", state="ok", message=f"active dimensions: {named}{note}")


def _global_exclusions(instance: Instance, facts: dict[str, Any]) -> Step:
    for key, method in (
        ("excluded_ips", "SitesManager.getExcludedIpsGlobal"),
        ("excluded_user_agents", "SitesManager.getExcludedUserAgentsGlobal"),
        ("excluded_parameters", "SitesManager.getExcludedQueryParametersGlobal"),
    ):
        answer = yield from instance.value(method)
        if not isinstance(answer, Problem):
            facts[key] = list(dict.fromkeys([*facts.get(key, []), *_list(answer)]))


def _exclusions(facts: Mapping[str, Any]) -> Step:
    parts = []
    for key, words in (
        ("excluded_ips", "addresses"),
        ("excluded_user_agents", "agents"),
        ("excluded_parameters", "parameters"),
    ):
        if facts.get(key):
            parts.append(f"{words} {', '.join(facts[key][:5])}")
    if facts.get("only_known_urls"):
        parts.append(f"every page that is not under {', '.join(facts.get('urls', ['the site’s addresses'])[:3])}")
    message = f"excluded on this site: {'; '.join(parts)}" if parts else "the site excludes no address, agent or page"
    yield Check(check="exclusions", state="ok", message=message)


def _own_address(instance: Instance, facts: Mapping[str, Any]) -> Step:
    answer = yield from instance.value("API.getIpFromHeader")
    address = "" if isinstance(answer, Problem) else text(answer)[:60]
    if not address:
        return
    rule = excluding(address, facts.get("excluded_ips", []))
    if rule:
        message = f"your address {address} is excluded here ({rule}): hits without a cip of somebody else are dropped"
        remedy = "send cip, or take the address out of the exclusions of the site"
        yield Check(check="own address", state="warn", message=message, remedy=remedy, trouble="not-in-reports")
    else:
        yield Check(check="own address", state="ok", message=f"Matomo sees you as {address}, which is not excluded")


def excluding(address: str, rules: Sequence[str]) -> str | None:
    """The first of the exclusions (``1.2.3.4``, ``1.2.*.*``, ``1.2.0.0/16``) that an address falls under."""
    try:
        own = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    for rule in rules:
        if "*" in rule:
            parts = zip(rule.split("."), str(own).split("."), strict=False)
            if rule.count(".") == 3 and own.version == 4 and all(one in ("*", other) for one, other in parts):
                return rule
            continue
        try:
            if own in ipaddress.ip_network(rule.strip(), strict=False):
                return rule
        except ValueError:
            continue
    return None


def _log(instance: Instance) -> Step:
    arguments = (("idSite", instance.site), ("filter_limit", 20), ("doNotFetchActions", 1))
    answer = yield from instance.ask("Live.getLastVisitsDetails", *arguments)
    if isinstance(answer, Problem):
        off = answer.kind == "log-off"
        remedy = "allow the visits log under Administration → Privacy and for the site" if off else ""
        state = "fail" if off else "cannot-tell"
        yield Check(check="visit log", state=state, message=answer.message, remedy=remedy)  # type: ignore[arg-type]  # two words
        return
    visits = reporting.rows(answer)
    yield Check(check="visit log", state="ok", message="the visit log can be read: verdicts work")
    public = [visit for visit in visits if _public(text(visit.get("visitIp")))]
    placed = [visit for visit in public if text(visit.get("countryCode")) not in ("", "xx")]
    if placed:
        yield Check(
            check="geo", state="ok", message=f"visits have a country, such as {text(placed[0].get('country'))[:40]}"
        )
    elif len(public) >= 3:
        yield Check(
            check="geo",
            state="warn",
            message=f"none of the last {len(public)} visits from public addresses has a country",
            remedy="set up a location provider under Administration → System → Geolocation",
            trouble="geo-blank",
        )
    else:
        message = "too few visits from public addresses to see whether places are found"
        yield Check(check="geo", state="cannot-tell", message=message)


def _public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False
