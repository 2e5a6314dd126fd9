"""What the tracker settings keep out: crawlers, agents, addresses, unknown URLs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from signal_tui_piwik_pro.rules.case import ASSUMED, DOCUMENTED, Assumed, Case, Note, Open, Phase, rule, short

_CRAWLER = re.compile(r"bot\b|bot/|crawl|spider|slurp|headlesschrome|facebookexternalhit|mediapartners", re.IGNORECASE)


def crawler_word(agent: str) -> str:
    """The word that makes a crawler of an agent, empty where there is none. Piwik PRO's own list is not published."""
    found = _CRAWLER.search(agent)
    return found[0].rstrip("/") if found else ""


@rule(Phase.EXCLUDED, ASSUMED)
def crawler(case: Case) -> Iterator[Note | Assumed | Open]:
    word = crawler_word(case.agent)
    if word and case.app.get("exclude_crawlers") is not False:
        if "exclude_crawlers" not in case.app:
            yield Assumed("the app excludes crawlers, as it does by default")
        yield Note(
            "dropped", "ua" if case.text("ua") else None, f"the agent is a crawler's ({word})",
            "crawlers are excluded by default (documented); which agents count as such is not published",
            "send the visitor's own agent as ua", "excluded",
        )  # fmt: skip


@rule(Phase.EXCLUDED, DOCUMENTED)
def agents(case: Case) -> Iterator[Note | Assumed | Open]:
    found = next((entry for entry in case.listed("excluded_user_agents") or () if entry and entry in case.agent), None)
    if found:
        yield Note(
            "dropped", "ua" if case.text("ua") else None, f"the agent contains {short(found)}",
            "the app excludes agents with that text", "change the app's excluded user agents", "excluded",
        )  # fmt: skip


def matches_address(pattern: str, address: str) -> bool:
    """Whether an address is one that a pattern with ``*`` names."""
    parts = (".*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", pattern.strip()))
    return bool(pattern.strip()) and re.fullmatch("".join(parts), address.strip()) is not None


@rule(Phase.EXCLUDED, DOCUMENTED)
def addresses(case: Case) -> Iterator[Note | Assumed | Open]:
    patterns = case.listed("excluded_ips")
    if patterns is None:
        yield Assumed("the app excludes no addresses and no agents, and takes any URL")
        return
    found = next((entry for entry in patterns if matches_address(entry, case.address)), None)
    if found:
        yield Note(
            "dropped", "cip" if case.text("cip") else None, f"the address is excluded ({found})",
            "the app excludes addresses of that pattern", "change the app's excluded IPs", "excluded",
        )  # fmt: skip


@rule(Phase.EXCLUDED, DOCUMENTED)
def unknown_url(case: Case) -> Iterator[Note | Assumed | Open]:
    urls, sent = case.listed("urls"), case.text("url")
    if case.app.get("only_known_urls") is not True or urls is None or not sent:
        return
    if not any(_bare(sent).startswith(_bare(entry)) for entry in urls if entry):
        yield Note(
            "dropped", "url", f"{short(sent)} is none of the app's URLs", "the app takes hits of its own URLs only",
            "add the URL to the app, or switch off “exclude unknown URLs”", "excluded",
        )  # fmt: skip


def _bare(url: str) -> str:
    return url.strip().lower().partition("://")[2].rstrip("/") or url.strip().lower()


RULES = (crawler, agents, addresses, unknown_url)
