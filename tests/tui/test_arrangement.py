"""At every size panes stand inside the screen, beside each other, and each can be brought to the front."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from signal_tui.tui.arrangement import LEFT, arrange

NAMES = [f"shop-{number}" for number in range(9)]


@given(
    width=some.integers(20, 260),
    height=some.integers(8, 90),
    count=some.integers(1, 9),
    front=some.integers(0, 11),
    identity=some.integers(2, 40),
    notice=some.integers(0, 3),
)
def test_nothing_overlaps_or_leaves_the_screen(
    width: int, height: int, count: int, front: int, identity: int, notice: int
) -> None:
    names = NAMES[:count]
    panes = [*LEFT, *names]
    pane = panes[front % len(panes)]
    made = arrange(
        width,
        height,
        names,
        front=pane,
        left=pane if pane in LEFT else "event",
        right=pane if pane in names else names[0],
        identity=identity,
        notice=notice,
    )
    taken: set[tuple[int, int]] = set()
    for name, region in made.regions.items():
        assert region.width > 0, name
        assert region.height > 0, name
        assert 0 <= region.x < region.right <= width, name
        assert 0 <= region.y < region.bottom <= height, name
        cells = {(x, y) for x in range(region.x, region.right) for y in range(region.y, region.bottom)}
        assert not taken & cells, name
        taken |= cells
    assert len(taken) == width * height, "every cell belongs to a pane or a line"
    assert pane in made.regions, "the pane in front is seen"
    assert made.tabs or all(name in made.regions for name in panes), "what is not seen is in the tabs"


def test_one_integration_is_a_column_and_several_stand_below() -> None:
    one = arrange(150, 45, ["a"], front="event", left="event", right="a")
    assert one.regions["a"].height > 40
    three = arrange(150, 45, ["a", "b", "c"], front="event", left="event", right="a")
    assert {three.regions[name].y for name in "abc"} == {three.regions["a"].y}
    assert three.regions["a"].y > three.regions["event"].y
    assert not three.tabs


def test_small_screens_show_one_pane_or_two() -> None:
    small = arrange(80, 24, ["a"], front="a", left="event", right="a")
    assert (small.way, small.tabs) == ("single", True)
    middle = arrange(100, 30, ["a"], front="a", left="event", right="a")
    assert middle.way == "double"
    assert {"event", "a"} < set(middle.regions)
