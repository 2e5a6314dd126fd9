"""``signal-tui send``: states, shape, exit codes and the questions before production."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from signal_tui.core.plugins import load_plugins
from signal_tui.core.sandbox import Sandbox
from tests.cli.commands import run, write_profile


@pytest.fixture
def live() -> Iterator[tuple[str, str]]:
    """A real port with the bundled vendor's double behind it: base_url and a token it knows."""
    double = load_plugins().vendors["matomo"].sandbox()
    assert double is not None
    sandbox = Sandbox({"matomo": double})
    yield f"{sandbox.start(0)}/matomo", double.secrets["token_auth"]
    sandbox.stop()


def shop(origin: str, head: str = "") -> str:
    config = 'config = { matomo_url = "https://analytics.example.com", site_id = "1" }'
    return f'{head}\n[integrations.shop]\nvendor = "matomo"\nbase_url = "{origin}"\n{config}\n'


def event(tmp_path: Path, **changes: object) -> str:
    tree = {
        "type": "page",
        "anonymousId": "a1b2c3d4-e5f6-4718-9a0b-c1d2e3f40516",
        "context": {"ip": "203.0.113.50", "userAgent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"},
        "properties": {"url": "https://shop.example.com/", "title": "Home"},
    }
    file = tmp_path / "event.json"
    file.write_text(json.dumps({**tree, **changes}))
    return str(file)


def test_found_on_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "send", "page", "-i", "matomo", "--verify", "--json")
    assert done.code == 0
    [hit] = done.json["hits"]
    assert (hit["integration"], hit["vendor"], hit["state"]) == ("matomo", "matomo", "found")
    assert hit["reply"]["status"] == 200
    assert hit["reply"]["ms"] > 0
    assert set(hit["verdict"]) == {"state", "reason", "after_ms", "evidence", "record", "differences"}
    assert hit["verdict"]["record"]["visitIp"].endswith(".0.0")


def test_without_verify_it_is_accepted_and_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "send", "page", "--json")
    assert done.code == 0
    assert done.json["hits"][0]["state"] == "accepted"
    assert done.json["hits"][0]["verdict"] is None


@pytest.mark.parametrize(
    ("sample", "state"),
    [
        ("Product Added", "altered"),
        ("page (site search in the URL)", "altered"),
        ("page (bot user agent)", "excluded"),
    ],
)
def test_what_is_not_found_is_exit_code_1(capsys: pytest.CaptureFixture[str], sample: str, state: str) -> None:
    done = run(capsys, "send", sample, "--verify", "--json")
    assert done.code == 1
    assert done.json["hits"][0]["state"] == state


def test_a_skipped_event_sends_nothing_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "send", "page (consent denied)", "--json")
    assert done.code == 1
    assert done.json["hits"] == []
    assert "analytics is denied" in done.json["skipped"][0]["reason"]


def test_people_see_the_differences(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "send", "Product Added", "--verify")
    assert "! matomo: Product Added: altered" in done.out
    assert "! _pks" in done.out
    assert "matomo → http://127.0.0.1:" in done.err


def test_an_instance_with_a_token_from_the_environment(
    capsys: pytest.CaptureFixture[str],
    own_home: Path,
    tmp_path: Path,
    live: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_profile(own_home, shop(live[0]))
    monkeypatch.setenv("SIGNAL_TUI_SECRET_SHOP__TOKEN_AUTH", live[1])
    done = run(capsys, "send", event(tmp_path), "--verify", "--json")
    assert (done.code, done.json["hits"][0]["state"]) == (0, "found")
    assert live[1] not in done.out + done.err


def test_a_wrong_token_is_exit_code_3_and_remembered(
    capsys: pytest.CaptureFixture[str],
    own_home: Path,
    tmp_path: Path,
    live: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = "f" * 32
    write_profile(own_home, shop(live[0]))
    monkeypatch.setenv("SIGNAL_TUI_SECRET_SHOP__TOKEN_AUTH", wrong)
    first = run(capsys, "send", event(tmp_path), "--verify", "--json")
    assert (first.code, first.json["hits"][0]["state"]) == (3, "rejected")
    again = run(capsys, "send", event(tmp_path), "--verify", "--json")
    assert (again.code, again.json["hits"][0]["state"]) == (3, "failed")
    assert "refused this token before" in again.json["hits"][0]["message"]
    everything = first.out + first.err + again.out + again.err
    everything += "".join(path.read_text("utf-8", "replace") for path in own_home.rglob("*") if path.is_file())
    assert wrong not in everything


def test_nobody_there_is_exit_code_3(capsys: pytest.CaptureFixture[str], own_home: Path, tmp_path: Path) -> None:
    write_profile(own_home, shop("http://127.0.0.1:9"))
    done = run(capsys, "send", event(tmp_path), "--json")
    assert (done.code, done.json["hits"][0]["state"]) == (3, "failed")
    assert "127.0.0.1:9" in done.json["hits"][0]["message"]


@pytest.mark.parametrize(
    ("option", "code", "words"),
    [
        ([], 2, "shop is production"),
        (["--production", "other"], 2, "--production names 'other', but the profile is 'default'"),
        (["--production", "default"], 0, ""),
    ],
)
def test_production_needs_its_name(
    capsys: pytest.CaptureFixture[str],
    own_home: Path,
    tmp_path: Path,
    live: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    option: list[str],
    code: int,
    words: str,
) -> None:
    write_profile(own_home, shop(live[0], "production = true"))
    monkeypatch.setenv("SIGNAL_TUI_SECRET_SHOP__TOKEN_AUTH", live[1])
    done = run(capsys, "send", event(tmp_path), "--json", *option)
    assert done.code == code
    assert words in done.err


def test_no_mark_sends_exactly_what_map_shows(capsys: pytest.CaptureFixture[str]) -> None:
    marked = run(capsys, "send", "page", "--json")
    plain = run(capsys, "send", "page", "--json", "--no-mark")
    assert marked.json["hits"][0]["marker"]
    assert plain.json["hits"][0]["marker"] is None


@pytest.mark.parametrize("timeout", ["0", "-1", "x", "99999", "nan"])
def test_a_wrong_timeout_is_wrong_use(capsys: pytest.CaptureFixture[str], timeout: str) -> None:
    assert run(capsys, "send", "page", "--timeout", timeout).code == 2
