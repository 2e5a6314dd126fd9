"""``signal-tui tokens``: kept where it is safe, bound to where it may go, and never shown."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import null

from signal_tui.core.paths import Paths
from signal_tui.core.refusals import Refusals
from signal_tui.core.sandbox import Sandbox
from tests.acme import TOKEN, AcmeDouble
from tests.cli.commands import Done, run, write_profile
from tests.rings import SAFE, backend
from tests.terminal import ENTER, ROOT, Terminal
from tests.zenith import install

KEY = "k" * 32
SHOP = """
[integrations.shop]
vendor = "acme"
config.url = "https://acme.example/a"
[integrations.z]
vendor = "zenith"
config = { zenith_url = "https://z.example", site_id = "1" }
[integrations.try]
vendor = "acme"
sandbox = true
"""


@pytest.fixture(autouse=True)
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "plugins")
    monkeypatch.syspath_prepend(str(tmp_path / "plugins"))


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = backend(SAFE)
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


Signal = Callable[..., Done]


@pytest.fixture
def signal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own_home: Path) -> Signal:
    """Run ``signal-tui`` with the profile and some standard input."""
    write_profile(own_home, SHOP)

    def call(*arguments: str, given: str | bytes = b"") -> Done:
        data = given.encode() if isinstance(given, str) else given
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        done = run(capsys, *arguments)
        for value in (TOKEN, KEY):
            assert value not in done.out + done.err
        return done

    return call


def kept(ring: Any) -> dict[str, Any]:
    return {user: json.loads(text) for (_, user), text in getattr(ring, "kept", {}).items()}


def test_set_reads_a_line_and_says_where_it_is_kept_and_for_whom(signal: Signal, ring: Any) -> None:
    done = signal("tokens", "set", "shop", given=f"  {TOKEN}\r\nmore\n")
    assert (done.code, done.err) == (0, "")
    assert done.out == "token of shop is kept in macOS Keychain, for https://acme.example only.\n"
    assert kept(ring) == {"default/shop/token": {"secret": TOKEN, "origins": ["https://acme.example"]}}


def test_set_as_json(signal: Signal, ring: Any) -> None:
    assert signal("tokens", "set", "shop", "token", "--json", given=TOKEN).json == {
        "integration": "shop",
        "setting": "token",
        "source": "keyring",
        "where": "macOS Keychain",
        "origins": ["https://acme.example"],
        "shadowed_by": None,
    }


def test_a_profile_by_path_has_tokens_of_its_own(signal: Signal, ring: Any, tmp_path: Path) -> None:
    file = tmp_path / "team.toml"
    file.write_text(SHOP)
    assert signal("--profile", str(file), "tokens", "set", "shop", given=TOKEN).code == 0
    assert signal("tokens", "set", "shop", "--profile", str(file), given=TOKEN).code == 0
    [user] = kept(ring)
    assert user.startswith("team-")
    assert user.endswith("/shop/token")


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        (("nobody",), TOKEN, "there is no integration 'nobody'"),
        (("shop", "tokn"), TOKEN, "acme has no secret 'tokn'; did you mean token?"),
        (("z",), KEY, "say which: signal-tui tokens set z app_id|secret_key"),
        (("try",), TOKEN, "try is a sandbox integration, which brings its own tokens"),
        (("shop",), "", "there was nothing on standard input"),
        (("shop",), "\n", "there was nothing on standard input"),
        (("shop",), b"\xff\n", "it is not UTF-8 text"),
        (("shop",), "a\x1b[2Jb", "it holds a control character"),
        (("shop",), "x" * 70_000, "it is longer than 64 KB"),
        (("z", "secret_key"), "short-secret", "Key has 32 characters, and '••••••••' has 12."),
        (("shop", "token", TOKEN[:4]), "", "unrecognized arguments"),
    ],
)
def test_what_cannot_be_kept(
    signal: Signal, ring: Any, arguments: tuple[str, ...], given: str | bytes, words: str
) -> None:
    done = signal("tokens", "set", *arguments, given=given)
    assert done.code == 2
    assert words in done.err
    assert "\x1b" not in done.err
    assert "short-secret" not in done.err
    assert kept(ring) == {}


def test_plain_http_needs_a_yes_or_a_variable(
    signal: Signal, ring: Any, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_profile(own_home, SHOP.replace("https://acme.example/a", "http://acme.example:8080"))
    done = signal("tokens", "set", "shop", given=TOKEN)
    assert done.code == 2
    assert "SIGNAL_TUI_ALLOW_HTTP=http://acme.example:8080" in done.err
    assert kept(ring) == {}
    monkeypatch.setenv("SIGNAL_TUI_ALLOW_HTTP", "http://acme.example:8080")
    assert signal("tokens", "set", "shop", given=TOKEN).code == 0


def test_a_variable_that_counts_first_is_named(signal: Signal, ring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNAL_TUI_SECRET_SHOP__TOKEN", "from-the-environment")
    done = signal("tokens", "set", "shop", given=TOKEN)
    assert done.code == 0
    assert "SIGNAL_TUI_SECRET_SHOP__TOKEN is set and counts first" in done.err
    assert "from-the-environment" not in done.out + done.err


def test_setting_forgets_a_refusal(signal: Signal, ring: Any, own_home: Path) -> None:
    refusals = Refusals(Paths.under(own_home))
    refusals.remember("https://acme.example", TOKEN)
    assert signal("tokens", "set", "shop", given=TOKEN).code == 0
    assert not refusals.is_refused("https://acme.example", TOKEN)


def test_a_fault_elsewhere_in_the_profile_does_not_matter(signal: Signal, ring: Any, own_home: Path) -> None:
    write_profile(own_home, SHOP + '[integrations.bad]\nvendor = "acme"\n[integrations.gone]\nvendor = "gone"\n')
    assert signal("tokens", "set", "shop", given=TOKEN).code == 0
    done = signal("tokens", "set", "bad", given=TOKEN)
    assert done.code == 2
    assert "Address is missing" in done.err


def test_list_shows_states_and_sources(signal: Signal, ring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    signal("tokens", "set", "shop", given=TOKEN)
    monkeypatch.setenv("SIGNAL_TUI_SECRET_Z__APP_ID", KEY)
    rows = signal("tokens", "list", "--json").json["tokens"]
    assert [(row["integration"], row["setting"], row["state"], row["source"]) for row in rows] == [
        ("shop", "token", "found", "keyring"),
        ("z", "app_id", "found", "environment"),
        ("z", "secret_key", "absent", None),
        ("try", "token", "found", "sandbox"),
    ]
    assert (rows[0]["where"], rows[0]["origins"]) == ("macOS Keychain", ["https://acme.example"])
    assert rows[2]["variable"] == "SIGNAL_TUI_SECRET_Z__SECRET_KEY"
    done = signal("tokens", "list")
    assert done.code == 0
    assert "shop         token       set      keyring" in done.out
    assert "for https://acme.example" in done.out
    assert "SIGNAL_TUI_SECRET_Z__SECRET_KEY" in done.out
    assert [row["integration"] for row in signal("tokens", "list", "try", "--json").json["tokens"]] == ["try"]


def test_list_says_when_the_address_is_another_one_now(signal: Signal, ring: Any, own_home: Path) -> None:
    signal("tokens", "set", "shop", given=TOKEN)
    write_profile(own_home, SHOP.replace("acme.example", "evil.example"))
    done = signal("tokens", "list", "shop")
    assert done.code == 0
    assert "set for another address" in done.out
    assert "would now go to https://evil.example" in done.err


@pytest.mark.parametrize("command", [("list",), ("set", "shop"), ("remove", "shop"), ("check", "shop")])
def test_without_a_safe_keyring_every_command_says_what_to_do(
    signal: Signal, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    for found, words in (
        (backend("keyrings.alt.file"), "keyrings.alt.file"),
        (null.Keyring(), "keyring.backends.null.Keyring"),  # type: ignore[no-untyped-call]  # not typed there
        (keyring.get_keyring(), "there is no keyring in this session"),
    ):
        monkeypatch.setattr(keyring, "get_keyring", lambda found=found: found)
        done = signal("tokens", *command, given=TOKEN)
        said = done.out + done.err
        assert done.code in (2, 3) if command[0] != "check" else done.code in (0, 1, 2)
        assert words in said or command[0] == "check"
        assert "environment variables" in said or command[0] == "check"


def test_remove(signal: Signal, ring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    signal("tokens", "set", "z", "secret_key", given=KEY)
    done = signal("tokens", "remove", "z")
    assert (done.code, done.out) == (0, "Removed from the keyring: secret_key of z.\n")
    assert kept(ring) == {}
    monkeypatch.setenv("SIGNAL_TUI_SECRET_Z__APP_ID", KEY)
    done = signal("tokens", "remove", "z", "app_id")
    assert (done.code, done.out) == (1, "The keyring has no app_id of z.\n")
    assert "still comes from the variable SIGNAL_TUI_SECRET_Z__APP_ID" in done.err
    assert signal("tokens", "remove", "z", "nothing").code == 2
    assert signal("tokens", "remove", "z", "--json").json == {"integration": "z", "removed": []}


def test_what_an_integration_left_can_be_removed_by_name(signal: Signal, ring: Any, own_home: Path) -> None:
    signal("tokens", "set", "shop", given=TOKEN)
    write_profile(own_home, "[integrations]\n")
    assert signal("tokens", "remove", "shop").code == 2
    assert signal("tokens", "remove", "shop", "token").code == 0
    assert kept(ring) == {}


@pytest.fixture
def live() -> Iterator[str]:
    sandbox = Sandbox({"acme": AcmeDouble()})
    yield f"{sandbox.start(0)}/acme"
    sandbox.stop()


def test_check_asks_the_instance_also_after_a_refusal(signal: Signal, ring: Any, own_home: Path, live: str) -> None:
    write_profile(own_home, SHOP.replace("https://acme.example/a", live))
    refusals = Refusals(Paths.under(own_home))
    signal("tokens", "set", "shop", given="a-wrong-token")
    done = signal("tokens", "check", "shop", "--json")
    assert done.code == 3
    assert done.json["checks"][0]["state"] == "fail"
    assert refusals.is_refused(live, "a-wrong-token")
    signal("tokens", "set", "shop", given=TOKEN)
    refusals.remember(live, TOKEN)
    done = signal("tokens", "check", "shop")
    assert (done.code, done.out) == (0, "✓ shop: token: the log can be read\n")
    assert not refusals.is_refused(live, TOKEN)


def test_check_does_not_send_a_token_elsewhere_without_a_yes(
    signal: Signal, ring: Any, own_home: Path, live: str
) -> None:
    signal("tokens", "set", "shop", given=TOKEN)
    write_profile(own_home, SHOP.replace("https://acme.example/a", live))
    done = signal("tokens", "check", "shop")
    assert done.code == 2
    assert "was set for https://acme.example" in done.err


WITH_A_RING = """
import keyring
from tests.rings import SAFE, backend
made = backend(SAFE)
keyring.get_keyring = lambda: made
from signal_tui.cli import main
raise SystemExit(main())
"""


def at_a_terminal(tmp_path: Path, *arguments: str) -> Terminal:
    path = os.pathsep.join([str(tmp_path / "plugins"), str(ROOT), str(ROOT / "plugins")])
    return Terminal(
        [sys.executable, "-c", WITH_A_RING, *arguments], home=tmp_path / "user", environment={"PYTHONPATH": path}
    )


def test_at_a_terminal_a_token_is_asked_for_without_echo(tmp_path: Path) -> None:
    write_profile(tmp_path / "user" / "signal-tui", SHOP)
    with at_a_terminal(tmp_path, "tokens", "set", "shop") as terminal:
        terminal.wait_for("Token of shop (not shown): ")
        terminal.press(TOKEN + ENTER)
        assert terminal.wait() == 0
        assert "is kept in macOS Keychain, for https://acme.example only" in terminal.text
        assert TOKEN.encode() not in terminal.raw


@pytest.mark.parametrize(("key", "code"), [("\x04", 2), ("\x03", 130)])
def test_at_a_terminal_it_can_be_left(tmp_path: Path, key: str, code: int) -> None:
    write_profile(tmp_path / "user" / "signal-tui", SHOP)
    with at_a_terminal(tmp_path, "tokens", "set", "shop") as terminal:
        terminal.wait_for("Token of shop (not shown): ")
        terminal.press(key)
        assert terminal.wait() == code
        assert "fault" not in terminal.text
        assert "Traceback" not in terminal.text


def test_at_a_terminal_all_tokens_of_an_integration_are_asked_for(tmp_path: Path) -> None:
    write_profile(tmp_path / "user" / "signal-tui", SHOP)
    with at_a_terminal(tmp_path, "tokens", "set", "z") as terminal:
        terminal.wait_for("App id of z")
        terminal.press(ENTER)
        terminal.wait_for("Key of z")
        terminal.press(KEY + ENTER)
        assert terminal.wait() == 0
        assert "app_id: nothing typed, left as it is" in terminal.text
        assert "secret_key of z is kept" in terminal.text


def test_at_a_terminal_plain_http_is_asked_about(tmp_path: Path) -> None:
    write_profile(tmp_path / "user" / "signal-tui", SHOP.replace("https://acme", "http://acme"))
    with at_a_terminal(tmp_path, "tokens", "set", "shop") as terminal:
        terminal.wait_for("everybody on the way to http://acme.example can read the token")
        terminal.press("n" + ENTER)
        assert terminal.wait() == 2
