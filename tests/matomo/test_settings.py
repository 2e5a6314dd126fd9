"""What is wrong with a setting is said in a sentence that says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Secret, SecretRef
from signal_tui_matomo.settings import SETTINGS

BY_KEY = {setting.key: setting for setting in SETTINGS}


@pytest.mark.parametrize(
    "url",
    ["https://acme.matomo.cloud", "http://127.0.0.1:8090/matomo", "https://[::1]:8443", "https://example.com/a/b"],
)
def test_good_urls(url: str) -> None:
    assert BY_KEY["matomo_url"].problem(url) is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (None, "Matomo URL is missing"),
        ("analytics.example.com", "write https://analytics.example.com"),
        ("ftp://analytics.example.com", "needs its scheme"),
        ("https://", "has no host"),
        ("https://analytics.example.com/", "write https://analytics.example.com."),
        ("https://analytics.example.com/matomo.php", "write https://analytics.example.com."),
        ("https://analytics.example.com/stats/index.php", "write https://analytics.example.com/stats."),
        ("https://analytics.example.com/?module=API", "before the question mark"),
        ("https://analytics.example.com#top", "before the #"),
        ("https://me:secret@analytics.example.com", "user or password"),
        ("https://analytics.example .com", "space"),
        ("https://example.com:port", "cannot be read"),
        (["https://example.com"], "must be a text"),
    ],
)
def test_each_wrong_url_has_its_sentence(url: Any, words: str) -> None:
    problem = BY_KEY["matomo_url"].problem(url)
    assert problem is not None
    assert words in problem


def test_what_a_sentence_proposes_is_right() -> None:
    for url in ("analytics.example.com", "https://a.example/", "https://a.example/matomo.php", "https://a.example?x=1"):
        problem = BY_KEY["matomo_url"].problem(url)
        assert problem is not None
        proposed = problem.rpartition("write ")[2].rstrip(".")
        assert BY_KEY["matomo_url"].problem(proposed) is None


@pytest.mark.parametrize("site", ["1", 1, "42", 10**6])
def test_good_sites(site: Any) -> None:
    assert BY_KEY["site_id"].problem(site) is None


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("", "missing"),
        ("0", "greater than 0"),
        ("-1", "whole number"),
        ("one", "whole number"),
        (1.5, "whole number"),
        ("١", "whole number"),
        ("892d04bd-6e2b-4914-bfb4-bac721b37235", "Piwik PRO"),
    ],
)
def test_each_wrong_site_has_its_sentence(site: Any, words: str) -> None:
    problem = BY_KEY["site_id"].problem(site)
    assert problem is not None
    assert words in problem


def test_token_is_for_tracking_and_reading_and_may_be_absent() -> None:
    token = BY_KEY["token_auth"]
    assert isinstance(token, Secret)
    assert (token.tracking, token.reading, token.required) == (True, True, False)
    assert token.problem(None) is None
    assert token.problem(SecretRef("token_auth")) is None
    assert token.problem("0123456789abcdef0123456789abcdef") is None


@pytest.mark.parametrize(
    ("token", "words"),
    [("anonymous", "no token"), ("0123", "4 characters"), ("0" * 32 + "\n", "line break"), ("g" * 32, "0–9 and a–f")],
)
def test_a_wrong_token_is_told_without_being_shown(token: str, words: str) -> None:
    problem = BY_KEY["token_auth"].problem(token)
    assert problem is not None
    assert words in problem
    assert token == "anonymous" or token not in problem


@given(st.text(max_size=200))
def test_any_text_gets_a_sentence_or_none(text: str) -> None:
    for setting in SETTINGS:
        problem = setting.problem(text)
        assert problem is None or (problem and "\n" not in problem)
