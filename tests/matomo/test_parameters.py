"""What the tracker reads in a request, parameter by parameter."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Form, Json, Raw, Request, SecretRef
from signal_tui_matomo import parameters as p

AT = 1_795_168_557.5
FORM = "application/x-www-form-urlencoded"
URL = "https://matomo.example/matomo.php"


def post(body: bytes | str, media_type: str = FORM, query: str = "") -> Request:
    raw = body.encode() if isinstance(body, str) else body
    return Request(method="POST", url=f"{URL}?{query}", body=Raw(raw, media_type))


def get(query: str) -> Request:
    return Request(method="GET", url=f"{URL}?{query}")


def one(request: Request) -> dict[str, str]:
    (hit,) = p.read_hits(request)
    return dict(hit)


def test_the_query_wins_over_the_body() -> None:
    assert one(post("idsite=1&rec=1", query="idsite=2&url=u")) == {"idsite": "2", "url": "u", "rec": "1"}


def test_the_last_of_a_repeated_name_counts_in_the_place_of_the_first() -> None:
    assert list(one(get("a=1&b=2&a=3")).items()) == [("a", "3"), ("b", "2")]


def test_plus_is_a_blank_and_percent_encoded_bytes_are_utf_8() -> None:
    assert one(get("action_name=a+b%2B%C3%BC")) == {"action_name": "a b+ü"}


def test_a_value_that_is_not_utf_8_is_read_as_latin_1() -> None:
    assert one(get("action_name=bad%FF%FE%C3")) == {"action_name": "badÿþÃ"}


def test_dots_in_names_become_underscores_and_lists_count_as_empty() -> None:
    assert one(get("a.b=1&url[]=x&c=")) == {"a_b": "1", "url": "", "c": ""}


@pytest.mark.parametrize(
    ("method", "media_type"), [("POST", "text/plain"), ("PUT", FORM), ("POST", "application/json")]
)
def test_other_bodies_are_not_read(method: str, media_type: str) -> None:
    request = Request(method=method, url=URL, body=Raw(b"idsite=1&rec=1", media_type))
    assert p.read_tracking(request).empty


def test_multipart_is_read() -> None:
    body = (
        b'--X\r\nContent-Disposition: form-data; name="idsite"\r\n\r\n1\r\n'
        b'--X\r\nContent-Disposition: form-data; name="url"\r\n\r\nhttps://a.example/\xc3\xbc\r\n--X--\r\n'
    )
    assert one(post(body, "multipart/form-data; boundary=X")) == {"idsite": "1", "url": "https://a.example/ü"}


def test_a_form_of_ours_keeps_its_secret_masked() -> None:
    hit = one(Request(method="POST", url=URL, body=Form((("idsite", "1"), ("token_auth", SecretRef("token_auth"))))))
    assert hit["idsite"] == "1"
    assert set(hit["token_auth"]) == {"•"}


def test_without_addresses_the_referer_is_the_page() -> None:
    request = Request(method="GET", url=f"{URL}?idsite=1&rec=1", headers=(("Referer", "https://a.example/x"),))
    assert one(request)["url"] == "https://a.example/x"


def test_bulk_reads_strings_from_their_question_mark_and_objects() -> None:
    requests = ["?a=1", "b=2", "", "https://m.example/matomo.php?c=3", {"e_v": 2.0, "rec": True, "x": None}, None, 42]
    tracking = p.read_tracking(
        Request(method="POST", url=URL, body=Json({"requests": requests, "token_auth": "t", "send_image": 0}))
    )
    assert tracking.bulk
    assert tracking.hits == ({"a": "1"}, {"c": "3"}, {"e_v": "2", "rec": "1"}, {}, {})
    assert (tracking.token, tracking.send_image) == ("t", False)


def test_truncated_bulk_has_no_hits_and_a_flat_object_is_no_bulk() -> None:
    assert p.read_tracking(post('{"requests":["?a=1"', "application/json")) == p.Tracking(bulk=True)
    assert p.read_tracking(post('{"idsite":1,"rec":1}', "application/json")).empty


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("12,5", 12),
        ("12.5", 12.5),
        ("1e3", 1000),
        ("-3.25", -3.25),
        ("abc", 0),
        ("1,234.50 EUR", 0),
        (" 1", 0),
        ("", 0),
    ],
)
def test_amounts_are_read_as_php_reads_them(sent: str, number: float) -> None:
    assert p.number({"revenue": sent}, "revenue") == number


@pytest.mark.parametrize(
    ("sent", "goal"), [("0", 0), ("7", 7), ("view", -1), ("", -1), (" 1 ", 1), ("1abc", -1), ("1.0", 1), ("1.5", -1)]
)
def test_idgoal_is_a_whole_number_or_nothing(sent: str, goal: int) -> None:
    assert p.goal_id({"idgoal": sent}) == goal


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("action_name=P", "pageview"),
        ("e_c=a&e_a=b", "event"),
        ("e_c=a", "pageview"),
        ("e_c=a&e_a=", "pageview"),
        ("e_c=a&ca=1", "none"),
        ("e_c=a&e_a=b&ca=1", "event"),
        ("search=x", "search"),
        ("url=https%3A%2F%2Fs.example%2F%3Fq%3Dx", "search"),
        ("url=https%3A%2F%2Fs.example%2F%3FKeyword%3Dx", "search"),
        ("url=https%3A%2F%2Fs.example%2F%3Fq%3D", "pageview"),
        ("url=https%3A%2F%2Fs.example%2F%3Fq%3Dx&e_c=a&e_a=b", "event"),
        ("download=https%3A%2F%2Fs.example%2Fa.pdf&link=x&e_c=a&e_a=b", "download"),
        ("link=https%3A%2F%2Fo.example&e_c=a&e_a=b", "outlink"),
        ("c_n=Banner&ca=1", "content"),
        ("c_p=x", "pageview"),
        ("idgoal=0&ec_id=1", "order"),
        ("idgoal=0&ec_id=0", "cart"),
        ("idgoal=0", "cart"),
        ("ec_id=1&revenue=2", "pageview"),
        ("idgoal=1&e_c=a&e_a=b", "goal"),
        ("idgoal=view&_pks=1", "pageview"),
        ("ping=1", "ping"),
        ("rec=0&action_name=P", "none"),
    ],
)
def test_what_a_hit_becomes(query: str, kind: str) -> None:
    assert p.kind(one(get(f"idsite=1&rec=1&{query}"))) == kind


def test_a_site_without_search_records_page_views() -> None:
    assert p.kind({"rec": "1", "url": "https://s.example/?q=x"}, None) == "pageview"
    assert p.kind({"rec": "1", "url": "https://s.example/?q=x"}, ("find",)) == "pageview"


@pytest.mark.parametrize(
    ("sent", "at", "problem"),
    [
        ("1795164955", 1_795_164_955, ""),
        ("2026-11-20 07:55:56", 1_795_161_356, ""),
        ("2026-11-20T10:55:57.123+02:00", 1_795_164_957, ""),
        ("2026-11-20T08:55:57Z", 1_795_164_957, ""),
        ("1795164955000", AT, "future"),
        ("2026-11-20 10:00:56", AT, "future"),
        ("yesterday-ish", AT, "garbage"),
        ("2026-13-45", AT, "garbage"),
        ("1000000000", AT, "ancient"),
        ("", AT, ""),
    ],
)
def test_the_time_of_a_hit(sent: str, at: float, problem: str) -> None:
    moment = p.hit_time({"cdt": sent}, AT)
    assert (moment.at, moment.problem) == (at, problem)


def test_which_parameters_need_a_token() -> None:
    day = str(int(AT) - 86400)
    assert p.needs_token({"_id": "a" * 16, "uid": "u", "ua": "x", "cid": "b" * 16}, AT) == ()
    assert p.needs_token({"cip": "1.2.3.4", "city": "Paris", "lat": "0", "country": ""}, AT) == ("cip", "city")
    assert p.needs_token({"cdt": day}, AT) == ("cdt",)
    assert p.needs_token({"cdt": str(int(day) + 1)}, AT) == ()
    assert p.needs_token({"cdo": "86400"}, AT) == ("cdo",)


@pytest.mark.parametrize(
    ("params", "visitor"),
    [
        ({"_id": "ABCDEF0123456789ff"}, "abcdef0123456789"),
        ({"_id": "z" * 16}, p.ZERO_ID),
        ({"_id": "1c3a3dc6-730a-9cb0-0000-000000000000"}, "1c3a3dc60730a09c"),
        ({"_id": "abc"}, None),
        ({"_id": "a" * 16, "cid": "b" * 16}, "b" * 16),
        ({"_id": "a" * 16, "cid": "b" * 16, "uid": "user29"}, "b65dd2ee27376a9d"),
        ({"uid": "u" * 201}, "78d1c7edd6533572"),
        ({"uid": "a&b"}, hashlib.sha1(b"a&amp;b").hexdigest()[:16]),
        ({}, None),
    ],
)
def test_the_visitor_a_hit_asks_for(params: dict[str, str], visitor: str | None) -> None:
    assert p.visitor_id(params) == visitor


def test_a_forced_visitor_id_of_another_length_is_refused() -> None:
    assert p.refused_visitor_id({"cid": "abc"})
    assert not p.refused_visitor_id({"cid": "a" * 16})
    assert not p.refused_visitor_id({"cid": "abc", "uid": "u"})


def test_items_of_an_order() -> None:
    items = p.ec_items(
        '[["","nosku","c",1,1],["S6","six",["a","b","c","d","e","f"],"3.5","2"],["S7"],["S8","frac",null,"12,50","1.9"]]'
    )
    assert items == [
        p.Item("S6", "six", ("a", "b", "c", "d", "e"), 3.5, 2),
        p.Item("S7"),
        p.Item("S8", "frac", (), 0.0, 1),
    ]
    assert p.ec_items('[{"sku":"A","price":1}]') == []
    assert p.ec_items("no json") == []
    assert p.ec_items("5") is None


def test_dimensions_are_trimmed_and_cut() -> None:
    assert p.dimensions({"dimension1": " gold ", "dimension2": "x" * 300, "dimension0": "n", "dimensionx": "n"}) == {
        1: "gold",
        2: "x" * 250,
    }


PARAMETERS = """
idsite rec url cdt cdo cip idgoal ec_id ec_items e_c e_a search _id uid cid ca _pkc
"""
ANY_TEXT = st.dictionaries(
    st.sampled_from(PARAMETERS.split()),
    st.text(max_size=60) | st.sampled_from(["0", "1", "[[", "99999999999999999999", "1e999", "-1", "\ud83d", "@9e99"]),
)


@given(ANY_TEXT)
def test_any_parameters_can_be_read(params: dict[str, str]) -> None:
    assert p.kind(params)
    assert p.hit_time(params, AT).at <= AT
    p.needs_token(params, AT)
    p.refused_visitor_id(params)
    p.ec_items(params.get("ec_items", ""))
    visitor = p.visitor_id(params)
    assert visitor is None or len(visitor) == 16


@given(
    st.sampled_from(["GET", "POST", "PUT", ""]),
    st.text(max_size=80),
    st.binary(max_size=200) | st.sampled_from([b'{"requests":[[[', b' {"requests":{"a":"?b"}}', b'{"requests":5}']),
    st.sampled_from([FORM, "application/json", "multipart/form-data; boundary=a", "multipart/form-data", "\r\n;", ""]),
)
def test_any_request_can_be_read(method: str, query: str, body: bytes, media_type: str) -> None:
    tracking = p.read_tracking(Request(method=method, url=f"{URL}?{query}", body=Raw(body, media_type)))
    assert all(isinstance(value, str) for hit in tracking.hits for value in hit.values())
