"""The 16 hexadecimal characters of an anonymous id, and the shapes of consent."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import consent, hex16
from signal_tui.api.identity import CATEGORIES, hex16_is_documented


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("anonymous_id", "expected"),
    [
        ("a1b2c3d4-e5f6-0718-9a0b-c1d2e3f40516", "a1b2c3d4e5f60718"),
        ("A1B2C3D4-E5F6-0718-9A0B-C1D2E3F40516", "a1b2c3d4e5f60718"),
        ("a1b2c3d4e5f60718", "a1b2c3d4e5f60718"),
        ("anon_a1b2c3d4e5f60718ffff", "a1b2c3d4e5f60718"),
        ("anon_a1b2c3d4-e5f6-0718-9a0b-c1d2e3f40516", "a1b2c3d4e5f60718"),
        ("  a1b2c3d4e5f60718\n", "a1b2c3d4e5f60718"),
        ("a1b2c3d4e5f60718-and-then-anything", "a1b2c3d4e5f60718"),
    ],
)
def test_ids_with_sixteen_hexadecimal_characters(anonymous_id: str, expected: str) -> None:
    assert hex16(anonymous_id) == (expected, "first 16 hex")
    assert hex16_is_documented(anonymous_id)


@pytest.mark.parametrize(
    "anonymous_id",
    [
        "anon_a1b2c3d4",
        "",
        "a1b2c3d4",
        "g1b2c3d4e5f60718",
        "a1b2c3d4e5f6071",
        "１２３４５６７８９０１２３４５６",
        "ANON_a1b2c3d4e5f60718",
    ],
)
def test_other_ids_are_hashed(anonymous_id: str) -> None:
    assert hex16(anonymous_id) == (hashed(anonymous_id), "sha256, first 16 hex")
    assert not hex16_is_documented(anonymous_id)


@given(st.uuids())
def test_a_uuid_is_never_hashed(value: UUID) -> None:
    assert hex16(str(value))[0] == value.hex[:16]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_there_are_always_sixteen(anonymous_id: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", hex16(anonymous_id)[0])


@given(st.lists(st.from_regex(r"\Aanon_[0-9a-f]{8}\Z"), unique=True, min_size=2, max_size=20))
def test_short_ids_do_not_merge(ids: list[str]) -> None:
    assert len({hex16(one)[0] for one in ids}) == len(ids)


@pytest.mark.parametrize(
    ("shape", "granted"),
    [
        (None, {}),
        ("all", {}),
        ({}, {}),
        ({"analytics": True, "marketing": False}, {"analytics": True, "marketing": False}),
        ({"advertising": True}, {"marketing": True}),
        ({"canonical": {"analytics": False}}, {"analytics": False}),
        ({"analytics": True, "canonical": {"analytics": False}}, {"analytics": False}),
        ({"categories": {"statistics": True, "necessary": True}}, {"analytics": True, "essential": True}),
        ({"categories": {"C0002": False, "C0004": True}}, {"analytics": False, "marketing": True}),
        ({"categories": {"8": False, "9": True}}, {"analytics": True}),
        ({"categories": {"9": True, "8": False}}, {"analytics": True}),
        ({"categories": {8: True}}, {"analytics": True}),
        ({"categories": {"C0002": True}, "canonical": {"analytics": False}}, {"analytics": False}),
        ({"analytics": "yes", "functional": 1, "unheard": True}, {}),
        ({"categories": ["C0002"], "canonical": 5}, {}),
    ],
)
def test_shapes_of_consent(shape: Any, granted: dict[str, bool]) -> None:
    assert consent(shape) == granted


@given(st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_any_shape_gives_categories(shape: Any) -> None:
    assert set(consent({"categories": shape, "canonical": shape})) <= set(CATEGORIES)
