"""The forecast and the sandbox's double were made apart: they must agree on what becomes of a hit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from signal_tui.api import Event, Form, Raw, Request, encode, parse_json
from signal_tui_matomo.double import MatomoDouble
from tests.matomo.integration import FIXTURES, VENDOR, event, fixture, mapped, settings

ORIGIN = MatomoDouble.config["matomo_url"]
TOKEN = MatomoDouble.secrets["token_auth"]
NOW = 1795168805.0
AGENT = ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0")
KNOWN: dict[str, Any] = fixture("known.json")

VALUES: dict[str, list[str]] = {
    "idsite": ["1"] * 8 + ["2", "3", "9", "x", "", " 1 "],
    "rec": ["1"] * 8 + ["0", "", "true"],
    "url": ["https://shop.example/p", "https://shop.example/?q=shoe", "/rel", "", "https://strict.example/x", "x:y"],
    "action_name": ["P", "", "t" * 1025],
    "_id": ["a1b2c3d4e5f60718", "zz", "z" * 16, "0" * 16],
    "cid": ["a1b2c3d4e5f60718", "abc", ""],
    "uid": ["u", "", "0"],
    "idgoal": ["0", "1", "2", "9", "-1", "view", "0.0", ""],
    "ec_id": ["O-1", "0", "", "X" * 101],
    "ec_items": ['[["S","n","c",1,1]]', "x", '"t"', "[]", '[{"sku":1}]', "null"],
    "revenue": ["5", "12,5", "x"],
    "e_c": ["c", " ", "c" * 4097],
    "e_a": ["a", " ", "0"],
    "e_n": ["n", "n" * 4097],
    "ca": ["1", "0", "x"],
    "ping": ["1", "0"],
    "search": ["s", " ", "0"],
    "download": ["https://x.example/a", "0"],
    "link": ["https://o.example/"],
    "c_n": ["B", " "],
    "cip": ["81.2.69.142", "66.249.80.5", "bad", "0"],
    "city": ["Paris"],
    "cdt": [str(int(NOW) - 10), str(int(NOW) + 50), "x", "1795168805000"],
    "token_auth": [TOKEN, "f" * 32],
    "ua": ["Googlebot/2.1", "curl/8.5.0", "BadAgent/1", ""],
    "bots": ["1"],
    "urlref": ["https://semalt.com/x", "https://r.example/"],
    "send_image": ["0", "1", ""],
    "dimension3": ["g"],
    "_pks": ["S"],
}
BASE = {"idsite": "1", "rec": "1", "url": "https://shop.example/p", "_id": "a1b2c3d4e5f60718"}
CHANGES = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))),
    max_size=6,
)
HEADERS = st.sampled_from(
    [(), (), (), (("DNT", "1"),), (("X-Moz", "prefetch"),), (("Cookie", "matomo_ignore=ignore%3DKg%3D%3D"),)]
)


def logged(double: MatomoDouble) -> list[str]:
    """The types of all actions in the visit logs of the double's three sites."""
    types: list[str] = []
    for site in (1, 2, 3):
        query = f"module=API&method=Live.getLastVisitsDetails&format=json&idSite={site}&filter_limit=-1"
        reply = double.handle(
            Request(
                method="POST",
                url=f"{ORIGIN}/index.php?{query}&period=range&date=2026-11-01,2026-11-22",
                body=Form((("token_auth", TOKEN),)),
                at=NOW + 1,
                remote="127.0.0.1",
            )
        )
        types += [action["type"] for visit in reply.json() for action in visit["actionDetails"]]
    return types


@hypothesis_settings(derandomize=True, max_examples=400, deadline=None)
@given(changes=CHANGES, extra=HEADERS)
def test_they_agree_on_any_hit(changes: list[tuple[str, str]], extra: tuple[tuple[str, str], ...]) -> None:
    pairs = {**BASE, **dict(changes)}
    request = Request(
        method="POST",
        url=f"{ORIGIN}/matomo.php",
        headers=(AGENT, *extra),
        body=Form(tuple(pairs.items())),
        at=NOW,
        remote="127.0.0.1",
    )
    double = MatomoDouble()
    token = "superuser" if pairs.get("token_auth") == TOKEN else "invalid"
    forecast = VENDOR.forecast(request, settings(), {**KNOWN, "token": token})
    reply = double.handle(request)
    assert reply.status == forecast.status
    expected = 0 if forecast.outcome == "unknown" else len(forecast.records)
    assert len(logged(double)) == expected


PRODUCT = {"sku": "SKU-1", "name": "Shoe", "category": "Shoes", "price": 98, "quantity": 2}
ORDER = parse_json((FIXTURES / "order-completed.json").read_text(encoding="utf-8"))["event"]
SHOWN = [
    ("retail", event("page"), ["action"]),
    ("retail", event("Product Viewed", PRODUCT), ["action"]),
    ("retail", event("Product Added", PRODUCT), ["ecommerceAbandonedCart"]),
    ("retail", Event.read(ORDER), ["ecommerceOrder"]),
    ("recommended", Event.read(ORDER), ["action", "ecommerceOrder"]),
    ("recommended", event("Product Added", PRODUCT), ["ecommerceAbandonedCart"]),
    ("recommended", event("Products Searched", {"query": "shoe"}), ["search"]),
    ("recommended", event("Signed Up", {"method": "email"}), ["event"]),
]


@pytest.mark.parametrize(("preset", "source", "types"), SHOWN)
def test_what_the_presets_send_is_read_and_logged(preset: str, source: Event, types: list[str]) -> None:
    double = MatomoDouble()
    for request in mapped(source, preset, settings(matomo_url=ORIGIN)).requests:
        wire = encode(request, lambda leaf: TOKEN)
        body = Raw(wire.body, "application/x-www-form-urlencoded")
        reply = double.handle(
            Request(method="POST", url=wire.url, headers=wire.headers, body=body, at=NOW, remote="::1")
        )
        assert VENDOR.read_reply(request, reply).state == "accepted"
    assert sorted(logged(double)) == sorted(types)
