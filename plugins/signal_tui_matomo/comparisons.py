"""Comparing one value as it was sent with the same value as Matomo shows it: texts, numbers, addresses, items.

A comparison gives None where both are the same, else a :class:`Difference` with its reason.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from signal_tui.api import Difference, parse_json, text_of
from signal_tui.api.values import Value
from signal_tui_matomo import php
from signal_tui_matomo.reporting import number, rows, text

_STRIPPED = frozenset(
    (
        "gclid", "fbclid", "msclkid", "twclid", "wbraid", "gbraid", "yclid", "fb_xd_fragment", "fb_comment_id",
        "phpsessid", "jsessionid", "sessionid", "aspsessionid", "sid", "doing_wp_cron", "pk_vid",
    )
)  # fmt: skip
"""Query parameters that Matomo strips from every address by default (documented)."""

_CAMPAIGN = ("utm_", "mtm_", "pk_", "piwik_", "matomo_")


def altered(field: str, sent: Value, recorded: Value, because: str) -> Difference:
    """A value that was lost or changed."""
    return Difference(field=field, sent=sent, recorded=recorded, because=because, weight="altered")


def expected(field: str, sent: Value, recorded: Value, because: str) -> Difference:
    """A change that is Matomo's way and loses nothing that was meant."""
    return Difference(field=field, sent=sent, recorded=recorded, because=because, weight="expected")


def _plain(value: str) -> str:
    return " ".join(php.unescape(php.unescape(value)).split())


def texts(field: str, sent: str, value: Value, lost: str = "Matomo kept nothing of it") -> Difference | None:
    """Two texts. Blanks around them and HTML entities do not count as changes of what was meant."""
    recorded = text(value)
    if recorded == sent:
        return None
    if recorded == "":
        return altered(field, sent, None, lost)
    ours, theirs = _plain(sent), _plain(recorded)
    if ours == theirs:
        return expected(field, sent, recorded, "Matomo trims blanks, drops NUL and decodes HTML entities")
    if theirs and ours.startswith(theirs):
        return altered(field, sent, recorded, f"cut after {len(recorded)} characters")
    return altered(field, sent, recorded, "recorded otherwise")


def numbers(field: str, sent: str, value: Value, decimals: int = 2) -> Difference | None:
    """Two numbers: ``129.990`` is 129.99. Rounding to ``decimals`` is expected."""
    recorded = number(value)
    if recorded is None:
        return altered(field, sent, None if text(value) == "" else value, "Matomo shows no number for it")
    try:
        meant: float | None = float(sent) if php.is_numeric(sent) else None
    except (ValueError, OverflowError):
        meant = None
    if meant is None or not abs(meant) < 1e300:
        return altered(
            field, sent, value, f"read as {text_of(value)}: Matomo wants digits and a dot, no other signs or separators"
        )
    gap = abs(meant - recorded)
    if gap <= 1e-9 * max(1.0, abs(meant)):
        return None
    if gap <= 0.51 * 10**-decimals:
        return expected(field, sent, value, f"rounded to {decimals} decimals")
    return altered(field, sent, value, "recorded as another number")


def addresses(field: str, sent: str, value: Value, later: bool) -> Difference | None:
    """Two IP addresses, the recorded one with its end masked as the instance's privacy settings say."""
    recorded = text(value)
    if recorded == sent:
        return None
    try:
        ours = ipaddress.ip_address(sent.strip())
    except ValueError:
        return altered(field, sent, recorded or None, "it is not an IP address, so Matomo put one that says nothing")
    try:
        theirs = ipaddress.ip_address(recorded)
    except ValueError:
        return expected(field, sent, recorded or None, "the token or the privacy settings do not show addresses")
    if ours == theirs:
        return None
    if masks(sent, recorded):
        return expected(field, sent, recorded, "Matomo masks the end of addresses (its privacy settings say how much)")
    if later:
        return expected(field, sent, recorded, "the visit keeps the address of its first hit")
    return altered(field, sent, recorded, "another address was recorded")


def masks(sent: str, recorded: str) -> bool:
    """Whether an address is the other one with whole bytes at its end set to zero."""
    try:
        ours, theirs = ipaddress.ip_address(sent.strip()), ipaddress.ip_address(recorded)
    except ValueError:
        return False
    if ours.version != theirs.version:
        return False
    one, other = int(ours), int(theirs)
    return any(one >> bits << bits == other for bits in range(0, ours.max_prefixlen + 1, 8))


