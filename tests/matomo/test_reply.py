"""What an answer says, for any status and any body."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Form, Json, Reply, Request
from tests.matomo.integration import VENDOR

URL = "https://analytics.example.com/matomo.php"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"
PAGE = b"This resource is part of Matomo. Keep full control of your data."
NOW = 1795168800.0


def hit(**pairs: str) -> Request:
    return Request(method="POST", url=URL, body=Form((("idsite", "1"), ("rec", "1"), *pairs.items())), at=NOW)


def bulk(*rows: str, **top: str) -> Request:
    return Request(method="POST", url=URL, body=Json({"requests": list(rows), **top}), at=NOW)


def state(request: Request, status: int, body: bytes = b"", **headers: str) -> str:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    answer = VENDOR.read_reply(request, Reply(status=status, body=body, headers=named))
    assert answer.message
    return answer.state


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, GIF, "accepted"),
        (204, b"", "accepted"),
        (200, b"[2026-11-20 09:58:03] piwik.DEBUG: Debug enabled", "accepted"),
        (200, PAGE, "rejected"),
        (200, b"<html><title>Sign in</title></html>", "unknown"),
        (200, b'{"result":"error","message":"no such method"}', "unknown"),
        (400, PAGE, "rejected"),
        (400, GIF + PAGE, "rejected"),
        (401, b"", "refused"),
        (403, b"<html>blocked</html>", "refused"),
        (404, b"<html>not found</html>", "rejected"),
        (413, b"", "rejected"),
        (429, b"", "retry-later"),
        (500, b"", "retry-later"),
        (500, b'{"result":"error","message":"Too many failed logins. Please wait."}', "refused"),
        (502, b"<html>bad gateway</html>", "retry-later"),
        (503, GIF, "retry-later"),
        (301, b"", "rejected"),
        (100, b"", "unknown"),
    ],
)
def test_a_plain_hit(status: int, body: bytes, expected: str) -> None:
    assert state(hit(url="https://shop.example/"), status, body, Content_Type="text/html") == expected


def test_success_is_never_called_recorded() -> None:
    answer = VENDOR.read_reply(hit(), Reply(status=204))
    assert "does not say that it was recorded" in answer.message


def test_no_answer_is_tried_again() -> None:
    answer = VENDOR.read_reply(hit(), Reply(status=0, error="connection refused"))
    assert (answer.state, answer.message) == ("retry-later", "connection refused")


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ({"cip": "203.0.113.1", "token_auth": "f" * 32}, "refused"),
        ({"city": "Paris", "token_auth": "f" * 32}, "refused"),
        ({"cdt": str(int(NOW) - 86400), "token_auth": "f" * 32}, "refused"),
        ({"cdt": str(int(NOW) - 86399), "token_auth": "f" * 32}, "rejected"),
        ({"token_auth": "f" * 32}, "rejected"),
        ({"cip": "203.0.113.1"}, "rejected"),
    ],
)
def test_a_400_counts_against_the_token_only_where_it_was_needed(pairs: dict[str, str], expected: str) -> None:
    assert state(hit(**pairs), 400, PAGE) == expected


def test_a_missing_token_is_named() -> None:
    answer = VENDOR.read_reply(hit(cip="203.0.113.1"), Reply(status=400, body=PAGE))
    assert "cip needs a token" in answer.message


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"status":"success","tracked":2,"invalid":0}', "accepted"),
        (200, b'{"status":"success","tracked":1,"invalid":1,"invalid_indices":[1]}', "rejected"),
        (200, b'{"status":"success","tracked":0,"invalid":0}', "rejected"),
        (200, b'{"status":"success","tracked":"x","invalid":null}', "rejected"),
        (200, b'log\n{"status":"success","tracked":2,"invalid":0}', "unknown"),
        (204, b"", "accepted"),
        (500, b'{"status":"error","tracked":1,"invalid":0}', "retry-later"),
        (400, PAGE, "rejected"),
    ],
)
def test_a_bulk_request(status: int, body: bytes, expected: str) -> None:
    assert state(bulk("?idsite=1&rec=1", "?idsite=9&rec=1"), status, body) == expected


def test_a_bulk_request_with_a_token_that_was_needed() -> None:
    request = bulk("?idsite=1&rec=1&cip=203.0.113.1", token_auth="f" * 32)
    assert state(request, 200, b'{"status":"success","tracked":0,"invalid":1}') == "refused"
    # The places of the invalid hits are told to a superuser alone, so the token was valid.
    known = b'{"status":"success","tracked":0,"invalid":1,"invalid_indices":[0]}'
    assert state(request, 200, known) == "rejected"


def test_a_redirect_is_not_followed_and_names_its_target() -> None:
    answer = VENDOR.read_reply(hit(), Reply(status=302, headers=(("Location", "https://www.example.com/matomo.php"),)))
    assert "https://www.example.com/matomo.php" in answer.message
    assert answer.state == "rejected"


BODIES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from([b"{", b"[]", b'{"status":[]}', b'{"tracked":{}}', b'{"status":"success","invalid":[1]}', PAGE]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
        max_leaves=5,
    ).map(lambda tree: json.dumps({"status": "success", "tracked": tree, "invalid": tree}).encode()),
)


@given(status=st.integers(0, 999), body=BODIES)
def test_any_answer_is_read(status: int, body: bytes) -> None:
    for request in (hit(cip="203.0.113.1"), bulk("?idsite=1&rec=1"), Request(method="GET", url=URL)):
        answer = VENDOR.read_reply(request, Reply(status=status, body=body))
        assert answer.state in ("accepted", "rejected", "retry-later", "refused", "unknown")
        assert answer.message
