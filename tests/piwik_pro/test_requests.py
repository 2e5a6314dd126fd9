"""How requests are read in every encoding, where the run marker goes, and several hits in one request."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Form, Json, Raw, Request, SecretRef, encode, parse_json
from signal_tui_piwik_pro.hits import MOST_HITS, read_tracking
from tests.piwik_pro.integration import APP, TOKEN, VENDOR, event, mapped, sent, settings

URL = "https://yourbrand.piwik.pro/ppms.php"
FORM = "application/x-www-form-urlencoded"
MARKER = "k3v9x2ab5c6d"
BASE = (("idsite", APP), ("rec", "1"), ("url", "https://shop.example/"))


def post(body: Any, query: str = "") -> Request:
    return Request(method="POST", url=URL + query, body=body)


@pytest.mark.parametrize(
    ("request_", "encoding", "hits"),
    [
        (Request(method="GET", url=f"{URL}?rec=1&e_n=a%20b#x"), "query", [{"rec": "1", "e_n": "a b"}]),
        (post(Form((("rec", 1), ("e_v", 98.5)))), "form", [{"rec": "1", "e_v": "98.5"}]),
        (post(Raw(b"rec=1&e_n=%C3%A9", FORM)), "form", [{"rec": "1", "e_n": "é"}]),
        (post(Raw(b'{"rec":1,"e_v":98.00,"x":null}', "application/json")), "flat", [{"rec": "1", "e_v": "98.00"}]),
        (post(Raw(b' {"rec":true}', "text/plain")), "flat", [{"rec": "true"}]),
        (post(Json({"token_auth": SecretRef("token_auth")})), "flat", [{"token_auth": "••••••••"}]),
        (post(Json({"requests": ["?rec=1", "rec=2"]})), "bulk", [{"rec": "1"}, {"rec": "2"}]),
        (post(Json({"requests": [{"rec": 3}, 4]})), "bulk", [{"rec": "3"}, {}]),
        (post(Form((("rec", "1"), ("x", "body"))), "?x=query"), "form", [{"rec": "1", "x": "query"}]),
        (post(Raw(b"a=1&a=2", FORM)), "form", [{"a": "2"}]),
        (post(Raw(b"{broken", "application/json")), "none", []),
        (post(Raw(b"[1]", "application/json")), "none", []),
        (post(Raw(b"<x/>", "text/xml"), "?rec=1"), "query", [{"rec": "1"}]),
        (post(Json({"requests": []})), "bulk", []),
        (post(None), "none", []),
    ],
)
def test_each_encoding(request_: Request, encoding: str, hits: list[dict[str, str]]) -> None:
    tracking = read_tracking(request_)
    assert (tracking.encoding, list(tracking.hits)) == (encoding, hits)


def test_no_more_hits_than_can_be_looked_at() -> None:
    assert len(read_tracking(post(Json({"requests": ["?rec=1"] * 5000}))).hits) == MOST_HITS


@given(st.binary(max_size=200), st.sampled_from(["application/json", FORM, "", "text/plain"]), st.text(max_size=30))
def test_any_request_is_read(body: bytes, kind: str, query: str) -> None:
    request = Request(method="POST", url=f"{URL}?{query}", body=Raw(body, kind), at=1e9)
    VENDOR.forecast(request, settings(), {})
    VENDOR.decode(request)
    marked = VENDOR.mark(request, MARKER)
    assert marked is None or read_tracking(marked).hits[0]["pv_id"]
    VENDOR.bulk([request, request], settings())


def test_preset_decides_the_encoding() -> None:
    default, recommended = (mapped(event("page"), preset).requests[0] for preset in ("default", "recommended"))
    assert isinstance(default.body, Json)
    assert isinstance(recommended.body, Form)
    assert default.url == recommended.url == URL


@pytest.mark.parametrize("preset", ["default", "recommended"])
def test_a_marker_is_six_hexadecimal_characters_at_the_end(preset: str) -> None:
    (request,) = mapped(event("Order Completed", {"order_id": "O", "revenue": 1}), preset).requests
    made = VENDOR.mark(request, MARKER)
    assert made is not None
    *before, (name, value) = sent(made)
    assert before == sent(request)
    assert name == "pv_id"
    assert len(value) == 6
    assert int(value, 16) >= 0


@pytest.mark.parametrize("more", [("ping", "1"), ("pv_id", "ff5c6d"), ("pv_id", "")])
def test_a_marker_overwrites_nothing_and_marks_no_ping(more: tuple[str, str]) -> None:
    assert VENDOR.mark(post(Form((*BASE, more))), MARKER) is None


def test_no_marker_without_a_single_hit() -> None:
    assert VENDOR.mark(post(Json({"requests": ["?rec=1", "?rec=1"]})), MARKER) is None
    assert VENDOR.mark(post(Json({"requests": ["?rec=1"]})), MARKER) is None
    assert VENDOR.mark(post(None), MARKER) is None
    assert VENDOR.mark(post(Form(BASE)), "") is None


def test_bytes_are_not_touched_by_a_marker() -> None:
    raw = Raw(b"idsite=1&rec=1", FORM)
    made = VENDOR.mark(post(raw, "#top"), MARKER)
    assert made is not None
    assert made.body is raw
    assert made.url.startswith(f"{URL}?pv_id=")
    assert made.url.endswith("#top")
    assert VENDOR.mark(post(Raw(b'{"rec":1}', "application/json")), MARKER) is None


ORDER = event("Order Completed", {"order_id": "O-1", "revenue": 98.5, "products": [{"sku": "é&=", "price": 1}]})


@pytest.mark.parametrize("preset", ["default", "recommended"])
def test_bulk_is_a_list_of_queries_without_the_token(preset: str) -> None:
    requests = [*mapped(event("page"), preset).requests, *mapped(ORDER, preset).requests]
    bulk = VENDOR.bulk(requests, settings())
    assert bulk is not None
    wire = encode(bulk, lambda leaf: TOKEN)
    assert wire.url == URL
    assert TOKEN.encode() not in wire.body
    assert all(row.startswith("?idsite=") for row in parse_json(wire.body)["requests"])
    rows = [dict(params) for params in read_tracking(bulk).hits]
    assert rows == [{k: v for k, v in sent(request) if k != "token_auth"} for request in requests]
    forecast = VENDOR.forecast(bulk, settings(), {})
    assert forecast.records == ("pageview", "order")
    assert len(forecast.hits) == 2


def test_no_bulk_of_one_of_bulks_or_of_too_many() -> None:
    (page,) = mapped(event("page")).requests
    bulk = VENDOR.bulk([page, page], settings())
    assert bulk is not None
    assert VENDOR.bulk([page], settings()) is None
    assert VENDOR.bulk([], settings()) is None
    assert VENDOR.bulk([page, bulk], settings()) is None
    assert VENDOR.bulk([page, post(None)], settings()) is None
    assert VENDOR.bulk([page] * (VENDOR.limits.batch_size + 1), settings()) is None
