"""A request as a curl command that a shell runs as it stands: quoted, secrets as variables."""

from __future__ import annotations

import secrets
import shlex

from signal_tui.api.payloads import Request
from signal_tui.api.settings import SecretLeaf, names_of, reveal
from signal_tui.api.wire import encode


def secret_variable(integration: str, setting: str) -> str:
    """The environment variable that holds an integration's secret."""
    name = f"{integration}__{setting}".upper().replace("-", "_")
    return f"SIGNAL_TUI_SECRET_{name}"


def curl(request: Request, integration: str, url: str | None = None) -> str:
    """The command on one line; ``url`` where the request really goes.

    Secrets appear as ``"${SIGNAL_TUI_SECRET_…}"`` alone; a value made of several, or signed, as one variable of their
    names joined. Control characters and bytes that are not UTF-8 are escaped with ``$'…'``.
    """
    # Letters only, so that it passes through form, JSON and header encoding unchanged.
    mark = f"zz{secrets.token_hex(12)}zz"

    def variable(leaf: SecretLeaf) -> str:
        names = names_of(leaf)
        if len(set(names)) != 1:
            return f"{mark}{secret_variable(integration, '_'.join(names))}{mark}"
        return reveal(leaf, lambda name: f"{mark}{secret_variable(integration, name)}{mark}")

    wire = encode(request, variable)
    parts = ["curl", "-sS", "-i", "-X", shlex.quote(wire.method), _quoted((url or wire.url).encode(), mark)]
    for name, value in wire.headers:
        parts += ["-H", _quoted(f"{name}: {value}".encode(), mark)]
    if wire.body:
        parts += ["--data-binary", _quoted(wire.body, mark)]
    return " ".join(parts)


def _quoted(data: bytes, mark: str) -> str:
    """Shell-quoted, with the variables between marks left open to the shell."""
    pieces = data.split(mark.encode())
    quoted = [f'"${{{piece.decode()}}}"' if number % 2 else _literal(piece) for number, piece in enumerate(pieces)]
    return "".join(quoted) or "''"


def _literal(data: bytes) -> str:
    if not data:
        return ""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\x00"
    if text.isprintable():
        return shlex.quote(text)
    escaped = "".join(chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\x{byte:02x}" for byte in data)
    return f"$'{escaped}'"
