"""Where a visitor came from: campaign, search engine, social network, website, or directly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, unquote_plus

from signal_tui_matomo.double.addresses import (
    CAMPAIGN_KEYWORDS,
    CAMPAIGN_NAMES,
    clean_text,
    known_sites,
    looks_valid,
    parse,
    without_parameters,
)
from signal_tui_matomo.double.sites import Site
from signal_tui_matomo.kinds import clean_url
from signal_tui_matomo.parameters import Params, text

ReferrerType = Literal["direct", "search", "website", "campaign", "social"]
TYPE_NAMES: Mapping[ReferrerType, str] = {
    "direct": "Direct Entry",
    "search": "Search Engines",
    "website": "Websites",
    "campaign": "Campaigns",
    "social": "Social Networks",
}

# assumed: the real tables have hundreds of rows; these are the ones people try
_ENGINES = {
    "google.": ("Google", "q"),
    "bing.com": ("Bing", "q"),
    "duckduckgo.com": ("DuckDuckGo", "q"),
    "yahoo.": ("Yahoo!", "p"),
    "ecosia.org": ("Ecosia", "q"),
    "qwant.com": ("Qwant", "q"),
    "yandex.": ("Yandex", "text"),
    "baidu.com": ("Baidu", "wd"),
}
_NETWORKS = {
    "facebook.com": "Facebook",
    "instagram.com": "Instagram",
    "t.co": "Twitter",
    "twitter.com": "Twitter",
    "linkedin.com": "LinkedIn",
    "youtube.com": "YouTube",
    "reddit.com": "reddit",
    "pinterest.com": "Pinterest",
}
_GOOGLE_EXTRAS = frozenset(["ust", "usg", "usd", "sa", "sntz", "ei", "bvm", "ved", "client", "channel"])


@dataclass(frozen=True, slots=True)
class Referrer:
    type: ReferrerType = "direct"
    name: str = ""
    keyword: str = ""
    url: str = ""

    def differs(self, other: Referrer) -> bool:
        return any(
            mine.lower() != theirs.lower()
            for mine, theirs in ((self.type, other.type), (self.name, other.name), (self.keyword, other.keyword))
        )


def find_referrer(params: Params, site: Site, current: Referrer | None) -> Referrer:
    """The referrer of a hit; ``current`` is the one of the visit it joins."""
    page = parse(clean_url(text(params, "url")))
    landing = parse_qs(page.query, keep_blank_values=True)
    if "1" in (landing.get("ignore_referrer", [""])[-1], landing.get("ignore_referer", [""])[-1]):
        return Referrer()
    url = clean_text(text(params, "urlref"))
    if not looks_valid(url):
        url = ""
    host = parse(url).host.lower()
    stored = without_parameters(url, site, _GOOGLE_EXTRAS if "google." in host else frozenset()) if url else ""
    campaign = _campaign(params, page.query, page.fragment)
    engine = _engine(url)
    if campaign:
        name, keyword = campaign
        if not keyword and engine:
            keyword = engine[1]
        if not keyword:
            same = current and current.type == "campaign" and current.name.lower() == name.lower()[:255]
            keyword = current.keyword if current and same else host
        return Referrer("campaign", name.lower()[:255], keyword.lower()[:255], stored)
    if not host or site.id in (known := known_sites(url)) or (not known and host == page.host.lower()):
        return Referrer(url=stored)
    if engine:
        return Referrer("search", engine[0], engine[1][:255], stored)
    for domain, network in _NETWORKS.items():
        if host == domain or host.endswith("." + domain):
            return Referrer("social", network, "", stored)
    return Referrer("website", host[:255], "", stored)


def _campaign(params: Params, query: str, fragment: str) -> tuple[str, str] | None:
    found: tuple[str, str] | None = None
    for part in (query, fragment):
        pairs = {name: value for name, _, value in (pair.partition("=") for pair in part.split("&"))}
        name = _first(pairs, CAMPAIGN_NAMES)
        if name:
            found = (name, _first(pairs, CAMPAIGN_KEYWORDS))
            if found[1]:
                break
    name = next((text(params, key) for key in CAMPAIGN_NAMES if text(params, key) not in ("", "0")), "")
    if name:
        found = (name, next((text(params, key) for key in CAMPAIGN_KEYWORDS if text(params, key)), ""))
    return found


def _first(pairs: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := unquote_plus(pairs.get(name, "")).strip()) not in ("", "0")), "")


def _engine(url: str) -> tuple[str, str] | None:
    parts = parse(url)
    host = parts.host.lower()
    for sign, (name, parameter) in _ENGINES.items():
        if host.startswith(sign) or f".{sign}" in host:
            words = parse_qs(parts.query).get(parameter, [""])
            return name, words[-1].lower()
    return None
