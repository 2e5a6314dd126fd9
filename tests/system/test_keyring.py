"""The real commands against a real gnome-keyring: kept, read back, removed – or refused in words, and never a hang.

Needs the programs of the Debian packages dbus, gnome-keyring and libsecret-tools.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.commands import write_profile
from tests.zenith import install

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
TOKEN = "f00dfeedf00dfeedf00dfeedf00dfeed"
PATIENCE = 60
SHOP = '[integrations.shop]\nvendor = "acme"\nconfig.url = "https://acme.example"\n'
UNLOCKED = "printf 'testpw\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
WRONG = UNLOCKED.replace("testpw", "not-the-password")
LOCKED = "gnome-keyring-daemon --start --components=secrets >/dev/null"
COMMAND = f"'{sys.executable}' -m signal_tui.cli"


@dataclass(frozen=True, slots=True)
class Done:
    """What one command did."""

    code: int
    out: str
    err: str


class Machine:
    """A user's own home, in which sessions come and go."""

    def __init__(self, folder: Path, runtime: Path) -> None:
        self.home = folder / "user"
        self.home.mkdir()
        install(folder / "plugins")
        write_profile(self.home / "signal-tui", SHOP)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime),
            "SIGNAL_TUI_HOME": str(self.home / "signal-tui"),
            "SIGNAL_TUI_PLUGINS": "zenith",
            "PYTHONPATH": os.pathsep.join([str(folder / "plugins"), str(ROOT), str(ROOT / "plugins")]),
            "LANG": "C.UTF-8",
            "THE_TOKEN": TOKEN,
        }

    def session(
        self, start: str, *commands: str, bus: bool = True, extra: Mapping[str, str] | None = None
    ) -> list[Done]:
        """Run commands of signal-tui one after another in one session; each gets the token as standard input."""
        with tempfile.TemporaryDirectory() as outside:
            script = [start or ":"]
            for number, command in enumerate(commands):
                files = f">{outside}/{number}.out 2>{outside}/{number}.err"
                script.append(f"printf '%s\\n' \"$THE_TOKEN\" | {COMMAND} {command} {files}")
                script.append(f"echo $? >{outside}/{number}.code")
            whole = ["bash", "-c", "\n".join(script)]
            done = subprocess.run(
                ["dbus-run-session", "--", *whole] if bus else whole,
                env={**self.environment, **(extra or {})},
                cwd=self.home,
                timeout=PATIENCE,
                capture_output=True,
                check=False,
            )
            assert TOKEN.encode() not in done.stdout + done.stderr
            results = [
                Done(
                    int(Path(outside, f"{number}.code").read_text()),
                    Path(outside, f"{number}.out").read_text(),
                    Path(outside, f"{number}.err").read_text(),
                )
                for number in range(len(commands))
            ]
        for result in results:
            assert TOKEN not in result.out + result.err
            assert "Traceback" not in result.err
        return results

    def files_with_the_token(self) -> list[Path]:
        forms = (TOKEN.encode(), TOKEN.encode("utf-16-le"), TOKEN[:16].encode())
        files = [file for file in self.home.rglob("*") if file.is_file()]
        assert files
        return [file for file in files if any(form in file.read_bytes() for form in forms)]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    for program, package in (
        ("dbus-run-session", "dbus"),
        ("gnome-keyring-daemon", "gnome-keyring"),
        ("secret-tool", "libsecret-tools"),
    ):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is missing: apt-get install {package}")
    # The path of a socket may have 107 characters only.
    runtime = Path(tempfile.mkdtemp(prefix="run-", dir="/tmp"))
    yield Machine(tmp_path, runtime)
    shutil.rmtree(runtime, ignore_errors=True)


