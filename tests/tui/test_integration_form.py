"""The screen of integrations and its forms: from a declared setting to a profile's file and a token in the keyring."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from textual.pilot import Pilot

from signal_tui.api import Choice, Flag, Number, Secret, Text
from signal_tui.core.guard import Guard
from signal_tui.core.paths import Paths
from signal_tui.core.plugins import Plugins
from signal_tui.core.profiles import load
from signal_tui.core.sandbox import Sandbox
from signal_tui.core.workbench import Workbench
from signal_tui.tui.app import SignalApp
from signal_tui.tui.screens.debugger import DebuggerScreen
from signal_tui.tui.screens.form import FormScreen
from signal_tui.tui.screens.integration_fields import Line, Options
from signal_tui.tui.screens.integration_form import IntegrationForm
from signal_tui.tui.screens.integrations import IntegrationsScreen
from signal_tui.tui.screens.question import DeletionScreen, QuestionScreen
from signal_tui.tui.screens.token_form import TokenFields, TokenForm
from tests.acme import TOKEN, Acme, AcmeDouble
from tests.rings import SAFE, backend
from tests.tui.bench import SameEvents, drive, lines_of, until

pytestmark = pytest.mark.slow

SHOP = """# Ours.
[integrations.shop]  # the one that counts
vendor = "orbit"
proxy = "http://127.0.0.1:3128"
[integrations.shop.config]
url = "https://orbit.example.com"  # by the sea
site = 7
"""


def _slash(text: str) -> str | None:
    return f"The address must not end with a slash: write {text.rstrip('/')}." if text.endswith("/") else None


def _token(text: str) -> str | None:
    return None if text.startswith("acme") else f"{text} is no token: it begins with acme."


class Orbit(Acme):
    """Acme with a setting of every kind."""

    name = "orbit"
    title = "Orbit [/] One"
    consent_categories = ("analytics",)
    settings = (  # type: ignore[assignment]  # Acme's are inferred to be narrower than a vendor's
        Text(key="url", label="Address", help="Base URL.", required=True, example="https://o.example", check=_slash),
        Number(key="site", label="Site", help="Its number.", required=True, least=1, example="1"),
        Choice(key="region", label="Region", help="Where it stands.", choices=("eu", "us"), default="eu"),
        Flag(key="debug", label="Debug", help="Say more."),
        Secret(key="token", label="Token", help="Account > Tokens.", tracking=True, reading=True, check=_token),
    )

    def sandbox(self) -> AcmeDouble:
        double = AcmeDouble()
        double.config = {"url": "https://orbit.sandbox.example", "site": "1"}
        return double


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = backend(SAFE)
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


@pytest.fixture
def live() -> Iterator[tuple[str, AcmeDouble]]:
    """An Orbit that is not the embedded one: its address and the double behind it."""
    double = Orbit().sandbox()
    sandbox = Sandbox({"orbit": double})
    yield f"{sandbox.start(0)}/orbit", double
    sandbox.stop()


def kept(ring: Any) -> dict[str, Any]:
    return {user: json.loads(text) for (_, user), text in getattr(ring, "kept", {}).items()}


def app_with(home: Path, profile: str | None = None) -> SignalApp:
    paths = Paths.under(home)
    if profile is not None:
        paths.profiles.mkdir(parents=True)
        file_in(home).write_text(profile)
    plugins = Plugins(guard=Guard(), vendors={"orbit": Orbit()}, plugin_of={"orbit": "orbit"})
    bench = Workbench(load(None, plugins.vendors, paths, strict=False), plugins, paths)
    app = SignalApp(lambda: bench, paths)
    app.library = SameEvents(paths)
    return app


def file_in(home: Path) -> Path:
    return home / "config" / "profiles" / "default.toml"


def tables(home: Path) -> Any:
    return tomllib.loads(file_in(home).read_text())


def text_of(app: SignalApp) -> str:
    return "\n".join(lines_of(app))


Script = Callable[[Pilot[None], SignalApp], Awaitable[None]]


def run(app: SignalApp, script: Script, size: tuple[int, int] = (120, 50)) -> None:
    """Run a script that begins on the screen of integrations."""

    async def whole(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))
        await script(pilot, app)

    try:
        drive(app, whole, size)
    finally:
        if app.workbench is not None:
            app.workbench.close()


def form_of(app: SignalApp) -> TokenFields:
    assert isinstance(app.screen, TokenFields)
    return app.screen


async def form(pilot: Pilot[None], app: SignalApp, *keys: str) -> TokenFields:
    """Press keys that open a form, and wait until it knows its profile."""
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(app.screen, FormScreen) and app.screen.entered() is not None)
    await settled(pilot, app)
    return form_of(app)


async def put(pilot: Pilot[None], app: SignalApp, **values: str) -> None:
    """Set the values of fields; ``__`` stands for the dot in a field's key."""
    for key, value in values.items():
        control = form_of(app).fields[key.replace("__", ".")].control
        assert isinstance(control, Line)
        control.value = value
    await pilot.pause()
    await settled(pilot, app)


