"""A second vendor of the tests: Acme with every kind of setting, and a check that quotes what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from signal_tui.api import Blueprint, Choice, Flag, Number, Secret, Setting, Text, Vendor, hookimpl
from tests.acme import Acme


def _address(text: str) -> str | None:
    return None if text.startswith(("http://", "https://")) else "Address must start with http:// or https://."


def _key(text: str) -> str | None:
    return None if len(text) == 32 else f"Key has 32 characters, and {text!r} has {len(text)}."


class Zenith(Acme):
    name = "zenith"
    title = "Zenith"
    consent_categories = ("analytics",)
    settings: ClassVar[tuple[Setting, ...]] = (  # type: ignore[assignment]  # others than Acme's
        Text(
            key="zenith_url",
            label="Address",
            help="Base URL.",
            required=True,
            example="https://z.example",
            check=_address,
        ),
        Text(key="site_id", label="Site", required=True),
        Number(key="timeout", label="Timeout", least=1, most=60, unit="seconds", default=5),
        Choice(key="region", label="Region", choices=("eu", "us")),
        Flag(key="debug", label="Debug"),
        Secret(key="app_id", label="App id", reading=True),
        Secret(key="secret_key", label="Key", check=_key, reading=True),
    )

    @classmethod
    def presets(cls) -> Mapping[str, Blueprint]:
        default = Blueprint.from_toml("version = 2\n[events.page]\nmappings = []\n", "retail")
        return {"retail": default, "recommended": default}

    def sandbox(self) -> None:  # type: ignore[override]  # it has none
        return None


@hookimpl
def signal_vendors() -> list[type[Vendor]]:
    return [Acme, Zenith]


def install(folder: Path) -> None:
    """Put a distribution into a folder that names Acme and Zenith as a plugin; the folder then belongs on the path."""
    info = folder / "zenith-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zenith\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[signal_tui]\nzenith = tests.zenith\n")
