"""Why a well-formed hit is dropped in silence, in the order the tracker asks."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from signal_tui_matomo.double.addresses import is_known, parse
from signal_tui_matomo.double.devices import is_bot
from signal_tui_matomo.double.places import from_bots, in_ranges
from signal_tui_matomo.double.sites import Site, Switches
from signal_tui_matomo.parameters import Params, integer, is_recorded, text

# assumed: a few rows of a list of thousands
SPAMMERS = ("semalt.com", "buttons-for-website.com", "darodar.com", "ilovevitaly.com", "social-buttons.com")
"""Some of the referrers that are listed as spam (the first was observed, the real list has thousands)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What the headers of a request say. ``address``: the sender's; ``at``: when it arrived."""

    address: str
    at: float
    agent: str = ""
    language: str = ""
    cookie: str = ""
    do_not_track: bool = False
    prefetch: bool = False


def exclusion(params: Params, site: Site, ip: str, agent: str, sender: Sender, switches: Switches) -> str | None:
    """The reason why a hit is dropped, or None."""
    if not integer(params, "bots") and (is_bot(agent) or from_bots(ip)):
        return "bot"
    if not is_recorded(params):
        return "rec"
    if switches.honours_dnt and sender.do_not_track:
        return "do not track"
    if _ignored(sender.cookie):
        return "ignore cookie"
    if in_ranges(ip, site.excluded_ips):
        return "excluded ip"
    if any(word.lower() in agent.lower() for word in site.excluded_agents):
        return "excluded agent"
    if any(host in parse(text(params, "urlref")).host.lower() for host in SPAMMERS):
        return "referrer spam"
    if site.only_known_urls and not is_known(text(params, "url"), site):
        return "unknown url"
    return "prefetch" if sender.prefetch else None


def _ignored(cookie: str) -> bool:
    for part in cookie.split(";"):
        name, _, value = part.strip().partition("=")
        if name == "matomo_ignore" and "ignore=Kg==" in unquote(value):
            return True
    return False
