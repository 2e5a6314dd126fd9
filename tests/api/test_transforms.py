"""The named transforms: what they make of a value, and what they refuse."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import TransformError, dump_json, parse_json, text_of
from signal_tui.api.transforms import TRANSFORMS, instant

NOON = "2026-11-20T12:00:00.250Z"


def apply(name: str, value: Any, format_: str = "") -> Any:
    return TRANSFORMS[name].apply(value, format_)


@pytest.mark.parametrize(
    ("value", "format_", "expected"),
    [
        (NOON, "epoch_s", 1795176000),
        (NOON, "epoch_ms", 1795176000250),
        (NOON, "epoch_micros", 1795176000250000),
        (NOON, "iso", "2026-11-20T12:00:00.250Z"),
        (NOON, "datetime", "2026-11-20 12:00:00"),
        ("2026-11-20T13:00:00.250+01:00", "iso", "2026-11-20T12:00:00.250Z"),
        ("2026-11-20 12:00:00", "iso", "2026-11-20T12:00:00.000Z"),
        (1795176000, "datetime", "2026-11-20 12:00:00"),
        (1795176000250, "iso", "2026-11-20T12:00:00.250Z"),
        (1795176000250000, "iso", "2026-11-20T12:00:00.250Z"),
        ("1795176000", "iso", "2026-11-20T12:00:00.000Z"),
        ("1795176000250", "iso", "2026-11-20T12:00:00.250Z"),
        ("20261120T120000Z", "iso", "2026-11-20T12:00:00.000Z"),
        ("1969-12-31T23:59:59.500Z", "epoch_ms", -500),
    ],
)
def test_dates(value: Any, format_: str, expected: Any) -> None:
    assert apply("date_format", value, format_) == expected


@pytest.mark.parametrize(
    "value",
    ["", "yesterday", "0001-01-01T00:00:00+14:00", "9" * 400, True, [], {}, parse_json("1e999"), 10**400, "nan"],
)
def test_what_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises(TransformError):
        instant(value)


@given(st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2100, 1, 1)))
def test_every_unit_is_recognised(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC)
    micros = apply("date_format", moment.isoformat(), "epoch_micros")
    assert instant(micros) - moment == moment - moment
    assert abs((instant(micros / 1000) - moment).total_seconds()) < 0.001
    assert abs((instant(micros / 1_000_000) - moment).total_seconds()) < 0.001


@pytest.mark.parametrize(
    ("name", "value", "format_", "expected"),
    [
        ("lower", "Jane@Example.COM", "", "jane@example.com"),
        ("upper", "gbp", "", "GBP"),
        ("trim", " x ", "", "x"),
        ("string", parse_json("98.00"), "", "98.00"),
        ("boolean01", "true", "", 1),
        ("boolean01", False, "", 0),
        ("boolean01", "no", "", 0),
        ("join", ["a", 1, None], "", "a,1,"),
        ("join", "a", "|", "a"),
        ("join", ["a", "b"], " > ", "a > b"),
        ("default", None, "GBP", "GBP"),
        ("default", "", "GBP", "GBP"),
        ("default", 0, "GBP", 0),
        ("sha256", " Jane", "", hashlib.sha256(b" Jane").hexdigest()),
        ("md5", "a", "", hashlib.md5(b"a").hexdigest()),
        ("hex16", "a1b2c3d4-e5f6-0718-9a0b-c1d2e3f40516", "", "a1b2c3d4e5f60718"),
        ("number", "129.90", "", 129.9),
        ("number", 5, "", 5),
        ("number", True, "", 1),
    ],
)
def test_transforms(name: str, value: Any, format_: str, expected: Any) -> None:
    assert apply(name, value, format_) == expected


@given(st.text(max_size=12) | st.from_regex(r"\A\s*[+-]?[0-9_]*\.?[0-9]*(e[0-9])?\s*\Z"))
def test_a_number_made_of_text_is_json(text: str) -> None:
    try:
        number = apply("number", text)
    except TransformError:
        return
    json.loads(dump_json(number))
    assert text_of(number).lstrip("-")[0].isdigit()


@pytest.mark.parametrize("text", ["129,99", "1_000", "", "NaN", "12 €"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(TransformError, match="is not a number"):
        apply("number", text)


def test_items_are_a_json_list_of_tuples_with_numbers_as_written() -> None:
    items = parse_json(
        '[{"sku":"S1","name":"Wool Runner","category":"Shoes","price":98.00,"quantity":2},'
        '{"item_id":"S2","item_name":"Sock","price":"5"}]'
    )
    assert apply("items", items) == '[["S1","Wool Runner","Shoes",98.00,2],["S2","Sock","",5,1]]'.replace(
        ",5,", ',"5",'
    )
    assert apply("items", items, "item_id|sku,quantity=7") == '[["S1",2],["S2",7]]'
    assert apply("items", items[0], "name") == '[["Wool Runner"]]'


@pytest.mark.parametrize("value", ["x", 5, [5], [["S1"]]])
def test_items_of_something_else_are_refused(value: Any) -> None:
    with pytest.raises(TransformError):
        apply("items", value)


@pytest.mark.parametrize(
    ("name", "format_", "fine"),
    [
        ("date_format", "", False),
        ("date_format", "epoch_days", False),
        ("date_format", "iso", True),
        ("default", "", False),
        ("lower", "x", False),
        ("lower", "", True),
        ("join", "|", True),
    ],
)
def test_formats_are_checked(name: str, format_: str, fine: bool) -> None:
    assert (TRANSFORMS[name].check(format_) is None) is fine


def test_a_derived_id_is_pointed_out() -> None:
    caution = TRANSFORMS["hex16"].caution
    assert caution is not None
    assert caution("a1b2c3d4-e5f6-0718-9a0b-c1d2e3f40516", "") is None
    assert "SHA-256" in (caution("anon_a1b2c3d4", "") or "")
