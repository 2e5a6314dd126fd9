"""Origins: scheme, host and port of a URL – what a token is bound to and a refusal is remembered for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

ALLOW_HTTP_VARIABLE = "SIGNAL_TUI_ALLOW_HTTP"
"""Origins, separated by blanks or commas, that may get a token over plain http without being asked about."""

_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """The origin of a URL in its one normal form: lower case, no user, no default port. Raises ValueError."""
    parts = urlsplit(url)
    scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    if scheme not in _PORTS or not host:
        raise ValueError(f"{url!r} is no http address")
    if not host.isascii():
        host = host.encode("idna").decode()
    shown_host = f"[{host}]" if ":" in host else host.rstrip(".")
    return f"{scheme}://{shown_host}" + (f":{port}" if port is not None and port != _PORTS[scheme] else "")


def origins_in(urls: Iterable[str]) -> tuple[str, ...]:
    """The origins of some URLs, each once, in order; what is no http address is left out."""
    found: dict[str, None] = {}
    for url in urls:
        try:
            found[origin_of(url)] = None
        except ValueError:
            continue
    return tuple(found)


def is_loopback(url: str) -> bool:
    """Whether what is sent to a URL stays on this machine."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def open_to_readers(origins: Iterable[str], environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The origins that everybody on the way could read along with: plain http, not this machine, not allowed."""
    allowed = (os.environ if environment is None else environment).get(ALLOW_HTTP_VARIABLE, "")
    named = set(origins_in(allowed.replace(",", " ").split()))
    return tuple(
        origin
        for origin in origins_in(origins)
        if origin.startswith("http://") and not is_loopback(origin) and origin not in named
    )