def urls(field: str, sent: str, value: Value) -> Difference | None:
    """Two addresses of pages. Fragment, campaign, session and excluded parameters are stripped when they are stored."""
    recorded = text(value)
    if recorded == sent:
        return None
    if recorded == "":
        return altered(field, sent, None, "it is no complete address (scheme and host), so none was recorded")
    try:
        ours, theirs = urlsplit(sent.strip()), urlsplit(recorded)
    except ValueError:
        return texts(field, sent, recorded)
    same_page = (ours.scheme.lower(), ours.netloc.lower(), _path(ours.path)) == (
        theirs.scheme.lower(),
        theirs.netloc.lower(),
        _path(theirs.path),
    )
    if not same_page:
        return texts(field, sent, recorded)
    gone = _missing(ours.query, theirs.query)
    if gone is None:
        return texts(field, sent, recorded)
    if not gone:
        because = "the part after # is not kept on this site" if ours.fragment and not theirs.fragment else ""
        return expected(field, sent, recorded, because or "the same address, written in Matomo's way")
    if len(recorded.encode()) >= 1000:
        return altered(field, sent, recorded, f"cut after {len(recorded)} characters")
    names = ", ".join(dict.fromkeys(name for name, _ in gone))
    usual = all(name.lower() in _STRIPPED or name.lower().startswith(_CAMPAIGN) for name, _ in gone)
    why = "campaign and session parameters" if usual else "parameters that are excluded on this site"
    return expected(field, sent, recorded, f"stripped from the address as {why}: {names}")


def same_page(sent: str, recorded: str) -> bool:
    """Whether a recorded address can be that of a hit: equal but for what Matomo strips, or cut."""
    if sent == recorded:
        return True
    found = urls("url", sent, recorded)
    return found is None or found.weight == "expected" or found.because.startswith("cut after")


def _path(path: str) -> str:
    return unquote(path) or "/"


def _missing(ours: str, theirs: str) -> list[tuple[str, str]] | None:
    """The query's pairs that are not recorded; None where other ones are recorded instead."""
    left = [_pair(part) for part in ours.split("&") if part]
    for part in theirs.split("&"):
        if part:
            if _pair(part) not in left:
                return None
            left.remove(_pair(part))
    return left


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return unquote(name), unquote(value)


def items(field: str, sent: str, value: Value) -> list[Difference]:
    """The rows of ``ec_items`` against the recorded items, one by one."""
    recorded = rows(value)
    try:
        ours = parse_json(sent)
    except ValueError:
        return [altered(field, sent, None, "it is not JSON, so no item was recorded")]
    if isinstance(ours, Mapping):
        ours = list(ours.values())
    if not isinstance(ours, list):
        return [altered(field, sent, None, "it is no list of items")]
    found: list[Difference] = []
    for index, row in enumerate(ours):
        name = f"{field}[{index}]"
        if not isinstance(row, list) or not row or php.empty(text_of(row[0]).strip()):
            because = "an item must be a list [sku, name, category, price, quantity] with a sku"
            found.append(altered(name, row, None, because))
            continue
        match = next((item for item in recorded if text(item.get("itemSKU")) == text_of(row[0]).strip()), None)
        if match is None:
            repeated = any(isinstance(other, list) and other and other[0] == row[0] for other in ours[:index])
            because = "another item of the order has the same sku" if repeated else "the item was not recorded"
            found.append(altered(name, row, None, because))
            continue
        recorded.remove(match)
        found.extend(_item(name, row, match))
    return found


def _item(name: str, row: list[Value], item: Mapping[str, Value]) -> list[Difference]:
    cells = [*row, None, None, None, None, None]
    found: list[Difference | None] = []
    if (title := text_of(cells[1])) and not isinstance(cells[1], list):
        found.append(texts(f"{name}.name", title, item.get("itemName")))
    found.append(categories(f"{name}.category", cells[2], item.get("categories"), item.get("itemCategory")))
    if (price := text_of(cells[3])) != "":
        found.append(numbers(f"{name}.price", price, item.get("price")))
    if (quantity := text_of(cells[4])) not in ("", "0"):
        found.append(numbers(f"{name}.quantity", quantity, item.get("quantity")))
    return [difference for difference in found if difference]


def categories(field: str, sent: Value, value: Value, first: Value = None) -> Difference | None:
    """One category, or up to five of them as a list or as JSON."""
    ours = sent if isinstance(sent, list) else [sent]
    if isinstance(sent, str) and sent.lstrip().startswith("["):
        try:
            parsed = parse_json(sent)
            ours = parsed if isinstance(parsed, list) else ours
        except ValueError:
            pass
    meant = [_plain(text_of(entry)) for entry in ours if text_of(entry).strip() not in ("", "0")]
    listed = value if isinstance(value, list) else [first if value is None else value]
    recorded = [_plain(text(entry)) for entry in listed if text(entry)]
    if meant == recorded:
        return None
    if len(meant) > len(recorded) and meant[: len(recorded)] == recorded and len(recorded) == 5:
        return altered(field, sent, listed, "Matomo keeps five categories of an item")
    return altered(field, sent, listed if recorded else None, "recorded otherwise" if recorded else "not recorded")
