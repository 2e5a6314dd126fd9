"""Which vendor a new integration is for."""

from __future__ import annotations

from collections.abc import Mapping

from signal_tui.api.vendor import Vendor
from signal_tui.tui.palette import Choice, PaletteScreen


def vendor_choice(vendors: Mapping[str, Vendor]) -> PaletteScreen:
    """A list of the vendors that plugins brought; answers the name of the chosen one."""
    choices = [Choice(vendor.title or name, name, name) for name, vendor in vendors.items()]
    return PaletteScreen("Vendor of the new integration", sorted(choices, key=lambda one: one.words.lower()))
