"""What was refused once is not tried again, in no process, until somebody says so."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from signal_tui.core.paths import Paths
from signal_tui.core.refusals import Refusals

ORIGIN = "https://a.example"
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.under(tmp_path)


def files(paths: Paths) -> list[Path]:
    return [file for file in paths.state.rglob("*") if file.is_file()]


def test_nothing_is_refused_at_first_and_asking_writes_nothing(paths: Paths) -> None:
    assert not Refusals(paths).is_refused(ORIGIN, TOKEN)
    assert Refusals(paths).forget(ORIGIN, TOKEN) is False
    assert not paths.state.exists()


def test_a_refusal_is_of_one_token_at_one_origin(paths: Paths) -> None:
    Refusals(paths).remember(ORIGIN, TOKEN, "401")
    refusals = Refusals(paths)
    assert refusals.is_refused(ORIGIN, TOKEN)
    assert refusals.why(ORIGIN, TOKEN) == "401"
    assert refusals.is_refused("HTTPS://A.example:443/path", TOKEN)
    assert not refusals.is_refused("https://b.example", TOKEN)
    assert not refusals.is_refused(ORIGIN, TOKEN + "x")
    assert refusals.forget(ORIGIN, TOKEN) is True
    assert not Refusals(paths).is_refused(ORIGIN, TOKEN)


def test_the_token_is_in_no_file_and_the_files_are_private(paths: Paths) -> None:
    Refusals(paths).remember(ORIGIN, TOKEN, f"the token {TOKEN} is wrong")
    assert len(files(paths)) == 3  # key, lock, refusal
    for file in files(paths):
        assert TOKEN.encode() not in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Refusals(paths).why(ORIGIN, TOKEN) == "the token •••••••• is wrong"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"why": 3}'])
def test_a_damaged_entry_still_counts(paths: Paths, damage: bytes) -> None:
    Refusals(paths).remember(ORIGIN, TOKEN)
    [file] = (paths.state / "refusals").iterdir()
    file.write_bytes(damage)
    assert Refusals(paths).is_refused(ORIGIN, TOKEN)
    assert Refusals(paths).forget(ORIGIN, TOKEN)


@pytest.mark.parametrize("damage", [b"", b"short"])
def test_a_damaged_key_is_made_anew(paths: Paths, damage: bytes) -> None:
    Refusals(paths).remember(ORIGIN, TOKEN)
    (paths.state / "hash.key").write_bytes(damage)
    refusals = Refusals(paths)
    assert not refusals.is_refused(ORIGIN, TOKEN)
    refusals.remember(ORIGIN, TOKEN)
    assert Refusals(paths).is_refused(ORIGIN, TOKEN)


def test_where_nothing_can_be_written_this_process_remembers(paths: Paths) -> None:
    paths.state.parent.mkdir(exist_ok=True)
    paths.state.write_text("a file where the folder should be")
    refusals = Refusals(paths)
    refusals.remember(ORIGIN, TOKEN, "401")
    assert refusals.why(ORIGIN, TOKEN) == "401"
    assert refusals.forget(ORIGIN, TOKEN)
    assert not refusals.is_refused(ORIGIN, TOKEN)


MANY = """
import sys
from pathlib import Path
from signal_tui.core.paths import Paths
from signal_tui.core.refusals import Refusals
refusals = Refusals(Paths.under(Path(sys.argv[1])))
for number in range(20):
    refusals.remember("https://a.example", f"{sys.argv[2]}-{number}")
"""


def test_processes_write_at_the_same_time(paths: Paths, tmp_path: Path) -> None:
    runs = [subprocess.Popen([sys.executable, "-c", MANY, str(tmp_path), name]) for name in "abc"]
    assert [run.wait(30) for run in runs] == [0, 0, 0]
    refusals = Refusals(paths)
    assert all(refusals.is_refused(ORIGIN, f"{name}-{number}") for name in "abc" for number in range(20))


def test_it_does_not_grow_without_end(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signal_tui.core.refusals.MOST", 3)
    refusals = Refusals(paths)
    for number in range(5):
        refusals.remember(ORIGIN, str(number))
        [newest] = [file for file in (paths.state / "refusals").iterdir() if file.stat().st_mtime > 1_000_000]
        os.utime(newest, (number, number))
    assert [number for number in range(5) if refusals.is_refused(ORIGIN, str(number))] == [2, 3, 4]
