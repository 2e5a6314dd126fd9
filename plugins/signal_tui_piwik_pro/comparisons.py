"""How one value that was sent compares with what the debugger shows of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from signal_tui.api import Difference, text_of
from signal_tui.api.values import Value
from signal_tui_piwik_pro.parameters import as_number
from signal_tui_piwik_pro.products import Product, ProductsError, read_products
from signal_tui_piwik_pro.sessions import number, text


def altered(field: str, sent: Value, recorded: Value, because: str) -> Difference:
    """A value that was lost or changed."""
    return Difference(field=field, sent=sent, recorded=recorded, because=because, weight="altered")


def expected(field: str, sent: Value, recorded: Value, because: str) -> Difference:
    """A change that is Piwik PRO's way and loses nothing that was meant."""
    return Difference(field=field, sent=sent, recorded=recorded, because=because, weight="expected")


def texts(field: str, sent: str, value: Value) -> Difference | None:
    """Two texts. Blanks around them and between words do not count as changes of what was meant."""
    recorded = text(value)
    if recorded == sent:
        return None
    if recorded == "":
        return altered(field, sent, None, "Piwik PRO kept nothing of it")
    ours, theirs = " ".join(sent.split()), " ".join(recorded.split())
    if ours == theirs:
        return expected(field, sent, recorded, "blanks are trimmed")
    if theirs and ours.startswith(theirs):
        return altered(field, sent, recorded, f"cut after {len(recorded)} characters")
    return altered(field, sent, recorded, "recorded otherwise")


def numbers(field: str, sent: str, value: Value) -> Difference | None:
    """Two numbers: ``98.00`` is 98. Rounding to two decimals is expected."""
    recorded, meant = number(value), as_number(sent)
    if recorded is None:
        return altered(field, sent, None if text(value) == "" else value, "Piwik PRO shows no number for it")
    if meant is None:
        return altered(field, sent, value, f"read as {text_of(value)}: it wants digits and a decimal point")
    gap = abs(meant - recorded)
    if gap <= 1e-6 * max(1.0, abs(meant)):
        return None
    if gap <= 0.0051:
        return expected(field, sent, value, "rounded to two decimals")
    return altered(field, sent, value, "recorded as another number")


def addresses(field: str, sent: str, value: Value, is_first: bool) -> Difference | None:
    """Two IP addresses, the recorded one with its end masked as the privacy settings say."""
    recorded = text(value)
    if recorded == sent:
        return None
    try:
        ours = ipaddress.ip_address(sent.strip())
    except ValueError:
        return altered(field, sent, recorded or None, "it is no IP address")
    try:
        theirs = ipaddress.ip_address(recorded)
    except ValueError:
        return expected(field, sent, None, "the privacy settings do not show addresses")
    if ours == theirs:
        return None
    if ours.version == theirs.version and any(
        int(ours) >> bits << bits == int(theirs) for bits in range(8, ours.max_prefixlen + 1, 8)
    ):
        return expected(field, sent, recorded, "the end of addresses is masked, as the privacy settings say")
    if not is_first:
        return expected(field, sent, recorded, "the session keeps the address of its first event")
    return altered(field, sent, recorded, "another address was recorded")


def urls(field: str, sent: str, value: Value) -> Difference | None:
    """Two addresses of pages. Click ids, session ids and, by a setting, the fragment are stripped."""
    recorded = text(value)
    if recorded == sent:
        return None
    if recorded == "":
        return altered(field, sent, None, "no address was recorded")
    try:
        ours, theirs = urlsplit(sent.strip()), urlsplit(recorded)
    except ValueError:
        return texts(field, sent, recorded)
    one, other = ((parts.scheme.lower(), parts.netloc.lower(), unquote(parts.path) or "/") for parts in (ours, theirs))
    gone = _missing(ours.query, theirs.query)
    if one != other or gone is None:
        return texts(field, sent, recorded)
    if gone:
        return expected(field, sent, recorded, f"stripped from the address by a setting: {', '.join(gone)}")
    if ours.fragment and not theirs.fragment:
        return expected(field, sent, recorded, "the part after # is not kept in this app")
    return expected(field, sent, recorded, "the same address, written otherwise")


def _missing(ours: str, theirs: str) -> list[str] | None:
    """The names of the pairs that are not recorded; None where other ones are recorded instead."""
    left = [unquote(part) for part in ours.split("&") if part]
    for part in theirs.split("&"):
        if part:
            if unquote(part) not in left:
                return None
            left.remove(unquote(part))
    return list(dict.fromkeys(part.partition("=")[0] for part in left))


def products(field: str, sent: str, value: Value) -> list[Difference]:
    """The rows of a product list against the recorded items, one by one."""
    try:
        ours = read_products(sent)
    except ProductsError as error:
        return [altered(field, sent, None, str(error))]
    left = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    found: list[Difference] = []
    for index, product in enumerate(ours):
        name = f"{field}[{index}]"
        match = next((item for item in left if text(item.get("sku")) == product.sku), None)
        if match is None:
            found.append(altered(name, product.sku, None, "the product was not recorded"))
            continue
        left.remove(match)
        found += _product(name, product, match)
    return found


def _product(name: str, product: Product, item: Mapping[str, Value]) -> list[Difference]:
    found: list[Difference | None] = []
    if product.name:
        found.append(texts(f"{name}.name", product.name, item.get("name")))
    for place, category in enumerate(product.categories, 1):
        found.append(texts(f"{name}.category{place}", category, item.get(f"category{place}")))
    found.append(numbers(f"{name}.price", f"{product.price:.10g}", item.get("price")))
    found.append(numbers(f"{name}.quantity", str(product.quantity), item.get("quantity")))
    for key, value in (("brand", product.brand), ("variant", product.variant)):
        # The debugger's documented items have neither; newer answers may.
        if value and key in item:
            found.append(texts(f"{name}.{key}", value, item[key]))
    return [difference for difference in found if difference]
