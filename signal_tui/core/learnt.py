"""What checks learnt of instances, kept in the state folder, so that forecasts know it the next time."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signal_tui.core.paths import Paths, write_file


class Learnt:
    """Known facts of the instances of one profile: one JSON file per integration and origin."""

    def __init__(self, paths: Paths, profile: str) -> None:
        self._folder = paths.state / "known" / profile

    def _file(self, integration: str, origin: str | None) -> Path:
        mark = hashlib.sha256((origin or "").encode()).hexdigest()[:8]
        return self._folder / f"{integration}-{mark}.json"

    def known(self, integration: str, origin: str | None) -> Mapping[str, Any]:
        """What is known, empty where nothing is or the file is broken."""
        with contextlib.suppress(OSError, ValueError):
            known = json.loads(self._file(integration, origin).read_text("utf-8"))
            if isinstance(known, dict):
                return known
        return {}

    def keep(self, integration: str, origin: str | None, known: Mapping[str, Any]) -> None:
        """Replace what is known."""
        write_file(self._file(integration, origin), json.dumps(known, indent=1, ensure_ascii=False))
