"""The whole way over the sandbox's real port: every sample is sent and gets the verdict that is to be expected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from signal_tui.core.delivery import Delivered, Wishes
from signal_tui.core.guard import Guard
from signal_tui.core.paths import Paths
from signal_tui.core.plugins import Plugins
from signal_tui.core.profiles import load
from signal_tui.core.samples import find_sample, sample_names
from signal_tui.core.workbench import Workbench
from tests.woopra.integration import VENDOR

SKIPPED = {"group": "does not list 'group'", "page (consent denied)": "analytics is denied"}
REMARKS = {
    "Order Completed (revenue with comma)": {"ce_amount"},
    "purchase (GA4 name)": {None},
}
"""Sample → the fields of its findings; the others have none."""

PROFILE = """
[integrations.shop]
vendor = "woopra"
sandbox = true
preset = "{preset}"
consent_categories = ["analytics"]
"""


def workbench(home: Path, profile: str) -> Workbench:
    paths = Paths.under(home)
    paths.profiles.mkdir(parents=True)
    (paths.profiles / "default.toml").write_text(profile)
    plugins = Plugins(guard=Guard(), vendors={"woopra": VENDOR}, plugin_of={"woopra": "woopra"})
    return Workbench(load(None, plugins.vendors, paths), plugins, paths)


@pytest.fixture(scope="module", params=["default", "recommended"])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with workbench(tmp_path_factory.mktemp("home"), PROFILE.format(preset=request.param)) as made:
        made.start_sandbox(0)
        yield made


def delivered(bench: Workbench, name: str, wishes: Wishes | None = None) -> list[Delivered]:
    return bench.deliver(bench.map(find_sample(name).event), wishes)


@pytest.mark.parametrize("name", [name for name in sample_names() if name not in SKIPPED])
def test_samples_are_found(bench: Workbench, name: str) -> None:
    [payload] = bench.map(find_sample(name).event)
    [one] = bench.deliver([payload])
    assert one.state == "found", one.message
    assert one.verdict is not None
    assert one.verdict.differences == ()
    assert one.after_ms is not None
    assert one.after_ms < 1000
    assert {finding.field for finding in payload.findings} == REMARKS.get(name, set())


@pytest.mark.parametrize(("name", "reason"), SKIPPED.items())
def test_samples_that_are_skipped_say_why(bench: Workbench, name: str, reason: str) -> None:
    [payload] = bench.map(find_sample(name).event)
    assert payload.status == "skipped"
    assert reason in (payload.reason or "")


@pytest.mark.parametrize("name", ["Order Completed", "page", "identify"])
def test_without_a_marker_they_are_found_too(bench: Workbench, name: str) -> None:
    [one] = delivered(bench, name, Wishes(mark=False))
    assert (one.state, one.hit.marker) == ("found", None)


def test_the_instance_is_checked(bench: Workbench) -> None:
    checks, known = bench.check("shop")
    assert {check.state for check in checks} == {"ok", "warn"}
    assert known["key"] == "valid"


def test_a_project_that_the_key_may_not_read(tmp_path: Path) -> None:
    profile = PROFILE.format(preset="default") + '[integrations.shop.config]\nproject = "shop.example"\n'
    with workbench(tmp_path, profile) as made:
        made.start_sandbox(0)
        [one] = delivered(made, "Order Completed")
        assert one.state == "cannot-tell"
        assert "may not read this project" in one.message
        checks, _ = made.check("shop")
    assert {check.check: check.state for check in checks}["project"] == "fail"
