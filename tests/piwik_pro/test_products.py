"""Product lists: made as specified, and read as strictly as the specification is."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import TransformError
from signal_tui_piwik_pro.products import TRANSFORMS, Product, ProductsError, read_products


@pytest.mark.parametrize(
    ("value", "made"),
    [
        ({"sku": "S"}, '[["S"]]'),
        ([{"sku": "S", "quantity": "2"}], '[["S",null,null,null,2]]'),
        ([{"item_id": "S", "item_name": "N", "price": "98.00"}], '[["S","N",null,98.00]]'),
        ([{"sku": "S", "price": "98,00"}], '[["S",null,null,"98,00"]]'),
        ([{"sku": "S", "category": ["A", "B"], "variant": "V"}], '[["S",null,["A","B"],null,null,null,"V"]]'),
        ([], "[]"),
    ],
)
def test_rows_are_made(value: Any, made: str) -> None:
    assert TRANSFORMS["products"].apply(value, "") == made


@pytest.mark.parametrize("value", ["SKU", 1, ["SKU"]])
def test_what_is_no_product_is_told(value: Any) -> None:
    with pytest.raises(TransformError):
        TRANSFORMS["products"].apply(value, "")


def test_texts_as_a_list() -> None:
    assert TRANSFORMS["text_list"].apply("Shoes", "") == '["Shoes"]'
    assert TRANSFORMS["text_list"].apply(["A", 1], "") == '["A","1"]'


def test_a_row_is_read_with_its_defaults() -> None:
    assert read_products('[["S"],["T","N",["A","B"],"4.5",3,"B","V",{"1":"x"}]]') == [
        Product("S"),
        Product("T", "N", ("A", "B"), 4.5, 3, "B", "V"),
    ]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("x", "no JSON"),
        ('{"a":1}', "no list of rows"),
        ('["S"]', "product 1 is no list"),
        ('[["S"],[]]', "product 2 has no sku"),
        ('[["S",null,["1","2","3","4","5","6"]]]', "6 categories"),
        ('[["S",null,null,"98,00"]]', "the price '98,00'"),
        ('[["S",null,null,1,1.5]]', "no whole number"),
        ('[["S",null,null,1,-1]]', "no whole number"),
        (json.dumps([["S"]] * 101), "101 products"),
        (json.dumps([["é" * 513]]), "1026 bytes"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(sent: str, words: str) -> None:
    with pytest.raises(ProductsError, match=words):
        read_products(sent)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), st.lists, max_leaves=20))
def test_any_json_is_read_or_refused(value: Any) -> None:
    with contextlib.suppress(ProductsError):
        assert isinstance(read_products(json.dumps(value)), list)
