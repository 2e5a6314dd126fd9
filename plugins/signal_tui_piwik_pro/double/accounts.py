"""API credentials and the tokens they give for half an hour."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from signal_tui.api import Json, Raw, Reply, Request, dump_json, form_pairs, parse_json, text_of

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-client-secret-for-nobody-else"
TRACKING_TOKEN = "sandbox-tracking-token"
LIFE = 1800
"""Seconds that a token is valid (documented)."""

_MOST = 100


class Accounts:
    """Exchanges credentials for tokens, and knows which are valid."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._count = 0

    def token(self, request: Request) -> Reply:
        """``POST /auth/token`` with JSON or a form."""
        if request.method.upper() != "POST":
            return _json(405, {"error": "method_not_allowed", "message": "Use POST."})
        sent = _fields(request)
        if sent.get("grant_type") != "client_credentials":
            return _json(400, {"error": "unsupported_grant_type", "message": "Use client_credentials."})
        if (sent.get("client_id"), sent.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _json(401, {"error": "invalid_client", "message": "Client authentication failed"})
        self._count += 1
        token = "sandbox." + hashlib.sha256(f"{self._count} {request.at}".encode()).hexdigest()
        self._until[token] = (request.at or 0.0) + LIFE
        for old in list(self._until)[:-_MOST]:
            del self._until[old]
        return _json(200, {"token_type": "Bearer", "expires_in": LIFE, "access_token": token})

    def revoke(self) -> None:
        """Make all tokens invalid."""
        self._until.clear()

    def allows(self, request: Request) -> bool:
        """Whether a request carries a valid token."""
        header = text_of(request.header("Authorization"))
        scheme, _, token = header.partition(" ")
        return scheme.lower() == "bearer" and (request.at or 0.0) < self._until.get(token.strip(), -1.0)


def _fields(request: Request) -> Mapping[str, str]:
    body = request.body
    value: object = None
    if isinstance(body, Json):
        value = body.value
    elif isinstance(body, Raw) and body.content.lstrip()[:1] == b"{":
        try:
            value = parse_json(body.content)
        except ValueError:
            value = None
    pairs = value.items() if isinstance(value, Mapping) else form_pairs(request)
    return {str(name): text_of(item) for name, item in pairs}


def _json(status: int, document: Mapping[str, object]) -> Reply:
    return Reply(status=status, headers=(("Content-Type", "application/json"),), body=dump_json(document).encode())
