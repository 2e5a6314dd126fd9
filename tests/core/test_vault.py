"""Where tokens come from, where they may go, and that they do not show."""

from __future__ import annotations

import copy
import json
import pickle
import sys
from collections.abc import Callable
from typing import Any

import keyring
import keyring.errors
import pytest
from keyring.backends import chainer, fail, null

from signal_tui.core.keyrings import KeyringError, SystemRing, safe_backend
from signal_tui.core.vault import Found, SecretValue, Vault, variable_of, without_secrets
from tests.rings import SAFE, backend

TOKEN = "0123456789abcdef0123456789abcdef"
ORIGIN = "https://a.example"


class MemoryRing:
    """A keyring in memory; ``error`` is raised by everything."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.error: KeyringError | None = None
        self.calls = 0

    def _call(self) -> None:
        self.calls += 1
        if self.error:
            raise self.error

    def read(self, user: str) -> str | None:
        self._call()
        return self.kept.get(user)

    def write(self, user: str, text: str) -> None:
        self._call()
        self.kept[user] = text

    def delete(self, user: str) -> bool:
        self._call()
        return self.kept.pop(user, None) is not None

    def where(self) -> str:
        self._call()
        return "Memory, collection Test"


@pytest.fixture
def ring() -> MemoryRing:
    return MemoryRing()


@pytest.fixture
def vault(ring: MemoryRing) -> Vault:
    return Vault("staging", ring=ring, environment={})


def test_what_is_set_is_found_with_where_it_is(vault: Vault, ring: MemoryRing) -> None:
    assert vault.set("shop", "token_auth", TOKEN, [f"{ORIGIN}/matomo.php"]) == "Memory, collection Test"
    assert list(ring.kept) == ["staging/shop/token_auth"]
    found = vault.find("shop", "token_auth", [ORIGIN])
    assert found.value is not None
    assert found.value.reveal() == TOKEN
    assert (found.state, found.source, found.where, found.origins, found.exit_code) == (
        "found",
        "keyring",
        "Memory, collection Test",
        (ORIGIN,),
        0,
    )


def test_what_is_not_set_is_absent_and_says_what_to_do(vault: Vault) -> None:
    found = vault.find("shop", "token_auth", [ORIGIN])
    assert (found.state, found.value, found.exit_code) == ("absent", None, 2)
    assert "tokens set shop token_auth" in found.remedy
    assert "SIGNAL_TUI_SECRET_SHOP__TOKEN_AUTH" in found.remedy


def test_the_environment_counts_first_and_asks_no_keyring(ring: MemoryRing) -> None:
    vault = Vault("p", ring=ring, environment={"SIGNAL_TUI_SECRET_MY_SHOP__TOKEN_AUTH": f"{TOKEN}\n"})
    vault.set("my-shop", "token_auth", "other", [ORIGIN])
    ring.calls = 0
    found = vault.find("my-shop", "token_auth", ["https://elsewhere.example"])
    assert found.value is not None
    assert found.value.reveal() == TOKEN
    assert (found.source, found.where, ring.calls) == ("environment", "SIGNAL_TUI_SECRET_MY_SHOP__TOKEN_AUTH", 0)


def test_an_empty_variable_is_none(ring: MemoryRing) -> None:
    vault = Vault("p", ring=ring, environment={variable_of("shop", "token"): ""})
    assert vault.find("shop", "token", []).state == "absent"


def test_a_sandbox_brings_its_own_and_never_asks_the_keyring(ring: MemoryRing) -> None:
    vault = Vault("p", ring=ring, environment={}, sandbox={"acme": {"token": "of-the-sandbox"}})
    ring.kept["p/acme/token"] = ring.kept["p/acme/other"] = json.dumps({"secret": TOKEN, "origins": [ORIGIN]})
    found = vault.find("acme", "token", [ORIGIN])
    assert found.value is not None
    assert (found.value.reveal(), found.source) == ("of-the-sandbox", "sandbox")
    assert vault.find("acme", "other", [ORIGIN]).state == "absent"
    assert ring.calls == 0


def test_a_token_does_not_go_to_another_origin_before_somebody_said_yes(vault: Vault) -> None:
    vault.set("shop", "token", TOKEN, [ORIGIN])
    elsewhere = "https://b.example:8443"
    found = vault.find("shop", "token", [ORIGIN, elsewhere])
    assert (found.state, found.value, found.origins, found.exit_code) == ("other-origin", None, (ORIGIN,), 2)
    assert elsewhere in found.message
    assert ORIGIN in found.message
    vault.rebind("shop", "token", [elsewhere])
    assert vault.find("shop", "token", [elsewhere]).origins == (ORIGIN, elsewhere)
    assert vault.find("shop", "token", [ORIGIN]).state == "found"


@pytest.mark.parametrize("other", ["http://a.example", "https://a.example:444", "https://a.example.evil.example"])
def test_scheme_and_port_belong_to_an_origin(vault: Vault, other: str) -> None:
    vault.set("shop", "token", TOKEN, [ORIGIN])
    assert vault.find("shop", "token", [other]).state == "other-origin"


@pytest.mark.parametrize("kept", [TOKEN, '"text"', "{}", '{"secret": 1, "origins": []}', "[" * 5000])
def test_what_other_software_kept_there_is_bound_to_nothing(vault: Vault, ring: MemoryRing, kept: str) -> None:
    ring.kept["staging/shop/token"] = kept
    assert vault.find("shop", "token", [ORIGIN]).state == "other-origin"
    vault.rebind("shop", "token", [ORIGIN])
    found = vault.find("shop", "token", [ORIGIN])
    assert found.value is not None
    assert found.value.reveal() == kept


def test_setting_again_binds_anew(vault: Vault) -> None:
    vault.set("shop", "token", "old", [ORIGIN])
    vault.set("shop", "token", TOKEN, ["https://b.example"])
    assert vault.find("shop", "token", [ORIGIN]).state == "other-origin"


def test_removing(vault: Vault) -> None:
    vault.set("shop", "token", TOKEN, [ORIGIN])
    assert vault.has("shop", "token")
    assert vault.remove("shop", "token") is True
    assert vault.remove("shop", "token") is False
    assert not vault.has("shop", "token")


def test_profiles_do_not_share_tokens(ring: MemoryRing) -> None:
    Vault("a", ring=ring, environment={}).set("shop", "token", TOKEN, [ORIGIN])
    assert Vault("b", ring=ring, environment={}).find("shop", "token", [ORIGIN]).state == "absent"


def test_a_list_shows_states_and_no_value(ring: MemoryRing) -> None:
    vault = Vault("p", ring=ring, environment={variable_of("a", "token"): TOKEN})
    vault.set("b", "token", TOKEN, [ORIGIN])
    rows = vault.list(
        [("a", "token", []), ("b", "token", [ORIGIN]), ("b", "token", ["https://x.example"]), ("c", "t", [])]
    )
    assert [(row.state, row.source, row.value) for row in rows] == [
        ("found", "environment", None),
        ("found", "keyring", None),
        ("other-origin", "keyring", None),
        ("absent", None, None),
    ]
    assert TOKEN not in repr(rows)


@pytest.mark.parametrize(("state", "code"), [("no-keyring", 2), ("unsafe-backend", 2), ("locked", 3), ("error", 3)])
def test_a_keyring_that_cannot_be_used_is_asked_once(ring: MemoryRing, state: Any, code: int) -> None:
    vault = Vault("p", ring=ring, environment={variable_of("b", "token"): TOKEN})
    ring.error = KeyringError(state, "what happened", "what to do")
    rows = vault.list([("a", "token", []), ("b", "token", []), ("c", "token", [])])
    assert [row.state for row in rows] == [state, "found", state]
    assert (rows[0].message, rows[0].remedy, rows[2].exit_code) == ("what happened", "what to do", code)
    assert ring.calls == 1
    assert ring.error.exit_code == code


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r:>60}".format, lambda value: repr([value])])
def test_a_value_never_shows(show: Callable[[object], str]) -> None:
    assert TOKEN not in show(SecretValue(TOKEN))
    assert TOKEN not in show(Found(integration="a", setting="b", state="found", value=SecretValue(TOKEN)))


def test_a_value_is_not_pickled_copied_or_serialised() -> None:
    for write in (pickle.dumps, copy.copy, json.dumps):
        with pytest.raises(TypeError):
            write(SecretValue(TOKEN))


def test_values_compare_and_hash() -> None:
    assert len({SecretValue("a"), SecretValue("a"), SecretValue("ü")}) == 2
    assert SecretValue("a") != "a"


def test_other_programs_get_an_environment_without_secrets() -> None:
    assert without_secrets({"PATH": "x", "SIGNAL_TUI_SECRET_A__B": TOKEN, "SIGNAL_TUI_HOME": "y"}) == {
        "PATH": "x",
        "SIGNAL_TUI_HOME": "y",
    }


# The keyring of the system, with classes in the place of the desktop's


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def put(found: Any) -> None:
        monkeypatch.setattr(keyring, "get_keyring", lambda: found)

    return put


def refused() -> KeyringError:
    with pytest.raises(KeyringError) as caught:
        safe_backend()
    return caught.value


def test_a_desktops_keyring_is_used(use: Callable[[Any], None]) -> None:
    use(backend(SAFE))
    ring = SystemRing()
    assert ring.where() == "macOS Keychain"
    assert ring.read("a") is None
    ring.write("a", "b")
    assert ring.read("a") == "b"
    assert ring.delete("a") is True
    assert ring.delete("a") is False


def test_no_keyring_at_all(use: Callable[[Any], None]) -> None:
    use(fail.Keyring())  # type: ignore[no-untyped-call]  # not typed there
    error = refused()
    assert error.state == "no-keyring"
    assert "environment" in error.remedy


@pytest.mark.parametrize(
    "module",
    ["keyrings.alt.file", "keyring_of_a_stranger", "keyring.backends.macOS_lookalike", "keyring.backends.null"],
)
def test_a_keyring_that_is_not_known_to_be_safe_is_refused_by_name(use: Callable[[Any], None], module: str) -> None:
    use(null.Keyring() if module.endswith("null") else backend(module))  # type: ignore[no-untyped-call]  # not typed
    error = refused()
    assert error.state == "unsafe-backend"
    assert f"{module}." in error.message
    assert "PYTHON_KEYRING_BACKEND" in error.remedy


def test_of_a_chain_only_what_is_safe_is_used(use: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch) -> None:
    unsafe, safe = backend("keyrings.alt.file"), backend(SAFE)
    chain = chainer.ChainerBackend()  # type: ignore[no-untyped-call]  # not typed there
    use(chain)
    for members, state in (([unsafe, safe], None), ([unsafe], "unsafe-backend"), ([], "no-keyring")):
        monkeypatch.setattr(chainer.ChainerBackend, "backends", members)
        if state is None:
            assert safe_backend() is safe
        else:
            assert refused().state == state


def test_a_keyring_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        raise ModuleNotFoundError("no.such.backend")

    monkeypatch.setattr(keyring, "get_keyring", load)
    assert refused().state == "no-keyring"


@pytest.mark.parametrize(
    ("raised", "state", "words"),
    [
        (keyring.errors.KeyringLocked(f"x {TOKEN}"), "locked", "unlock it"),
        (keyring.errors.NoKeyringError("x"), "no-keyring", "start one"),
        (keyring.errors.PasswordSetError(TOKEN), "error", "see whether it runs"),
        (RuntimeError(TOKEN), "error", "see whether it runs"),
        (ConnectionResetError(TOKEN), "error", "see whether it runs"),
    ],
)
def test_what_a_keyring_raises_becomes_a_sentence_without_the_token(
    use: Callable[[Any], None], raised: Exception, state: str, words: str
) -> None:
    def fails(*arguments: object) -> None:
        raise raised

    use(backend(SAFE, set_password=fails))
    with pytest.raises(KeyringError) as caught:
        SystemRing().write("user", TOKEN)
    assert caught.value.state == state
    assert words in caught.value.remedy
    assert TOKEN not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_keyring_that_forgets_is_noticed(use: Callable[[Any], None]) -> None:
    use(backend(SAFE, set_password=lambda *arguments: None))
    with pytest.raises(KeyringError, match="did not keep it"):
        SystemRing().write("user", TOKEN)


def test_the_module_brings_no_keyring_along() -> None:
    import subprocess

    code = "import sys, signal_tui.core.vault; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