async def settled(pilot: Pilot[None], app: SignalApp) -> None:
    """Wait until what is typed was checked."""
    screen = form_of(app)
    screen.assess()
    await until(pilot, lambda: screen.checked)


async def shown(pilot: Pilot[None], app: SignalApp, *words: str) -> None:
    try:
        await until(pilot, lambda: all(word in text_of(app) for word in words))
    except AssertionError:
        pytest.fail(f"{words} is not in\n{text_of(app)}")


def test_a_new_integration_from_vendor_to_file(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("a")
        await shown(pilot, app, "Orbit [/] One")
        screen = await form(pilot, app, "enter")
        assert isinstance(screen, IntegrationForm)
        await shown(pilot, app, "my-orbit", "Base URL.", "https://o.example", "eu", "profile default, which is opened")
        await shown(pilot, app, "Tokens  never shown; kept in ", "for sending and reading back")
        await put(pilot, app, config__url="https://orbit.example.com/", config__site="x", token__token="wrong-one")
        await shown(
            pilot,
            app,
            "✗ The address must not end with a slash: write https://orbit.example.com.",
            "✗ Site must be a whole number.",
            "is no token: it begins with acme.",
        )
        assert "wrong-one" not in text_of(app)
        await pilot.press("ctrl+s")
        await shown(pilot, app, "✗ Not saved: look at Address, Site, Token")
        assert not file_in(tmp_path).exists()
        assert screen.fields["config.site"].text == "x"

        await put(pilot, app, name="shop", config__url="https://orbit.example.com", config__site="7")
        await put(pilot, app, token__token="acme-secret-1")
        await shown(pilot, app, "Address  ✓ fits", "Token  ✓ fits")
        assert "acme-secret-1" not in text_of(app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))
        await shown(
            pilot, app, "shop is saved. token is kept in", "for https://orbit.example.com only", "✓ there, from"
        )
        await shown(pilot, app, "Profile default is")
        assert "acme-secret-1" not in text_of(app)
        await pilot.press("escape")
        home = app.screen
        assert isinstance(home, DebuggerScreen)
        await until(pilot, lambda: list(home.payloads) == ["shop"] and home.payloads["shop"].facts.payload is not None)
        assert app.workbench is not None
        assert app.workbench.instance("shop").origins() == ["https://orbit.example.com"]

    run(app_with(tmp_path), script)
    expected = {
        "vendor": "orbit",
        "consent_categories": ["analytics"],
        "config": {"url": "https://orbit.example.com", "site": 7},
    }
    assert tables(tmp_path) == {"integrations": {"shop": expected}}
    assert kept(ring) == {"default/shop/token": {"secret": "acme-secret-1", "origins": ["https://orbit.example.com"]}}
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(b"acme-secret-1" in content for content in written)


def test_choices_and_flags_by_key(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("a")
        await shown(pilot, app, "Orbit")
        screen = await form(pilot, app, "enter")
        await put(pilot, app, config__url="https://o.example", config__site="1")
        for key, keys in (
            ("config.region", ["down", "space"]),
            ("config.debug", ["space"]),
            ("consent_categories", ["down", "space"]),
        ):
            screen.fields[key].enter()
            await pilot.pause()
            await pilot.press(*keys)
        await shown(pilot, app, "(•) us", "[x] on", "[x] marketing")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))

    run(app_with(tmp_path), script)
    table = tables(tmp_path)["integrations"]["my-orbit"]
    assert table["config"] == {"url": "https://o.example", "site": 1, "region": "us", "debug": True}
    assert table["consent_categories"] == ["analytics", "marketing"]


