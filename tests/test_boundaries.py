"""Who imports whom: the arrows between the packages, and what must not be loaded behind a door."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "signal_tui"
PLUGINS = ROOT / "plugins"

VENDOR_NAMES = ("matomo", "piwik", "woopra")

MAY_IMPORT = {
    "api": {"signal_tui.api", "pluggy"},
    "core": {
        "signal_tui",
        "signal_tui.api",
        "signal_tui.core",
        *["httpx", "keyring", "json5", "yaml", "tomlkit", "pluggy", "platformdirs"],
    },
    "cli": {"signal_tui", "signal_tui.api", "signal_tui.core", "signal_tui.cli"},
    "tui": {"signal_tui", "signal_tui.api", "signal_tui.core", "signal_tui.tui", "textual", "rich"},
}
"""Package → what its modules may import besides the standard library."""

ONLY_HERE = {PROGRAM / "cli" / "__init__.py": {"signal_tui.tui"}}
"""The one door from the command line to the screen."""

HEAVY = {"httpx", "keyring", "yaml", "json5", "tomlkit", "difflib", "http.server"}
"""Imported inside the function that first needs it."""


def modules(folder: Path) -> list[Path]:
    """The modules under a folder."""
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def short(path: Path) -> str:
    """A file's name for people."""
    return str(path.relative_to(ROOT))


