"""Integrations and tokens: add, change, delete, switch, test – all that stands in the file of the open profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from signal_tui.core.vault import variable_of
from signal_tui.tui import entry_bridge
from signal_tui.tui.entry_messages import Changed, ProfileChanged, Stored
from signal_tui.tui.screens.integration_list import IntegrationList, secrets_of
from signal_tui.tui.screens.question import DeletionScreen, QuestionScreen
from signal_tui.tui.widgets.lines import Lines

BUILT_IN = "The sandbox's integrations are built in and stay as they are: a adds one of your own."


class IntegrationsScreen(IntegrationList):
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
        from signal_tui.tui.screens.token_form import TokenForm

        instance = self.workbench.instances.get(self.current or "")
        if instance is None:
            return
        if instance.sandboxed:
            self.say(f"{instance.name} is a sandbox integration, which brings its own tokens.", "warn")
        elif not secrets_of(instance):
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
        self._changed_profile(words + (" t tests it." if not stored.problem else ""), stored.name)
        if stored.problem:
            self.say(f"✗ {stored.name} is saved, but not every token: {stored.problem}", "bad")

    def _changed_profile(self, words: str, name: str = "") -> None:
        self.checks.clear()
        self.problems.clear()
        self.tokens = None
        self.say(words)
        at = next((at for at, row in enumerate(self.box.rows) if name and row.item == name), None)
        if at is not None:
            self.box.move_to(at)
        self.app.screen_stack[0].post_message(ProfileChanged())
        self.find_tokens()

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
        secrets = [setting.label for setting in secrets_of(instance)] if instance is not None else []

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
            self._changed_profile(event.words, event.name)

    @on(Lines.Chosen)
    def _opened(self) -> None:
        self.action_edit()
