"""The one object that screens and commands talk to, with Acme as its vendor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from signal_tui.api import Check, CheckFlow, Secret, Settings
from signal_tui.core.delivery import Wishes
from signal_tui.core.guard import Guard
from signal_tui.core.paths import Paths
from signal_tui.core.plugins import Plugins
from signal_tui.core.profiles import load
from signal_tui.core.sandbox import Sandbox
from signal_tui.core.workbench import UnknownIntegrationError, Workbench
from tests.acme import TOKEN, Acme, AcmeDouble
from tests.core.delivering import order


def workbench(home: Path, profile: str | None = None) -> Workbench:
    paths = Paths.under(home)
    if profile is not None:
        paths.profiles.mkdir(parents=True)
        (paths.profiles / "default.toml").write_text(profile)
    plugins = Plugins(guard=Guard(), vendors={"acme": Acme()}, plugin_of={"acme": "acme"})
    return Workbench(load(None, plugins.vendors, paths), plugins, paths)


@pytest.fixture
def live() -> Iterator[tuple[str, AcmeDouble]]:
    """An Acme that is not the embedded one: its origin and the double behind it."""
    double = AcmeDouble()
    sandbox = Sandbox({"acme": double})
    yield f"{sandbox.start(0)}/acme", double
    sandbox.stop()


def shop(origin: str, head: str = "") -> str:
    config = 'config = { url = "https://a.example" }'
    return f'{head}\n[integrations.my-shop]\nvendor = "acme"\nbase_url = "{origin}"\n{config}\n'


def test_without_a_profile_the_sandbox_is_there_and_finds_a_hit(tmp_path: Path) -> None:
    with workbench(tmp_path) as bench:
        assert list(bench.instances) == ["acme"]
        [payload] = bench.map(order())
        [one] = bench.deliver([payload])
        assert one.state == "found"
        assert bench.sandbox.origin is not None
        assert bench.destinations() == {"acme": bench.sandbox.origin}
        assert bench.questions() == []


def test_a_token_from_the_environment_reaches_an_instance(
    tmp_path: Path, live: tuple[str, AcmeDouble], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNAL_TUI_SECRET_MY_SHOP__TOKEN", TOKEN)
    with workbench(tmp_path, shop(live[0])) as bench:
        [one] = bench.deliver(bench.map(order()))
    assert one.state == "found"
    assert live[1].log[0]["order"] == "ORD-1"


def test_without_a_token_the_field_is_gone_and_the_verdict_says_why(
    tmp_path: Path, live: tuple[str, AcmeDouble]
) -> None:
    with workbench(tmp_path, shop(live[0])) as bench:
        assert "token" in [field.target for field in bench.map(order())[0].fields]  # not looked up yet
        assert bench.find_secrets() is True
        [payload] = bench.map(order())
        assert "token" not in [field.target for field in payload.fields]
        [one] = bench.deliver([payload])
    assert one.state == "cannot-tell"
    assert one.message == "no token"


def test_a_wrong_token_is_tried_once_and_never_again(
    tmp_path: Path, live: tuple[str, AcmeDouble], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNAL_TUI_SECRET_MY_SHOP__TOKEN", "wrong")
    asked: list[str] = []
    handle = live[1].handle

    def counting(request: Any) -> Any:
        asked.append(request.url)
        return handle(request)

    live[1].handle = counting  # type: ignore[method-assign]  # counts what arrives
    with workbench(tmp_path, shop(live[0])) as bench:
        [one] = bench.deliver(bench.map(order()))
        assert one.state == "rejected"
        first = len(asked)
        assert first == 2  # the hit, and one check that decides
        [again] = bench.deliver(bench.map(order()))
        assert again.state == "failed"
        assert len(asked) == first
    with workbench(tmp_path / "other", None) as other:
        assert other.instances
    with Workbench.open(paths=Paths.under(tmp_path), no_plugins=True, strict=False) as elsewhere:
        assert elsewhere.refusals.is_refused(live[0].removesuffix("/acme"), "wrong")


def test_production_asks(tmp_path: Path, live: tuple[str, AcmeDouble]) -> None:
    with workbench(tmp_path, shop(live[0], "production = true")) as bench:
        [question] = bench.questions()
    assert question.kind == "production"
    assert live[0].removesuffix("/acme") in question.message


def test_a_token_over_plain_http_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNAL_TUI_SECRET_MY_SHOP__TOKEN", TOKEN)
    with workbench(tmp_path, shop("http://far.example")) as bench:
        assert [question.kind for question in bench.questions()] == ["plain-http"]


def test_checks_are_kept_for_forecasts(
    tmp_path: Path, live: tuple[str, AcmeDouble], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNAL_TUI_SECRET_MY_SHOP__TOKEN", TOKEN)
    with workbench(tmp_path, shop(live[0])) as bench:
        checks, known = bench.check("my-shop")
        assert [check.state for check in checks] == ["ok"]
        assert known == {"readable": True}
        assert bench.instances["my-shop"].known == {"readable": True}
    paths = Paths.under(tmp_path)
    assert any(path.is_file() for path in (paths.state / "known").rglob("*.json"))


def test_an_unknown_integration_names_those_there_are(tmp_path: Path) -> None:
    with workbench(tmp_path) as bench, pytest.raises(UnknownIntegrationError, match=r"'nope'.*it has acme"):
        bench.chosen(["nope"])


def test_a_wrong_preset_makes_that_integration_say_so(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path)
    paths.profiles.mkdir(parents=True)
    one = 'vendor = "acme"\nsandbox = true\n'
    text = f'[integrations.a]\n{one}preset = "nope"\n[integrations.b]\n{one}'
    (paths.profiles / "default.toml").write_text(text)
    plugins = Plugins(guard=Guard(), vendors={"acme": Acme()}, plugin_of={"acme": "acme"})
    with Workbench(load(None, plugins.vendors, paths, strict=False), plugins, paths) as bench:
        payloads: Mapping[str, Any] = {payload.integration: payload for payload in bench.map(order())}
    assert payloads["a"].status == "skipped"
    assert "nope" in payloads["a"].reason
    assert payloads["b"].status == "mapped"


def test_what_is_missing_is_explained_by_what_the_instance_says_of_itself(
    tmp_path: Path, live: tuple[str, AcmeDouble], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNAL_TUI_SECRET_MY_SHOP__TOKEN", TOKEN)
    live[1].closed = True
    with workbench(tmp_path, shop(live[0])) as bench:
        [one] = bench.deliver(bench.map(order()), Wishes(timeout=0.1))
        assert (one.state, one.message) == ("excluded", "the site is closed: documented")
        [again] = bench.deliver(bench.map(order()), Wishes(timeout=30))
        assert again.state == "excluded"  # known now, so it is not waited for


class Doorman(Acme):
    """Acme with a second secret, which its check says was refused."""

    settings = (*Acme.settings, Secret(key="pass", label="Pass", reading=True))  # type: ignore[assignment]  # one more

    def check(self, settings: Settings) -> CheckFlow:
        yield Check(check="pass", state="fail", message="the pass is refused", refused=True, secrets=("pass",))
        return {}


def test_only_the_secrets_that_were_refused_are_not_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, live: tuple[str, AcmeDouble]
) -> None:
    monkeypatch.setenv("SIGNAL_TUI_SECRET_MY_SHOP__TOKEN", TOKEN)
    monkeypatch.setenv("SIGNAL_TUI_SECRET_MY_SHOP__PASS", "old-pass")
    paths = Paths.under(tmp_path)
    paths.profiles.mkdir(parents=True)
    (paths.profiles / "default.toml").write_text(shop(live[0]))
    plugins = Plugins(guard=Guard(), vendors={"acme": Doorman()}, plugin_of={"acme": "acme"})
    with Workbench(load(None, plugins.vendors, paths), plugins, paths) as bench:
        bench.check("my-shop")
        origin = live[0].removesuffix("/acme")
        assert bench.refusals.is_refused(origin, "old-pass")
        assert not bench.refusals.is_refused(origin, TOKEN)
        assert bench.deliver(bench.map(order()))[0].state == "found"