def imported(tree: ast.AST, path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that is imported, at any depth; ``from a import b`` is ``a`` and ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = path.relative_to(PROGRAM.parent if PROGRAM in path.parents else PLUGINS).parts[: -node.level]
                base = ".".join([*parts, base]).rstrip(".")
            yield node.lineno, base
            for name in node.names:
                yield node.lineno, f"{base}.{name.name}"


def is_within(name: str, package: str) -> bool:
    """Whether a name is a package or in it."""
    return name == package or name.startswith(package + ".")


def is_allowed(name: str, allowed: set[str]) -> bool:
    """Whether an import stays within the standard library and what is allowed; ``signal_tui`` allows itself alone."""
    top = name.partition(".")[0]
    if top != "signal_tui":
        return top in sys.stdlib_module_names or top in {one.partition(".")[0] for one in allowed}
    own = {one for one in allowed if is_within(one, "signal_tui")}
    inner = {one for one in own if one != "signal_tui"}
    if any(is_within(name, one) for one in inner):
        return True
    # Members of the package itself, such as its version, but none of its packages.
    first = name.split(".")[1] if "." in name else ""
    return "signal_tui" in own and not (PROGRAM / first).is_dir() if first else any(is_within(one, name) for one in own)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_follow_the_arrows(package: str) -> None:
    wrong = []
    for path in modules(PROGRAM / package):
        allowed = MAY_IMPORT[package] | ONLY_HERE.get(path, set())
        for line, name in imported(ast.parse(path.read_text("utf-8")), path):
            if not is_allowed(name, allowed):
                wrong.append(f"{short(path)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("plugin", [path.name for path in PLUGINS.iterdir() if (path / "__init__.py").is_file()])
def test_a_plugin_imports_the_api_alone(plugin: str) -> None:
    wrong = []
    for path in modules(PLUGINS / plugin):
        for line, name in imported(ast.parse(path.read_text("utf-8")), path):
            inside = is_within(name, plugin) or is_within(name, "signal_tui.api")
            if not inside and name.partition(".")[0] not in sys.stdlib_module_names:
                wrong.append(f"{short(path)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


IO = (
    "socket",
    "ssl",
    "http",
    "urllib.request",
    "subprocess",
    "asyncio",
    "threading",
    "time",
    "requests",
    "shelve",
    "sqlite3",
)


@pytest.mark.parametrize("plugin", [path.name for path in PLUGINS.iterdir() if (path / "__init__.py").is_file()])
def test_a_bundled_plugin_has_no_connection_and_no_clock(plugin: str) -> None:
    wrong = []
    for path in modules(PLUGINS / plugin):
        tree = ast.parse(path.read_text("utf-8"))
        wrong += [
            f"{short(path)}:{line} imports {name}"
            for line, name in imported(tree, path)
            if any(is_within(name, one) for one in IO)
        ]
        wrong += [
            f"{short(path)}:{node.lineno} reads the clock"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("now", "utcnow", "today")
            and ast.unparse(node.func.value).rpartition(".")[2] in ("datetime", "date")
        ]
    assert not wrong, "\n".join(wrong)


def documentation(tree: ast.Module) -> set[ast.Constant]:
    """The strings that only document: docstrings, also those under attributes."""
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of all identifiers and all strings that the program works with."""
    exempt = documentation(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Constant(value=str() as text) if node not in exempt:
                yield line, text
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.arg(arg=text) | ast.keyword(arg=str() as text):
                yield line, text
            case ast.FunctionDef(name=text) | ast.AsyncFunctionDef(name=text) | ast.ClassDef(name=text):
                yield line, text
            case ast.alias(name=text):
                yield line, text
            case ast.ImportFrom(module=str() as text):
                yield line, text
            case _:
                pass


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_no_vendor_is_named(package: str) -> None:
    named = [
        f"{short(path)}:{line}: {text[:60]!r}"
        for path in modules(PROGRAM / package)
        for line, text in words(ast.parse(path.read_text("utf-8")))
        if any(name in text.lower() for name in VENDOR_NAMES)
    ]
    assert not named, "\n".join(named)


def test_heavy_libraries_are_imported_where_they_are_needed() -> None:
    wrong = []
    for path in modules(PROGRAM):
        tree = ast.parse(path.read_text("utf-8"))
        outside = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        for node in outside:
            for line, name in imported(ast.Module(body=[node], type_ignores=[]), path):
                heavy = next((one for one in HEAVY if is_within(name, one)), None)
                # The sandbox's server is itself imported only where it starts.
                if heavy is not None and not (heavy == "http.server" and path.name == "sandbox_server.py"):
                    wrong.append(f"{short(path)}:{line} imports {name} at the top")
    assert not wrong, "\n".join(sorted(set(wrong)))


def loaded_behind(statement: str) -> set[str]:
    """The modules that a fresh Python has loaded after a statement."""
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{ROOT}:{PLUGINS}", "PATH": "/usr/bin:/bin"},
    )
    return set(done.stdout.split())


DOORS = [
    ("import signal_tui.api", "textual rich httpx keyring yaml json5 tomlkit asyncio sqlite3"),
    *(
        (f"import {path.name}", "textual rich httpx keyring yaml json5 tomlkit asyncio signal_tui.core")
        for path in sorted(PLUGINS.iterdir())
        if (path / "__init__.py").is_file()
    ),
    ("import signal_tui.core.workbench", "textual rich httpx keyring yaml json5 http.server signal_tui.cli"),
    ("import signal_tui.core.workbench, signal_tui.core.sender", "textual rich httpx keyring"),
    ("from signal_tui.cli import parser; parser()", "textual rich httpx keyring yaml json5 tomlkit asyncio"),
    *(
        (f"import signal_tui.cli.{path.stem}", "textual rich httpx keyring")
        for path in sorted((PROGRAM / "cli").glob("[!_]*.py"))
    ),
    ("import signal_tui.tui.app", "httpx keyring yaml json5"),
]


@pytest.mark.parametrize(("door", "unwanted"), DOORS, ids=[door for door, _ in DOORS])
def test_what_is_not_behind_a_door(door: str, unwanted: str) -> None:
    found = sorted(set(unwanted.split()) & loaded_behind(door))
    assert not found


def test_the_walk_sees_what_it_should(tmp_path: Path) -> None:
    code = '"""About matomo."""\nfrom .a import b\nimport matomo_client as m\nx = f"see {m} piwik"\n"""on Woopra"""\n'
    tree = ast.parse(code)
    assert [text for _, text in words(tree) if "piwik" in text] == [" piwik"]
    assert "matomo_client" in {text for _, text in words(tree)}
    assert not any("oopra" in text or "About" in text for _, text in words(tree))
    names = {name for _, name in imported(tree, PROGRAM / "core" / "x.py")}
    assert names >= {"signal_tui.core.a", "signal_tui.core.a.b", "matomo_client"}
    assert not is_allowed("signal_tui.tui.app", MAY_IMPORT["core"])
    assert not is_allowed("signal_tui.core", MAY_IMPORT["api"])
    assert not is_allowed("textual", MAY_IMPORT["core"])
    assert is_allowed("signal_tui.__version__", MAY_IMPORT["cli"])
    assert is_allowed("signal_tui.api.events", MAY_IMPORT["api"])
