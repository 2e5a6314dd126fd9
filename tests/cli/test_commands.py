"""The other commands: doctor, plugins, sandbox, and the command line itself."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli.commands import run, write_profile


def test_doctor_on_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "doctor", "--json")
    assert done.code == 0
    subjects = {check["subject"] for check in done.json["checks"]}
    assert subjects >= {"keyring", "plugin matomo", "matomo"}
    assert {"subject", "check", "state", "message", "remedy"} == set(done.json["checks"][0])
    failed = [check for check in done.json["checks"] if check["state"] == "fail"]
    assert failed == []


def test_doctor_names_what_is_not_reachable(capsys: pytest.CaptureFixture[str], own_home: Path) -> None:
    config = 'config = { matomo_url = "http://127.0.0.1:9", site_id = "1" }'
    write_profile(own_home, f'[integrations.shop]\nvendor = "matomo"\n{config}\n')
    done = run(capsys, "doctor", "-i", "shop")
    assert done.code == 3
    assert "✗ shop: " in done.out
    assert "127.0.0.1:9" in done.out


def test_plugins_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    listed = run(capsys, "plugins", "list", "--json")
    [row] = [row for row in listed.json["plugins"] if row["name"] == "matomo"]
    assert (row["vendors"], row["state"], row["fault"]) == (["matomo"], "ok", None)
    shown = run(capsys, "plugins", "show", "matomo")
    assert shown.code == 0
    assert "presets: retail, recommended" in shown.out
    assert run(capsys, "plugins", "show", "matono").err.strip().endswith("did you mean matomo?")


def test_plugins_can_be_switched_off(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNAL_TUI_PLUGINS", "")
    rows = run(capsys, "plugins", "list", "--json").json["plugins"]
    assert {row["state"] for row in rows} == {"off"}


def test_the_sandbox_in_the_foreground(tmp_path: Path) -> None:
    environment = {**os.environ, "SIGNAL_TUI_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "signal_tui", "sandbox", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        document = json.loads(process.stdout.readline())
        base = document["vendors"]["matomo"]["base_url"]
        with urllib.request.urlopen(f"{base}/matomo.php?idsite=1&rec=1&send_image=0", timeout=10) as reply:
            assert reply.status == 204
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run(capsys, "sandbox", "--port", str(taken.getsockname()[1]))
    assert done.code == 2
    assert "choose another with --port" in done.err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "--help")
    assert done.code == 0
    for command in ("map", "send", "doctor", "integrations", "tokens", "plugins", "sandbox"):
        assert re.search(rf"^ +{command} ", done.out, re.MULTILINE)


def test_the_debugger_needs_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys)
    assert done.code == 2
    assert "needs a terminal" in done.err


@pytest.mark.parametrize("arguments", [["dance"], ["map"], ["plugins"], ["send", "page", "--nope"]])
def test_wrong_use_is_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(capsys, *arguments).code == 2


def test_a_fault_of_the_program_shows_no_values(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **more: object) -> None:
        token = "5ecret5ecret5ecret5ecret5ecret55"
        raise RuntimeError(token)

    monkeypatch.setattr("signal_tui.core.workbench.Workbench.map", broken)
    done = run(capsys, "map", "page")
    assert done.code == 2
    assert "a fault of the program itself: RuntimeError at map.py:" in done.err
    assert "5ecret" not in done.err


def test_a_broken_profile_names_file_line_and_key(capsys: pytest.CaptureFixture[str], own_home: Path) -> None:
    path = write_profile(own_home, '[integrations.shop]\nvendor = "matomo"\nenabeld = true\n')
    done = run(capsys, "map", "page")
    assert done.code == 2
    assert f"{path}:3: integrations.shop.enabeld" in done.err
    assert "did you mean enabled?" in done.err
