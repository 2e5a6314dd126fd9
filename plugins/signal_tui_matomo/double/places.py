"""Addresses of senders: masked, in ranges, and where they are."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace

from signal_tui_matomo.double.countries import CONTINENTS, COUNTRIES, LANGUAGES, REGIONS
from signal_tui_matomo.parameters import Params, text

BOT_RANGES = tuple(
    ipaddress.ip_network(block, strict=False)
    for block in [
        "64.4.0.0/18",
        "65.52.0.0/14",
        "157.54.0.0/15",
        "157.56.0.0/14",
        "157.60.0.0/16",
        "207.46.0.0/16",
        "207.68.128.0/18",
        "207.68.192.0/20",
        "131.253.26.0/20",
        "131.253.24.0/20",
        "72.30.198.0/20",
        "72.30.196.0/20",
        "98.137.207.0/20",
        "1.202.218.8/32",
        "216.239.32.0/19",
        "64.233.160.0/19",
        "66.249.80.0/20",
        "72.14.192.0/18",
        "209.85.128.0/17",
        "66.102.0.0/20",
        "74.125.0.0/16",
        "64.18.0.0/20",
        "207.126.144.0/20",
        "173.194.0.0/16",
    ]
)
"""Ranges from which everything counts as a bot's (code of 5.2; the one of 66.249.80.0 was observed)."""


def read_ip(sent: str) -> str:
    """An address as it counts; what is none is 0.0.0.0."""
    try:
        return str(ipaddress.ip_address(sent.strip()))
    except ValueError:
        return "0.0.0.0"


def masked_ip(address: str) -> str:
    """The address with its last two bytes gone; of IPv6 the last ten."""
    ip = ipaddress.ip_address(address)
    bits = 16 if ip.version == 4 else 80
    return str(ipaddress.ip_address(int(ip) >> bits << bits) if ip.version == 4 else _six(int(ip) >> bits << bits))


def _six(number: int) -> ipaddress.IPv6Address:
    return ipaddress.IPv6Address(number)


def from_bots(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return any(ip in block for block in BOT_RANGES if block.version == ip.version)


def in_ranges(address: str, ranges: tuple[str, ...]) -> bool:
    """Whether an address is in one of a site's ranges: single, with ``*``, or with a prefix length."""
    ip = ipaddress.ip_address(address)
    for written in ranges:
        stars = written.count("*")
        block = f"{written.replace('*', '0')}/{32 - 8 * stars}" if stars else written
        try:
            network = ipaddress.ip_network(block, strict=False)
        except ValueError:
            continue
        if network.version == ip.version and ip in network:
            return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    country: str = "xx"
    region: str | None = None
    city: str | None = None
    latitude: str | None = None
    longitude: str | None = None

    @property
    def country_name(self) -> str:
        return COUNTRIES.get(self.country, ("Unknown", "unk"))[0]

    @property
    def continent(self) -> tuple[str, str]:
        code = COUNTRIES.get(self.country, ("Unknown", "unk"))[1]
        return code, CONTINENTS[code]

    @property
    def region_name(self) -> str | None:
        if self.region is None:
            return None
        return REGIONS.get((self.country, self.region), "Unknown")

    @property
    def pretty(self) -> str:
        return ", ".join(part for part in (self.city, self.region_name, self.country_name) if part)


# The addresses of the recordings; any other is nowhere.
# assumed: nowhere else is anywhere
_LONDON = Place(country="gb", region="ENG", city="London", latitude="51.514000", longitude="-0.093000")
_BOXFORD = Place(country="gb", region="WBK", city="Boxford", latitude="51.750000", longitude="-1.250000")
_KNOWN = (
    ("81.2.69.142/31", _LONDON),
    ("81.2.69.144/28", _LONDON),
    ("81.2.69.160/27", _LONDON),
    ("81.2.69.192/28", _LONDON),
    ("2.125.160.216/29", _BOXFORD),
    ("2001:218::/32", Place(country="jp", latitude="35.685000", longitude="139.753000")),
)


def locate(address: str, language: str) -> Place:
    """Where an address is; if that is nowhere, the country of the language."""
    ip = ipaddress.ip_address(address)
    for block, place in _KNOWN:
        network = ipaddress.ip_network(block)
        if network.version == ip.version and ip in network:
            return place
    tongue, _, region = language.partition("-")
    code = region if region in COUNTRIES else LANGUAGES.get(tongue, "xx") if not region else "xx"
    return Place(country=code)


def overridden(place: Place, params: Params) -> Place:
    """The place with what a hit says of it: country, region, city, lat, long. Raises nothing."""
    changed = place
    if country := _sent(params, "country"):
        changed = replace(changed, country=country.lower()[:3])
    if region := _sent(params, "region"):
        changed = replace(changed, region=region[:3])
    if city := _sent(params, "city"):
        changed = replace(changed, city=city[:255])
    for name, member in (("lat", "latitude"), ("long", "longitude")):
        try:
            changed = replace(changed, **{member: f"{float(_sent(params, name)):.6f}"})
        except ValueError:
            continue
    return changed


def _sent(params: Params, name: str) -> str:
    value = text(params, name)
    return "" if value == "0" else value
