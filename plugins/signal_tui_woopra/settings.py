"""What an integration with Woopra is configured with, and what is wrong with a value.

``project`` and ``timeout`` are those of Signal's documentation of its Woopra integration. The access key is not: hits
need none, reading back does.
"""

from __future__ import annotations

import re

from signal_tui.api import Number, Secret, Setting, Text

TIMEOUT = 1_800_000
"""Milliseconds after which a visit ends, where the profile names none: Signal's default."""

_WHERE = "see Settings → Configure Tracking"


def project_problem(text: str) -> str | None:
    """What is wrong with a project, as a sentence that says what to do; None when nothing is."""
    if re.search(r"\s", text):
        return f"The project contains a space; copy it once more, {_WHERE}."
    domain = re.split(r"[/\\?#]", text.rpartition("://")[2].lstrip("/"))[0] or "mywebsite.com"
    if "://" in text:
        return f"The project is a domain without a scheme: write {domain}."
    if text == domain + "/":
        return f"The project must not end with a slash: write {domain}."
    if "/" in text or "\\" in text:
        return f"The project is a domain alone, without a path: write {domain}."
    if "@" in text:
        return f"The project is a domain such as mywebsite.com, not an e-mail address; {_WHERE}."
    if found := re.search(r"[?#&=%]", text):
        return f"The project must end before the {found[0]}: write {text[: found.start()] or 'mywebsite.com'}."
    return None


def app_id_problem(text: str) -> str | None:
    """What is wrong with the shape of an App ID, as a sentence that does not show it; None when nothing is."""
    if re.search(r"\s", text):
        return "The App ID has a space or line break in it; copy it once more."
    # User and password of Basic are told apart by the first colon.
    return "The App ID must not contain a colon." if ":" in text else None


def secret_key_problem(text: str) -> str | None:
    """What is wrong with the shape of a secret key, as a sentence that does not show it; None when nothing is."""
    return "The secret key has a space or line break in it; copy it once more." if re.search(r"\s", text) else None


SETTINGS: tuple[Setting, ...] = (
    Text(
        key="project",
        label="Project",
        help="the project's domain, exactly as Settings → Configure Tracking shows it.",
        required=True,
        example="mywebsite.com",
        check=project_problem,
    ),
    Number(
        key="timeout",
        label="Timeout",
        help="after how many milliseconds without an event a visit ends; should be what the browser's tracker uses.",
        default=TIMEOUT,
        example=str(TIMEOUT),
        least=1000,
        unit="ms",
    ),
    Secret(
        key="app_id",
        label="App ID",
        help="of an access key, from your profile in Woopra → Developer. Reading back needs it; hits do not.",
        example="the App ID of an access key",
        check=app_id_problem,
        reading=True,
    ),
    Secret(
        key="secret_key",
        label="Secret key",
        help="of the same access key. Reading back needs it; hits do not.",
        example="the secret of the same access key",
        check=secret_key_problem,
        reading=True,
    ),
)
"""What an integration declares."""
