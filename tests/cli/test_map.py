"""``signal-tui map``: the JSON shape, the words for people, and wrong input."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.commands import run, write_profile


def test_the_shape(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "map", "Order Completed", "-i", "matomo", "--json")
    assert done.code == 0
    assert set(done.json) == {"event", "payloads"}
    [payload] = done.json["payloads"]
    assert (payload["integration"], payload["vendor"], payload["status"], payload["reason"]) == (
        "matomo",
        "matomo",
        "mapped",
        None,
    )
    assert set(payload["requests"][0]) == {"method", "url", "headers", "body", "routed_to", "forecast"}
    assert set(payload["requests"][0]["forecast"]) == {"outcome", "status", "records", "assumed", "findings"}
    assert set(payload["fields"][0]) == {"target", "value", "source", "change", "identity", "request"}
    assert set(payload["findings"][0]) == {"effect", "field", "message", "because", "remedy", "request"}
    assert payload["requests"][0]["forecast"]["records"] == ["order"]


def test_the_token_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "map", "page", "--json")
    token = next(field for field in done.json["payloads"][0]["fields"] if field["target"] == "token_auth")
    assert token["value"] == "••••••••"
    assert token["source"] == "config.token_auth"


def test_people_see_the_trace_and_what_nobody_uses(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "map", "Order Completed")
    assert done.code == 0
    assert "anonymousId → first 16 hex" in done.out
    assert "forecast: recorded as order" in done.out
    assert "used by nobody: " in done.out


def test_a_skipped_event_is_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "map", "Signed Up")
    assert done.code == 0
    assert "does not list 'Signed Up'" in done.out


def test_numbers_stay_as_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "call.js"
    file.write_text('datafly.track("Order Completed", {order_id: "O", revenue: 98.00, tax: 1e2});')
    done = run(capsys, "map", str(file), "--json")
    assert '"value":98.00' in done.out
    assert '"value":1e2' in done.out
    assert "revenue=98.00" in done.json["payloads"][0]["requests"][0]["body"]


def test_several_events_are_a_document_each(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [{"type": "page", "anonymousId": str(number)} for number in range(3)]
    text = "\n".join(json.dumps(event) for event in events)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    done = run(capsys, "map", "-", "--json")
    assert [document["event"]["anonymousId"] for document in done.documents] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("Order Complete", "Order Completed"),
        ("nowhere/event.json", "there is no such file"),
        ("event.json", "there is no such file"),
        (".", "is a folder"),
    ],
)
def test_wrong_names_say_what_to_do(capsys: pytest.CaptureFixture[str], argument: str, words: str) -> None:
    done = run(capsys, "map", argument)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"type": "dance"}', b"\xff\xfe\x00", b"[1]", b"a: [", b"datafly.track("],
)
def test_a_broken_event_is_named_and_never_a_traceback(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "event.txt"
    file.write_bytes(content)
    done = run(capsys, "map", str(file))
    assert done.code == 2
    assert "event.txt" in done.err
    assert "Traceback" not in done.err
    assert "fault of the program" not in done.err


def test_an_unknown_integration(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "map", "page", "-i", "nope")
    assert done.code == 2
    assert "there is no integration 'nope'" in done.err


@pytest.mark.parametrize("position", ["before", "behind"])
def test_the_profile_may_stand_on_both_sides(capsys: pytest.CaptureFixture[str], own_home: Path, position: str) -> None:
    write_profile(own_home, '[integrations.here]\nvendor = "matomo"\nsandbox = true\n', "staging")
    arguments = ["map", "page", "--json"]
    option = ["--profile", "staging"]
    done = run(capsys, *(option + arguments if position == "before" else arguments + option))
    assert done.json["payloads"][0]["integration"] == "here"


def test_control_characters_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps({"type": "page", "properties": {"title": "\x1b]52;c;eA==\x07\x9b2J", "url": "\u202e"}}))
    for arguments in (["map", str(file)], ["map", str(file), "--json"]):
        done = run(capsys, *arguments)
        assert done.code == 0
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.out + done.err)
