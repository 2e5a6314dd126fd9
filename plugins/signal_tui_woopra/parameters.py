"""The names of Woopra's tracking parameters, and how far it keeps their values.

Documented by Woopra, or read from the published code of its browser tracker.
"""

from __future__ import annotations

EVENT, VISITOR = "ce_", "cv_"
PREFIXES = (EVENT, VISITOR, "cs_", "co_")
"""Property of the event, of the visitor, of the session, of the visitor's organisation."""

PROJECTS = ("project", "host", "alias")
"""The project under its name of today and under older ones; the first that is there counts."""

IDENTIFIERS = ("cv_id", "cv_email", "cookie")
"""What tells whose profile a hit belongs to; the first that is there decides."""

LENGTHS = {"cookie": 24, "cv_email": 140, "cv_id": 140}
"""Characters that are kept; what is longer is cut."""

MARKER = "idptnc"
"""The sender's own id of an event, twelve letters and digits; an update of the event names it."""

KNOWN = frozenset(
    (
        *PROJECTS, "event", "cookie", "timestamp", "timeout", "ip", "referer", "browser", "os", "device", "passive",
        "response", MARKER, "duration", "app", "domain", "org", "close", "context", "instance", "meta", "screen",
        "language", "idle", "vs",
    )
)  # fmt: skip
"""Parameters without a prefix: those of the documentation, and those that the browser's tracker sends."""

BROWSER_TIMEOUTS = (300_000, 600_000)
"""Milliseconds that the browser's tracker takes when nobody sets its idle timeout: the documentation's number, and
that of the published code of version 11."""

HTTP_TIMEOUT = 30_000
"""Milliseconds that count when a hit names no timeout."""


def whole(text: str) -> int | None:
    """A whole number of a value, without a sign and of a length that a time may have; None where it is none."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else None


def seconds(text: str) -> float | None:
    """A time or duration in milliseconds as seconds; None where it is none."""
    number = whole(text)
    return None if number is None else number / 1000
