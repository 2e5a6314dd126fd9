"""Changes to the open profile: the file says what was meant, and the workbench works with it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import keyring
import pytest

from signal_tui.core.drafts import Draft, Target
from signal_tui.core.guard import Guard
from signal_tui.core.paths import Paths
from signal_tui.core.plugins import Plugins
from signal_tui.core.profile_changes import enable, mark_production, remove, save
from signal_tui.core.profiles import ProfileError, load
from signal_tui.core.tokens import keep_token
from signal_tui.core.workbench import Workbench
from tests.acme import Acme
from tests.rings import SAFE, backend

SHOP = """# Ours.
[integrations.shop]  # this one
vendor = "acme"
strict_names = true
[integrations.shop.config]
url = "https://acme.example"
"""


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = backend(SAFE)
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


def opened(home: Path, profile: str | None = SHOP) -> Workbench:
    paths = Paths.under(home)
    if profile is not None:
        paths.profiles.mkdir(parents=True)
        file_in(home).write_text(profile)
    plugins = Plugins(guard=Guard(), vendors={"acme": Acme()}, plugin_of={"acme": "acme"})
    return Workbench(load(None, plugins.vendors, paths, strict=False), plugins, paths)


def file_in(home: Path) -> Path:
    return home / "config" / "profiles" / "default.toml"


def target_of(bench: Workbench) -> Target:
    return Target.beside(bench.profile, bench.plugins.vendors, bench.paths)


def draft(name: str = "shop", url: str = "https://acme.example") -> Draft:
    return Draft(name=name, vendor="acme", config={"url": url})


def test_the_built_in_profile_gives_way_to_the_default_one(tmp_path: Path) -> None:
    with opened(tmp_path, None) as bench:
        target = target_of(bench)
        assert (target.selector, target.is_new, target.names) == ("default", True, ())
        save(bench, draft(), target, new=True)
        assert bench.profile.name == "default"
        assert list(bench.instances) == ["shop"]
        assert bench.secrets.vault is not None
        assert target_of(bench).names == ("shop",)


def test_a_change_keeps_what_a_draft_does_not_know(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        save(bench, draft(url="https://new.example"), target_of(bench), new=False)
        assert bench.instance("shop").origins() == ["https://new.example"]
        assert bench.instance("shop").integration.strict_names
    text = file_in(tmp_path).read_text()
    assert "# Ours." in text
    assert "# this one" in text


def test_a_new_one_does_not_replace_what_came_meanwhile(tmp_path: Path) -> None:
    with opened(tmp_path) as bench, pytest.raises(ProfileError, match="is there already"):
        save(bench, draft(url="https://new.example"), target_of(bench), new=True)
    assert file_in(tmp_path).read_text() == SHOP


def test_enabling_and_production(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        enable(bench, "shop", False)
        assert bench.chosen() == []
        mark_production(bench, True)
        assert bench.instance("shop").production
        tree = tomllib.loads(file_in(tmp_path).read_text())
        assert tree["production"] is True
        assert tree["integrations"]["shop"]["enabled"] is False
        enable(bench, "shop", True)
        mark_production(bench, False)
        assert [one.name for one in bench.chosen()] == ["shop"]
        assert "# this one" in file_in(tmp_path).read_text()
        with pytest.raises(ProfileError, match="is not there any more"):
            enable(bench, "gone", True)


def test_the_built_in_profile_cannot_be_changed(tmp_path: Path) -> None:
    with opened(tmp_path, None) as bench:
        for change in (
            lambda: enable(bench, "acme", False),
            lambda: mark_production(bench, True),
            lambda: remove(bench, "acme", tokens=False),
        ):
            with pytest.raises(ProfileError, match="built in"):
                change()


@pytest.mark.parametrize("tokens", [True, False])
def test_removing_with_and_without_tokens(tmp_path: Path, ring: Any, tokens: bool) -> None:
    with opened(tmp_path) as bench:
        kept = keep_token(bench, bench.instance("shop"), "token", "acme-1")
        assert kept.origins == ("https://acme.example",)
        done = remove(bench, "shop", tokens=tokens)
        assert (done.removed, done.kept) == ((("token",), ()) if tokens else ((), ("token",)))
        assert bench.instances == {}
        assert len(ring.kept) == (not tokens)


def test_a_file_that_broke_meanwhile_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        file_in(tmp_path).write_text("no [toml")
        with pytest.raises(ProfileError):
            bench.turn_to()
        assert list(bench.instances) == ["shop"]


def test_a_profile_by_path_is_read_anew_by_path(tmp_path: Path) -> None:
    file = tmp_path / "own" / "shop.toml"
    file.parent.mkdir()
    file.write_text(SHOP)
    paths = Paths.under(tmp_path / "home")
    plugins = Plugins(guard=Guard(), vendors={"acme": Acme()}, plugin_of={"acme": "acme"})
    with Workbench(load(str(file), plugins.vendors, paths), plugins, paths) as bench:
        key = bench.profile.key
        enable(bench, "shop", False)
        assert bench.profile.key == key
        assert bench.profile.path == file
