"""One normal form of origins, and what stays on this machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.core.origins import is_loopback, open_to_readers, origin_of, origins_in


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://A.Example/x?y#z", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("http://a.example:443/", "http://a.example:443"),
        ("http://user:pw@a.example:80/", "http://a.example"),
        ("https://a.example.", "https://a.example"),
        ("http://[::1]:8080/x", "http://[::1]:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_the_normal_form(url: str, origin: str) -> None:
    assert origin_of(url) == origin == origin_of(origin)


@pytest.mark.parametrize("url", ["", "a.example", "ftp://a.example", "https://", "http://a.example:port", "http://[x"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        origin_of(url)
    assert origins_in([url]) == ()


@given(st.text(max_size=40))
def test_any_text_is_survived(text: str) -> None:
    origins_in([text, f"https://{text}"])
    is_loopback(text)
    is_loopback(f"http://{text}")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "app.localhost", "LOCALHOST:80"])
def test_loopback(host: str) -> None:
    assert is_loopback(f"http://{host}/x")
    assert open_to_readers([f"http://{host}"], {}) == ()


@pytest.mark.parametrize("host", ["127.0.0.1.evil.example", "localhost.example", "127.example", "10.0.0.1", "0.0.0.0"])
def test_not_loopback(host: str) -> None:
    assert not is_loopback(f"http://{host}")
    assert open_to_readers([f"http://{host}/x"], {}) == (f"http://{host}",)


def test_https_is_not_open_and_http_can_be_allowed_by_name() -> None:
    urls = ["https://a.example", "http://b.example/x", "http://c.example:8080"]
    assert open_to_readers(urls, {}) == ("http://b.example", "http://c.example:8080")
    allowed = {"SIGNAL_TUI_ALLOW_HTTP": "http://b.example, http://x.example"}
    assert open_to_readers(urls, allowed) == ("http://c.example:8080",)
