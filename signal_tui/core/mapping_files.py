"""A user's own mappings in a file of their own: TOML, JSON or YAML.

The file is a list of mappings, or a table with ``mappings``, ``global.mappings`` and ``events.<Name>.mappings`` as in
a blueprint; everything else of a blueprint belongs to the preset and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from signal_tui.api.mappings import BlueprintError, Mapping_, nearest, read_mapping
from signal_tui.api.values import parse_json

_MOST_BYTES = 1_000_000
_KEYS = ("mappings", "global", "events", "version")


class MappingFileError(ValueError):
    """A file of mappings that cannot be used; the message says file, place and what to do."""


def read_mapping_file(path: Path) -> list[Mapping_]:
    """The mappings of a file, in order. Raises :class:`MappingFileError`."""
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise MappingFileError(f"{path}: is longer than 1 MB")
        tree = _tree(data.decode("utf-8-sig"), path.suffix.lower())
        return [_read(row, place, event) for row, place, event in _rows(tree)]
    except OSError as error:
        raise MappingFileError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise MappingFileError(f"{path}: is not UTF-8 text: save it as UTF-8") from None
    except MappingFileError:
        raise
    except ValueError as error:
        raise MappingFileError(f"{path}: {error}") from None


def _tree(text: str, suffix: str) -> Any:
    if suffix == ".toml":
        from signal_tui.core.toml_documents import read_toml

        return read_toml(text)
    if suffix == ".json":
        return parse_json(text)
    if suffix in (".yaml", ".yml"):
        from signal_tui.core.yaml_documents import read_yaml

        return next(iter(read_yaml(text)), ([], 1))[0]
    raise MappingFileError(f"the ending {suffix!r} says no format that is read: .toml, .json, .yaml")


def _rows(tree: Any) -> Iterator[tuple[Any, str, str | None]]:
    if isinstance(tree, list):
        tree = {"mappings": tree}
    top = _table(tree, "", _KEYS)
    yield from _list(top, "mappings", "mappings", None)
    if "global" in top:
        yield from _list(_table(top["global"], "global", ("mappings",)), "mappings", "global.mappings", None)
    events = top.get("events", {})
    for name in _table(events, "events", None):
        place = f"events.{name}"
        yield from _list(_table(events[name], place, ("mappings",)), "mappings", f"{place}.mappings", str(name))


def _table(value: Any, place: str, known: tuple[str, ...] | None) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BlueprintError(place, "must be a table")
    for key in value:
        if known is not None and key not in known:
            raise BlueprintError(f"{place}.{key}".lstrip("."), f"cannot be set here; {nearest(str(key), known)}")
    return value


def _list(table: Mapping[str, Any], key: str, place: str, event: str | None) -> Iterator[tuple[Any, str, str | None]]:
    rows = table.get(key, [])
    if not isinstance(rows, list):
        raise BlueprintError(place, "must be a list")
    for number, row in enumerate(rows):
        yield row, f"{place}[{number}]", event


def _read(row: Any, place: str, event: str | None) -> Mapping_:
    mapping = read_mapping(row, place, origin="own")
    return mapping if event is None else replace(mapping, event=mapping.event or event)
