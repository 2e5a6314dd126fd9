"""Hits that somebody else sent: whose they are, which events they were, what the vendor does with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signal_tui.api.events import Event
from signal_tui.api.mappings import nearest
from signal_tui.api.payloads import Forecast, Request
from signal_tui.api.settings import Settings
from signal_tui.core.guard import FaultError
from signal_tui.core.plugins import Plugins


class UnknownHitError(ValueError):
    """A request that no vendor recognises, or a vendor that is not there."""


def recognise(request: Request, plugins: Plugins, vendor: str | None = None) -> str:
    """The name of the vendor whose hit it is; ``vendor`` where somebody says so. Raises :class:`UnknownHitError`."""
    if vendor is not None:
        if vendor not in plugins.vendors:
            raise UnknownHitError(f"there is no vendor {vendor!r}; {nearest(vendor, list(plugins.vendors))}")
        return vendor
    for name, known in plugins.vendors.items():
        try:
            events = plugins.guard.call(
                plugins.plugin_of[name],
                "recognising a hit",
                lambda known=known: known.decode(request),  # type: ignore[misc]  # bound now
            )
        except FaultError:
            continue
        if events is not None:
            return name
    names = ", ".join(plugins.vendors)
    raise UnknownHitError(f"{request.url[:200]} is no hit of {names}; say whose it is with --vendor")


def decode(request: Request, vendor: str, plugins: Plugins) -> list[Event]:
    """The canonical events of a vendor's hit. Raises :class:`UnknownHitError` and FaultError."""
    known = plugins.vendors[vendor]
    events = plugins.guard.call(plugins.plugin_of[vendor], "decoding a hit", lambda: known.decode(request))
    if events is None:
        raise UnknownHitError(f"{request.url[:200]} is no hit of {vendor}")
    return list(events)


def forecast_of(request: Request, vendor: str, plugins: Plugins, known: Mapping[str, Any]) -> Forecast:
    """What a vendor does with a raw hit. Raises FaultError."""
    subject = plugins.vendors[vendor]
    return plugins.guard.call(
        plugins.plugin_of[vendor],
        "forecasting a hit",
        lambda: subject.forecast(request, Settings(vendor), known),
    )
