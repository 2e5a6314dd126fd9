"""The bundled vendor for Piwik PRO: maps, forecasts, sends, decodes and verifies hits of its Tracking API.

One noun a module: ``settings`` (what is configured), ``presets/`` (the mappings, as TOML), ``products`` (product lists,
with the transforms that make them), ``requests`` (payload → requests, marker, bulk), ``hits`` and ``parameters`` (how a
request is read), ``forecast`` with ``rules/`` (what becomes of a hit), ``reply`` (what an answer says), ``decode`` (hit
→ canonical events), ``access`` (the API credentials and the token they give), ``sessions`` (what the tracker debugger
shows), ``recognition``, ``comparisons``, ``differences`` and ``verify`` (reading back), ``check`` with ``app_checks``,
``visits``, ``troubles`` (symptom → cause → remedy), and ``double/`` (the sandbox). Everything imports
:mod:`signal_tui.api` alone; nothing does I/O or reads a clock.

Nothing here was observed on an instance. What Piwik PRO's published specifications or Signal's documentation say is
marked ``documented``, all else ``assumed``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signal_tui.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signal_tui.api import Vendor


@hookimpl
def signal_vendors() -> Iterable[type[Vendor]]:
    """Piwik PRO."""
    from signal_tui_piwik_pro.vendor import PiwikPro

    return [PiwikPro]