def test_a_token_is_kept_listed_and_removed(machine: Machine) -> None:
    before, kept, listed, as_json = machine.session(
        UNLOCKED, "tokens list", "tokens set shop", "tokens list", "tokens list --json"
    )
    assert (before.code, "not set" in before.out) == (0, True)
    assert (kept.code, kept.err) == (0, "")
    assert "is kept in Secret Service, collection " in kept.out
    assert "for https://acme.example only" in kept.out
    assert listed.code == 0
    [row] = json.loads(as_json.out)["tokens"]
    assert (row["state"], row["source"], row["origins"]) == ("found", "keyring", ["https://acme.example"])
    assert machine.files_with_the_token() == []

    # Another session of the same user finds it again, and another address does not get it.
    write_profile(machine.home / "signal-tui", SHOP, "other")
    write_profile(machine.home / "signal-tui", SHOP.replace("acme.example", "evil.example"))
    [other, elsewhere, checked] = machine.session(
        UNLOCKED, "tokens list --profile other --json", "tokens list --json", "tokens check shop"
    )
    assert json.loads(other.out)["tokens"][0]["state"] == "absent"
    assert json.loads(elsewhere.out)["tokens"][0]["state"] == "other-origin"
    assert checked.code == 2
    assert "was set for https://acme.example, and would now go to https://evil.example" in checked.err

    removed, again, after = machine.session(
        UNLOCKED, "tokens remove shop", "tokens remove shop", "integrations remove shop --tokens"
    )
    assert (removed.code, again.code, after.code) == (0, 1, 0)
    assert machine.files_with_the_token() == []


def test_the_secret_is_under_the_name_that_is_promised(machine: Machine) -> None:
    look = "secret-tool lookup service signal-tui username default/shop/token"
    machine.session(UNLOCKED, "tokens set shop")
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", f"{UNLOCKED}; {look}"],
        env=machine.environment,
        timeout=PATIENCE,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"secret": TOKEN, "origins": ["https://acme.example"]}


COMMANDS = ("tokens set shop", "tokens list", "tokens remove shop", "integrations remove shop --tokens")


@pytest.mark.parametrize("start", [LOCKED, WRONG, ""], ids=["not unlocked", "wrong password", "started by D-Bus"])
def test_a_locked_keyring(machine: Machine, start: str) -> None:
    [kept] = machine.session(UNLOCKED, "tokens set shop")
    assert kept.code == 0
    for done in machine.session(start, *COMMANDS):
        assert done.code == 3
        assert "Secret Service is locked" in done.err
        assert "unlock it" in done.err
        assert "environment variables" in done.err


def test_no_keyring_at_all(machine: Machine) -> None:
    for done in machine.session("", *COMMANDS, bus=False):
        assert done.code == 2
        assert "there is no keyring in this session" in done.err
        assert "start one" in done.err
        assert "environment variables" in done.err
    assert machine.files_with_the_token() == []


def test_an_unsafe_keyring(machine: Machine) -> None:
    null = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    for done in machine.session(UNLOCKED, *COMMANDS, extra=null):
        assert done.code == 2
        assert "keyring.backends.null.Keyring" in done.err
        assert "unset PYTHON_KEYRING_BACKEND" in done.err
    assert machine.files_with_the_token() == []


def test_a_keyring_that_does_not_exist(machine: Machine) -> None:
    wrong = {"PYTHON_KEYRING_BACKEND": "no.such.Keyring"}
    for done in machine.session("", *COMMANDS, bus=False, extra=wrong):
        assert done.code == 2
        assert "cannot be loaded" in done.err


def test_without_a_keyring_the_environment_serves(machine: Machine) -> None:
    variable = {"SIGNAL_TUI_SECRET_SHOP__TOKEN": TOKEN}
    [listed] = machine.session("", "tokens list --json", bus=False, extra=variable)
    assert listed.code == 0
    [row] = json.loads(listed.out)["tokens"]
    assert (row["state"], row["source"], row["where"]) == ("found", "environment", "SIGNAL_TUI_SECRET_SHOP__TOKEN")
