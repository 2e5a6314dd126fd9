"""Runs commands in this process, with a profile of Acme beside the bundled vendors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from signal_tui.cli import main


@dataclass(frozen=True, slots=True)
class Done:
    """Exit code and what was printed."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        """Standard output as JSON, a document a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def json(self) -> Any:
        """The only JSON document."""
        [document] = self.documents
        return document


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Done:
    """Run ``signal-tui`` with arguments."""
    capsys.readouterr()
    try:
        code = main(arguments)
    except SystemExit as error:  # argparse
        code = int(error.code or 0)
    captured = capsys.readouterr()
    return Done(code, captured.out, captured.err)


def write_profile(home: Path, text: str, name: str = "default") -> Path:
    """Write a profile by name."""
    folder = home / "config" / "profiles"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text)
    return path
