"""What Matomo drops with a success: agents and addresses of bots, spam referrers, a site's own exclusions.

A short list of agents stands here for Matomo's DeviceDetector, which knows some thousand: :func:`bot_word` is the one
place to ask, and to exchange for it. The address ranges are those of Matomo's tracker (code of 5.2, documented
nowhere else); Google's one among them was observed to drop a hit.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

BOT_AGENTS = re.compile(
    r"(?<!cu)bot(?![a-z])|crawler(?![a-z])|spider(?![a-z])|archiver(?![a-z])|checker(?![a-z])|slurp(?![a-z])"
    r"|(?<![a-z])(?:monitor|probe|validator|script|scanner)(?![a-z])"
    r"|^httpx|uptimerobot|pingdom|facebookexternalhit|mediapartners-google|google-inspectiontool|googleother"
    r"|bingpreview|feedfetcher|ia_archiver|statuscake|site24x7",
    re.IGNORECASE | re.ASCII,
)
"""Words that make an agent a bot. Libraries are none: curl, Go, axios, python-requests, Java's clients and an empty
agent were recorded (observed on 5.2)."""

BOT_RANGES = (
    "216.239.32.0/19", "64.233.160.0/19", "66.249.80.0/20", "72.14.192.0/18", "209.85.128.0/17", "66.102.0.0/20",
    "74.125.0.0/16", "64.18.0.0/20", "207.126.144.0/20", "173.194.0.0/16",  # Google
    "64.4.0.0/18", "65.52.0.0/14", "157.54.0.0/15", "157.56.0.0/14", "157.60.0.0/16", "207.46.0.0/16",
    "207.68.128.0/18", "207.68.192.0/20", "131.253.16.0/20",  # Bing
    "72.30.192.0/20", "98.137.192.0/20",  # Yahoo
)  # fmt: skip

SPAM_HOSTS = (
    "semalt.com", "buttons-for-website.com", "darodar.com", "best-seo-offer.com", "4webmasters.org", "ilovevitaly.com",
    "priceg.com", "blackhatworth.com", "hulfingtonpost.com", "free-share-buttons.com", "get-free-traffic-now.com",
)  # fmt: skip
"""The best known of the public referrer spam list that Matomo uses; the list itself has some thousand hosts."""

STRIPPED = frozenset(
    {"gclid", "fbclid", "msclkid", "twclid", "wbraid", "gbraid", "yclid", "fb_xd_fragment", "fb_comment_id",
     "phpsessid", "jsessionid", "sessionid", "aspsessionid", "sid", "doing_wp_cron", "pk_vid"}
)  # fmt: skip
"""Parameters that Matomo takes out of every page's address (documented; gclid and PHPSESSID observed on 5.2)."""


def bot_word(agent: str) -> str | None:
    """What makes an agent a bot, or None."""
    match = BOT_AGENTS.search(agent)
    return match[0] if match else None


def in_ranges(address: str, ranges: Iterable[Any]) -> str | None:
    """The first of the ranges that holds an address: plain, with stars (``81.2.69.*``) or CIDR. None when none does,
    or when the address is none."""
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    for entry in ranges:
        text = str(entry).strip()
        if "*" in text:
            parts = text.split(".")
            stars = len([part for part in parts if part == "*"])
            if len(parts) != 4 or ip.version != 4:
                continue
            text = ".".join("0" if part == "*" else part for part in parts) + f"/{32 - 8 * stars}"
        try:
            if ip in ipaddress.ip_network(text, strict=False):
                return str(entry)
        except ValueError:
            continue
    return None


def spam_host(referrer: str) -> str | None:
    """The spam host in a referrer, or None."""
    return next((host for host in SPAM_HOSTS if host in referrer.lower()), None)


def matching_agent(agent: str, excluded: Iterable[Any]) -> str | None:
    """The first of a site's excluded agents that an agent contains, or matches where it is a ``/pattern/``."""
    for entry in excluded:
        text = str(entry)
        if text and text.lower() in agent.lower():
            return text
        if len(text) > 2 and text[0] == "/" and (end := text.rfind("/")) > 0:
            try:
                if re.search(text[1:end], agent, re.IGNORECASE if "i" in text[end:] else 0):
                    return text
            except re.error:
                continue
    return None


def is_known_url(url: str, known: Iterable[Any]) -> bool:
    """Whether an address belongs to one of a site's: the same host (``www.`` aside) under the same path."""
    host, path = _place(url)
    if not host:
        return False
    for entry in known:
        other, start = _place(str(entry))
        if host == other and path.startswith(start.rstrip("/") + "/"):
            return True
    return False


def _place(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").removeprefix("www."), (parts.path or "/").rstrip("/") + "/"
    except ValueError:
        return "", ""


def listed(site: Mapping[str, Any], key: str) -> Sequence[Any]:
    """A list among what is known of a site; empty where it is none."""
    value = site.get(key)
    return value if isinstance(value, list | tuple) else ()
