"""Identity signals, consent, and the normal forms that vendors derive from them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

SIGNALS: tuple[tuple[str, str], ...] = (
    ("anonymousId", "anonymous id"),
    ("userId", "user id"),
    ("context.ip", "IP address"),
    ("context.userAgent", "user agent"),
    ("context.locale", "locale"),
    ("traits.email", "e-mail"),
    ("traits.name", "name"),
    ("vendor_ids", "vendor cookie"),
)
"""Path in the event and label of each canonical identity signal, in the order they are shown."""

_HEX = "0123456789abcdef"
_PREFIX = re.compile(r"^[a-z]+_", re.ASCII)


def hex16(anonymous_id: str) -> tuple[str, str]:
    """The 16 hexadecimal characters that stand for an anonymous id, and how they were derived.

    Signal documents "the first 16 hex chars of the anonymous id" and not what happens to prefixes, dashes or short
    ids. The rule here: a lower-case word with an underscore in front (``anon_``) and all dashes go, letters become
    small. If at least 16 characters are left and the first 16 are hexadecimal, they are it; a UUID always is. All
    other ids give the first 16 hexadecimal characters of their SHA-256, because cutting or padding them would merge
    visitors.
    """
    bare = anonymous_id.strip()
    if "_" in bare:
        bare = _PREFIX.sub("", bare)
    bare = bare.replace("-", "").lower()[:16]
    if len(bare) == 16 and not bare.strip(_HEX):
        return bare, "first 16 hex"
    return hashlib.sha256(anonymous_id.encode()).hexdigest()[:16], "sha256, first 16 hex"


def hex16_is_documented(anonymous_id: str) -> bool:
    """Whether Signal's documentation settles the derivation for this id, or the rule of :func:`hex16` had to."""
    return hex16(anonymous_id)[1] == "first 16 hex"


CATEGORIES = ("essential", "functional", "analytics", "marketing", "personalization")
"""Signal's canonical consent categories; ``essential`` is always granted."""

_FLAT_ALIASES = {"advertising": "marketing"}

_CODES = {
    # Cookiebot
    "necessary": ("essential",),
    "preferences": ("functional",),
    "statistics": ("analytics",),
    "marketing": ("marketing",),
    # OneTrust
    "c0001": ("essential",),
    "c0002": ("analytics",),
    "c0003": ("functional",),
    "c0004": ("marketing",),
    # IAB purposes
    "1": ("essential",),
    "2": ("marketing",),
    "3": ("marketing",),
    "4": ("marketing",),
    "5": ("functional",),
    "7": ("marketing",),
    "8": ("analytics",),
    "9": ("analytics",),
}


def consent(shape: Any) -> Mapping[str, bool]:
    """Canonical category → granted, from any of the documented shapes of ``context.consent``.

    The canonical view counts where it is there; else flat booleans; else the codes of a consent platform (several
    codes of one category are OR-ed). A category that nobody speaks of is absent. Anything else gives nothing.
    """
    if not isinstance(shape, Mapping):
        return {}
    granted: dict[str, bool] = {}
    codes = shape.get("categories")
    if isinstance(codes, Mapping):
        for code, value in codes.items():
            for category in _CODES.get(str(code).lower(), (str(code).lower(),)):
                if category in CATEGORIES and isinstance(value, bool):
                    granted[category] = granted.get(category, False) or value
    for view in (shape, shape.get("canonical")):
        if isinstance(view, Mapping):
            for name, value in view.items():
                category = _FLAT_ALIASES.get(str(name), str(name))
                if category in CATEGORIES and isinstance(value, bool):
                    granted[category] = value
    return granted
