"""The plugins: what they bring, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from signal_tui.core.workbench import Workbench
from signal_tui.tui.screens.box import BoxScreen
from signal_tui.tui.text import pad, wrap
from signal_tui.tui.widgets.lines import BLANK, Row, row


class PluginsScreen(BoxScreen[None]):
    """A row each; a faulty one says what it was doing."""

    title_text = "Plugins"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "close", show=False)]

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.workbench = workbench

    def rows(self, width: int) -> Sequence[Row]:
        """Name, version, what it brings, state; faults below."""
        plugins = self.workbench.plugins
        rows: list[Row] = [
            row((pad("name", 18) + pad("version", 12) + pad("state", 9) + "brings", "faint"), rests=False)
        ]
        later = dict(plugins.guard.off)
        for plugin in plugins.rows:
            fault = plugin.fault or later.get(plugin.name)
            state = "fault" if fault is not None else plugin.state
            tone = "bad" if state == "fault" else "dim" if state == "off" else "plain"
            sign = {"fault": "✗ ", "off": "– "}.get(state, "")
            brings = ", ".join((*plugin.vendors, *plugin.sources)) or "nothing"
            rows.append(
                row(
                    (pad(plugin.name, 18), "heading"),
                    (pad(plugin.version or "–", 12), "dim"),
                    (pad(sign + state, 9), tone),
                    (brings, "plain"),
                    item=plugin.name,
                )
            )
            if fault is not None:
                words = f"while {fault.doing}: {fault.error}"
                rows += [row(("  " + line, "bad"), item=plugin.name) for line in wrap(words, width - 2, 12)]
        others = [fault for fault in plugins.guard.faults if fault not in later.values()]
        if others:
            rows += [BLANK, row(("Faults of this session", "heading"))]
            for fault in others[-20:]:
                rows += [row(("  " + line, "plain")) for line in wrap(str(fault), width - 2, 6)]
        if not plugins.rows:
            rows.append(row(("none is installed, or all are switched off", "dim")))
        return rows
