"""The debugger on a workbench of the tests: Acme beside a vendor with findings, sendings that settle as a test says."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from signal_tui.api import (
    Answer,
    Blueprint,
    Difference,
    Field,
    Finding,
    Forecast,
    Form,
    Hit,
    IdentitySignal,
    Known,
    Payload,
    Reply,
    Request,
    Settings,
    Text,
    Vendor,
    Verdict,
)
from signal_tui.core.delivery import Changed, Delivered, Wishes
from signal_tui.core.guard import Guard
from signal_tui.core.paths import Paths
from signal_tui.core.plugins import Plugin, Plugins
from signal_tui.core.profiles import Integration, Profile
from signal_tui.core.workbench import Question, Workbench
from signal_tui.tui.app import SignalApp
from signal_tui.tui.library import Library
from signal_tui.tui.screens.debugger import DebuggerScreen
from signal_tui.tui.widgets.events import Entry
from tests.acme import Acme

EVENT = """{
  "type": "track",
  "event": "Order Completed",
  "userId": "user-123",
  "anonymousId": "a1b2c3d4-e5f6-4718-8293-a4b5c6d7e8f9",
  "properties": {
    "order_id": "ORD-001",
    "revenue": 129.99,
    "coupon": "WELCOME10",
    "url": "https://shop.example.com/checkout/confirmation"
  },
  "context": {
    "ip": "203.0.113.50",
    "consent": {
      "analytics": true
    }
  },
  "timestamp": "2026-01-31T12:00:00.000Z",
  "messageId": "m-1"
}"""
PAGE = """{
  "type": "page",
  "anonymousId": "a1b2c3d4-e5f6-4718-8293-a4b5c6d7e8f9",
  "properties": {
    "url": "https://shop.example.com/shoes",
    "title": "Shoes"
  },
  "context": {
    "consent": {
      "analytics": false
    }
  },
  "timestamp": "2026-01-31T12:00:00.000Z",
  "messageId": "m-2"
}"""

_PRESET = """
version = 2
[global]
mappings = [
  { target = "visitor", source = "anonymousId", transform = "hex16" },
  { target = "uid", source = "userId" },
  { target = "site", source = "config.site" },
]
[events."Order Completed"]
requests = ["view", "order"]
mappings = [
  { target = "page", source = "properties.url", request = "view" },
  { target = "order", source = "properties.order_id", request = "order" },
  { target = "revenue", source = "properties.revenue", request = "order" },
]
"""


class Bolt(Vendor):
    """Takes an order in two requests and has something to say about it."""

    name = "bolt"
    title = "Bolt"
    settings = (Text(key="site", label="Site", required=True),)
    identity = (IdentitySignal(signal="anonymousId", parameter="visitor", derivation="first 16 hex"),)

    @classmethod
    def presets(cls) -> Mapping[str, Blueprint]:
        return {"retail": Blueprint.from_toml(_PRESET, "retail")}

    def requests(self, payload: Payload, settings: Settings) -> Sequence[Request]:
        return [
            Request(
                method="POST",
                url="https://bolt.example.com/collect",
                body=Form(tuple((field.target, field.value) for field in group)),
            )
            for group in payload.groups()
        ]

    def forecast(self, request: Request, settings: Settings, known: Known) -> Forecast:
        assert isinstance(request.body, Form)
        names = [name for name, _ in request.body.pairs]
        if "order" not in names:
            return Forecast(outcome="recorded", records=("pageview",), assumed=("the site exists",))
        rounded = Finding(
            effect="altered",
            message="revenue is rounded to whole numbers",
            because="Bolt stores integers [documented]",
            remedy="send cents",
            field="revenue",
        )
        return Forecast(outcome="altered", records=("order",), findings=(rounded,))


class Broken(Bolt):
    """Fails at every event."""

    name = "broken"
    title = "Broken"

    def requests(self, payload: Payload, settings: Settings) -> Sequence[Request]:
        raise RuntimeError("no [/] such \x1b]52;c;aGk=\x07 thing")


VENDORS: dict[str, type[Vendor]] = {"acme": Acme, "bolt": Bolt, "broken": Broken}


def acme(name: str = "shop-acme", **changes: Any) -> Integration:
    """An integration of Acme."""
    facts: dict[str, Any] = {"sandbox": True, "consent_categories": ("analytics",)}
    return Integration(name=name, vendor="acme", config={"url": "https://acme.example.com"}, **{**facts, **changes})


def bolt(name: str = "shop-bolt", vendor: str = "bolt", **changes: Any) -> Integration:
    """An integration of Bolt, or of the vendor that fails."""
    facts: dict[str, Any] = {"base_url": "http://127.0.0.1:9", "consent_categories": ("analytics",)}
    return Integration(name=name, vendor=vendor, config={"site": "7"}, **{**facts, **changes})


class Bench(Workbench):
    """A workbench whose sandbox is up at once and whose sendings settle as written here, without a network."""

    def __init__(self, home: Path, integrations: Sequence[Integration], *, production: bool = False) -> None:
        profile = Profile(
            name="sandbox" if all(one.sandbox for one in integrations) else "staging",
            key="staging",
            production=production,
            integrations={one.name: one for one in integrations},
        )
        used = {one.vendor for one in integrations}
        plugins = Plugins(
            guard=Guard(),
            rows=[Plugin(name=name, module=f"tests.{name}", version="1.0", vendors=(name,)) for name in sorted(used)],
            vendors={name: VENDORS[name]() for name in used},
            plugin_of={name: name for name in used},
        )
        super().__init__(profile, plugins, Paths.under(home))
        self.hold: threading.Event | None = None
        self.sent: list[str] = []

    def start_sandbox(self, port: int = 0) -> str:
        return "http://127.0.0.1:8787"

    def find_secrets(self) -> bool:
        return False

    def questions(self, names: Any = None) -> list[Question]:
        return [
            Question(
                integration=one.name,
                kind="production",
                message=f"{one.name} is production: this sends to {', '.join(one.origins())}",
            )
            for one in self.chosen(names)
            if one.production and not one.sandboxed
        ]

    def deliver(
        self,
        payloads: Sequence[Payload],
        wishes: Wishes | None = None,
        *,
        cancel: threading.Event | None = None,
        changed: Changed | None = None,
    ) -> list[Delivered]:
        assert changed is not None
        settled = []
        mapped = [payload for payload in payloads if payload.status == "mapped"]
        for payload in mapped:
            self.sent.append(payload.integration)
            for number in range(len(payload.requests)):
                changed(_accepted(payload, number))
        if self.hold is not None:
            while not self.hold.wait(0.01):
                if cancel is not None and cancel.is_set():
                    break
        if wishes is not None and not wishes.verify:
            return []
        for payload in mapped:
            for number in range(len(payload.requests)):
                one = _settled(payload, number)
                changed(one)
                settled.append(one)
        return settled


def _accepted(payload: Payload, number: int) -> Delivered:
    fields = tuple(field for field in payload.fields if field.request == number)
    marker = Field(target="run", value="abc123def456", source="signal-tui", change="run marker", request=number)
    hit = Hit(
        id=f"{payload.integration}-{number}",
        integration=payload.integration,
        vendor=payload.vendor,
        request=payload.requests[number],
        sent_at=0.0,
        reply=Reply(status=202, headers=(("Server", "test"),), body=b'{"ok": true}', ms=18.0),
        marker="abc123def456",
        fields=(*fields, marker),
    )
    return Delivered(
        hit=hit,
        state="accepted",
        number=number,
        count=len(payload.requests),
        forecast=payload.forecasts[number],
        answer=Answer(state="accepted", message="queued"),
    )


def _settled(payload: Payload, number: int) -> Delivered:
    before = _accepted(payload, number)
    differences: tuple[Difference, ...] = ()
    fields = {field.target: field.value for field in before.hit.fields}
    if "revenue" in fields:
        differences = (
            Difference(
                field="revenue", sent=fields["revenue"], recorded=129, because="rounded [documented]", weight="altered"
            ),
            Difference(field="uid", sent="user-123", recorded="••••", because="masked by default", weight="expected"),
        )
    altered = any(difference.weight == "altered" for difference in differences)
    verdict = Verdict(
        state="altered" if altered else "found",
        evidence="the log, by run marker",
        record={"id": 1},
        differences=differences,
        same=tuple(name for name in fields if name not in ("revenue", "uid", "run")),
    )
    return Delivered(
        hit=before.hit,
        state=verdict.state,
        number=number,
        count=before.count,
        forecast=before.forecast,
        answer=before.answer,
        verdict=verdict,
        after_ms=210.0,
        rounds=2,
    )


class SameEvents(Library):
    """Events that are always the same."""

    def first(self) -> Entry:
        return Entry(kind="sample", title="Order Completed", text=EVENT, key="Order Completed")

    def fresh(self, name: str) -> Entry:
        text = EVENT if name == "Order Completed" else PAGE
        return Entry(kind="sample", title=name, text=text, note=f"About {name}.", key=name)

    def samples(self) -> list[Entry]:
        return [Entry(kind="sample", title=name, key=name) for name in ("page", "Order Completed")]


def app_on(home: Path, *integrations: Integration, production: bool = False) -> SignalApp:
    """The app on a workbench; by default on Acme's sandbox."""
    bench = Bench(home, integrations or (acme(),), production=production)
    app = SignalApp(lambda: bench, bench.paths)
    app.library = SameEvents(bench.paths)
    return app


