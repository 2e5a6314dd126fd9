"""An integration as a form, made from the settings that its vendor declares; and its tokens alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work
from textual.widget import Widget

from signal_tui.api.identity import CATEGORIES
from signal_tui.api.settings import Choice, Flag, Number, Secret, Setting
from signal_tui.api.values import Value, text_of
from signal_tui.core.drafts import Draft, Target, typed
from signal_tui.core.guard import FaultError
from signal_tui.core.origins import open_to_readers
from signal_tui.core.profiles import Integration
from signal_tui.core.text import shown
from signal_tui.core.vault import SecretValue, variable_of
from signal_tui.core.workbench import Workbench
from signal_tui.tui import entry_bridge
from signal_tui.tui.entry_bridge import Entered, Stored, Targeted, VaultSeen
from signal_tui.tui.screens.form import FormScreen
from signal_tui.tui.screens.integration_fields import FormField, Heading, Line, Options, SecretLine

if TYPE_CHECKING:
    from signal_tui.api.vendor import Vendor

ON = "on"


def _example(text: str) -> str:
    return f"for example {text}" if text else ""


class TokenFields(FormScreen):
    """The part of a form that asks for tokens, and says where they will be kept."""

    def __init__(self, workbench: Workbench, vendor: Vendor, name: str) -> None:
        super().__init__(workbench)
        self.vendor = vendor
        self.name_text = name
        self.target: Target | None = None
        self.keyring_problem = ""
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
                SecretLine(_example(setting.example)),
                hint=f"for {' and '.join(uses)}" if uses else "",
            )
        )

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
            self.tokens_heading.tell("Tokens", f"never shown; kept in {event.where}, for this address only")
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

    def parts(self) -> list[Widget]:
        """Tokens alone."""
        return self.token_parts()

    def on_mount(self) -> None:
        """The keyring is asked meanwhile."""
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
            self.look_into_vault(self._origins)
            self.assess()

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


class IntegrationForm(TokenFields):
    """An integration: a new one of a vendor, or one that is there."""

    def __init__(self, workbench: Workbench, vendor: Vendor, before: Integration | None = None) -> None:
        super().__init__(workbench, vendor, before.name if before is not None else "")
        self.before = before
        self.new = before is None
        title = vendor.title or vendor.name
        self.title_text = f"New integration · {title}" if before is None else f"{before.name} · {title}"
        self.settings = [setting for setting in vendor.settings if not isinstance(setting, Secret)]
        self.heading = Heading()

    # Its fields

    def parts(self) -> list[Widget]:
        """Name, settings, tokens; then what has a default that is mostly right."""
        self.heading.tell("Where it goes", "… the profile is being read")
        parts: list[Widget] = [self.heading]
        if self.new:
            control = Line(self._proposal(), _example("shop"))
            words = "what it is called here and in the file: a-z, 0-9 and -. Tokens are kept under it."
            parts.append(self.add(FormField("name", "Name", words, control, hint="required")))
        parts += map(self._setting_field, self.settings)
        parts += self.token_parts()
        more = Heading()
        more.tell("What it does", "as it stands, it does what the vendor proposes")
        parts += [more, *self._more_fields()]
        return parts

    def _proposal(self) -> str:
        taken = {*self.workbench.profile.integrations, *self.workbench.profile.problems}
        name = self.vendor.name
        proposals = (f"my-{name}", *(f"my-{name}-{number}" for number in range(2, 100)))
        return next((one for one in proposals if one not in taken), name)

    def _written(self, setting: Setting) -> Value:
        """What the profile says; what a sandbox integration has of its double does not stand there."""
        if self.before is None:
            return None
        written = self.before.config.get(setting.key)
        double = self.workbench.doubles.get(self.vendor.name) if self.before.sandbox else None
        return None if double is not None and written == double.config.get(setting.key) else written

    def _setting_field(self, setting: Setting) -> FormField:
        written = self._written(setting)
        text = "" if written is None else shown(text_of(written))
        default = "" if setting.default is None else text_of(setting.default)
        control: Line | Options
        if isinstance(setting, Flag):
            chosen = (ON,) if (text or default).lower() == "true" else ()
            control = Options([(ON, "on")], chosen, many=True)
        elif isinstance(setting, Choice):
            control = Options([(one, one) for one in setting.choices], (text or default,), many=False)
        else:
            control = Line(text, f"{default} if left empty" if default else _example(setting.example))
        unit = f", in {setting.unit}" if isinstance(setting, Number) and setting.unit else ""
        hint = "required" if setting.required and not default else "optional"
        if isinstance(control, Options):
            hint = ""
        label = (setting.label or setting.key) + unit
        words = setting.help
        if setting.example and default and setting.example != default:
            words += f" For example {setting.example}"
        return self.add(FormField(f"config.{setting.key}", label, words, control, hint=hint))

    def _more_fields(self) -> list[Widget]:
        before = self.before
        plugins = self.workbench.plugins
        plugin = plugins.plugin_of[self.vendor.name]
        try:
            presets = plugins.guard.call(plugin, "reading presets", lambda: list(self.vendor.presets()))
        except FaultError:  # the check of the form says it
            presets = []
        preset = (before.preset if before is not None else None) or (presets[0] if presets else "")
        consent = before.consent_categories if before is not None else self.vendor.consent_categories
        words = "an event goes there when its visitor agreed to all of these; none: it always goes."
        choices = [(one, f"{one} (proposed)" if not at else one) for at, one in enumerate(presets)]
        fields = [
            FormField("preset", "Preset", "the mapping to start from.", Options(choices, (preset,), many=False)),
            FormField(
                "consent_categories",
                "Consent",
                words,
                Options([(one, one) for one in CATEGORIES], consent, many=True),
            ),
        ]
        if self.vendor.name in self.workbench.doubles:
            chosen = (ON,) if before is not None and before.sandbox else ()
            control = Options([(ON, "send to the sandbox of this machine in its place")], chosen, many=True)
            words = "settings that are left empty above are then the sandbox's own, and tokens are."
            fields.append(FormField("sandbox", "Sandbox", words, control))
        address = shown(before.base_url or "") if before is not None else ""
        words = "where everything goes in place of the vendor's own address, such as a proxy or a test server."
        fields.append(
            FormField("base_url", "Other address", words, Line(address, _example("https://proxy.example.com")), hint="optional")
        )
        return [self.add(field) for field in fields]

    # What it stands for

    @property
    def sandboxed(self) -> bool:
        """Whether the sandbox is chosen."""
        return "sandbox" in self.fields and ON in self.chosen("sandbox")

    @property
    def current_name(self) -> str:
        """The name, as typed."""
        return self.typed("name") if self.new else self.name_text

    def draft(self) -> Draft:
        """What stands in the form, as an integration."""
        presets = self.chosen("preset")
        before = self.before.preset if self.before is not None else None
        first = self.fields["preset"].initial
        # What nobody chose is not written: the vendor's first preset stays whatever it is.
        preset = before if presets == first else next(iter(presets), None)
        return Draft(
            name=self.current_name,
            vendor=self.vendor.name,
            preset=preset,
            consent_categories=self.chosen("consent_categories"),
            base_url=None if self.sandboxed else self.typed("base_url") or None,
            sandbox=self.sandboxed,
            config=self._config(),
        )

    def _config(self) -> dict[str, Value]:
        config: dict[str, Value] = {}
        for setting in self.settings:
            field, written = self.fields[f"config.{setting.key}"], self._written(setting)
            if not field.changed and written is not None:
                config[setting.key] = written
            elif isinstance(setting, Flag):
                if field.changed:
                    config[setting.key] = not field.empty
            elif isinstance(setting, Choice):
                if field.changed:
                    config[setting.key] = field.text
            elif field.text != "":
                config[setting.key] = typed(setting, field.text)
        return config

    def entered(self) -> Entered | None:
        """What stands in the form."""
        if self.target is None:
            return None
        tokens = {} if self.sandboxed else self.tokens
        return Entered(self.current_name, self.vendor.name, self.draft(), tokens, self.target, new=self.new)

    def on_mount(self) -> None:
        """The profile is read and the keyring asked meanwhile."""
        self._find()

    @work(thread=True, exit_on_error=False, group="target")
    def _find(self) -> None:
        entry_bridge.find_target(self.workbench, self.post_message)

    @on(Targeted)
    def _targeted(self, event: Targeted) -> None:
        self.target = target = event.target
        if target is None:
            self.heading.tell("Where it goes", f"✗ {event.problem}")
            self.say(f"✗ {event.problem}", "bad")
            return
        production = " – PRODUCTION: it asks before anything is sent" if target.production else ""
        switched = ", which is opened then: the built-in one is not changed" if self._switches else ""
        self.heading.tell("Where it goes", f"profile {target.selector}{production}{switched}")
        instance = self.workbench.instances.get(self.name_text)
        if instance is not None and instance.problem:
            self.say(f"! As it stands: {instance.problem}\nWhat is not known goes when this is saved.")
        self.look_into_vault(instance.origins() if instance is not None else ())
        self.assess()

    @property
    def _switches(self) -> bool:
        return self.workbench.profile.path is None

    def field_changed(self, field: FormField) -> None:
        """Some fields decide about others."""
        if field.key == "sandbox":
            self.fields["base_url"].display = not self.sandboxed
        if field.key in ("sandbox", "name"):
            self.show_tokens()

    def half_stored(self, event: Stored) -> None:
        """It is in the file now."""
        self.new = False
        self.name_text = event.name
        name = self.fields.pop("name", None)
        if name is not None:
            name.display = False
