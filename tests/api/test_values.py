"""Numbers as they were written, and JSON that bounds what it reads."""

from __future__ import annotations

import json
import math
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import WrittenNumber, dump_json, parse_json, text_of
from signal_tui.api.values import DEPTH, read_number

written_numbers = st.from_regex(r"\A-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?\Z")
texts = st.text(st.characters(exclude_categories=["Cs"]))
trees: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | written_numbers.map(parse_json) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=30,
)


@given(written_numbers)
def test_a_number_is_written_as_it_was_read(written: str) -> None:
    assert dump_json(parse_json(written)) == written
    assert text_of(parse_json(written)) == written


@given(written_numbers)
def test_a_written_number_counts_as_its_value(written: str) -> None:
    assert parse_json(written) == json.loads(written) or len(written) > 15


@given(trees, st.sampled_from([None, 2, 4]))
def test_what_is_written_is_read_again(tree: Any, indent: int | None) -> None:
    text = dump_json(tree, indent)
    assert parse_json(text) == tree
    assert dump_json(parse_json(text), indent) == text


@given(trees)
def test_the_indented_form_is_what_json_makes(tree: Any) -> None:
    plain = json.loads(dump_json(tree), parse_float=lambda text: 0.5)
    assert dump_json(plain, 2) == json.dumps(plain, indent=2, ensure_ascii=False)


@given(st.text() | st.binary())
def test_anything_else_is_a_value_error(text: str | bytes) -> None:
    try:
        value = parse_json(text)
    except ValueError:
        return
    dump_json(value).encode()


@given(st.text(st.characters(codec=None, categories=["Cs", "Ll"])))
def test_half_a_surrogate_pair_never_stays(text: str) -> None:
    value = parse_json(json.dumps({text: [text]}))
    dump_json(value).encode()


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse_json(r'["\ud83d\ude00", "\ud83d.", "\\ud83d"]') == ["😀", "\ufffd.", r"\ud83d"]


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "", "{", b"\xff", b'"\xc3\x28"'])
def test_what_json_does_not_have_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


@pytest.mark.parametrize(("depth", "fits"), [(DEPTH, True), (DEPTH + 1, False), (900, False), (100_000, False)])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_depth_is_bounded(opening: str, closing: str, depth: int, fits: bool) -> None:
    inner = "[]" if opening == "[" else "{}"
    text = opening * (depth - 1) + inner + closing * (depth - 1)
    if fits:
        assert dump_json(parse_json(text)) == text
    else:
        with pytest.raises(ValueError, match="nested"):
            parse_json(text)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert len(parse_json("[" + ",".join(["[]"] * 1000) + "]")) == 1000


def test_a_number_of_any_length_is_kept() -> None:
    digits = "9" * 10_000
    assert dump_json(parse_json(f"[{digits}]")) == f"[{digits}]"
    assert parse_json("-0") == 0
    assert dump_json(parse_json("-0")) == "-0"


@pytest.mark.parametrize(
    ("loose", "written"),
    [
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("007", "7"),
        ("-.50", "-0.50"),
        ("1e3", "1e3"),
        ("0", "0"),
        ("98.00", "98.00"),
    ],
)
def test_loose_numbers_become_json(loose: str, written: str) -> None:
    assert dump_json(read_number(loose)) == written
    assert math.isclose(read_number(loose), float(loose))


@given(st.text())
def test_a_loose_number_is_json_or_refused(text: str) -> None:
    try:
        number = read_number(text)
    except ValueError:
        return
    json.loads(dump_json(number))


@pytest.mark.parametrize("text", ["", "-", ".", "1_000", "129,99", "１", "0x1F", "1e", "NaN", "inf", " 1"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        read_number(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        ("a", "a"),
        ([1, "ä"], '[1,"ä"]'),
        ({"a": None}, '{"a":null}'),
    ],
)
def test_the_text_of_a_value(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_a_written_number_survives_pickling() -> None:
    assert pickle.loads(pickle.dumps(WrittenNumber("98.00"))).written == "98.00"
