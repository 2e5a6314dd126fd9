"""An integration made ready: its vendor, its settings with references to secrets, its compiled blueprint, its route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from signal_tui.api.payloads import Request
from signal_tui.api.programs import Program
from signal_tui.api.settings import Settings
from signal_tui.api.vendor import Vendor
from signal_tui.core.origins import origins_in
from signal_tui.core.profiles import Integration


@dataclass(slots=True, kw_only=True)
class Instance:
    """One integration, ready to map, send and verify.

    ``origin`` replaces the origin of everything the vendor builds (the sandbox, or ``base_url``); a path in it goes in
    front. ``problem`` says why nothing can be done with it; ``program`` is None then. ``known`` is what a check learnt.
    """

    integration: Integration
    vendor: Vendor
    plugin: str
    settings: Settings
    program: Program | None = None
    problem: str | None = None
    origin: str | None = None
    production: bool = False
    consent_default: str = "granted"
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The integration's name."""
        return self.integration.name

    @property
    def sandboxed(self) -> bool:
        """Whether it talks to the embedded sandbox."""
        return self.integration.sandbox

    @property
    def preset(self) -> str:
        """The name of the preset in use."""
        return self.program.name if self.program else (self.integration.preset or "")

    def route(self, url: str) -> str:
        """Where a URL really goes."""
        if self.origin is None:
            return url
        base, parts = urlsplit(self.origin), urlsplit(url)
        path = base.path.rstrip("/") + (parts.path or "/")
        return urlunsplit((base.scheme, base.netloc, path, parts.query, ""))

    def origins(self) -> list[str]:
        """The origins that its requests really go to."""
        if self.origin is not None:
            return list(origins_in([self.origin]))
        return list(origins_in(self.vendor.origins(self.settings)))

    def routed(self, request: Request) -> str | None:
        """“routed to …” for a request that goes elsewhere than its URL says, else None."""
        routed = self.route(request.url)
        return None if routed == request.url else routed
