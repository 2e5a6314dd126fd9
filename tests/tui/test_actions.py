"""The one table of actions: what it says holds, and everything made from it agrees."""

from __future__ import annotations

from collections import Counter

from signal_tui.tui.actions import ACTIONS, PANES, as_markdown, bindings, footer, key_name
from signal_tui.tui.screens.debugger import DebuggerScreen


def test_every_action_can_be_done() -> None:
    for action in ACTIONS:
        if not action.built_in and action.name not in ("quit", "next_pane"):
            assert callable(getattr(DebuggerScreen, f"do_{action.name}", None)), action.name


def test_no_key_means_two_things_in_one_pane() -> None:
    for pane in PANES:
        keys = Counter(key for action in ACTIONS if not action.where or pane in action.where for key in action.keys)
        assert [key for key, count in keys.items() if count > 1] == [], pane


def test_bindings_come_from_the_table() -> None:
    bound = {key for binding in bindings() for key in binding.key.split(",")}
    assert {"ctrl+s", "ctrl+r", "f1", "f3", "f4", "y", "c"} <= bound


def test_the_footer_offers_what_works_where_text_is_typed() -> None:
    for pane in ("event", "events"):
        assert all(key.startswith(("^", "F", "tab", "enter", "del")) for key, _, _ in footer(pane))
    assert ("y", "copy", "copy") in footer("payload")


def test_the_documentation_names_every_action() -> None:
    text = as_markdown()
    assert all(action.title in text and action.help in text for action in ACTIONS)
    assert key_name("ctrl+s") == "^s"
