"""The integrations of the profile: where they send to, their preset, their tokens, and a test of the connection."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from signal_tui.api.settings import Secret
from signal_tui.api.vendor import Check
from signal_tui.core.instances import Instance
from signal_tui.core.workbench import Workbench
from signal_tui.tui import bridge
from signal_tui.tui.bridge import Checked, TokensFound, TokenState
from signal_tui.tui.screens.box import BoxScreen
from signal_tui.tui.text import pad, wrap
from signal_tui.tui.widgets.lines import BLANK, Row, row

CHECK_MARKS = {"ok": ("✓", "plain"), "warn": ("!", "warn"), "fail": ("✗", "bad"), "cannot-tell": ("?", "warn")}


class IntegrationsScreen(BoxScreen[None]):
    """Read and test; what is written is written by the commands."""

    title_text = "Integrations and tokens"
    keys_text = "t tests the connection · esc closes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "test", show=False),
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

    def on_mount(self) -> None:
        """The keyring is asked meanwhile."""
        self._find_tokens()

    def on_unmount(self) -> None:
        """Stop a test that is under way."""
        self.cancel.set()

    def rows(self, width: int) -> Sequence[Row]:
        """An entry for each integration."""
        profile = self.workbench.profile
        rows: list[Row] = [row(("profile ", "dim"), (profile.name, "heading"))]
        for name, instance in self.workbench.instances.items():
            rows.append(BLANK)
            rows += self._instance(name, instance, width)
        if not self.workbench.instances:
            rows += [BLANK, row(("none yet: signal-tui integrations add NAME --vendor VENDOR", "plain"))]
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
            sign, tone = CHECK_MARKS[check.state]
            words = check.message + (f" {check.remedy}" if check.remedy else "")
            for index, line in enumerate(wrap(words, width - 24)):
                lead = f"  {sign} {pad(check.check, 18)} " if not index else " " * 23
                rows.append(row((lead, tone), (line, "plain"), item=name))
        if self.testing == name:
            rows.append(row(("  … testing", "info"), item=name))
        problem = self.problems.get(name)
        if problem:
            rows += [row((f"  {line}", "bad"), item=name) for line in wrap("✗ " + problem, width - 4)]
        return rows

    def action_test(self) -> None:
        """Test the integration under the cursor."""
        current = self.box.current
        name = current.item if current is not None and isinstance(current.item, str) else None
        name = name or next(iter(self.workbench.instances), None)
        if name is None or self.testing:
            return
        self.testing = name
        self.checks[name] = []
        self.problems.pop(name, None)
        self.redraw()
        self._test(name)

    @work(thread=True, exit_on_error=False)
    def _test(self, name: str) -> None:
        bridge.check(self.workbench, name, self.cancel, self.post_message)

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
