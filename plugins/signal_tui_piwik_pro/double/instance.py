"""The apps of the double, with the settings that two documented APIs show of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from signal_tui_piwik_pro.parameters import SEARCH_PARAMETERS, STRIPPED

SHOP = "5a1e6b90-3c1d-4d6f-9a77-0f4b8c2d1e55"
STRICT = "c0de7e57-8b4a-4f2e-b6d1-7a9e2f3c4d5b"


@dataclass(slots=True, kw_only=True)
class App:
    """One app. The names are those of what is known of an app; see :mod:`signal_tui_piwik_pro.rules.case`."""

    id: str
    name: str
    urls: list[str]
    timezone: str = "Europe/London"
    currency: str = "GBP"
    ecommerce: bool = True
    only_known_urls: bool = False
    exclude_crawlers: bool = True
    keep_fragment: bool = True
    session_hash: bool = True
    masked_octets: int = 0
    excluded_ips: list[str] = field(default_factory=list)
    excluded_user_agents: list[str] = field(default_factory=list)
    excluded_parameters: list[str] = field(default_factory=lambda: list(STRIPPED))
    search_parameters: list[str] = field(default_factory=lambda: list(SEARCH_PARAMETERS))

    def known(self) -> dict[str, Any]:
        """Everything about the app but its id."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "id"}

    def attributes(self) -> dict[str, Any]:
        """What the Apps API shows."""
        return {
            "name": self.name,
            "urls": self.urls,
            "timezone": self.timezone,
            "currency": self.currency,
            "excludeUnknownUrls": self.only_known_urls,
            "keepUrlFragment": self.keep_fragment,
            "eCommerceTracking": self.ecommerce,
        }

    def settings(self) -> dict[str, Any]:
        """What the Tracker settings API shows."""
        return {
            "anonymize_visitor_ip_level": self.masked_octets,
            "exclude_crawlers": self.exclude_crawlers,
            "exclude_unknown_urls": self.only_known_urls,
            "excluded_ips": self.excluded_ips,
            "excluded_user_agents": self.excluded_user_agents,
            "keep_url_fragment": self.keep_fragment,
            "site_search_query_params": self.search_parameters,
            "url_query_parameter_to_exclude_from_url": self.excluded_parameters,
            "urls": self.urls,
            "use_session_hash": self.session_hash,
        }


GLOBAL = App(id="global", name="global", urls=[]).settings()
"""The initial global settings (documented)."""


def apps() -> dict[str, App]:
    """The apps of a fresh instance, by id."""
    shop = App(id=SHOP, name="Shop", urls=["https://shop.example.com/"])
    strict = App(
        id=STRICT,
        name="Strict",
        urls=["https://strict.example.com/"],
        ecommerce=False,
        only_known_urls=True,
        keep_fragment=False,
        masked_octets=2,
        excluded_ips=["198.51.100.*"],
        excluded_user_agents=["BadAgent"],
    )
    return {app.id: app for app in (shop, strict)}
