"""Plugins are found through entry points like any stranger's; a faulty one is a row and not a crash."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from signal_tui.core.plugins import Plugins, load_plugins

GOOD = """
    from tests.acme import Acme, signal_vendors
"""


class Installed:
    """Installs packages into a folder that stands on the path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: list[str] = []

    def add(self, name: str, source: str, version: str = "1.2") -> None:
        module = f"{name}_plugin_module"
        self.modules.append(module)
        (self.folder / f"{module}.py").write_text(dedent(source))
        info = self.folder / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[signal_tui]\n{name} = {module}\n")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    monkeypatch.syspath_prepend(str(tmp_path))
    packages = Installed(tmp_path)
    yield packages
    for module in packages.modules:
        sys.modules.pop(module, None)


def row(plugins: Plugins, name: str) -> dict[str, object]:
    found = next(row for row in plugins.rows if row.name == name)
    return {"state": found.state, "vendors": found.vendors, "fault": str(found.fault or "")}


def test_the_bundled_vendor_is_found_by_its_entry_point() -> None:
    plugins = load_plugins()
    assert "matomo" in plugins.vendors
    assert row(plugins, "matomo")["state"] == "ok"


def test_a_strangers_plugin_is_found_the_same_way(installed: Installed) -> None:
    installed.add("acme", GOOD)
    plugins = load_plugins()
    assert plugins.vendors["acme"].title == "Acme Analytics"
    assert plugins.plugin_of["acme"] == "acme"
    assert next(row for row in plugins.rows if row.name == "acme").version == "1.2"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise SystemExit('gone')", "SystemExit: gone"),
        ("import a_module_that_is_not_there", "ModuleNotFoundError"),
        ("def broken(:", "SyntaxError"),
        (
            """
            from signal_tui.api import hookimpl
            @hookimpl
            def signal_vendor():
                return []
            """,
            "signal_vendor is no hook",
        ),
        (
            """
            from signal_tui.api import hookimpl
            @hookimpl
            def signal_vendors():
                return ["acme"]
            """,
            "must give classes of Vendor",
        ),
        (
            """
            from signal_tui.api import hookimpl
            from tests.acme import Acme
            class Newer(Acme):
                api_version = 99
            @hookimpl
            def signal_vendors():
                return [Newer]
            """,
            "upgrade signal-tui",
        ),
        (
            """
            from signal_tui.api import hookimpl
            @hookimpl
            def signal_vendors(wishes):
                return []
            """,
            "PluginValidationError",
        ),
    ],
)
def test_a_faulty_plugin_is_a_row(installed: Installed, source: str, words: str) -> None:
    installed.add("acme", GOOD)
    installed.add("broken", source)
    plugins = load_plugins()
    assert row(plugins, "broken")["state"] == "fault"
    assert words in str(row(plugins, "broken")["fault"])
    assert row(plugins, "acme")["state"] == "ok"
    assert {"acme", "matomo"} <= set(plugins.vendors)


def test_a_name_that_is_taken_is_a_fault_of_the_second(installed: Installed) -> None:
    installed.add("acme", GOOD)
    installed.add("zacme", GOOD)
    plugins = load_plugins()
    assert row(plugins, "acme")["state"] == "ok"
    assert "already there" in str(row(plugins, "zacme")["fault"])


def test_no_plugins_keeps_the_bundled_ones(installed: Installed) -> None:
    installed.add("acme", GOOD)
    plugins = load_plugins(no_plugins=True)
    assert row(plugins, "acme")["state"] == "off"
    assert "acme" not in plugins.vendors
    assert "matomo" in plugins.vendors


@pytest.mark.parametrize(("chosen", "vendors"), [("acme", {"acme"}), ("", set()), ("acme, matomo", {"acme", "matomo"})])
def test_the_environment_chooses_exactly(installed: Installed, chosen: str, vendors: set[str]) -> None:
    installed.add("acme", GOOD)
    plugins = load_plugins(environment={"SIGNAL_TUI_PLUGINS": chosen})
    assert set(plugins.vendors) == vendors
