"""Acme behind the sandbox's real port, with everything that a delivery needs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from signal_tui.api import Event, Reply, Request, SecretRef, Settings
from signal_tui.core.delivery import Blame, Delivered, Wishes, deliver
from signal_tui.core.flows import Pacer
from signal_tui.core.guard import Guard
from signal_tui.core.instances import Instance
from signal_tui.core.mapping import map_event
from signal_tui.core.paths import Paths
from signal_tui.core.profiles import Integration
from signal_tui.core.refusals import Refusals
from signal_tui.core.sandbox import Sandbox
from signal_tui.core.sender import SecretMissingError, Sender
from tests.acme import TOKEN, Acme, AcmeDouble

ORDER: dict[str, Any] = {
    "type": "track",
    "event": "Order Completed",
    "anonymousId": "a1b2c3d4-e5f6-4718-9a0b-c1d2e3f40516",
    "messageId": "m-1",
    "timestamp": "2026-01-31T12:00:00.000Z",
    "properties": {"order_id": "ORD-1", "revenue": 12.5},
    "context": {"consent": {"analytics": True}},
}


def order(**properties: Any) -> Event:
    """The order with other properties."""
    return Event.read({**ORDER, "properties": {**ORDER["properties"], **properties}})


class Desk:
    """One Acme instance, ready to deliver to its double."""

    def __init__(
        self, origin: str, double: AcmeDouble, home: Path, token: str | None = TOKEN, **integration: Any
    ) -> None:
        self.double = double
        self.token = token
        self.guard = Guard()
        self.refusals = Refusals(Paths.under(home))
        self.sender = Sender(self._secret, self.refusals)
        self.refused: list[Instance] = []
        self.changes: list[Delivered] = []
        values: dict[str, Any] = {"url": "https://acme.example"}
        if token is not None:
            values["token"] = SecretRef("token")
        settings = Settings("shop", values)
        vendor = Acme()
        self.instance = Instance(
            integration=Integration(
                **{"name": "shop", "vendor": "acme", "consent_categories": ("analytics",), **integration}
            ),
            vendor=vendor,
            plugin="acme",
            settings=settings,
            program=vendor.presets()["default"].compile(settings),
            origin=origin,
        )

    def _secret(self, instance: Instance, name: str) -> str:
        if self.token is None:
            raise SecretMissingError(f"{instance.name} has no {name}")
        return self.token

    def _refused(self, instance: Instance) -> Blame:
        self.refused.append(instance)
        return Blame(token=self.token != TOKEN, words="checked")

    def send(self, request: Request) -> Reply:
        return self.sender.send(request, self.instance)

    def deliver(self, event: Event, *, cancel: threading.Event | None = None, **wishes: Any) -> list[Delivered]:
        return deliver(
            map_event(event, self.instance, self.guard),
            self.instance,
            self.sender,
            self.guard,
            Pacer(),
            Wishes(**wishes),
            cancel=cancel or threading.Event(),
            changed=self.changes.append,
            refused=self._refused,
        )


@contextmanager
def desk(home: Path, **more: Any) -> Iterator[Desk]:
    """A desk whose sandbox runs on a free port."""
    double = AcmeDouble()
    sandbox = Sandbox({"acme": double})
    made = Desk(f"{sandbox.start(0)}/acme", double, home, **more)
    try:
        yield made
    finally:
        made.sender.close()
        sandbox.stop()
