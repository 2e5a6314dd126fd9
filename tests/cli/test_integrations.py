"""``signal-tui integrations``: a profile is made, shown and changed, and says what it lacks."""

from __future__ import annotations

import io
import os
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring
import pytest

from tests.cli.commands import Done, run, write_profile
from tests.rings import SAFE, backend
from tests.terminal import ENTER, ROOT, Terminal, signal_tui
from tests.zenith import install

Signal = Callable[..., Done]
ZENITH = ("--vendor", "zenith", "--set", "zenith_url=https://z.example", "--set", "site_id=1")


@pytest.fixture(autouse=True)
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "plugins")
    monkeypatch.syspath_prepend(str(tmp_path / "plugins"))
    monkeypatch.setenv("SIGNAL_TUI_PLUGINS", "zenith")


@pytest.fixture
def signal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Signal:
    def call(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        return run(capsys, *arguments)

    return call


def profile(home: Path, name: str = "default") -> dict[str, Any]:
    return tomllib.loads((home / "config" / "profiles" / f"{name}.toml").read_text())


def test_add_makes_the_profile(signal: Signal, own_home: Path) -> None:
    done = signal("integrations", "add", "shop", *ZENITH, "--set", "timeout=9", "--set", "debug=true")
    assert done.code == 0
    file = own_home / "config" / "profiles" / "default.toml"
    assert done.out.splitlines() == [
        f"Added shop in {file}.",
        "Its app_id: signal-tui tokens set shop app_id",
        "Its secret_key: signal-tui tokens set shop secret_key",
    ]
    assert "--profile sandbox" in done.err
    assert profile(own_home) == {
        "integrations": {
            "shop": {
                "vendor": "zenith",
                "consent_categories": ["analytics"],
                "config": {"zenith_url": "https://z.example", "site_id": "1", "timeout": 9, "debug": True},
            }
        }
    }


def test_add_with_everything_as_json(signal: Signal, own_home: Path) -> None:
    options = ("--preset", "recommended", "--consent", "marketing", "--consent", "analytics")
    done = signal(
        "--profile",
        "staging",
        "integrations",
        "add",
        "z",
        *ZENITH,
        *options,
        "--base-url",
        "http://127.0.0.1:1",
        "--json",
    )
    assert done.json == {
        "path": str(own_home / "config" / "profiles" / "staging.toml"),
        "integration": {
            "name": "z",
            "vendor": "zenith",
            "preset": "recommended",
            "consent_categories": ["marketing", "analytics"],
            "base_url": "http://127.0.0.1:1",
            "config": {"zenith_url": "https://z.example", "site_id": "1"},
        },
        "tokens": ["app_id", "secret_key"],
    }
    assert list(profile(own_home, "staging")["integrations"]) == ["z"]


def test_add_of_a_sandbox_integration_needs_nothing(signal: Signal, own_home: Path) -> None:
    assert signal("integrations", "add", "try", "--vendor", "acme", "--sandbox").code == 0
    assert signal("integrations", "show", "try", "--json").json["integration"]["config"] == {
        "url": "https://acme.sandbox.example"
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("shop",), "--vendor is missing; known: acme, zenith"),
        (("shop", "--vendor", "acm"), "vendor 'acm' is not known; did you mean acme? acme, zenith"),
        (("shop", "--vendor", "zenith"), "missing: --set zenith_url=https://z.example --set site_id=…"),
        (("Shop", *ZENITH), "a name is made of a-z, 0-9 and -"),
        (("shop", *ZENITH, "--preset", "retial"), "preset: 'retial' is not known; did you mean retail?"),
        (("shop", *ZENITH, "--consent", "analitics"), "did you mean analytics?"),
        (("shop", *ZENITH, "--set", "timeout=99"), "config.timeout: Timeout must be at most 60 seconds."),
        (("shop", *ZENITH, "--set", "timeout=x"), "config.timeout: Timeout must be a whole number."),
        (("shop", *ZENITH, "--set", "region=mars"), "config.region: Region must be one of eu, us."),
        (("shop", *ZENITH, "--set", "debug=perhaps"), "config.debug: Debug must be true or false."),
        (("shop", *ZENITH, "--set", "site"), "--set takes KEY=VALUE, not 'site'"),
        (("shop", *ZENITH, "--set", "side_id=1"), "zenith has no setting 'side_id'; did you mean site_id?"),
        (("shop", *ZENITH, "--set", "app_id=geheim"), "app_id is a secret, and an argument can be seen by others"),
        (("shop", *ZENITH, "--base-url", "z.example"), "base_url: is no http address"),
        (("shop", *ZENITH, "--sandbox"), "sandbox: zenith has no sandbox"),
        (("shop", "--vendor", "acme", "--set", "url=a\x1b[2Jb"), "Address contains a control character."),
    ],
)
def test_what_cannot_be_added_changes_nothing(
    signal: Signal, own_home: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = signal("integrations", "add", *arguments)
    assert done.code == 2
    assert words in done.err
    assert "geheim" not in done.err
    assert "\x1b" not in done.err
    assert not own_home.exists()


def test_add_keeps_what_is_there_unless_told_otherwise(signal: Signal, own_home: Path) -> None:
    file = write_profile(own_home, "# mine\nproduction = true\n")
    assert signal("integrations", "add", "shop", *ZENITH).code == 0
    before = file.read_text()
    assert before.startswith("# mine\nproduction = true\n")
    done = signal("integrations", "add", "shop", *ZENITH)
    assert done.code == 2
    assert "--replace" in done.err
    assert file.read_text() == before
    done = signal("integrations", "add", "shop", "--vendor", "acme", "--set", "url=https://a.example", "--replace")
    assert done.code == 0
    assert done.out.startswith("Changed shop in")
    assert profile(own_home)["integrations"]["shop"]["vendor"] == "acme"


def test_the_built_in_profile_is_not_written(signal: Signal, own_home: Path) -> None:
    done = signal("--profile", "sandbox", "integrations", "add", "shop", *ZENITH)
    assert done.code == 2
    assert "built in" in done.err
    done = signal("integrations", "remove", "acme")
    assert done.code == 2
    assert "built in" in done.err
    assert not own_home.exists()


def test_a_broken_profile_is_said_and_left(signal: Signal, own_home: Path) -> None:
    file = write_profile(own_home, "a = \n")
    for command in (("list",), ("add", "shop", *ZENITH), ("remove", "shop"), ("show", "shop")):
        done = signal("integrations", *command)
        assert done.code == 2
        assert f"{file}:1: is not TOML" in done.err
    assert file.read_text() == "a = \n"


def test_list(signal: Signal, own_home: Path) -> None:
    done = signal("integrations", "list")
    assert done.code == 0
    assert done.out.startswith("Profile sandbox: built in\n")
    signal("integrations", "add", "shop", *ZENITH)
    done = signal("integrations", "list")
    assert done.out.splitlines()[1:] == [
        "name  vendor  preset  goes to            state",
        "shop  zenith  retail  https://z.example  ready",
    ]
    document = signal("integrations", "list", "--json").json
    assert document["profile"] == {
        "name": "default",
        "path": str(own_home / "config" / "profiles" / "default.toml"),
        "production": False,
        "consent_default": "granted",
    }
    [shop] = document["integrations"]
    assert (shop["name"], shop["vendor"], shop["enabled"], shop["problem"]) == ("shop", "zenith", True, None)


def test_list_shows_the_faulty_beside_the_good(signal: Signal, own_home: Path) -> None:
    good = '[integrations.a]\nvendor = "acme"\nconfig.url = "https://a.example"\n'
    write_profile(own_home, good + '[integrations.b]\nvendor = "acme"\n[integrations.c]\nvendor = "gone\\u001b"\n')
    done = signal("integrations", "list")
    assert done.code == 2
    assert [line.split()[-1] for line in done.out.splitlines()[2:]] == ["ready", "faulty", "faulty"]
    assert "integrations.b.config.url: Address is missing" in done.err
    assert "known: acme, zenith" in done.err
    assert "\x1b" not in done.out + done.err
    document = signal("integrations", "list", "--json").json
    assert [row["problem"] is None for row in document["integrations"]] == [True, False, False]
    assert signal("integrations", "show", "c").code == 2
    assert signal("integrations", "show", "b").code == 2
    assert signal("integrations", "show", "a").code == 0


def test_show(signal: Signal) -> None:
    signal("integrations", "add", "shop", *ZENITH)
    done = signal("integrations", "show", "shop")
    assert done.code == 0
    for words in (
        "Zenith",
        "https://z.example",
        "analytics",
        "token app_id for reading back: signal-tui tokens list shop",
    ):
        assert words in done.out
    shape = signal("integrations", "show", "shop", "--json").json["integration"]
    assert shape["origins"] == ["https://z.example"]
    assert [token["variable"] for token in shape["tokens"]] == [
        "SIGNAL_TUI_SECRET_SHOP__APP_ID",
        "SIGNAL_TUI_SECRET_SHOP__SECRET_KEY",
    ]
    done = signal("integrations", "show", "nobody")
    assert done.code == 2
    assert "it has shop" in done.err


def test_remove(signal: Signal, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = backend(SAFE)
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    for name in ("one", "two"):
        signal("integrations", "add", name, *ZENITH)
        ring.set_password("signal-tui", f"default/{name}/app_id", "x")
    done = signal("integrations", "remove", "one")
    assert done.code == 0
    assert "app_id stays in the keyring: signal-tui tokens remove one app_id" in done.err
    done = signal("integrations", "remove", "two", "--tokens", "--json")
    assert (done.json["removed"], done.json["tokens_removed"], done.json["tokens_kept"]) == ("two", ["app_id"], [])
    assert ring.get_password("signal-tui", "default/two/app_id") is None
    assert profile(own_home) == {"integrations": {}} or profile(own_home) == {}
    assert signal("integrations", "remove", "two").code == 2


def test_remove_without_a_keyring(signal: Signal, own_home: Path) -> None:
    signal("integrations", "add", "shop", *ZENITH)
    done = signal("integrations", "remove", "shop", "--tokens")
    assert done.code == 2
    assert "nothing was removed" in done.err
    assert "shop" in profile(own_home)["integrations"]
    done = signal("integrations", "remove", "shop")
    assert done.code == 0
    assert "could not be seen: there is no keyring in this session" in done.err


def at_a_terminal(tmp_path: Path, *arguments: str) -> Terminal:
    path = os.pathsep.join([str(tmp_path / "plugins"), str(ROOT), str(ROOT / "plugins")])
    environment = {"PYTHONPATH": path, "SIGNAL_TUI_PLUGINS": "zenith"}
    return Terminal(signal_tui(*arguments), home=tmp_path / "user", environment=environment)


def test_at_a_terminal_what_is_missing_is_asked_for(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path, "integrations", "add", "shop") as terminal:
        terminal.wait_for("Vendor (acme, zenith): ")
        terminal.press("zenith" + ENTER)
        terminal.wait_for("Base URL. For example https://z.example")
        terminal.press("z.example" + ENTER)
        terminal.wait_for("Address must start with http:// or https://.")
        terminal.press("https://z.example" + ENTER)
        terminal.wait_for("Site: ")
        terminal.press("7" + ENTER)
        assert terminal.wait() == 0
    assert profile(tmp_path / "user" / "signal-tui")["integrations"]["shop"]["config"] == {
        "zenith_url": "https://z.example",
        "site_id": "7",
    }


def test_at_a_terminal_the_end_of_input_changes_nothing(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path, "integrations", "add", "shop") as terminal:
        terminal.wait_for("Vendor")
        terminal.press("\x04")
        assert terminal.wait() == 2
    assert not (tmp_path / "user" / "signal-tui").exists()
