"""Changes to a profile's file: comments, order and everything that is not changed stay as they were."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signal_tui.api.values import Value, WrittenNumber
from signal_tui.core.paths import Paths, only_one, write_file
from signal_tui.core.profiles import Problem, ProfileError
from signal_tui.core.toml_documents import TomlError, read_toml

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_HEAD = "# A profile of signal-tui. Tokens are not kept here: signal-tui tokens set INTEGRATION\n"


def put_integration(
    path: Path,
    name: str,
    table: Mapping[str, Value],
    paths: Paths,
    *,
    kept: Collection[str] = (),
    new: bool = False,
) -> None:
    """Add an integration, or change one to what ``table`` says; a key that is neither in it nor in ``kept`` goes.

    The file is made where it is missing. ``new``: one of that name is an error. Raises :class:`ProfileError` and
    :class:`OSError`.
    """

    def change(document: TOMLDocument) -> None:
        import tomlkit

        integrations = document.setdefault("integrations", tomlkit.table(is_super_table=True))
        if not isinstance(integrations, dict):
            raise ProfileError(Problem(file=str(path), place=("integrations",), message="must be tables"))
        known = integrations.get(name)
        if new and known is not None:
            raise ProfileError(Problem(file=str(path), place=("integrations", name), message="is there already"))
        if isinstance(known, dict):
            _make_equal(known, {**_chosen(known, kept), **table})
        else:
            integrations[name] = _table(table)

    def expected(tree: dict[str, Any]) -> None:
        integrations = tree.setdefault("integrations", {})
        if isinstance(integrations, dict):
            integrations[name] = {**_chosen(integrations.get(name), kept), **_plain(table)}

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


def set_enabled(path: Path, name: str, enabled: bool, paths: Paths) -> None:
    """Switch an integration on or off. Raises :class:`ProfileError` and :class:`OSError`."""

    def change(document: TOMLDocument) -> None:
        _own_table(document, name, path)["enabled"] = enabled

    def expected(tree: dict[str, Any]) -> None:
        _own_table(tree, name, path)["enabled"] = enabled

    _change(path, paths, change, expected)


def set_production(path: Path, production: bool, paths: Paths) -> None:
    """Say whether a profile is production. Raises :class:`ProfileError` and :class:`OSError`."""

    def change(document: TOMLDocument) -> None:
        document["production"] = production

    def expected(tree: dict[str, Any]) -> None:
        tree["production"] = production

    _change(path, paths, change, expected)


def _own_table(tree: Any, name: str, path: Path) -> Any:
    integrations = tree.get("integrations")
    table = integrations.get(name) if isinstance(integrations, dict) else None
    if not isinstance(table, dict):
        raise ProfileError(Problem(file=str(path), place=("integrations", name), message="is not there any more"))
    return table


def _chosen(table: Any, keys: Collection[str]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key in keys} if isinstance(table, Mapping) else {}


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
