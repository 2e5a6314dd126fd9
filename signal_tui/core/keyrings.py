"""The operating system's keyring – and a refusal, with what to do, where there is none that is safe.

``keyring`` takes what it finds: with an extra package installed that may be a file in clear text, or a keyring that
forgets. So the class of what it found is looked at, and only the keyrings of the desktops are used. All calls block,
a locked keyring until somebody has answered its dialogue.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any, Literal, Protocol, TypeAlias

SERVICE = "signal-tui"

Obstacle: TypeAlias = Literal["no-keyring", "locked", "unsafe-backend", "error"]

_SAFE = {
    "keyring.backends.SecretService": "Secret Service",
    "keyring.backends.libsecret": "Secret Service",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.Windows": "Windows Credential Manager",
}
_CHAINER = "keyring.backends.chainer"
_NONE = "keyring.backends.fail"
_ENVIRONMENT = "or give tokens in the environment variables that “signal-tui tokens list” names"


class KeyringError(Exception):
    """The keyring cannot be used. ``remedy`` says what to do; neither holds a secret."""

    def __init__(self, state: Obstacle, message: str, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}")
        self.state = state
        self.message = message
        self.remedy = remedy

    @property
    def exit_code(self) -> int:
        """3 where somebody must unlock it or it does not answer, 2 where the machine must be set up otherwise."""
        return 3 if self.state in ("locked", "error") else 2


class Ring(Protocol):
    """Keeps a text under a name. Every method raises :class:`KeyringError` and blocks."""

    def read(self, user: str) -> str | None:
        """The text of a name, None where there is none."""
        ...

    def write(self, user: str, text: str) -> None:
        """Keep a text."""
        ...

    def delete(self, user: str) -> bool:
        """Remove a text; whether there was one."""
        ...

    def where(self) -> str:
        """What it is, in words: ``Secret Service, collection Login``."""
        ...


class SystemRing:
    """The keyring of this user's session."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._where = ""

    def read(self, user: str) -> str | None:
        """The text of a name, None where there is none."""
        text: str | None = self._call("read", lambda backend: backend.get_password(SERVICE, user))
        return text

    def write(self, user: str, text: str) -> None:
        """Keep a text, and make sure that it is there."""
        self._call("write", lambda backend: backend.set_password(SERVICE, user, text))
        if self.read(user) != text:
            message = f"{self._name()} took the token and did not keep it"
            raise KeyringError("error", message, f"repair it, {_ENVIRONMENT}")

    def delete(self, user: str) -> bool:
        """Remove a text; whether there was one."""
        if self.read(user) is None:
            return False
        self._call("delete", lambda backend: backend.delete_password(SERVICE, user))
        return True

    def where(self) -> str:
        """What it is, in words."""
        if not self._where:
            collection = self._call("read", _collection)
            self._where = f"{self._name()}, collection {collection}" if collection else self._name()
        return self._where

    def _name(self) -> str:
        module = type(self._backend).__module__
        return next((name for known, name in _SAFE.items() if _within(module, known)), module)

    def _call(self, doing: str, function: Any) -> Any:
        import keyring.errors

        if self._backend is None:
            self._backend = safe_backend()
        try:
            return function(self._backend)
        except keyring.errors.KeyringLocked:
            raise KeyringError(
                "locked",
                f"{self._name()} is locked",
                f"unlock it (log in to the desktop, or open its window), {_ENVIRONMENT}",
            ) from None
        except keyring.errors.NoKeyringError:
            raise _no_keyring() from None
        except keyring.errors.PasswordDeleteError:
            message = f"{self._name()} did not remove the token"
            raise KeyringError("error", message, "remove it in its own window") from None
        except Exception as error:  # backends let the errors of D-Bus and of the system through
            # Only the kind: the words are a library's, and could hold what was to be kept.
            kind = type(error).__name__
            raise KeyringError(
                "error", f"{self._name()} could not {doing} ({kind})", f"see whether it runs, {_ENVIRONMENT}"
            ) from None


def _within(module: str, known: str) -> bool:
    return module == known or module.startswith(known + ".")


def _no_keyring() -> KeyringError:
    return KeyringError(
        "no-keyring",
        "there is no keyring in this session",
        f"start one (such as gnome-keyring or KWallet, in a session with D-Bus), {_ENVIRONMENT}",
    )


def safe_backend() -> Any:
    """The keyring to use. Raises :class:`KeyringError` where there is none, or none that is safe."""
    import keyring

    try:
        found = keyring.get_keyring()
    except Exception as error:  # PYTHON_KEYRING_BACKEND may name anything
        raise KeyringError(
            "no-keyring",
            f"the keyring that is configured cannot be loaded ({type(error).__name__})",
            f"look at PYTHON_KEYRING_BACKEND and keyringrc.cfg, {_ENVIRONMENT}",
        ) from None
    candidates: list[Any] = [found]
    if _within(type(found).__module__, _CHAINER):
        candidates = list(getattr(found, "backends", ()))
    for backend in candidates:
        if any(_within(type(backend).__module__, known) for known in _SAFE):
            return backend
    unsafe = [backend for backend in candidates if not _within(type(backend).__module__, _NONE)]
    if not unsafe:
        raise _no_keyring()
    names = ", ".join(f"{type(backend).__module__}.{type(backend).__qualname__}" for backend in unsafe)
    raise KeyringError(
        "unsafe-backend",
        f"the keyring here is {names}, not known to keep tokens safe: it may write them to a file or forget them",
        f"unset PYTHON_KEYRING_BACKEND or start the keyring of your desktop, {_ENVIRONMENT}",
    )


def _collection(backend: Any) -> str:
    if not _within(type(backend).__module__, "keyring.backends.SecretService"):
        return ""
    collection = backend.get_preferred_collection()
    with closing(collection.connection):
        return str(collection.get_label())
