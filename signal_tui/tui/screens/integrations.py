"""The integrations of the profile: where they send to, their preset, their tokens, and a test of the connection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from signal_tui.api.settings import Secret
from signal_tui.api.vendor import Check
from signal_tui.core.instances import Instance
from signal_tui.core.text import shown
from signal_tui.core.vault import variable_of
from signal_tui.core.workbench import Question, Workbench
from signal_tui.tui import bridge, entry_bridge
from signal_tui.tui.bridge import Checked, TokensFound, TokenState
from signal_tui.tui.entry_bridge import Changed, ProfileChanged, Questioned, Stored
from signal_tui.tui.screens.box import BoxScreen
from signal_tui.tui.screens.form import check_rows
from signal_tui.tui.screens.question import DeletionScreen, QuestionScreen
from signal_tui.tui.text import pad, wrap
from signal_tui.tui.widgets.lines import BLANK, Lines, Row, row

BUILT_IN = "The sandbox's integrations are built in and stay as they are: a adds one of your own."


class IntegrationsScreen(BoxScreen[None]):
    """Everything about the integrations of the open profile; what is changed here stands in its file at once."""

    title_text = "Integrations and tokens"
    keys_text = "a add · e edit · d delete · x on/off · t test · k token · p prod · esc"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", show=False),
        Binding("e", "edit", show=False),
        Binding("d,delete", "delete", show=False),
        Binding("x,space", "switch", show=False),
        Binding("t", "test", show=False),
        Binding("k", "token", show=False),
        Binding("p", "production", show=False),
        Binding("f3", "close", show=False),
    ]

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.workbench = workbench
        self.checks: dict[str, list[Check]] = {}
        self.problems: dict[str, str] = {}
        self.testing = ""
        self.tokens: Sequence[TokenState] | None = None
        self.cancel = threading.Event()
        self.words = ""
        self.tone = "info"

    def on_mount(self) -> None:
        """The keyring is asked meanwhile."""
        self.box.styles.width = "97%"  # for the line of keys
        self._find_tokens()

    def on_unmount(self) -> None:
        """Stop a test that is under way."""
        self.cancel.set()

    def rows(self, width: int) -> Sequence[Row]:
        """An entry for each integration."""
        profile = self.workbench.profile
        production = " · PRODUCTION: it asks before anything is sent" if profile.production else ""
        head = row(("profile ", "dim"), (profile.name, "heading"), (production, "warn"), rests=False)
        rows: list[Row] = [head]
        for line in wrap(str(profile.path) if profile.path is not None else "built in", width):
            rows.append(row((line, "dim"), rests=False))
        if self.words:
            rows += [BLANK, *(row((line, self.tone), rests=False) for line in wrap(shown(self.words), width))]
        for name, instance in self.workbench.instances.items():
            rows.append(BLANK)
            rows += self._instance(name, instance, width)
        for name, problem in profile.problems.items():
            if name not in self.workbench.instances:
                rows += [BLANK, row((name, "heading"), item=name)]
                rows += [row((f"  {line}", "bad"), item=name) for line in wrap(f"✗ {problem}", width - 2)]
        if not self.workbench.instances and not profile.problems:
            rows += [BLANK, row(("none yet: a adds one", "plain"))]
        return rows

    def _instance(self, name: str, instance: Instance, width: int) -> list[Row]:
        integration = instance.integration
        state = "" if integration.enabled else "  – disabled"
        head = row((pad(name, 20) + " ", "heading"), (instance.vendor.title or instance.vendor.name, "plain"))
        rows = [Row((*head.pieces, (state, "dim")), name)]
        where = "sandbox" if instance.sandboxed else "production" if instance.production else "instance"
        facts = [
            ("sends to", f"{', '.join(instance.origins()) or 'nowhere yet'} ({where})"),
            ("preset", instance.preset),
            ("consent", ", ".join(integration.consent_categories) or "asks for none"),
            ("plugin", instance.plugin),
        ]
        facts += [(setting.label, self._secret(instance, setting)) for setting in self._secrets_of(instance)]
        if instance.problem:
            facts.append(("✗ problem", instance.problem))
        for word, text in facts:
            tone = "bad" if word.startswith("✗") else "plain"
            for index, line in enumerate(wrap(text, width - 22)):
                rows.append(row((f"  {pad(word if not index else '', 18)} ", "dim"), (line, tone), item=name))
        rows += self._checks(name, width)
        return rows

    @staticmethod
    def _secrets_of(instance: Instance) -> list[Secret]:
        return [setting for setting in instance.vendor.settings if isinstance(setting, Secret)]

    def _secret(self, instance: Instance, setting: Secret) -> str:
        if self.tokens is None:
            return "… being looked for"
        token = next(
            (one for one in self.tokens if (one.integration, one.setting) == (instance.name, setting.key)), None
        )
        if token is None:
            return "not known"
        if token.state == "found":
            return f"✓ there, from {token.where}" if token.where else "✓ there"
        return f"– {token.message}{': ' if token.remedy else ''}{token.remedy}"

    def _checks(self, name: str, width: int) -> list[Row]:
        rows: list[Row] = []
        for check in self.checks.get(name, ()):
            rows += [Row((("  ", "plain"), *line.pieces), item=name) for line in check_rows(check, width - 2)]
        if self.testing == name:
            rows.append(row(("  … testing", "info"), item=name))
        problem = self.problems.get(name)
        if problem:
            rows += [row((f"  {line}", "bad"), item=name) for line in wrap("✗ " + problem, width - 4)]
        return rows

    # What is under the cursor

    @property
    def current(self) -> str | None:
        """The integration under the cursor; the first one where it is on none."""
        row = self.box.current
        if row is not None and isinstance(row.item, str):
            return row.item
        return next(iter((*self.workbench.instances, *self.workbench.profile.problems)), None)

    def say(self, words: str, tone: str = "info") -> None:
        """Something, above the integrations."""
        self.words, self.tone = words, tone
        self.redraw()
        if words:
            self.box.scroll_to(y=0, animate=False, force=True)

    def _changeable(self, name: str | None = None) -> bool:
        """Whether the profile can be changed now; says why not."""
        if getattr(self.app.screen_stack[0], "is_sending", False):
            self.say("Something is being sent: wait until it is over, or stop it with esc in the debugger.", "warn")
        elif name is not None and self.workbench.profile.path is None:
            self.say(BUILT_IN, "warn")
        elif self.testing:
            self.say("A test is under way; wait until it is over.", "warn")
        else:
            return True
        return False

    # Forms

    def action_add(self) -> None:
        """A new integration: its vendor, then its form."""
        from signal_tui.tui.screens.vendor_choice import vendor_choice

        vendors = self.workbench.plugins.vendors
        if not vendors:
            self.say("No plugin brings a vendor: F4 shows the plugins.", "bad")
        elif self._changeable():
            self.app.push_screen(vendor_choice(vendors), self._vendor_chosen)

    def _vendor_chosen(self, name: object) -> None:
        from signal_tui.tui.screens.integration_form import IntegrationForm

        vendor = self.workbench.plugins.vendors.get(name) if isinstance(name, str) else None
        if vendor is not None:
            self.app.push_screen(IntegrationForm(self.workbench, vendor), self._stored)

    def action_edit(self) -> None:
        """Change the integration under the cursor."""
        from signal_tui.tui.screens.integration_form import IntegrationForm

        name = self.current
        if name is None:
            self.action_add()
            return
        instance = self.workbench.instances.get(name)
        if not self._changeable(name):
            return
        if instance is None:
            self.say(f"{name} is of a vendor that no plugin brings: install one, or delete it with d.", "bad")
        else:
            self.app.push_screen(IntegrationForm(self.workbench, instance.vendor, instance.integration), self._stored)

    def action_token(self) -> None:
        """Type the tokens of the integration under the cursor."""
        from signal_tui.tui.screens.integration_form import TokenForm

        instance = self.workbench.instances.get(self.current or "")
        if instance is None:
            return
        if instance.sandboxed:
            self.say(f"{instance.name} is a sandbox integration, which brings its own tokens.", "warn")
        elif not self._secrets_of(instance):
            self.say(f"{instance.vendor.title or instance.vendor.name} needs no token.", "warn")
        elif instance.problem is not None:
            self.say(f"First correct {instance.name} with e, so that its addresses are known.", "warn")
        elif self._changeable(instance.name):
            self.app.push_screen(TokenForm(self.workbench, instance.name), self._stored)

    def _stored(self, stored: Stored | None) -> None:
        if stored is None:
            return
        words = f"{stored.name} is saved."
        for one in stored.kept:
            words += f" {one.setting} is kept in {one.where}, for {', '.join(one.origins)} only."
            if one.shadow:
                words += f" The variable {one.shadow} is set and counts first."
        for setting in stored.unkept:
            words += f" {setting} is not kept: set {variable_of(stored.name, setting)}."
        if stored.opened:
            words += f" Profile {stored.opened} is open now; the built-in one is there with --profile sandbox."
        self._changed_profile(words + (" t tests it." if not stored.problem else ""))
        if stored.problem:
            self.say(f"✗ {stored.name} is saved, but not every token: {stored.problem}", "bad")

    def _changed_profile(self, words: str) -> None:
        self.checks.clear()
        self.problems.clear()
        self.tokens = None
        self.say(words)
        self.app.screen_stack[0].post_message(ProfileChanged())
        self._find_tokens()

    # At once

    def _ask(self, title: str, lines: Sequence[str], then: Callable[[], object], *, grave: bool = False) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                then()

        self.app.push_screen(QuestionScreen(title, lines, grave=grave), answered)

    def action_switch(self) -> None:
        """Enable or disable the integration under the cursor."""
        name = self.current
        instance = self.workbench.instances.get(name or "")
        if name is not None and instance is not None and self._changeable(name):
            self._enable(name, not instance.integration.enabled)

    def action_production(self) -> None:
        """Say whether the profile is production."""
        profile = self.workbench.profile
        if not self._changeable(profile.name):
            return
        if profile.production:
            words = [f"{profile.name} is production.", "", "! It will no longer ask before it sends. Is that right?"]
        else:
            words = [f"Mark {profile.name} as production?", "", "From then on it asks before anything is sent."]
        self._ask("Production", words, lambda: self._mark_production(not profile.production), grave=True)

    def action_delete(self) -> None:
        """Delete the integration under the cursor; asks, also about its tokens."""
        name = self.current
        if name is None or not self._changeable(name):
            return
        instance = self.workbench.instances.get(name)
        secrets = [setting.label for setting in self._secrets_of(instance)] if instance is not None else []

        def answered(how: str | None) -> None:
            if how:
                self._remove(name, how == "tokens")

        self.app.push_screen(DeletionScreen(name, str(self.workbench.profile.path), secrets), answered)

    @work(thread=True, exit_on_error=False)
    def _enable(self, name: str, enabled: bool) -> None:
        entry_bridge.enable(self.workbench, name, enabled, self.post_message)

    @work(thread=True, exit_on_error=False)
    def _mark_production(self, production: bool) -> None:
        entry_bridge.mark_production(self.workbench, production, self.post_message)

    @work(thread=True, exit_on_error=False)
    def _remove(self, name: str, tokens: bool) -> None:
        entry_bridge.remove(self.workbench, name, tokens, self.post_message)

    @on(Changed)
    def _changed(self, event: Changed) -> None:
        if event.problem:
            self.say(f"✗ {event.problem}", "bad")
        else:
            self._changed_profile(event.words)

    # Testing

    def action_test(self) -> None:
        """Test the integration under the cursor."""
        name = self.current
        instance = self.workbench.instances.get(name or "")
        if name is None or instance is None or self.testing:
            return
        if instance.problem is not None:
            self.say(f"First correct {name} with e.", "warn")
            return
        self.testing = name
        self.cancel = threading.Event()
        self.checks[name] = []
        self.problems.pop(name, None)
        self.redraw()
        self._question(name)

    @work(thread=True, exit_on_error=False)
    def _question(self, name: str) -> None:
        entry_bridge.question(self.workbench, name, self.post_message)

    @on(Questioned)
    def _questioned(self, event: Questioned) -> None:
        name = event.integration
        if event.problem:
            self.post_message(Checked(name, None, event.problem))
        elif not event.questions:
            self._test(name, ())
        else:

            def answered(yes: bool | None) -> None:
                if yes:
                    self._test(name, event.questions)
                else:
                    self.post_message(Checked(name, None, "not tested"))

            words = [line for one in event.questions for line in (f"! {one.message}", "")]
            self.app.push_screen(QuestionScreen("Test the connection", [*words, "Go on?"]), answered)

    @work(thread=True, exit_on_error=False)
    def _test(self, name: str, questions: Sequence[Question]) -> None:
        entry_bridge.test(self.workbench, name, questions, self.cancel, self.post_message)

    def action_close(self) -> None:
        """Stop a test; else close."""
        if self.testing:
            self.cancel.set()
        else:
            super().action_close()

    @on(Lines.Chosen)
    def _opened(self) -> None:
        self.action_edit()

    @work(thread=True, exit_on_error=False)
    def _find_tokens(self) -> None:
        bridge.find_tokens(self.workbench, self.post_message)

    @on(Checked)
    def _checked(self, event: Checked) -> None:
        if event.check is not None:
            self.checks.setdefault(event.integration, []).append(event.check)
        else:
            self.testing = ""
            if event.problem:
                self.problems[event.integration] = event.problem
        self.redraw()

    @on(TokensFound)
    def _found(self, event: TokensFound) -> None:
        self.tokens = event.tokens
        if event.problem:
            self.problems.setdefault("", event.problem)
        self.redraw()
