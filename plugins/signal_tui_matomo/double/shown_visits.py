"""A visit as ``Live.getLastVisitsDetails`` shows it: names, types and order of fields as observed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from signal_tui_matomo.double.referrers import TYPE_NAMES
from signal_tui_matomo.double.shown_actions import shown_actions
from signal_tui_matomo.double.shown_conversions import Row, plain
from signal_tui_matomo.double.sites import SITES, Site
from signal_tui_matomo.double.visits import Visit
from signal_tui_matomo.double.zones import zone

Shown: TypeAlias = dict[str, Any]

BUYERS = ("none", "ordered", "abandonedCart", "orderedThenAbandonedCart")
VISITORS = ("new", "returning", "returningCustomer")
_FAMILIES = {
    "Blink": "Blink (Chrome, Opera)",
    "Gecko": "Gecko (Firefox)",
    "WebKit": "WebKit (Safari, Chrome)",
}
_ICONS = "plugins/Morpheus/icons/dist"


def pretty_time(seconds: int) -> str:
    """``59s``, ``1 min 51s``, ``2 hours 3 min``."""
    if seconds < 60:
        return f"{seconds}s"
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {rest}s"
    return f"{minutes // 60} hours {minutes % 60} min"


def shown_visit(visit: Visit, lifetime: Iterable[Visit], *, actions: bool = True) -> Shown:
    """The fields of a visit; ``lifetime`` are all visits of the same visitor on that site."""
    site = SITES[visit.site]
    last = datetime.fromtimestamp(visit.last, UTC)
    there, there_first = (datetime.fromtimestamp(at, zone(site.timezone)) for at in (visit.last, visit.first))
    rows: list[Row] = shown_actions(visit, site) if actions else []
    shown: Shown = {
        "idSite": visit.site,
        "idVisit": visit.id,
        "visitIp": visit.ip,
        "visitorId": visit.visitor,
        "fingerprint": visit.fingerprint,
        "actionDetails": rows,
        "goalConversions": sum(item.goal > 0 for item in visit.conversions),
        "siteCurrency": site.currency,
        "siteCurrencySymbol": site.currency_symbol,
        "serverDate": last.date().isoformat(),
        "visitServerHour": str(last.hour),
        "lastActionTimestamp": visit.last,
        "lastActionDateTime": last.strftime("%Y-%m-%d %H:%M:%S"),
        "siteName": site.name,
        "serverTimestamp": visit.last,
        "firstActionTimestamp": visit.first,
        "serverTimePretty": there.strftime("%H:%M:%S"),
        "serverDatePretty": long_date(there),
        "serverDatePrettyFirstAction": long_date(there_first),
        "serverTimePrettyFirstAction": there_first.strftime("%H:%M:%S"),
        "userId": visit.user,
    }
    shown.update(_standing(visit))
    shown.update(_referrer(visit))
    shown.update(_device(visit))
    if site.ecommerce:
        shown.update(_lifetime_totals(lifetime))
    shown["events"] = visit.events
    shown.update(_place(visit))
    shown.update(
        visitLocalTime=visit.local_time,
        visitLocalHour=str(int(visit.local_time[:2] or 0)),
        daysSinceLastVisit=visit.since_last // 86400,
        secondsSinceLastVisit=visit.since_last,
        resolution=visit.resolution,
        plugins=", ".join(visit.plugins),
        pluginsIcons=[{"pluginIcon": f"{_ICONS}/plugins/{name}.png", "pluginName": name} for name in visit.plugins]
        or None,
    )
    for dimension in site.active_dimensions("visit"):
        shown[f"dimension{dimension.id}"] = visit.dimensions.get(dimension.id)
    return shown


def long_date(moment: datetime) -> str:
    return f"{moment:%A, %B} {moment.day}, {moment.year}"


def _standing(visit: Visit) -> Shown:
    status = BUYERS[visit.buyer]
    return {
        "visitorType": VISITORS[visit.seen],
        "visitorTypeIcon": "plugins/Live/images/returningVisitor.png" if visit.seen else None,
        "visitConverted": int(visit.converted),
        "visitConvertedIcon": "plugins/Morpheus/images/goal.svg" if visit.converted else None,
        "visitCount": visit.count,
        "visitEcommerceStatus": status,
        "visitEcommerceStatusIcon": f"plugins/Morpheus/images/{_cart_icon(status)}.svg" if visit.buyer else None,
        "daysSinceFirstVisit": (visit.since_first or 0) // 86400,
        "secondsSinceFirstVisit": visit.since_first,
        "daysSinceLastEcommerceOrder": (visit.since_order or 0) // 86400,
        "secondsSinceLastEcommerceOrder": visit.since_order,
        "visitDuration": visit.seconds,
        "visitDurationPretty": pretty_time(visit.seconds),
        "searches": visit.searches,
        "actions": visit.actions_count,
        "interactions": visit.interactions,
    }


def _cart_icon(status: str) -> str:
    return "ecommerceOrder" if status == "ordered" else "ecommerceAbandonedCart"


def _referrer(visit: Visit) -> Shown:
    referrer = visit.referrer
    search = referrer.type == "search"
    return {
        "referrerType": referrer.type,
        "referrerTypeName": TYPE_NAMES[referrer.type],
        "referrerName": referrer.name,
        "referrerKeyword": referrer.keyword or ("Keyword not defined" if search else ""),
        "referrerKeywordPosition": None,
        "referrerUrl": referrer.url or None,
        "referrerSearchEngineUrl": f"http://{referrer.name.lower()}.com" if search else None,
        "referrerSearchEngineIcon": f"{_ICONS}/searchEngines/xx.png" if search else None,
        "referrerSocialNetworkUrl": None,
        "referrerSocialNetworkIcon": None,
        "languageCode": visit.language,
        "language": f"Language code {visit.language}" if visit.language else "Unknown",
    }


def _device(visit: Visit) -> Shown:
    device = visit.device
    return {
        "deviceType": device.type,
        "deviceTypeIcon": f"{_ICONS}/devices/{device.type.lower()}.png",
        "deviceBrand": "Unknown",
        "deviceModel": device.model,
        "operatingSystem": f"{device.system} {device.system_version}".strip(),
        "operatingSystemName": device.system,
        "operatingSystemIcon": f"{_ICONS}/os/UNK.png",
        "operatingSystemCode": device.system_code,
        "operatingSystemVersion": device.system_version,
        "browserFamily": device.family,
        "browserFamilyDescription": _FAMILIES.get(device.family, "Unknown"),
        "browser": f"{device.browser} {device.browser_version}".strip(),
        "browserName": device.browser,
        "browserIcon": f"{_ICONS}/browsers/UNK.png",
        "browserCode": device.browser_code,
        "browserVersion": device.browser_version,
    }


def _place(visit: Visit) -> Shown:
    place = visit.place
    code, continent = place.continent
    return {
        "continent": continent,
        "continentCode": code,
        "country": place.country_name,
        "countryCode": place.country,
        "countryFlag": f"{_ICONS}/flags/xx.png",
        "region": place.region_name,
        "regionCode": place.region,
        "city": place.city,
        "location": place.pretty,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _lifetime_totals(visits: Iterable[Visit]) -> Shown:
    conversions = [item for visit in visits for item in visit.conversions]
    orders = [item for item in conversions if item.goal == 0]
    carts = [item for item in conversions if item.goal == -1]
    # Sums come out of the database as text, where there is anything to sum.
    return {
        "totalEcommerceRevenue": plain(round(sum(item.revenue for item in orders), 2)),
        "totalEcommerceConversions": len(orders),
        "totalEcommerceItems": str(sum(item.pieces for item in orders)) if orders else 0,
        "totalAbandonedCartsRevenue": plain(round(sum(item.revenue for item in carts), 2)),
        "totalAbandonedCarts": len(carts),
        "totalAbandonedCartsItems": str(sum(item.pieces for item in carts)) if carts else 0,
    }


def site_row(site: Site, *, full: bool) -> Shown:
    """A site as the SitesManager shows it; ``full`` for a superuser."""
    shown: Shown = {
        "idsite": site.id,
        "name": site.name,
        "main_url": site.urls[0],
        "ts_created": site.created,
        "ecommerce": int(site.ecommerce),
        "sitesearch": 1,
        "sitesearch_keyword_parameters": "",
        "sitesearch_category_parameters": "",
        "timezone": site.timezone,
        "currency": site.currency,
        "exclude_unknown_urls": int(site.only_known_urls),
        "excluded_ips": ",".join(site.excluded_ips),
        "excluded_parameters": ",".join(site.excluded_parameters),
        "excluded_user_agents": ",".join(site.excluded_agents),
        "excluded_referrers": "",
        "group": "",
        "type": "website",
        "keep_url_fragment": 0,
    }
    if full:
        shown["creator_login"] = "super user was set"
    return shown | {"timezone_name": site.timezone_name, "currency_name": site.currency_name}
