"""The documentation's two examples: the decoded pairs in their order, numbers and quotes as written."""

from __future__ import annotations

import json

import pytest

from signal_tui.api import Event, encode, parse_json
from tests.piwik_pro.integration import FIXTURES, TOKEN, fixture, mapped

EXAMPLES = ["product-viewed.json", "order-completed.json"]


def source(name: str) -> Event:
    return Event.read(parse_json((FIXTURES / name).read_text(encoding="utf-8"))["event"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_same_pairs_in_the_same_order(name: str) -> None:
    (request,) = mapped(source(name)).requests
    body = encode(request, lambda leaf: TOKEN).body.decode()
    members = ",".join(f"{json.dumps(key)}:{written}" for key, written in fixture(name)["pairs"])
    assert body == "{" + members + "}"


def test_address_and_encoding() -> None:
    (request,) = mapped(source(EXAMPLES[0])).requests
    wire = encode(request, lambda leaf: TOKEN)
    assert (wire.method, wire.url) == ("POST", "https://yourbrand.piwik.pro/ppms.php")
    assert wire.headers == (("Content-Type", "application/json"),)


def test_token_is_a_reference_until_it_leaves() -> None:
    (request,) = mapped(source(EXAMPLES[1])).requests
    assert TOKEN not in repr(request)
    assert TOKEN.encode() not in encode(request).body


@pytest.mark.parametrize(("written", "leaves"), [("98.00", b"98.00"), ("1e2", b"1e2"), ("5", b"5"), ('"12"', b'"12"')])
def test_numbers_leave_as_they_are_written(written: str, leaves: bytes) -> None:
    text = (FIXTURES / EXAMPLES[0]).read_text(encoding="utf-8").replace('"price": 98.00', f'"price": {written}', 1)
    (request,) = mapped(Event.read(parse_json(text)["event"])).requests
    assert b'"e_v":' + leaves + b"," in encode(request).body
