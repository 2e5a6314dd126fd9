"""Files are private, and whole or not there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from signal_tui.core.paths import Paths, make_folder, only_one, write_file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_one_variable_moves_everything(tmp_path: Path) -> None:
    paths = Paths.standard({"SIGNAL_TUI_HOME": str(tmp_path / "x")})
    assert paths == Paths(tmp_path / "x" / "config", tmp_path / "x" / "data", tmp_path / "x" / "state")
    assert paths.profiles == tmp_path / "x" / "config" / "profiles"
    assert not (tmp_path / "x").exists()


def test_a_relative_home_does_not_move_with_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Paths.standard({"SIGNAL_TUI_HOME": "here"}).config == tmp_path / "here" / "config"


def test_without_it_the_platforms_folders_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    for environment in ({}, {"SIGNAL_TUI_HOME": ""}):
        paths = Paths.standard(environment)
        assert paths.config.name == "signal-tui"
        assert len({paths.config, paths.data, paths.state}) == 3


def test_files_and_folders_are_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_file(tmp_path / "a" / "b" / "c.toml", "x = 1\n")
    finally:
        os.umask(before)
    assert mode(tmp_path / "a" / "b" / "c.toml") == 0o600
    assert mode(tmp_path / "a") == mode(tmp_path / "a" / "b") == 0o700
    assert (tmp_path / "a" / "b" / "c.toml").read_text() == "x = 1\n"


def test_a_file_that_others_could_read_becomes_private(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("old")
    file.chmod(0o644)
    write_file(file, b"new")
    assert (file.read_bytes(), mode(file)) == (b"new", 0o600)


def test_a_link_keeps_pointing_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_file(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(tmp_path / "f", "old")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_file(tmp_path / "f", "new")
    assert [file.name for file in tmp_path.iterdir()] == ["f"]
    assert (tmp_path / "f").read_text() == "old"


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    file = tmp_path / "f"
    contents = {"a" * 50_000, "b" * 90_000}
    write_file(file, "a" * 50_000)
    done = threading.Event()

    def write() -> None:
        for _ in range(40):
            for content in contents:
                write_file(file, content)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(file.read_text())
    writer.join()
    assert seen <= contents


def test_a_file_in_the_way_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    with pytest.raises(OSError):  # noqa: PT011  # which one is the system's business
        make_folder(tmp_path / "f" / "g")


COUNT = """
import sys
from pathlib import Path
from signal_tui.core.paths import Paths, only_one, write_file
paths, file = Paths.under(Path(sys.argv[1])), Path(sys.argv[1]) / "count"
for _ in range(25):
    with only_one(paths, "count"):
        write_file(file, str(int(file.read_text()) + 1))
"""


def test_processes_take_turns(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("0")
    runs = [subprocess.Popen([sys.executable, "-c", COUNT, str(tmp_path)], cwd=Path.cwd()) for _ in range(3)]
    assert [run.wait(30) for run in runs] == [0, 0, 0]
    assert (tmp_path / "count").read_text() == "75"


def test_a_turn_ends_with_an_error_too(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path)
    with pytest.raises(ValueError, match="x"), only_one(paths, "a"):
        raise ValueError("x")
    with only_one(paths, "a"):
        pass
