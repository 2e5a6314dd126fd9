"""Raw hits from JSON, curl commands, URLs and HAR entries; what cannot be read says where and why."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Form, Json, Raw, Request, encode
from signal_tui.core.curl import curl
from signal_tui.core.raw_requests import read_requests
from signal_tui.core.reading_errors import ReadingError

HIT = "https://a.example/hit"


def one(text: str | bytes) -> Request:
    [request] = read_requests(text)
    return request


def content(request: Request) -> bytes:
    assert isinstance(request.body, Raw)
    return request.body.content


def test_json_with_everything() -> None:
    tree = {
        "method": "post",
        "url": HIT,
        "headers": {"Content-Type": "text/plain"},
        "body": "a=1",
        "at": "2026-01-31T12:00:00Z",
        "remote": "203.0.113.5",
    }
    request = one(json.dumps(tree))
    assert (request.method, request.url, request.at, request.remote) == ("POST", HIT, 1769860800.0, "203.0.113.5")
    assert request.body == Raw(b"a=1", "text/plain")


def test_a_path_and_base64() -> None:
    request = one(json.dumps({"path": "/hit?x=1", "body_base64": base64.b64encode(b"\xff\x00").decode()}))
    assert (request.method, request.url) == ("POST", "https://unknown.invalid/hit?x=1")
    assert content(request) == b"\xff\x00"


def test_a_body_that_is_json_stays_json() -> None:
    assert content(one(json.dumps({"url": HIT, "body": {"requests": ["?a=1"]}}))) == b'{"requests":["?a=1"]}'


def test_a_har_entry_and_a_whole_har() -> None:
    entry = {
        "startedDateTime": "2026-01-31T12:00:00.000Z",
        "request": {
            "method": "POST",
            "url": HIT,
            "headers": [{"name": ":authority", "value": "a.example"}, {"name": "User-Agent", "value": "Browser"}],
            "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "a=1&b=2"},
        },
    }
    request = one(json.dumps(entry))
    assert request.headers == (("User-Agent", "Browser"), ("Content-Type", "application/x-www-form-urlencoded"))
    assert content(request) == b"a=1&b=2"
    assert len(read_requests(json.dumps({"log": {"entries": [entry, entry]}}))) == 2


def test_many_are_read_in_order() -> None:
    lines = "\n".join(json.dumps({"url": f"{HIT}?n={number}"}) for number in range(3))
    assert [request.url[-1] for request in read_requests(lines)] == ["0", "1", "2"]
    assert [request.url[-1] for request in read_requests(f"{HIT}?n=0\n\n# remark\n{HIT}?n=1\n/hit?n=2")] == list("012")


@pytest.mark.parametrize(
    ("command", "method", "body"),
    [
        (f"curl {HIT}", "GET", None),
        (f"curl -X PUT {HIT}", "PUT", None),
        (f"curl -XPUT '{HIT}' -d a=1 -d b=2", "PUT", b"a=1&b=2"),
        (f"curl {HIT} --data-raw 'a=1\nb'", "POST", b"a=1\nb"),
        (f"curl {HIT} \\\n  -H 'X: y' \\\n  --data-binary $'\\x41\\u00fc\\n'", "POST", "Aü\n".encode()),
        (f"curl {HIT} --data-urlencode 'a=1 &' --data-urlencode '=b c'", "POST", b"a=1%20%26&b%20c"),
        (f"curl {HIT} --json '{{}}'", "POST", b"{}"),
        (f"curl --url {HIT} -sS --compressed -k -I", "HEAD", None),
    ],
)
def test_curl_commands(command: str, method: str, body: bytes | None) -> None:
    request = one(command)
    assert (request.method, request.url) == (method, HIT)
    assert (content(request) if request.body else None) == body


def test_curl_headers() -> None:
    request = one(f"curl {HIT} -A Me -e https://r.example -b c=1 -u u:p -H 'Empty:' -H 'X: y: z'")
    assert request.headers == (
        ("User-Agent", "Me"),
        ("Referer", "https://r.example"),
        ("Cookie", "c=1"),
        ("Authorization", "Basic dTpw"),
        ("X", "y: z"),
    )


def test_curl_get_puts_data_into_the_query() -> None:
    assert one(f"curl -G '{HIT}?a=1' -d b=2").url == f"{HIT}?a=1&b=2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("hello", "is no request"),
        ("{", "is no JSON"),
        ('{"method": "GET"}', "needs a url or a path"),
        ('{"url": "ftp://a.example"}', "is no http URL"),
        ('{"url": "https://a.example:x/"}', "is no URL"),
        ('{"url": "https://a.example", "at": "soon"}', "no ISO-8601 time"),
        ('{"url": "https://a.example", "body_base64": "*"}', "is no base64"),
        ('{"url": "https://a.example"}\n{"url": ', "is no JSON"),
        ("[1]", "a request is an object"),
        ("curl", "names no URL"),
        (f"curl {HIT} {HIT}", "names 2 URLs"),
        (f"curl {HIT} -d @file", "is in the file 'file'"),
        (f"curl {HIT} -F a=b", "only curl can build"),
        (f"curl {HIT} -H", "-H has no value"),
        (f"curl '{HIT}", "No closing quotation"),
        (b"\xff\xfe", "no UTF-8"),
    ],
)
def test_what_cannot_be_read_says_why(text: str | bytes, words: str) -> None:
    with pytest.raises(ReadingError, match=words):
        read_requests(text)


def test_the_line_is_named() -> None:
    with pytest.raises(ReadingError) as caught:
        read_requests('{"url": "https://a.example"}\n{"url": 1, ', name="hits.ndjson")
    assert (caught.value.line, caught.value.name) == (2, "hits.ndjson")


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_anything_else_is_a_reading_error(text: str | bytes) -> None:
    try:
        read_requests(text)
    except ReadingError:
        return


@given(
    st.dictionaries(st.text(min_size=1, max_size=10), st.text(max_size=20), min_size=1, max_size=4),
    st.booleans(),
)
def test_our_own_curl_commands_come_back(values: dict[str, str], as_json: bool) -> None:
    body = Json(values) if as_json else Form(tuple(values.items()))
    sent = Request(method="POST", url=HIT, headers=(("User-Agent", 'it\'s \\ a "test"'),), body=body)
    request = one(curl(sent, "shop"))
    assert content(request) == encode(sent).body
    assert dict(request.headers) == dict(encode(sent).headers)
