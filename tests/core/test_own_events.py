"""Events that the user saved."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signal_tui.api import parse_json
from signal_tui.core.own_events import OwnEventError, OwnEvents

WIRE = parse_json('{"type":"track","event":"Order Completed","properties":{"revenue":98.00}}')


@pytest.fixture
def own(tmp_path: Path) -> OwnEvents:
    return OwnEvents(tmp_path / "data" / "events")


def test_nothing_is_there_before_something_was_saved(own: OwnEvents) -> None:
    assert own.names() == []
    assert own.list() == []
    assert not own.folder.exists()


def test_save_and_load(own: OwnEvents) -> None:
    path = own.save("My order", WIRE)
    assert path == own.folder / "My order.json"
    assert path.read_text() == (
        '{\n  "type": "track",\n  "event": "Order Completed",\n  "properties": {\n    "revenue": 98.00\n  }\n}\n'
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(own.folder.stat().st_mode) == 0o700
    assert own.names() == ["My order"]
    assert own.load("My order") == WIRE
    (only,) = own.list()
    assert (only.name, only.path, only.error) == ("My order", path, None)
    assert only.event is not None
    assert only.event.key == "Order Completed"


def test_saving_twice_needs_overwrite(own: OwnEvents) -> None:
    own.save("a", WIRE)
    with pytest.raises(OwnEventError, match="already"):
        own.save("a", {"type": "page"})
    assert own.load("a") == WIRE
    own.save("a", {"type": "page"}, overwrite=True)
    assert own.load("a") == {"type": "page"}
    assert [path.name for path in own.folder.iterdir()] == ["a.json"]


def test_rename_and_delete(own: OwnEvents) -> None:
    own.save("a", WIRE)
    own.save("b", {"type": "page"})
    with pytest.raises(OwnEventError, match="already"):
        own.rename("a", "b")
    own.rename("a", "a")
    own.rename("a", "c/d")
    assert own.names() == ["b", "c/d"]
    own.rename("c/d", "b", overwrite=True)
    assert own.load("b") == WIRE
    own.delete("b")
    assert own.names() == []
    with pytest.raises(OwnEventError, match="nothing was saved yet"):
        own.delete("b")


def test_an_unknown_name_names_the_nearest(own: OwnEvents) -> None:
    own.save("My order", WIRE)
    for call in (own.load, own.delete, lambda name: own.rename(name, "x")):
        with pytest.raises(OwnEventError, match=r"did you mean My order\?"):
            call("My oder")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..",
        ".",
        ".hidden",
        "a/b",
        "a\\b",
        "/abs",
        "~",
        "$HOME",
        "a:b*c?",
        "%2e%2e",
        "Größe 😀",
        "-rf",
    ],
)
def test_any_name_stays_in_the_folder(own: OwnEvents, name: str) -> None:
    path = own.save(name, WIRE)
    assert path.parent == own.folder
    assert [one.name for one in own.folder.iterdir()] == [path.name]
    assert not path.name.startswith(".")
    assert own.names() == [name]
    assert own.load(name) == WIRE


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=40))
def test_any_name_is_kept_or_refused(own: OwnEvents, name: str) -> None:
    try:
        path = own.save(name, WIRE)
    except OwnEventError:
        return
    assert path.parent == own.folder
    assert len(own.names()) == 1
    assert own.load(name) == WIRE
    own.delete(name)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[31m", "a\x00b", "x" * 200, "😀" * 60])
def test_names_that_are_refused(own: OwnEvents, name: str) -> None:
    with pytest.raises(OwnEventError):
        own.save(name, WIRE)
    assert own.names() == []


@pytest.mark.parametrize("wire", [{}, {"type": "track"}, {"type": "page", "context": 5}])
def test_half_an_event_is_not_saved(own: OwnEvents, wire: dict[str, Any]) -> None:
    with pytest.raises(OwnEventError, match="no event yet"):
        own.save("a", wire)
    assert not own.folder.exists()


def test_broken_files_are_listed_with_their_error(own: OwnEvents) -> None:
    own.save("good", WIRE)
    (own.folder / "broken.json").write_text('{"type": "page",\n oops}')
    (own.folder / "empty.json").write_text("")
    (own.folder / "bytes.json").write_bytes(b'{"type": "\xff"}')
    (own.folder / "two.json").write_text('[{"type":"page"},{"type":"page"}]')
    (own.folder / "folder.json").mkdir()
    (own.folder / "gone.json").symlink_to(own.folder / "nowhere")
    (own.folder / ".half-written.json").write_text("{")
    (own.folder / "notes.txt").write_text("no event")
    found = {one.name: one.error for one in own.list()}
    assert list(found) == ["broken", "bytes", "empty", "folder", "gone", "good", "two"]
    assert "line 2, column 2" in (found["broken"] or "")
    assert "UTF-8" in (found["bytes"] or "")
    assert "nothing here" in (found["empty"] or "")
    assert "holds 2 events" in (found["two"] or "")
    assert found["folder"]
    assert found["gone"]
    assert found["good"] is None
    with pytest.raises(OwnEventError, match=r"broken\.json: line 2"):
        own.load("broken")


def test_a_file_put_there_by_hand_has_its_own_name(own: OwnEvents) -> None:
    own.folder.mkdir(parents=True)
    (own.folder / "what & why!.json").write_text('{"type":"page"}')
    assert own.names() == ["what & why!"]
    with pytest.raises(OwnEventError, match="already"):
        own.save("what & why!", WIRE)
    own.save("what & why!", WIRE, overwrite=True)
    assert len(list(own.folder.iterdir())) == 1
    own.delete("what & why!")
    assert own.names() == []


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "events").write_text("a file")
    own = OwnEvents(tmp_path / "events")
    assert own.names() == []
    with pytest.raises(OwnEventError):
        own.save("a", WIRE)
