"""Hits of others lose what is secret by its name before anything is kept."""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Form, Json, Raw, Reply, Request, SecretRef
from signal_tui.core.captured import Hider, is_hidden

TOKEN = "fedcba98-secret-76543210"
HIDER = Hider(b"k" * 32, {"token_auth", "X-Api-Key"})
HASH = HIDER.value(TOKEN)


def of_body(text: str, media_type: str = "application/x-www-form-urlencoded") -> str:
    request = HIDER.request(Request(method="POST", url="https://a.example/", body=Raw(text.encode(), media_type)))
    assert isinstance(request.body, Raw)
    return request.body.content.decode()


def test_a_hidden_value_says_that_it_is_one_and_which() -> None:
    assert is_hidden(HASH)
    assert HIDER.value(TOKEN) == HASH != HIDER.value(TOKEN + "x")
    assert Hider(b"o" * 32, ()).value(TOKEN) != HASH
    assert HIDER.value(HASH) == HASH
    assert HIDER.value("") == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/matomo.php?idsite=1&token_auth={}&rec=1#top",
        "https://a.example/matomo.php?token_auth={}",
        "https://a.example/matomo.php?TOKEN_AUTH={}",
        "https://a.example/matomo.php?token%5Fauth={}&x",
        "https://a.example/matomo.php?token.auth={}",
        "https://a.example/matomo.php?token_auth[]={}",
        "https://a.example/?a=b=c=d=e=f=token_auth={}",
        "https://a.example/#access&token_auth={}",
        "https://{}@a.example/",
    ],
)
def test_urls(url: str) -> None:
    assert HIDER.url(url.format(TOKEN)) == url.format(HASH)


def test_a_url_in_a_url() -> None:
    once = quote(f"https://b.example/?token_auth={TOKEN}&x=1", safe="")
    twice = quote(f"https://c.example/?u={once}", safe="")
    for inner in (once, twice):
        hidden = HIDER.url(f"https://a.example/?url={inner}&rec=1")
        assert TOKEN not in hidden
        assert HASH in hidden
        assert hidden.endswith("&rec=1")


def test_the_rest_of_a_url_keeps_its_bytes() -> None:
    url = "https://a.example/p?x=%7e%7E+a&y=ü;z&token_auth=&w=a%3Db"
    assert HIDER.url(url) == url


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ("idsite=1&token_auth={}&rec=1", "application/x-www-form-urlencoded"),
        ("idsite=1&token_auth={}", "text/plain"),
        ('{{"requests": ["?idsite=1&token_auth={}"], "n": 1.00}}', "application/json"),
        ('{{"token_auth": "{}", "revenue": 98.00}}', "text/plain;charset=UTF-8"),
        ('[{{"a": {{"Token_Auth": "{}"}}}}]', ""),
        ('{{"token_auth": "{}", "broken": ', "application/json"),
        ('{{"token_auth": "{}"}}\n{{"a": 1}}\n', "application/x-ndjson"),
        ('--b\r\nContent-Disposition: form-data; name="token_auth"\r\n\r\n{}\r\n--b--\r\n', "multipart/form-data"),
        ('<a href="/?token_auth={}">', "text/html"),
    ],
)
def test_bodies(body: str, media_type: str) -> None:
    hidden = of_body(body.format(TOKEN), media_type)
    assert TOKEN not in hidden
    assert HASH in hidden or "text/html" in media_type


def test_json_keeps_its_numbers_and_a_body_without_secrets_its_bytes() -> None:
    assert json.loads(of_body('{"token_auth": "x", "a": 1}'))["a"] == 1
    assert "98.00" in of_body('{"token_auth": "x", "revenue": 98.00}')
    for body in ('{ "a" : 98.00 }', "a=%7e&b=+", "plain", ""):
        assert of_body(body) == body


def test_body_trees_and_references() -> None:
    request = Request(
        method="POST",
        url="https://a.example/",
        headers=(("X-Api-Key", SecretRef("token_auth")),),
        body=Form((("token_auth", TOKEN), ("rec", "1"), ("url", f"https://b.example/?token_auth={TOKEN}"))),
    )
    hidden = HIDER.request(request)
    assert hidden.headers == request.headers
    assert hidden.body == Form((("token_auth", HASH), ("rec", "1"), ("url", f"https://b.example/?token_auth={HASH}")))
    tree = HIDER.request(Request(method="POST", url="https://a.example/", body=Json({"a": [{"token_auth": TOKEN}]})))
    assert tree.body == Json({"a": [{"token_auth": HASH}]})


def test_headers() -> None:
    headers = (
        ("Authorization", f"Bearer {TOKEN}"),
        ("authorization", TOKEN),
        ("Cookie", f"a={TOKEN}; b=; {TOKEN}"),
        ("X-API-KEY", TOKEN),
        ("Referer", f"https://b.example/?x=1&token_auth={TOKEN}"),
        ("Accept", "a/b;q=0.9"),
    )
    hidden = HIDER.request(Request(method="GET", url="https://a.example/", headers=headers)).headers
    assert hidden == (
        ("Authorization", f"Bearer {HASH}"),
        ("authorization", HASH),
        ("Cookie", f"a={HASH}; b=; {HASH}"),
        ("X-API-KEY", HASH),
        ("Referer", f"https://b.example/?x=1&token_auth={HASH}"),
        ("Accept", "a/b;q=0.9"),
    )
    reply = HIDER.reply(Reply(status=200, headers=(("Set-Cookie", f"a={TOKEN}; Path=/; Max-Age=3"),)))
    assert reply.headers == (("Set-Cookie", f"a={HASH}; Path=/; Max-Age=3"),)


values = st.text(st.characters(exclude_categories=["Cs"]), min_size=6, max_size=30).filter(lambda text: text.strip())


@given(secret=values, others=st.lists(st.tuples(st.text("abcdefxyz", min_size=1), st.text("ghij &=?#%+;ü"))))
def test_no_encoded_form_keeps_the_secret(secret: str, others: list[tuple[str, str]]) -> None:
    pairs = [*others, ("token_auth", secret), *others]
    encoded = urlencode(pairs)
    hidden = of_body(encoded)
    read = parse_qsl(hidden, keep_blank_values=True)
    assert [value for name, value in read if name == "token_auth"] == [HIDER.value(secret)]
    assert [pair for pair in read if pair[0] != "token_auth"] == others + others
    assert HIDER.url(f"https://a.example/?{encoded}") == f"https://a.example/?{hidden}"


@given(secret=values)
def test_no_json_keeps_the_secret(secret: str) -> None:
    body = json.dumps({"token_auth": secret, "list": [f"?x=1&token_auth={quote(secret, safe='')}"]})
    hidden = json.loads(of_body(body))
    assert hidden == {"token_auth": HIDER.value(secret), "list": [f"?x=1&token_auth={HIDER.value(secret)}"]}


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    request = Request(method="POST", url="https://a.example/", body=Raw(data))
    hidden = HIDER.request(request).body
    assert isinstance(hidden, Raw)
    assert b"token" in data or hidden.content == data


@given(st.text(max_size=100))
def test_any_url_is_survived(url: str) -> None:
    HIDER.url(url)


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 300_000,
        "=" * 100_000,
        '"' * 200_000,
        '"\\' * 100_000,
        "--" + "name=" * 50_000,
        "%3d" * 50_000,
        "{" * 90_000,
    ],
)
def test_hostile_bodies_cost_no_time(hostile: str) -> None:
    started = time.process_time()
    of_body(hostile)
    assert time.process_time() - started < 4
