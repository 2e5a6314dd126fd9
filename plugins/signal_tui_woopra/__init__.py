"""The bundled vendor for Woopra: maps, forecasts, sends, decodes and verifies hits of its HTTP Tracking API.

One noun a module: ``settings`` (what is configured), ``presets/`` (the mappings, as TOML), ``transforms``, ``requests``
(payload → requests, marker), ``hits`` and ``parameters`` (how a request is read), ``forecast`` with ``rules/`` (what
Woopra will do with a hit), ``reply`` (what an answer says), ``decode`` (hit → canonical events), ``reading``,
``timeline``, ``recognition``, ``differences``, ``profiles``, ``verify`` and ``check`` (reading back), ``troubles``
(symptom → cause → remedy), and ``double/`` (the sandbox). Everything imports :mod:`signal_tui.api` alone; nothing does
I/O or reads a clock.

No instance was observed. What is said of Woopra is ``documented`` – by Woopra, by Signal, or by the published code of
Woopra's browser tracker – or ``assumed``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signal_tui.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signal_tui.api import Vendor


@hookimpl
def signal_vendors() -> Iterable[type[Vendor]]:
    """Woopra."""
    from signal_tui_woopra.vendor import Woopra

    return [Woopra]
