"""Keyed hashes: what stands for a secret where the secret itself must not be kept.

The key is random and never leaves this machine, so that a hash that is found elsewhere cannot be tried against lists
of tokens.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from signal_tui.core.paths import Paths, only_one, write_file

_SIZE = 32


def machine_key(paths: Paths) -> bytes:
    """The key of this machine; made when first asked for, and anew where its file is damaged. Raises OSError."""
    file = paths.state / "hash.key"
    key = _read(file)
    if key is None:
        with only_one(paths, "hash.key"):
            key = _read(file)  # another process may have been faster
            if key is None:
                key = os.urandom(_SIZE)
                write_file(file, key)
    return key


def _read(file: os.PathLike[str]) -> bytes | None:
    try:
        with open(file, "rb") as opened:
            key = opened.read(_SIZE + 1)
    except FileNotFoundError:
        return None
    return key if len(key) == _SIZE else None


def fingerprint(key: bytes, purpose: str, *parts: str) -> str:
    """64 hexadecimal characters for some texts; other purposes give others for the same texts."""
    message = b"".join(
        len(data).to_bytes(8, "big") + data
        for data in (part.encode("utf-8", "surrogatepass") for part in (purpose, *parts))
    )
    return hmac.new(key, message, hashlib.sha256).hexdigest()
