"""What is wrong with a setting is said in a sentence that says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Secret, SecretRef
from signal_tui_woopra.settings import SETTINGS
from tests.woopra.integration import VENDOR, settings

BY_KEY = {setting.key: setting for setting in SETTINGS}


@pytest.mark.parametrize(
    "project", ["mywebsite.com", "shop.sandbox.example", "prod.crc", "localhost", "münchen.example"]
)
def test_good_projects(project: str) -> None:
    assert BY_KEY["project"].problem(project) is None


@pytest.mark.parametrize(
    ("project", "words"),
    [
        (None, "Project is missing"),
        ("", "Project is missing"),
        ("https://mywebsite.com", "without a scheme: write mywebsite.com."),
        ("http://mywebsite.com/", "without a scheme: write mywebsite.com."),
        ("mywebsite.com/", "must not end with a slash: write mywebsite.com."),
        ("https://mywebsite.com/shop?x=1", "without a scheme: write mywebsite.com."),
        ("://", "without a scheme: write mywebsite.com."),
        ("mywebsite.com/shop", "without a path: write mywebsite.com."),
        ("mywebsite.com\\shop", "without a path: write mywebsite.com."),
        ("my website.com", "contains a space"),
        ("mywebsite.com ", "contains a space"),
        ("me@mywebsite.com", "not an e-mail address"),
        ("mywebsite.com?x=1", "must end before the ?: write mywebsite.com"),
        ("mywebsite.com#top", "must end before the #: write mywebsite.com"),
        (["mywebsite.com"], "must be a text"),
    ],
)
def test_each_wrong_project_has_its_sentence(project: Any, words: str) -> None:
    problem = BY_KEY["project"].problem(project)
    assert problem is not None
    assert words in problem


@given(st.text(max_size=60))
def test_any_project_has_an_answer(project: str) -> None:
    problem = BY_KEY["project"].problem(project)
    assert problem is None or problem.endswith(".")


@pytest.mark.parametrize(("timeout", "words"), [("soon", "whole number"), (30, "at least 1000 ms"), (-1, "at least")])
def test_wrong_timeouts(timeout: Any, words: str) -> None:
    problem = BY_KEY["timeout"].problem(timeout)
    assert problem is not None
    assert words in problem


def test_the_timeout_has_signals_default() -> None:
    assert BY_KEY["timeout"].default == 1_800_000
    assert BY_KEY["timeout"].problem(300_000) is None


@pytest.mark.parametrize(("key", "value"), [("app_id", "with space"), ("app_id", "a:b"), ("secret_key", "S3CR\tET")])
def test_a_wrong_secret_is_not_shown(key: str, value: str) -> None:
    setting = BY_KEY[key]
    assert isinstance(setting, Secret)
    problem = setting.problem(value)
    assert problem is not None
    assert value.strip() not in problem
    assert setting.problem("Z37C945J") is None
    assert setting.problem(SecretRef(key)) is None


def test_hits_need_no_secret_and_go_to_one_host() -> None:
    secrets = [setting for setting in SETTINGS if isinstance(setting, Secret)]
    assert [(secret.key, secret.tracking, secret.reading) for secret in secrets] == [
        ("app_id", False, True),
        ("secret_key", False, True),
    ]
    assert not any(secret.required for secret in secrets)
    assert VENDOR.origins(settings()) == ["https://www.woopra.com"]
