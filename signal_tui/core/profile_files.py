"""Changes to a profile's file: comments, order and everything that is not changed stay as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signal_tui.api.values import Value, WrittenNumber
from signal_tui.core.paths import Paths, only_one, write_file
from signal_tui.core.profiles import Problem, ProfileError
from signal_tui.core.toml_documents import TomlError, read_toml

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_HEAD = "# A profile of signal-tui. Tokens are not kept here: signal-tui tokens set INTEGRATION\n"


def put_integration(path: Path, name: str, table: Mapping[str, Value], paths: Paths) -> None:
    """Add an integration, or change one to what ``table`` says; a key that is not in it goes.

    The file is made where it is missing. Raises :class:`ProfileError` and :class:`OSError`.
    """

    def change(document: TOMLDocument) -> None:
        import tomlkit

        integrations = document.setdefault("integrations", tomlkit.table(is_super_table=True))
        if not isinstance(integrations, dict):
            raise ProfileError(Problem(file=str(path), place=("integrations",), message="must be tables"))
        known = integrations.get(name)
        if isinstance(known, dict):
            _make_equal(known, table)
        else:
            integrations[name] = _table(table)

    def expected(tree: dict[str, Any]) -> None:
        tree.setdefault("integrations", {})[name] = _plain(table)

    _change(path, paths, change, expected)


def remove_integration(path: Path, name: str, paths: Paths) -> bool:
    """Remove an integration; whether there was one. Raises :class:`ProfileError` and :class:`OSError`."""
    there = False

    def change(document: TOMLDocument) -> None:
        nonlocal there
        integrations = document.get("integrations")
        if isinstance(integrations, dict) and name in integrations:
            there = True
            del integrations[name]

    def expected(tree: dict[str, Any]) -> None:
        tree.get("integrations", {}).pop(name, None)

    _change(path, paths, change, expected)
    return there


def _change(
    path: Path,
    paths: Paths,
    change: Callable[[TOMLDocument], None],
    expected: Callable[[dict[str, Any]], None],
) -> None:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    with only_one(paths, str(path)):
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            text = _HEAD
        except UnicodeDecodeError:
            raise ProfileError(Problem(file=str(path), message="is not UTF-8 text: save it as UTF-8")) from None
        try:
            tree = read_toml(text)
        except TomlError as error:
            raise ProfileError(Problem(file=str(path), line=error.line, message=str(error))) from None
        expected(tree)
        try:
            document = tomlkit.parse(text)
            change(document)
            changed = tomlkit.dumps(document)
            right = _without_empty(read_toml(changed)) == _without_empty(tree)
        except (TOMLKitError, ValueError, TypeError, AttributeError, KeyError) as error:
            if isinstance(error, ProfileError):
                raise
            right = False
        if not right:
            # What tomlkit writes is not what was meant: some ways of writing tables are beyond it.
            message = "is written in a way that cannot be changed here without loss; change it in an editor"
            raise ProfileError(Problem(file=str(path), message=message))
        if changed != text:
            write_file(path, changed)


def _without_empty(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tree.items() if key != "integrations" or value}


def _table(values: Mapping[str, Value]) -> Any:
    import tomlkit

    table = tomlkit.table()
    for key, value in values.items():
        table[key] = _item(value)
    return table


def _item(value: Value) -> Any:
    import tomlkit

    if isinstance(value, WrittenNumber):
        return tomlkit.value(value.written)
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, Mapping) for item in value):
            tables = tomlkit.aot()
            for item in value:
                tables.append(_table(item))
            return tables
        array = tomlkit.array()
        for item in value:
            array.append(_item(item))
        return array
    return tomlkit.item(value)


def _make_equal(table: Any, values: Mapping[str, Value]) -> None:
    for key in [key for key in table if key not in values]:
        del table[key]
    for key, value in values.items():
        known = table.get(key)
        if isinstance(known, dict) and isinstance(value, Mapping):
            _make_equal(known, value)
        elif key not in table or _plain(known) != _plain(value):
            table[key] = _item(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
