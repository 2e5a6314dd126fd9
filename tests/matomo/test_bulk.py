"""Several hits in one request."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

from signal_tui.api import Form, Json, Request, SecretRef, encode, parse_json
from tests.matomo.integration import TOKEN, VENDOR, event, mapped, sent, settings

ORDER = event("Order Completed", {"order_id": "O-1", "revenue": 98.5, "products": [{"sku": "é&=", "price": 1}]})


def test_each_hit_is_a_query_and_the_token_stands_once_at_the_top() -> None:
    requests = [*mapped(event("page"), "recommended").requests, *mapped(ORDER, "recommended").requests]
    bulk = VENDOR.bulk(requests, settings())
    assert bulk is not None
    wire = encode(bulk, lambda leaf: TOKEN)
    document = parse_json(wire.body)
    assert wire.url == requests[0].url
    assert document["token_auth"] == TOKEN
    assert wire.body.count(TOKEN.encode()) == 1
    assert [parse_qsl(row[1:], keep_blank_values=True) for row in document["requests"]] == [
        [pair for pair in sent(request) if pair[0] != "token_auth"] for request in requests
    ]
    assert all(row.startswith("?") for row in document["requests"])


def test_without_token_there_is_none() -> None:
    requests = [mapped(event("page"), config=settings(token=False)).requests[0]] * 2
    bulk = VENDOR.bulk(requests, settings(token=False))
    assert bulk is not None
    assert isinstance(bulk.body, Json)
    assert "token_auth" not in bulk.body.value


def test_no_bulk_of_one_or_of_bulks_or_of_two_tokens() -> None:
    (page,) = mapped(event("page")).requests
    bulk = VENDOR.bulk([page, page], settings())
    assert bulk is not None
    other = replace(page, body=Form((("idsite", "1"), ("token_auth", SecretRef("another")))))
    assert VENDOR.bulk([page], settings()) is None
    assert VENDOR.bulk([], settings()) is None
    assert VENDOR.bulk([page, bulk], settings()) is None
    assert VENDOR.bulk([page, other], settings()) is None
    assert VENDOR.bulk([page, Request(method="POST", url=page.url)], settings()) is None


def test_what_is_forecast_of_a_bulk_request_is_forecast_of_its_hits() -> None:
    requests = [*mapped(event("page")).requests, *mapped(event("Product Added", {"sku": "S"})).requests]
    bulk = VENDOR.bulk(requests, settings())
    assert bulk is not None
    forecast = VENDOR.forecast(bulk, settings(), {"token": "write"})
    assert forecast.outcome == "altered"
    assert forecast.records == ("pageview", "cart")
    assert [hit.outcome for hit in forecast.hits] == ["recorded", "altered"]