def test_every_field_is_reached_with_the_arrows_and_seen(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("a")
        await shown(pilot, app, "Orbit")
        screen = await form(pilot, app, "enter")
        reached: list[str] = []
        while len(reached) < len(screen.fields):
            owner = next((one for one in screen.fields.values() if one.control is screen.focused), None)
            assert owner is not None
            assert owner.key not in reached[:-1], reached
            if owner.key not in reached:
                reached.append(owner.key)
                await shown(pilot, app, owner.label)
            if isinstance(owner.control, Options):
                owner.control.move_to(len(owner.control.rows) - 1)
            await pilot.press("down")
        assert reached == list(screen.fields)

    run(app_with(tmp_path), script, (80, 24))


def test_a_name_that_is_taken_or_none(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("a")
        await shown(pilot, app, "Orbit")
        await form(pilot, app, "enter")
        await put(pilot, app, name="shop")
        await shown(pilot, app, "has an integration of this name already")
        await put(pilot, app, name="My Shop")
        await shown(pilot, app, "A name is made of a-z, 0-9 and -")
        await put(pilot, app, name="", base_url="orbit")
        await shown(pilot, app, "The name is missing")
        form_of(app).fields["base_url"].enter()
        await shown(pilot, app, "✗ It is no http address")

    run(app_with(tmp_path, SHOP), script)
    assert file_in(tmp_path).read_text() == SHOP


def test_the_connection_is_tested_before_anything_is_saved(
    tmp_path: Path, ring: Any, live: tuple[str, AcmeDouble]
) -> None:
    address, double = live

    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("a")
        await shown(pilot, app, "Orbit")
        await form(pilot, app, "enter")
        await pilot.press("ctrl+t")
        await shown(pilot, app, "✗ Not tested: look at Address, Site")
        await put(pilot, app, config__url="https://o.example", config__site="1", base_url=address)
        await pilot.press("ctrl+t")
        await shown(pilot, app, "Test of the connection", "? token", "no token", "→ set one")
        await put(pilot, app, token__token="acme-wrong")
        await pilot.press("ctrl+t")
        await shown(pilot, app, "✗ token", "the token is refused")
        await put(pilot, app, token__token=TOKEN)
        await pilot.press("ctrl+t")
        await shown(pilot, app, "✓ token", "the log can be read")
        assert TOKEN not in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, QuestionScreen))
        await shown(pilot, app, "Throw it away?")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("escape", "y")
        await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))

    run(app_with(tmp_path), script)
    assert not file_in(tmp_path).exists()
    assert kept(ring) == {}
    assert double.log == []


def test_plain_http_is_asked_about_before_a_token_leaves(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("a")
        await shown(pilot, app, "Orbit")
        await form(pilot, app, "enter")
        await put(pilot, app, config__url="http://o.invalid", config__site="1", token__token="acme-1")
        for key in ("ctrl+t", "ctrl+s"):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, QuestionScreen))
            await shown(pilot, app, "http://o.invalid can read the token")
            await pilot.press("n")
            await until(pilot, lambda: isinstance(app.screen, FormScreen))

    run(app_with(tmp_path), script)
    assert not file_in(tmp_path).exists()


def test_an_edit_keeps_comments_and_what_the_form_does_not_know(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        screen = await form(pilot, app, "e")
        assert "name" not in screen.fields
        assert screen.fields["config.site"].text == "7"
        assert not screen.dirty
        await put(pilot, app, config__site="8")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))
        await shown(pilot, app, "shop is saved")

    run(app_with(tmp_path, SHOP), script)
    changed = SHOP.replace("site = 7", "site = 8")
    text = file_in(tmp_path).read_text()
    assert tables(tmp_path)["integrations"]["shop"] == {
        **tomllib.loads(changed)["integrations"]["shop"],
        "consent_categories": ["analytics"],
    }
    for comment in ("# Ours.", "# the one that counts", "# by the sea"):
        assert comment in text


def test_a_failed_save_loses_nothing(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        screen = await form(pilot, app, "e")
        await put(pilot, app, config__site="8", token__token="acme-2")
        file_in(tmp_path).write_text("this is [no toml")
        await pilot.press("ctrl+s")
        await shown(pilot, app, "✗ Not saved:", "default.toml:1")
        assert screen.fields["config.site"].text == "8"
        file_in(tmp_path).write_text(SHOP)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))

    run(app_with(tmp_path, SHOP), script)
    assert tables(tmp_path)["integrations"]["shop"]["config"]["site"] == 8
    assert kept(ring)["default/shop/token"]["secret"] == "acme-2"


def test_without_a_keyring_the_variable_is_named(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("a")
        await shown(pilot, app, "Orbit")
        await form(pilot, app, "enter")
        await shown(pilot, app, "! cannot be kept here: there is no keyring in this session")
        await put(pilot, app, name="shop", config__url="https://o.example", config__site="1", token__token="acme-3")
        await shown(pilot, app, "set SIGNAL_TUI_SECRET_SHOP__TOKEN")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, QuestionScreen))
        await shown(pilot, app, "cannot be kept")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))
        await shown(pilot, app, "token is not kept: set SIGNAL_TUI_SECRET_SHOP__TOKEN")

    run(app_with(tmp_path), script)
    assert "acme-3" not in file_in(tmp_path).read_text()


