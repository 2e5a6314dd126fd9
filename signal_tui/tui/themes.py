"""The two themes of our own; Textual's others can be chosen too. Nothing but *found* is green."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="signal-dark",
    dark=True,
    background="#101318",
    surface="#151920",
    panel="#1d232d",
    foreground="#d5dae2",
    primary="#7aa7e0",
    secondary="#b9a5e2",
    accent="#8fb8f0",
    success="#7fc38a",
    warning="#e3b765",
    error="#e5807b",
    variables={
        "border": "#7aa7e0",
        "border-blurred": "#2e3643",
        "input-selection-background": "#7aa7e0 30%",
        "scrollbar": "#2e3643",
        "scrollbar-hover": "#485468",
        "scrollbar-active": "#7aa7e0",
        "scrollbar-background": "#101318",
        "scrollbar-background-hover": "#101318",
        "scrollbar-background-active": "#101318",
        "scrollbar-corner-color": "#101318",
    },
)

LIGHT = Theme(
    name="signal-light",
    dark=False,
    background="#fbfbf9",
    surface="#f4f4f1",
    panel="#e9e9e4",
    foreground="#22272e",
    primary="#2a5ea8",
    secondary="#6b4aa3",
    accent="#1f56a3",
    success="#1f7a3a",
    warning="#8a5a00",
    error="#b3261e",
    variables={
        "border": "#2a5ea8",
        "border-blurred": "#c9ccd1",
        "input-selection-background": "#2a5ea8 22%",
        "scrollbar": "#c9ccd1",
        "scrollbar-hover": "#9aa2ad",
        "scrollbar-active": "#2a5ea8",
        "scrollbar-background": "#fbfbf9",
        "scrollbar-background-hover": "#fbfbf9",
        "scrollbar-background-active": "#fbfbf9",
        "scrollbar-corner-color": "#fbfbf9",
    },
)
