"""A yes-or-no question that names what will happen and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from signal_tui.core.text import shown
from signal_tui.core.workbench import Question
from signal_tui.tui.bridge import Sending
from signal_tui.tui.screens.box import BoxScreen
from signal_tui.tui.text import wrap
from signal_tui.tui.widgets.lines import BLANK, Row, row


class QuestionScreen(BoxScreen[bool]):
    """Answers True for yes; everything else is no. Enter is no answer: nothing is sent by habit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", show=False),
        Binding("n", "close", show=False),
    ]
    keys_text = "y yes · n or esc no"

    def __init__(self, title: str, lines: Sequence[str], *, grave: bool = False) -> None:
        super().__init__()
        self.title_text = title
        self.words = lines
        self.grave = grave
        self.add_class("-small")
        self.box.can_focus = False

    @classmethod
    def before_sending(
        cls, sending: Sending, questions: Sequence[Question], destinations: Mapping[str, str]
    ) -> QuestionScreen:
        """What must be confirmed before an event leaves."""
        lines = [f"{sending.title} leaves this machine:"]
        lines += [f"  {name} → {origin}" for name, origin in destinations.items()]
        for question in questions:
            lines += ["", f"! {question.message}"]
        lines += ["", "Send it?"]
        grave = any(question.kind == "production" for question in questions)
        return cls("Send to production" if grave else "Send", lines, grave=grave)

    def rows(self, width: int) -> Sequence[Row]:
        """The words, wrapped."""
        rows: list[Row] = [BLANK]
        for words in self.words:
            lead = len(words) - len(words.lstrip(" "))
            tone = "warn" if words.startswith("!") else "plain"
            rows += [row((" " * lead + line, tone)) for line in wrap(shown(words.strip()), width - lead)]
        rows += [BLANK, row(("y", "key"), ("  yes     ", "plain"), ("n", "key"), ("  no", "plain"))]
        return rows

    def action_yes(self) -> None:
        """Yes."""
        self.dismiss(True)


class DeletionScreen(BoxScreen[str]):
    """Whether to delete an integration: answers ``integration``, ``tokens`` for it with its tokens, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('integration')", show=False),
        Binding("t", "answer('tokens')", show=False),
        Binding("n", "close", show=False),
    ]
    title_text = "Delete an integration"
    keys_text = "n or esc no"

    def __init__(self, name: str, path: str, secrets: Sequence[str]) -> None:
        super().__init__()
        self.words = f"Delete {name} from {path}?"
        self.secrets = secrets
        self.add_class("-small")

    def rows(self, width: int) -> Sequence[Row]:
        """The question, and what can be answered."""
        rows: list[Row] = [BLANK, *(row((line, "plain")) for line in wrap(shown(self.words), width)), BLANK]
        rows.append(
            row(("y", "key"), ("  delete it" + (", keep its tokens in the keyring" * bool(self.secrets)), "plain"))
        )
        if self.secrets:
            rows.append(row(("t", "key"), ("  delete it and its tokens: ", "plain")))
            rows += [row((f"     {line}", "plain")) for line in wrap(", ".join(self.secrets), width - 5)]
        return [*rows, row(("n", "key"), ("  no", "plain"))]

    def action_answer(self, how: str) -> None:
        """One of the answers."""
        if how != "tokens" or self.secrets:
            self.dismiss(how)
