"""Hits that are answered with a success and not recorded, and hits that are of no site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from signal_tui_matomo.exclusions import (
    BOT_RANGES,
    bot_word,
    in_ranges,
    is_known_url,
    listed,
    matching_agent,
    spam_host,
)
from signal_tui_matomo.parameters import integer, is_recorded, site_id
from signal_tui_matomo.rules.case import DOCUMENTED, OBSERVED, Assumed, Case, Note, Phase, rule, short

_IGNORE_COOKIES = ("matomo_ignore", "piwik_ignore")


@rule(Phase.START, OBSERVED)
def tracking_off(case: Case) -> Iterator[Note | Assumed]:
    if case.known.get("tracking_enabled") is False:
        yield Note(
            "dropped", None, "tracking is switched off on the server",
            "record_statistics=0 answers 503, but 204 with send_image=0",
            "switch it on in the server's config", "tracking-off",
        )  # fmt: skip


@rule(Phase.READING, OBSERVED)
def no_site(case: Case) -> Iterator[Note | Assumed]:
    site = site_id(case.params)
    sites = case.known.get("sites")
    if site <= 0:
        sent = case.text("idsite")
        yield Note(
            "rejected", "idsite", f"idsite is {short(sent)}, no site" if sent else "idsite is missing",
            "a hit without a site's number is refused with 400", "set the site's number", "not-in-reports",
        )  # fmt: skip
    elif isinstance(sites, Mapping) and str(site) not in sites:
        yield Note(
            "rejected", "idsite", f"the site {site} does not exist, or the token does not see it",
            "a hit of an unknown site is refused with 400", f"known sites: {', '.join(map(str, sites)) or 'none'}",
            "not-in-reports",
        )  # fmt: skip
    elif not isinstance(sites, Mapping):
        yield Assumed(f"site {site} exists")


@rule(Phase.EXCLUSION, OBSERVED)
def not_to_record(case: Case) -> Iterator[Note | Assumed]:
    if not is_recorded(case.params):
        yield Note(
            "dropped", "rec", "rec=1 is missing" if "rec" not in case.params else "rec is not 1",
            "without rec=1 a hit is answered as any other and dropped", "send rec=1", "not-in-reports",
        )  # fmt: skip


@rule(Phase.EXCLUSION, OBSERVED)
def bot_agent(case: Case) -> Iterator[Note | Assumed]:
    word = bot_word(case.agent)
    if word and not integer(case.params, "bots"):
        yield Note(
            "dropped", "ua", f"the agent counts as a bot, because of {short(word)}",
            "hits of bots are answered and dropped; curl, Go, axios and an empty agent are not bots",
            "send the visitor's own agent in ua, or bots=1", "not-in-reports",
        )  # fmt: skip


@rule(Phase.EXCLUSION, OBSERVED)
def bot_address(case: Case) -> Iterator[Note | Assumed]:
    found = in_ranges(case.address, BOT_RANGES)
    if found and not integer(case.params, "bots"):
        yield Note(
            "dropped", "cip", f"{case.address} is in {found}, a range of bots",
            "hits from the ranges of Google, Bing and Yahoo are answered and dropped", "send bots=1", "not-in-reports",
        )  # fmt: skip


@rule(Phase.EXCLUSION, DOCUMENTED)
def do_not_track(case: Case) -> Iterator[Note | Assumed]:
    if case.header("DNT") != "1":
        return
    if case.known.get("honours_dnt") is True:
        yield Note(
            "dropped", None, "the request says DNT: 1 and the server honours it",
            "a server that supports Do Not Track answers such hits and drops them",
            "leave the header out, or switch the support off under Privacy", "not-in-reports",
        )  # fmt: skip
    elif "honours_dnt" not in case.known:
        yield Assumed("the server does not honour Do Not Track (off by default)")


@rule(Phase.EXCLUSION, OBSERVED)
def ignore_cookie(case: Case) -> Iterator[Note | Assumed]:
    cookies = [part.strip().partition("=") for part in case.header("Cookie").split(";")]
    ignoring = (name for name, _, value in cookies if name in _IGNORE_COOKIES and "Kg==" in unquote(value))
    if found := next(ignoring, None):
        yield Note(
            "dropped", None, f"the cookie {found} is there: this browser opted out",
            "a hit with the ignore cookie is answered and dropped", "remove the cookie", "not-in-reports",
        )  # fmt: skip


@rule(Phase.EXCLUSION, OBSERVED)
def excluded_address(case: Case) -> Iterator[Note | Assumed]:
    ranges = listed(case.site, "excluded_ips")
    if not ranges:
        return
    if not case.address:
        yield Assumed("the sender's IP is not one of the site's excluded IPs")
    elif found := in_ranges(case.address, ranges):
        yield Note(
            "dropped", "cip", f"{case.address} is excluded on this site by {found}",
            "hits of excluded IPs are answered and dropped", "take it out of the site's excluded IPs", "not-in-reports",
        )  # fmt: skip


@rule(Phase.EXCLUSION, OBSERVED)
def excluded_agent(case: Case) -> Iterator[Note | Assumed]:
    if found := matching_agent(case.agent, listed(case.site, "excluded_user_agents")):
        yield Note(
            "dropped", "ua", f"the agent is excluded on this site by {short(found)}",
            "hits of excluded agents are answered and dropped", "take it out of the site's excluded agents",
            "not-in-reports",
        )  # fmt: skip


@rule(Phase.EXCLUSION, OBSERVED)
def spam(case: Case) -> Iterator[Note | Assumed]:
    if found := spam_host(case.text("urlref")):
        yield Note(
            "dropped", "urlref", f"the referrer is on the spam list: {found}",
            "hits with a referrer of the public spam list are answered and dropped", "send the real referrer",
            "not-in-reports",
        )  # fmt: skip


@rule(Phase.EXCLUSION, OBSERVED)
def foreign_url(case: Case) -> Iterator[Note | Assumed]:
    if case.site.get("only_known_urls") is not True or is_known_url(case.text("url"), listed(case.site, "urls")):
        return
    url = case.text("url")
    yield Note(
        "dropped", "url", f"{short(url)} is none of the site's addresses" if url else "there is no url",
        "the site keeps only hits whose url is one of its own, events too", "add the address to the site's URLs",
        "not-in-reports",
    )  # fmt: skip


@rule(Phase.EXCLUSION, OBSERVED)
def prefetch(case: Case) -> Iterator[Note | Assumed]:
    if case.header("X-Moz").lower() == "prefetch" or case.header("X-Purpose").lower() in ("preview", "instant"):
        yield Note(
            "dropped", None, "the request is a browser's prefetch",
            "a hit with X-Moz: prefetch, or X-Purpose: preview, is answered and dropped", "", "not-in-reports",
        )  # fmt: skip


RULES = (
    tracking_off,
    no_site,
    not_to_record,
    bot_agent,
    bot_address,
    do_not_track,
    ignore_cookie,
    excluded_address,
    excluded_agent,
    spam,
    foreign_url,
    prefetch,
)
