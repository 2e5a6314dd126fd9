"""``signal-tui explain`` and ``decode``: raw hits in, forecast or events out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.commands import run, write_profile

PAGE = "https://analytics.example.com/matomo.php?idsite=1&rec=1&url=https%3A%2F%2Fshop.example%2F&action_name=Home"


def hit(tmp_path: Path, text: str) -> str:
    file = tmp_path / "hit.txt"
    file.write_text(text)
    return str(file)


def test_the_shape(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    done = run(capsys, "explain", hit(tmp_path, PAGE), "--json")
    assert done.code == 0
    assert set(done.json) == {"vendor", "outcome", "status", "records", "assumed", "findings"}
    assert (done.json["vendor"], done.json["outcome"], done.json["records"]) == ("matomo", "recorded", ["pageview"])


@pytest.mark.parametrize(
    ("query", "outcome"), [("&cip=1.2.3.4", "rejected"), ("&rec=0", "dropped"), ("&e_c=a&e_a=b&e_v=1,5", "altered")]
)
def test_outcomes(capsys: pytest.CaptureFixture[str], query: str, outcome: str) -> None:
    assert run(capsys, "explain", PAGE + query, "--json").json["outcome"] == outcome


def test_what_is_assumed_of_the_instance_counts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assume = tmp_path / "known.json"
    assume.write_text('{"sites": {"2": {}}}')
    assert run(capsys, "explain", PAGE, "--assume", str(assume), "--json").json["outcome"] == "rejected"
    assume.write_text("[]")
    done = run(capsys, "explain", PAGE, "--assume", str(assume))
    assert (done.code, "must be a JSON object" in done.err) == (2, True)


def test_what_doctor_learnt_counts(capsys: pytest.CaptureFixture[str], own_home: Path) -> None:
    write_profile(own_home, '[integrations.shop]\nvendor = "matomo"\nsandbox = true\n')
    assert run(capsys, "explain", PAGE, "-i", "shop", "--json").json["outcome"] == "recorded"


def test_a_bulk_request_is_explained_hit_by_hit(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bulk = {"requests": ["?idsite=1&rec=1&url=https://a.example/", "?idsite=1&rec=0"]}
    text = json.dumps({"url": "https://analytics.example.com/matomo.php", "body": json.dumps(bulk)})
    done = run(capsys, "explain", hit(tmp_path, text), "--json")
    assert [entry["outcome"] for entry in done.json["hits"]] == ["recorded", "dropped"]
    assert done.json["outcome"] == "dropped"


def test_decode_gives_the_event_back(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    command = f"curl '{PAGE}&uid=user-1' -H 'User-Agent: Browser'"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(command.encode())))
    [event] = run(capsys, "decode", "-", "--json").json["events"]
    assert (event["type"], event["userId"], event["properties"]["title"]) == ("page", "user-1", "Home")
    assert event["context"]["userAgent"] == "Browser"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["explain", "https://nobody.example/"], "say whose it is with --vendor"),
        (["explain", PAGE, "--vendor", "matono"], "did you mean matomo?"),
        (["explain", "nowhere.txt"], "there is no such file"),
        (["decode", PAGE, "--vendor", "nope"], "there is no vendor 'nope'"),
    ],
)
def test_wrong_use(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    done = run(capsys, *arguments)
    assert done.code == 2
    assert words in done.err
