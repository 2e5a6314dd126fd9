"""What is wrong with a setting is said in a sentence that says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Secret, SecretRef
from signal_tui_piwik_pro.settings import SETTINGS
from tests.piwik_pro.integration import APP, VENDOR, settings

BY_KEY = {setting.key: setting for setting in SETTINGS}


@pytest.mark.parametrize(
    "host", ["yourbrand.piwik.pro", "yourbrand.eu.piwik.pro", "stats.example.com", "localhost:8443", "A-b.Example.org"]
)
def test_good_hosts(host: str) -> None:
    assert BY_KEY["account_url"].problem(host) is None


WRONG_HOSTS = [
    (None, "Instance host is missing"),
    ("https://yourbrand.piwik.pro", "must not have a scheme (https://): write yourbrand.piwik.pro."),
    ("http://yourbrand.piwik.pro/", "must not have a scheme (http://): write yourbrand.piwik.pro."),
    ("yourbrand.piwik.pro/", "must not end with a slash: write yourbrand.piwik.pro."),
    ("yourbrand.piwik.pro/ppms.php", "must not have a path, also not ppms.php: write yourbrand.piwik.pro."),
    ("yourbrand.piwik.pro?x=1", "before the question mark: write yourbrand.piwik.pro."),
    ("yourbrand.piwik.pro#top", "before the #: write yourbrand.piwik.pro."),
    ("me:pw@yourbrand.piwik.pro", "must not contain a user or password: write yourbrand.piwik.pro."),
    ("yourbrand .piwik.pro", "contains a space"),
    ("yourbrand", "must be whole: write yourbrand.piwik.pro"),
    ("yourbrand.piwik.pro:port", "a port that is no number"),
    ("yourbrand.piwik.pro:99999", "a port that is no number"),
    ("your_brand.piwik.pro", "letters, digits, dots and dashes only"),
    (["yourbrand.piwik.pro"], "must be a text"),
]


@pytest.mark.parametrize(("host", "words"), WRONG_HOSTS)
def test_each_wrong_host_has_its_sentence(host: Any, words: str) -> None:
    assert words in str(BY_KEY["account_url"].problem(host))


def test_what_a_sentence_proposes_is_right() -> None:
    for host, words in WRONG_HOSTS:
        if ": write " in words and host:
            proposed = words.rpartition("write ")[2].rstrip(".")
            assert BY_KEY["account_url"].problem(proposed) is None


@pytest.mark.parametrize("app", [APP, APP.upper()])
def test_good_apps(app: str) -> None:
    assert BY_KEY["idsite"].problem(app) is None


@pytest.mark.parametrize(
    ("app", "words"),
    [
        ("", "missing"),
        ("1", "as Matomo's site ids are; Piwik PRO's is a UUID: look at Administration → Sites & apps"),
        (7, "as Matomo's site ids are"),
        (f"{{{APP}}}", f"write {APP}."),
        (f" {APP}", f"write {APP}."),
        (APP[:-1], "must be a UUID"),
        ("shop", "must be a UUID"),
    ],
)
def test_each_wrong_app_has_its_sentence(app: Any, words: str) -> None:
    assert words in str(BY_KEY["idsite"].problem(app))


def test_which_secret_is_for_what() -> None:
    uses = {
        key: (setting.tracking, setting.reading, setting.required)
        for key, setting in BY_KEY.items()
        if isinstance(setting, Secret)
    }
    assert uses == {
        "token_auth": (True, False, False),
        "client_id": (False, True, False),
        "client_secret": (False, True, False),
    }
    assert "Piwik PRO's own specification knows no token" in BY_KEY["token_auth"].help
    assert "Profile → API credentials" in BY_KEY["client_id"].help


@pytest.mark.parametrize("key", ["token_auth", "client_id", "client_secret"])
@pytest.mark.parametrize("value", ["abc\n", " abc", "a b"])
def test_a_wrong_secret_is_told_without_being_shown(key: str, value: str) -> None:
    problem = BY_KEY[key].problem(value)
    assert problem is not None
    assert "abc" not in problem
    assert BY_KEY[key].problem(SecretRef(key)) is None
    assert BY_KEY[key].problem("abc") is None


def test_tokens_are_bound_to_the_host() -> None:
    assert list(VENDOR.origins(settings())) == ["https://yourbrand.piwik.pro"]
    assert VENDOR.secret_parameters >= {"token_auth", "client_secret", "access_token"}


@given(st.text(max_size=200))
def test_any_text_gets_a_sentence_or_none(text: str) -> None:
    for setting in SETTINGS:
        problem = setting.problem(text)
        assert problem is None or (problem and "\n" not in problem)
