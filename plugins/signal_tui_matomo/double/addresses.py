"""Page addresses as Matomo stores them: cleaned, without the parameters it strips, and shown again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from signal_tui_matomo.double.sites import SITES, Site
from signal_tui_matomo.kinds import clean_url

CAMPAIGN_NAMES = (
    "pk_cpn",
    "pk_campaign",
    "piwik_campaign",
    "mtm_campaign",
    "matomo_campaign",
    "utm_campaign",
    "utm_source",
    "utm_medium",
)
CAMPAIGN_KEYWORDS = (
    "pk_kwd",
    "pk_keyword",
    "piwik_kwd",
    "mtm_kwd",
    "mtm_keyword",
    "matomo_kwd",
    "utm_term",
)
STRIPPED = frozenset(
    [
        "gclid",
        "fbclid",
        "msclkid",
        "twclid",
        "wbraid",
        "gbraid",
        "yclid",
        "fb_xd_fragment",
        "fb_comment_id",
        "phpsessid",
        "jsessionid",
        "sessionid",
        "aspsessionid",
        "doing_wp_cron",
        "sid",
        "pk_vid",
        "ignore_referrer",
        "ignore_referer",
    ]
).union(CAMPAIGN_NAMES, CAMPAIGN_KEYWORDS)
"""Parameters that are taken out of every stored address."""

_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_LOOKS_VALID = re.compile(r"(([A-Za-z][A-Za-z0-9+.\-]*)?:)?//.+", re.DOTALL)
_SCRIPT = re.compile(r"(javascript|vbscript|data):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    scheme: str = ""
    host: str = ""
    path: str = ""
    query: str = ""
    fragment: str = ""

    def __str__(self) -> str:
        start = f"{self.scheme}://" if self.scheme else ""
        path = self.path if not self.path or self.path.startswith("/") or not (start + self.host) else "/" + self.path
        return (
            start
            + self.host
            + path
            + (f"?{self.query}" if self.query else "")
            + (f"#{self.fragment}" if self.fragment else "")
        )


def parse(url: str) -> Address:
    match = _PARTS.fullmatch(url)
    return Address(*(part or "" for part in match.groups())) if match else Address(path=url)


def looks_valid(url: str) -> bool:
    return bool(_LOOKS_VALID.fullmatch(url)) and not _SCRIPT.match(url)


def without_parameters(url: str, site: Site, more: frozenset[str] = frozenset()) -> str:
    """The address with a small host, without fragment and without the parameters that the site strips."""
    parts = parse(clean_url(url))
    unwanted = STRIPPED.union(more, (name.lower() for name in site.excluded_parameters))
    kept = [
        pair
        for pair in parts.query.split("&")
        if pair and re.sub(r"(\[|%5b)(]|%5d)$", "", pair.partition("=")[0], flags=re.I).lower() not in unwanted
    ]
    return str(replace(parts, host=parts.host.lower(), query="&".join(kept), fragment=""))


def page_url(url: str, site: Site) -> str | None:
    """A page's address as it is shown later; None for what does not look like one (relative ones do not)."""
    stored = without_parameters(url, site)
    if not looks_valid(stored):
        return None
    parts = parse(stored)
    if parts.scheme.lower() == "http" and any(known.lower().startswith(f"https://{parts.host}") for known in site.urls):
        parts = replace(parts, scheme="https")
    return str(replace(parts, scheme=parts.scheme.lower()) if parts.scheme.lower() in ("http", "https") else parts)


def plain_url(url: str) -> str | None:
    """The address of a download or an outlink: kept with all its parameters."""
    cleaned = clean_text(url)
    return cleaned if looks_valid(cleaned) else None


def clean_text(text: str) -> str:
    """A name or an address: trimmed, without line breaks, cut at 1024 bytes."""
    text = text.strip(" \t\n\r\0\x0b").replace("\n", "").replace("\r", "").replace("\0", "")
    return text.encode("utf-8", "replace")[:1024].decode("utf-8", "ignore")


def is_known(url: str, site: Site) -> bool:
    """Whether an address is one of the site's: same host, and under its path."""
    parts = parse(url)
    host = parts.host.lower().removeprefix("www.").partition(":")[0]
    for known in map(parse, site.urls):
        path = known.path.rstrip("/").lower()
        if host == known.host.lower().removeprefix("www.").partition(":")[0] and (
            not path or (parts.path.lower().rstrip("/") + "/").startswith(path + "/")
        ):
            return True
    return False


def known_sites(url: str) -> list[int]:
    return [site.id for site in SITES.values() if is_known(url, site)]


def normal(url: str) -> str:
    """An address without scheme and www, as segments compare them."""
    return re.sub(r"^https?://(www\.)?", "", url, flags=re.IGNORECASE)