def test_a_keyring_that_fails_at_the_last_moment_keeps_what_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Any, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot keep {password}")

    made = backend(SAFE, set_password=broken)
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)

    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("a")
        await shown(pilot, app, "Orbit")
        screen = await form(pilot, app, "enter")
        await put(pilot, app, name="shop", config__url="https://o.example", config__site="1", token__token="acme-4")
        await pilot.press("ctrl+s")
        await shown(pilot, app, "✗ shop is saved, but not every token:")
        assert "acme-4" not in text_of(app)
        assert screen.dirty
        await pilot.press("escape", "y")
        await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))
        await shown(pilot, app, "shop is saved, but not every token", "Orbit [/] One")

    run(app_with(tmp_path), script)
    assert list(tables(tmp_path)["integrations"]) == ["shop"]


def test_tokens_of_an_integration_that_is_there(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await shown(pilot, app, "– not set: k sets it, or the variable SIGNAL_TUI_SECRET_SHOP__TOKEN")
        screen = await form(pilot, app, "k")
        assert isinstance(screen, TokenForm)
        await pilot.press("ctrl+s")
        await shown(pilot, app, "Nothing is typed")
        await put(pilot, app, token__token="acme-5")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))
        await shown(pilot, app, "✓ there, from")
        await form(pilot, app, "k")
        await shown(pilot, app, "There already, from")

    run(app_with(tmp_path, SHOP), script)
    assert kept(ring)["default/shop/token"]["secret"] == "acme-5"
    assert file_in(tmp_path).read_text() == SHOP


@pytest.mark.parametrize(("answer", "left"), [("y", ["default/shop/token"]), ("t", []), ("n", ["default/shop/token"])])
def test_deleting_asks_and_offers_to_take_the_tokens_along(
    tmp_path: Path, ring: Any, answer: str, left: list[str]
) -> None:
    ring.set_password("signal-tui", "default/shop/token", json.dumps({"secret": "acme-6", "origins": []}))

    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DeletionScreen))
        await shown(pilot, app, "Delete shop from", "delete it and its tokens")
        await pilot.press(answer)
        await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))
        if answer != "n":
            await shown(pilot, app, "shop is deleted", "none yet: a adds one")

    run(app_with(tmp_path, SHOP), script)
    assert list(tables(tmp_path).get("integrations", {})) == (["shop"] if answer == "n" else [])
    assert list(kept(ring)) == left


def test_switching_off_and_on(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("x")
        await shown(pilot, app, "shop is disabled", "– disabled")
        assert tables(tmp_path)["integrations"]["shop"]["enabled"] is False
        await pilot.press("space")
        await shown(pilot, app, "shop is enabled")

    run(app_with(tmp_path, SHOP), script)
    assert tables(tmp_path)["integrations"]["shop"]["enabled"] is True


def test_production_is_asked_for_and_marked(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        for answer, production in (("n", False), ("y", True), ("y", False)):
            await pilot.press("p")
            await until(pilot, lambda: isinstance(app.screen, QuestionScreen))
            await pilot.press(answer)
            await until(pilot, lambda: isinstance(app.screen, IntegrationsScreen))
            await until(
                pilot,
                lambda production=production: ("PRODUCTION: it asks" in text_of(app)) is production,  # type: ignore[misc]
            )
            assert tables(tmp_path).get("production", False) is production

    run(app_with(tmp_path, SHOP), script)


def test_the_built_in_profile_is_not_changed(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        for key in ("e", "d", "x", "p", "enter"):
            screen = app.screen
            assert isinstance(screen, IntegrationsScreen)
            screen.say("")
            await pilot.press(key)
            await shown(pilot, app, "are built in and stay as they are")

    run(app_with(tmp_path), script)


def test_foreign_text_stays_text(tmp_path: Path, ring: Any) -> None:
    profile = SHOP.replace('"https://orbit.example.com"', '"https://[/]\\u001b]52;c;aGk=\\u0007"')

    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await form(pilot, app, "e")
        await shown(pilot, app, "https://[/]␛]52;c;aGk=␇")
        assert "\x1b" not in text_of(app)

    run(app_with(tmp_path, profile), script)


def test_a_token_does_not_leave_its_field(tmp_path: Path, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        screen = await form(pilot, app, "k")
        await put(pilot, app, token__token="acme-7")
        control = screen.fields["token.token"].control
        assert isinstance(control, Line)
        control.focus()
        control.select_all()
        await pilot.press("ctrl+c", "ctrl+x")
        assert app.clipboard == ""
        assert control.value == "acme-7"
        entered = screen.entered()
        assert "acme-7" not in repr(entered)
        assert "acme-7" not in repr(screen.fields["token.token"].value)

    run(app_with(tmp_path, SHOP), script)


def test_options_show_what_is_chosen_without_colour() -> None:
    options = Options([("a", "one"), ("b", "two")], ["b"], many=False)
    options._fill()
    assert [row.text for row in options.rows] == ["( ) one", "(•) two"]
