"""What an integration with Piwik PRO is configured with, and what is wrong with a value.

The keys are those of Signal's documentation of its Piwik PRO integration: ``account_url``, ``idsite``, ``token_auth``;
and, for reading back, the pair that Piwik PRO's own APIs ask for: ``client_id``, ``client_secret``.
"""

from __future__ import annotations

import re

from signal_tui.api import Secret, Setting, Settings, Text

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE | re.ASCII)
_WHERE = "look at Administration → Sites & apps, where the App ID stands below the app's name."


def host_problem(text: str) -> str | None:
    """What is wrong with an instance host, as a sentence that says what to do; None when nothing is."""
    if any(character.isspace() for character in text):
        return "The host contains a space; remove it."
    scheme, has_scheme, rest = text.partition("://")
    bare = rest if has_scheme else text
    host = re.split(r"[/?#\\]", bare.rpartition("@")[2])[0]
    if host == text:
        return _name_problem(text)
    proposal = "; it looks like yourbrand.piwik.pro." if not host or _name_problem(host) else f": write {host}."
    if has_scheme:
        return f"The host must not have a scheme ({scheme[:20]}://){proposal}"
    if "@" in text:
        return f"The host must not contain a user or password{proposal}"
    if "?" in text or "#" in text:
        return f"The host must end before the {'question mark' if '?' in text else '#'}{proposal}"
    if text.rstrip("/") == host:
        return f"The host must not end with a slash{proposal}"
    return f"The host must not have a path, also not ppms.php{proposal}"


def _name_problem(host: str) -> str | None:
    name, colon, port = host.partition(":")
    if colon and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        return "The host has a port that is no number from 1 to 65535; leave it out."
    if not _HOST.fullmatch(name):
        return "The host may hold letters, digits, dots and dashes only; it looks like yourbrand.piwik.pro."
    if "." not in name and name.lower() != "localhost":
        return f"The host must be whole: write {name}.piwik.pro, or your own domain of the instance."
    return None


def app_problem(text: str) -> str | None:
    """What is wrong with an App ID, as a sentence that says what to do; None when nothing is."""
    if UUID.fullmatch(text):
        return None
    if text.strip().isdigit():
        return f"The App ID is a number, as Matomo's site ids are; Piwik PRO's is a UUID: {_WHERE}"
    if UUID.fullmatch(text.strip().strip("{}")):
        return f"The App ID has blanks or braces around it: write {text.strip().strip('{}')}."
    return f"The App ID must be a UUID, such as 892d04bd-6e2b-4914-bfb4-bac721b37235: {_WHERE}"


def token_problem(text: str) -> str | None:
    """What is wrong with the tracking token, as a sentence that does not show it; None when nothing is."""
    if text != text.strip():
        return "The token has a space or line break at its end or beginning; copy it once more."
    if any(character.isspace() for character in text):
        return "The token contains a space; copy it once more, without a word such as Bearer before it."
    return None


def credential_problem(text: str) -> str | None:
    """What is wrong with a client id or client secret, as a sentence that does not show it; None when nothing is."""
    if any(character.isspace() for character in text):
        return "There is a space or line break in it; copy it once more from Profile → API credentials."
    return None


SETTINGS: tuple[Setting, ...] = (
    Text(
        key="account_url",
        label="Instance host",
        help="the host of your Piwik PRO, without https:// and without a slash.",
        required=True,
        example="yourbrand.piwik.pro",
        check=host_problem,
    ),
    Text(
        key="idsite",
        label="App ID",
        help="the app's UUID, see Administration → Sites & apps.",
        required=True,
        example="892d04bd-6e2b-4914-bfb4-bac721b37235",
        check=app_problem,
    ),
    Secret(
        key="token_auth",
        label="Tracking token",
        help=(
            "Signal's documentation demands a token with tracking write scope and sends it with each hit; Piwik PRO's "
            "own specification knows no token for tracking. Only the preset “default” sends it."
        ),
        check=token_problem,
        tracking=True,
    ),
    Secret(
        key="client_id",
        label="Client ID",
        help="for reading back: made together with the client secret under your own Profile → API credentials.",
        check=credential_problem,
        reading=True,
    ),
    Secret(
        key="client_secret",
        label="Client secret",
        help="for reading back: shown once, when the credentials are made; it may do what your user may do.",
        check=credential_problem,
        reading=True,
    ),
)
"""What an integration declares. No secret is required: a hit without token is sent, and the finding at it says so."""


def base(settings: Settings) -> str:
    """The address of the instance, without a slash at its end."""
    return "https://" + settings.text("account_url").strip().rstrip("/")


def app_id(settings: Settings) -> str:
    """The App ID in its one form: small letters."""
    return settings.text("idsite").strip().lower()
