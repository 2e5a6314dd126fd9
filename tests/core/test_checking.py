"""An integration is tried with tokens that nothing keeps, against an Acme on a real port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest

from signal_tui.core.checking import Trial
from signal_tui.core.flows import CancelledError
from signal_tui.core.profiles import Integration
from signal_tui.core.sandbox import Sandbox
from signal_tui.core.vault import SecretValue
from tests.acme import TOKEN, AcmeDouble
from tests.core.test_profile_changes import opened
from tests.rings import SAFE, backend


@pytest.fixture
def origin() -> Iterator[str]:
    sandbox = Sandbox({"acme": AcmeDouble()})
    yield f"{sandbox.start(0)}/acme"
    sandbox.stop()


def shop(origin: str | None, **changes: Any) -> Integration:
    return Integration(name="new", vendor="acme", base_url=origin, config={"url": "https://a.example"}, **changes)


def states(trial: Trial) -> list[tuple[str, str]]:
    seen: list[tuple[str, str]] = []
    trial.check(on_check=lambda check: seen.append((check.check, check.state)))
    return seen


def test_a_typed_token_is_used_and_kept_nowhere(tmp_path: Path, origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = backend(SAFE)
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    with opened(tmp_path, None) as bench:
        trial = Trial(bench, shop(origin), {"token": SecretValue(TOKEN)}, key="default")
        assert trial.has_secret
        assert states(trial) == [("token", "ok")]
        assert list(bench.instances) == ["acme"]
        assert TOKEN not in repr(vars(trial))
    assert not getattr(ring, "kept", {})
    assert not any(TOKEN.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert not (tmp_path / "state" / "known").exists()


def test_a_wrong_token_is_refused_and_may_be_typed_again(tmp_path: Path, origin: str) -> None:
    with opened(tmp_path, None) as bench:
        trial = Trial(bench, shop(origin), {"token": SecretValue("wrong")}, key="default")
        assert states(trial) == [("token", "fail")]
        assert bench.refusals.is_refused(origin, "wrong")
        assert states(trial) == [("token", "fail")]
        assert states(Trial(bench, shop(origin), {"token": SecretValue(TOKEN)}, key="default")) == [("token", "ok")]


def test_what_is_not_typed_comes_from_where_it_would_come_from(
    tmp_path: Path, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, None) as bench:
        without = Trial(bench, shop(origin), {}, key="default")
        assert not without.has_secret
        assert states(without) == [("token", "cannot-tell")]
        monkeypatch.setenv("SIGNAL_TUI_SECRET_NEW__TOKEN", TOKEN)
        assert states(Trial(bench, shop(origin), {}, key="default")) == [("token", "ok")]


def test_the_sandbox_has_its_own_tokens(tmp_path: Path) -> None:
    with opened(tmp_path, None) as bench:
        trial = Trial(bench, shop(None, sandbox=True), {"token": SecretValue("mine")}, key="default")
        assert states(trial) == [("token", "ok")]


def test_a_trial_can_be_stopped(tmp_path: Path, origin: str) -> None:
    cancel = threading.Event()
    cancel.set()
    with opened(tmp_path, None) as bench:
        trial = Trial(bench, shop(origin), {"token": SecretValue(TOKEN)}, key="default")
        with pytest.raises(CancelledError):
            trial.check(cancel=cancel)
