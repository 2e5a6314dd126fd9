"""What lies open at the start is the sample, and every theme has every tone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from textual.theme import BUILTIN_THEMES

from signal_tui.api import dump_json
from signal_tui.core.paths import Paths
from signal_tui.core.samples import find_sample
from signal_tui.tui.first_event import FIRST, first_text
from signal_tui.tui.library import Library
from signal_tui.tui.themes import DARK, LIGHT, shades, tones

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def _ids() -> Callable[[], str]:
    made = iter(f"{number:08x}-0000-4000-8000-{number:012x}" for number in range(0xABCDE, 0xABCDE + 99))
    return lambda: next(made)


def test_the_first_event_is_the_sample_of_its_name() -> None:
    sample = find_sample(FIRST, NOW, _ids())
    assert first_text(NOW, _ids()) == dump_json(sample.event.wire(), 2)


def test_the_library_opens_samples_and_own_events(tmp_path: Path) -> None:
    library = Library(Paths.under(tmp_path))
    assert FIRST in [entry.title for entry in library.samples()]
    assert library.fresh(FIRST).text != library.fresh(FIRST).text, "each has ids of its own"
    library.keep("mine", find_sample(FIRST).event.wire())
    (tmp_path / "data" / "events" / "broken.json").write_text("{")
    own = {entry.title: entry for entry in library.own()}
    assert '"Order Completed"' in own["mine"].text
    assert own["broken"].text == ""
    assert "broken.json" in own["broken"].note
    library.delete("mine")
    assert [entry.title for entry in library.own()] == ["broken"]


def test_every_theme_has_every_tone_and_only_found_is_green() -> None:
    for theme in (DARK, LIGHT, *BUILTIN_THEMES.values()):
        variables = theme.to_color_system().generate()
        styles = tones(variables | shades(variables, dark=theme.dark))
        assert {"plain", "good", "cursor", "tab-front"} <= set(styles), theme.name
    for theme in (DARK, LIGHT):
        variables = theme.to_color_system().generate()
        styles = tones(variables | shades(variables, dark=theme.dark))
        green = [name for name, style in styles.items() if style.color == styles["good"].color]
        assert green == ["good"]