Script = Callable[[Pilot[None], DebuggerScreen], Awaitable[None]]


def drive(app: SignalApp, script: Script, size: tuple[int, int] = (120, 40)) -> None:
    """Run the app without a terminal until a script is done; it begins when the first payload is there."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            screen = app.screen
            assert isinstance(screen, DebuggerScreen)
            await until(pilot, lambda: bool(screen.look.payloads) or bool(screen.look.problem))
            await until(pilot, lambda: len(screen.event_list.entries) > 1)
            await pilot.pause()
            await script(pilot, screen)

    asyncio.run(run())


async def until(pilot: Pilot[None], condition: Callable[[], bool], patience: float = 10.0) -> None:
    """Wait for a condition."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while not condition():
        assert loop.time() < end, "what was waited for did not happen"
        await asyncio.sleep(0.01)
    await pilot.pause()


def bench_of(screen: DebuggerScreen) -> Bench:
    """The workbench behind a screen."""
    bench = screen.home.workbench
    assert isinstance(bench, Bench)
    return bench


def lines_of(app: SignalApp) -> list[str]:
    """The screen as text."""
    # Textual has no public way to read the screen back.
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


async def seen(pilot: Pilot[None], screen: DebuggerScreen, *words: str) -> str:
    """Wait until all words are on the screen; returns the screen's text."""
    await until(pilot, lambda: all(word in "\n".join(lines_of(screen.home)) for word in words))
    return "\n".join(lines_of(screen.home))


async def settled(pilot: Pilot[None], screen: DebuggerScreen) -> None:
    """Wait until nothing is under way and the look fits the text."""
    await until(pilot, lambda: not screen.is_sending and screen.look.text == screen.text)
