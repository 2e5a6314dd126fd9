"""The two themes of our own; Textual's others can be chosen too. Nothing but *found* is green."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.color import Color, ColorParseError
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

_TONES: Mapping[str, tuple[str, str, bool]] = {
    # tone: colour of the theme, its colour behind (where it has one), bold
    "plain": ("foreground", "", False),
    "value": ("foreground", "", False),
    "dim": ("ink-dim", "", False),
    "trace": ("ink-dim", "", False),
    "faint": ("ink-faint", "", False),
    "key": ("primary", "", False),
    "number": ("secondary", "", False),
    "heading": ("foreground", "", True),
    "good": ("success", "", True),
    "warn": ("warning", "", False),
    "risk": ("warning", "", False),
    "bad": ("error", "", False),
    "info": ("accent", "", False),
    "chosen": ("accent", "", True),
    "other": ("secondary", "", False),
    "tab": ("ink-dim", "", False),
    "tab-seen": ("foreground", "", True),
    "tab-front": ("background", "accent", True),
    "cursor": ("", "tint", False),
    "lit": ("", "tint-soft", False),
}
"""Every tone that panes and bars draw with. Only ``good`` is green, and only *found* is good."""


def shades(variables: Mapping[str, str], *, dark: bool) -> dict[str, str]:
    """Shades of ink and tint of any theme, opaque, since lines are drawn without blending."""
    try:
        back, ink = Color.parse(variables["background"]), Color.parse(variables["foreground"])
        tint = Color.parse(variables["primary"])
    except (ColorParseError, KeyError):
        return {"ink-dim": "$foreground", "ink-faint": "$foreground", "tint": "$surface", "tint-soft": "$surface"}
    return {
        "ink-dim": back.blend(ink, 0.66 if dark else 0.74).hex,
        "ink-faint": back.blend(ink, 0.46 if dark else 0.56).hex,
        "tint": back.blend(tint, 0.26 if dark else 0.18).hex,
        "tint-soft": back.blend(tint, 0.13 if dark else 0.09).hex,
    }


def tones(variables: Mapping[str, str]) -> dict[str, Style]:
    """The style of each tone in a theme."""

    def color(name: str) -> str | None:
        value = variables.get(name, "")
        try:
            found = Color.parse(value if not value.startswith("$") else variables.get(value[1:], ""))
        except ColorParseError:
            return None
        return None if found.ansi is not None else found.hex6

    styles = {}
    for tone, (ink, back, bold) in _TONES.items():
        styles[tone] = Style(
            color=color(ink) if ink else None, bgcolor=color(back) if back else None, bold=bold or None
        )
    return styles
