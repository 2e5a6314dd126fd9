"""The bundled vendor for Matomo: maps, forecasts, sends, decodes and verifies hits of the Tracking HTTP API.

One noun a module: ``settings`` (what is configured), ``presets/`` (the mappings, as TOML), ``requests`` (payload →
requests, marker, bulk), ``hits``, ``parameters``, ``kinds`` and ``php`` (how the tracker reads a request),
``forecast`` with ``rules/`` and ``exclusions`` (what Matomo will do with a hit), ``reply`` (what an answer says),
``decode`` (hit → canonical events), ``verify``, ``check``, ``visits`` and ``differences`` with what they read by
(reading back), ``troubles`` (symptom → cause → remedy), and ``double/`` (the sandbox). Everything imports
:mod:`signal_tui.api` alone; nothing does I/O or reads a clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signal_tui.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signal_tui.api import Vendor


@hookimpl
def signal_vendors() -> Iterable[type[Vendor]]:
    """Matomo."""
    from signal_tui_matomo.vendor import Matomo

    return [Matomo]
