"""The two hooks of a plugin, found through the entry-point group ``signal_tui``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from signal_tui.api.source import Source
    from signal_tui.api.vendor import Vendor

GROUP = "signal_tui"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@hookspec
def signal_vendors() -> Iterable[type[Vendor]]:  # type: ignore[empty-body]  # a specification has no body
    """The vendor classes of this plugin. Called once, when plugins are loaded."""


@hookspec
def signal_sources() -> Iterable[type[Source]]:  # type: ignore[empty-body]  # a specification has no body
    """The source classes of this plugin. Called once, when plugins are loaded."""
