"""An integration as a form, made from the settings that its vendor declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from signal_tui.api.identity import CATEGORIES
from signal_tui.api.settings import Choice, Flag, Number, Secret, Setting
from signal_tui.api.values import Value, text_of
from signal_tui.core.drafts import Draft, Target, typed
from signal_tui.core.guard import FaultError
from signal_tui.core.profiles import Integration
from signal_tui.core.text import shown
from signal_tui.core.workbench import Workbench
from signal_tui.tui.entry_messages import Entered, Stored
from signal_tui.tui.screens.integration_fields import FormField, Heading, Line, Options
from signal_tui.tui.screens.token_form import TokenFields, example

if TYPE_CHECKING:
    from signal_tui.api.vendor import Vendor

ON = "on"


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
            control = Line(self._proposal(), example("shop"))
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
            control = Line(text, f"{default} if left empty" if default else example(setting.example))
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
            FormField(
                "base_url",
                "Other address",
                words,
                Line(address, example("https://proxy.example.com")),
                hint="optional",
            )
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

    def show_target(self, target: Target) -> None:
        """Say where it goes, and ask the keyring."""
        production = " – PRODUCTION: it asks before anything is sent" if target.production else ""
        switched = ", which is opened then: the built-in one is not changed" if self._switches else ""
        self.heading.tell("Where it goes", f"profile {target.selector}{production}{switched}")
        instance = self.workbench.instances.get(self.name_text)
        if instance is not None and instance.problem:
            self.say(f"! As it stands: {instance.problem}\nWhat is not known goes when this is saved.")
        self.look_into_vault(instance.origins() if instance is not None else ())

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
