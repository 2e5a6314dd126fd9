"""What an integration with Matomo is configured with, and what is wrong with a value.

The keys are those of Signal's documentation of its Matomo integration: ``matomo_url``, ``site_id``, ``token_auth``.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from signal_tui.api import Secret, Setting, Text

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_TOKEN = re.compile(r"[0-9a-f]{32}", re.IGNORECASE | re.ASCII)
_ENTRY_POINTS = ("/matomo.php", "/piwik.php", "/index.php", "/matomo.js", "/piwik.js")


def url_problem(text: str) -> str | None:
    """What is wrong with a base URL, as a sentence that says what to do; None when nothing is."""
    if text != text.strip() or " " in text:
        return "The URL contains a space; remove it."
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"The URL cannot be read ({error}); it looks like https://analytics.example.com."
    if parts.scheme not in ("http", "https") or "://" not in text:
        return f"The URL needs its scheme: write https://{text.split('://')[-1]}."
    if not host:
        return "The URL has no host; it looks like https://analytics.example.com."
    if parts.username or parts.password:
        return "The URL contains a user or password; leave them out."
    if parts.query or "?" in text:
        return f"The URL must end before the question mark: write {text.split('?')[0].rstrip('/')}."
    if parts.fragment or "#" in text:
        return f"The URL must end before the #: write {text.split('#')[0].rstrip('/')}."
    if text.endswith("/"):
        return f"The URL must not end with a slash: write {text.rstrip('/')}."
    for end in _ENTRY_POINTS:
        if parts.path.lower().endswith(end):
            return f"The URL must not name the file {end[1:]}, only the folder it is in: write {text[: -len(end)]}."
    return None


def site_problem(text: str) -> str | None:
    """What is wrong with a site id, as a sentence that says what to do; None when nothing is."""
    if _UUID.fullmatch(text):
        return (
            "The site id is a UUID, as the App ID of Piwik PRO is. Matomo numbers its sites: "
            "look at the ID column of Administration → Websites → Manage."
        )
    if not (text.isascii() and text.isdigit()):
        return "The site id must be a whole number, such as 1: see Administration → Websites → Manage."
    if int(text[:20]) == 0:
        return "The site id must be greater than 0: see Administration → Websites → Manage."
    return None


def token_problem(text: str) -> str | None:
    """What is wrong with the shape of a token, as a sentence that does not show it; None when nothing is."""
    if text.lower() == "anonymous":
        return "“anonymous” is no token: create one under Personal → Security → Auth tokens."
    if text != text.strip():
        return "The token has a space or line break at its end or beginning; copy it once more."
    if not _TOKEN.fullmatch(text):
        return (
            f"The token must have 32 characters, only 0–9 and a–f; this one has {len(text)} characters. "
            "Copy it from Personal → Security → Auth tokens, where it is shown once, when it is made."
        )
    return None


SETTINGS: tuple[Setting, ...] = (
    Text(
        key="matomo_url",
        label="Matomo URL",
        help="the address where you log into Matomo, without a slash at its end.",
        required=True,
        example="https://analytics.example.com",
        check=url_problem,
    ),
    Text(
        key="site_id",
        label="Site ID",
        help="the number of the site, see Administration → Websites → Manage.",
        required=True,
        example="1",
        check=site_problem,
    ),
    Secret(
        key="token_auth",
        label="Auth token",
        help=(
            "32 hexadecimal characters, from Personal → Security → Auth tokens. Hits need it, with write access to the "
            "site, for the visitor's IP and for times 24 hours old or older; reading back needs it with view access."
        ),
        example="32 hexadecimal characters",
        check=token_problem,
        tracking=True,
        reading=True,
    ),
)
"""What an integration declares. The token is not required: hits without an IP and with fresh times need none
(observed on 5.2)."""
