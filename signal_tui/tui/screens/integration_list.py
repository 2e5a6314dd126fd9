"""The integrations of the profile as a list: where they send to, their preset, their tokens, what a test says."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from textual import on, work

from signal_tui.api.settings import Secret
from signal_tui.api.vendor import Check
from signal_tui.core.instances import Instance
from signal_tui.core.text import shown
from signal_tui.core.vault import variable_of
from signal_tui.core.workbench import Question, Workbench
from signal_tui.tui import bridge, entry_bridge
from signal_tui.tui.bridge import Checked, TokensFound, TokenState
from signal_tui.tui.entry_messages import Questioned
from signal_tui.tui.screens.box import BoxScreen
from signal_tui.tui.screens.form_trial import check_rows
from signal_tui.tui.screens.question import QuestionScreen
from signal_tui.tui.text import pad, wrap
from signal_tui.tui.widgets.lines import BLANK, Row, row


def secrets_of(instance: Instance) -> list[Secret]:
    """The tokens that an instance may have."""
    return [setting for setting in instance.vendor.settings if isinstance(setting, Secret)]


class IntegrationList(BoxScreen[None]):
    """What there is, and what a test says of it."""

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
        self.find_tokens()

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
        facts += [(setting.label, self._secret(instance, setting)) for setting in secrets_of(instance)]
        if instance.problem:
            facts.append(("✗ problem", instance.problem))
        for word, text in facts:
            tone = "bad" if word.startswith("✗") else "plain"
            for index, line in enumerate(wrap(text, width - 22)):
                rows.append(row((f"  {pad(word if not index else '', 18)} ", "dim"), (line, tone), item=name))
        rows += self._checks(name, width)
        return rows

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
        if token.state == "absent" and token.remedy:
            return f"– not set: k sets it, or the variable {variable_of(instance.name, setting.key)}"
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

    @work(thread=True, exit_on_error=False)
    def find_tokens(self) -> None:
        """Look for every token; the keyring may take its time."""
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
