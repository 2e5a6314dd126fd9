"""Tokens as a form: never shown, and where they will be kept is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work
from textual.widget import Widget

from signal_tui.api.settings import Secret
from signal_tui.core.drafts import Target
from signal_tui.core.origins import open_to_readers
from signal_tui.core.profiles import Integration
from signal_tui.core.vault import SecretValue, variable_of
from signal_tui.core.workbench import Workbench
from signal_tui.tui import entry_bridge
from signal_tui.tui.entry_messages import Entered, Targeted, VaultSeen
from signal_tui.tui.screens.form import FormScreen
from signal_tui.tui.screens.integration_fields import FormField, Heading, SecretLine

if TYPE_CHECKING:
    from signal_tui.api.vendor import Vendor


def example(text: str) -> str:
    """What stands in an empty field."""
    return f"for example {text}" if text else ""


class TokenFields(FormScreen):
    """The part of a form that asks for tokens, and says where they will be kept."""

    def __init__(self, workbench: Workbench, vendor: Vendor, name: str) -> None:
        super().__init__(workbench)
        self.vendor = vendor
        self.name_text = name
        self.target: Target | None = None
        self.keyring_problem = ""
        self.bound = "this address"
        self.seen: VaultSeen | None = None
        self.tokens_heading = Heading()
        self.secrets = [setting for setting in vendor.settings if isinstance(setting, Secret)]

    def token_parts(self) -> list[Widget]:
        """A heading and a field for each secret."""
        if not self.secrets:
            return []
        self.tokens_heading.tell("Tokens", "… where they will be kept is being looked up")
        return [self.tokens_heading, *map(self._token_field, self.secrets)]

    def _token_field(self, setting: Secret) -> FormField:
        uses = [word for word, used in (("sending", setting.tracking), ("reading back", setting.reading)) if used]
        return self.add(
            FormField(
                f"token.{setting.key}",
                setting.label or setting.key,
                setting.help,
                SecretLine(example(setting.example) or "type or paste it"),
                hint=f"for {' and '.join(uses)}" if uses else "",
            )
        )

    def on_mount(self) -> None:
        """The profile is read and the keyring asked meanwhile."""
        self._find()

    @work(thread=True, exit_on_error=False, group="target")
    def _find(self) -> None:
        entry_bridge.find_target(self.workbench, self.post_message)

    @on(Targeted)
    def _targeted(self, event: Targeted) -> None:
        self.target = event.target
        if event.target is None:
            self.say(f"✗ {event.problem}", "bad")
        else:
            self.show_target(event.target)
            self.assess()

    def show_target(self, target: Target) -> None:
        """The profile that will be written is known."""

    @property
    def tokens(self) -> dict[str, SecretValue]:
        """What is typed, by setting."""
        typed_in = {}
        for setting in self.secrets:
            value = self.fields[f"token.{setting.key}"].value
            if isinstance(value, SecretValue) and value != SecretValue(""):
                typed_in[setting.key] = value
        return typed_in

    @property
    def sandboxed(self) -> bool:
        """Whether the integration talks to the sandbox, which brings its own tokens."""
        return False

    def look_into_vault(self, origins: Sequence[str]) -> None:
        """Ask the keyring, meanwhile."""
        if self.secrets and self.target is not None:
            wanted = [(self.name_text, setting.key, origins) for setting in self.secrets if self.name_text]
            self._see_vault(self.target.key, wanted)

    @work(thread=True, exit_on_error=False, group="vault")
    def _see_vault(self, key: str, wanted: Sequence[tuple[str, str, Sequence[str]]]) -> None:
        entry_bridge.see_vault(key, wanted, self.post_message)

    @on(VaultSeen)
    def _vault_seen(self, event: VaultSeen) -> None:
        self.keyring_problem = event.problem
        self.seen = event
        self.show_tokens()

    def show_tokens(self) -> None:
        """Say where tokens will be kept, and which are there."""
        event = self.seen
        if event is None or not self.secrets:
            return
        name = self.current_name
        if self.sandboxed:
            self.tokens_heading.tell("Tokens", "the sandbox brings its own")
        elif event.problem:
            self.tokens_heading.tell("Tokens", f"! cannot be kept here: {event.problem}")
        else:
            self.tokens_heading.tell("Tokens", f"never shown; kept in {event.where}, for {self.bound} only")
        there = {found.setting: found for found in event.tokens}
        for setting in self.secrets:
            field = self.fields[f"token.{setting.key}"]
            field.display = not self.sandboxed
            found = there.get(setting.key)
            if found is not None and found.state == "found":
                field.note(f"There already, from {found.where}; what is typed replaces it.")
            elif found is not None and found.state == "other-origin":
                field.note(f"! {found.message}: type it again if that is right.")
            elif event.problem:
                variable = variable_of(name or "name", setting.key)
                field.note(f"Typed here it serves the test alone; to use it, set {variable}.")
            else:
                field.note("")

    @property
    def current_name(self) -> str:
        """The integration's name, as typed."""
        return self.name_text

    def questions(self, integration: Integration, origins: Sequence[str]) -> list[str]:
        """Tokens that cannot be kept, and tokens that others could read."""
        tokens = self.tokens
        if not tokens or self.sandboxed:
            return []
        if self.keyring_problem:
            variables = ", ".join(variable_of(self.current_name, setting) for setting in tokens)
            return [f"What is typed as a token cannot be kept: {self.keyring_problem}. Set {variables} in its place."]
        plain = open_to_readers(origins)
        return [f"Everybody on the way to {', '.join(plain)} can read the token: it is plain http."] if plain else []

    def to_store(self, entered: Entered) -> Entered:
        """Tokens are kept where there is a keyring."""
        return replace(entered, tokens={}, unkept=tuple(entered.tokens)) if self.keyring_problem else entered


class TokenForm(TokenFields):
    """The tokens of an integration that is there."""

    def __init__(self, workbench: Workbench, name: str) -> None:
        instance = workbench.instance(name)
        super().__init__(workbench, instance.vendor, name)
        self.title_text = f"Tokens of {name}"
        self._origins = instance.origins()
        self.bound = ", ".join(self._origins)

    def parts(self) -> list[Widget]:
        """Tokens alone."""
        return self.token_parts()

    def show_target(self, target: Target) -> None:
        """The keyring can be asked."""
        self.look_into_vault(self._origins)

    def entered(self) -> Entered | None:
        """The tokens."""
        if self.target is None:
            return None
        return Entered(self.name_text, self.vendor.name, None, self.tokens, self.target, new=False)

    def action_save(self) -> None:
        """Keep what is typed."""
        if not self.tokens:
            self.say("Nothing is typed: type a token, or leave with esc.")
        elif self.keyring_problem:
            self.say(f"✗ A token cannot be kept: {self.keyring_problem}", "bad")
        else:
            super().action_save()
