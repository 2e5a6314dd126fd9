"""The ``when`` of a mapping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Event
from signal_tui.api.conditions import ConditionError, compile_condition

TREE = Event.read(
    {
        "type": "track",
        "event": "Sale and Return",
        "userId": "u",
        "properties": {"total": 12.5, "count": 3, "free": False, "tags": ["a", "b"], "url": "https://x/?a=b", "n": "7"},
    }
).tree


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("userId", True),
        ("not userId", False),
        ("groupId", False),
        ("not groupId", True),
        ("properties.free", True),
        ("event == 'Sale and Return'", True),
        ("event = 'Sale and Return'", True),
        ('event == "Sale and Return"', True),
        ("event != 'Page Loaded'", True),
        ("groupId != 'x'", True),
        ("properties.total > 12", True),
        ("properties.total >= 12.50", True),
        ("properties.total<12.5", False),
        ("properties.n <= 7", True),
        ("event > 5", False),
        ("groupId < 5", False),
        ("properties.free == false", True),
        ("properties.tags contains 'a'", True),
        ("properties.tags contains 'c'", False),
        ("properties.url contains 'a=b'", True),
        ("groupId contains 'a'", False),
        ("properties.count in [1, 3]", True),
        ("event in ['Other', 'Sale and Return']", True),
        ("properties.count in []", False),
        ("userId and properties.total > 5", True),
        ("userId AND groupId", False),
        ("event == 'Sale and Return' and not groupId and properties.count == 3", True),
        ('event == "Sale and Return" and groupId', False),
        ('event == "it\'s" and userId', False),
    ],
)
def test_conditions(text: str, holds: bool) -> None:
    assert compile_condition(text)(TREE) is holds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no"),
        ("userId == ", "is no"),
        ("userId == u", "texts stand in quotes"),
        ("userId or anonymousId", "is no comparison"),
        ("not userId == 'u'", "is no comparison"),
        ("userId && anonymousId", "is no comparison"),
        ("(userId)", "is no comparison"),
        ("a..b == 1", "is no path"),
        ("userId in 'u'", "needs a list"),
        ("userId and ", "is no"),
    ],
)
def test_wrong_conditions_are_refused(text: str, words: str) -> None:
    with pytest.raises(ConditionError, match=words):
        compile_condition(text)


@given(
    st.lists(st.sampled_from(["userId", "not", "and", "==", "'x'", "5", "[1]", "in", "contains", ">", " ", '"', "'"]))
)
def test_any_text_is_a_condition_or_a_condition_error(words: list[str]) -> None:
    try:
        condition = compile_condition(" ".join(words))
    except ConditionError:
        return
    assert condition(TREE) in (True, False)
