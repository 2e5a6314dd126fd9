"""The part of the debugger that shows the event as a form, where its JSON else stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.widget import Widget

from signal_tui.tui.arrangement import EVENT
from signal_tui.tui.screens.deeds import Deeds
from signal_tui.tui.widgets.editor import MOST, Editor
from signal_tui.tui.widgets.events import Entry

if TYPE_CHECKING:
    from signal_tui.tui.widgets.form import FormPane


class Forming(Deeds):
    """Form and JSON are two views of one text; the form is made when it is first asked for."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry)
        self.form: FormPane | None = None
        self.form_shown = False

    def do_form(self) -> None:
        """The form, or the JSON."""
        if self.large_text is not None:
            self.say("This event is too large for a form; ^g opens it in $EDITOR.")
            return
        self.show_form(not self.form_shown)
        self.bring(EVENT)

    def show_form(self, is_shown: bool) -> None:
        """Show the form, or the editor."""
        if is_shown == self.form_shown:
            return
        from signal_tui.tui.widgets.form import FormPane

        if self.form is None:
            self.form = FormPane(self.editor)
            self.form.display = False
            self.mount(self.form, after=self.editor)
        self.form_shown = is_shown
        if is_shown:
            self.form.tell(self.look)
            self._show_instead(self.editor, self.form)
        else:
            self._show_instead(self.form, self.editor)
        self._dress_titles()

    def _shown_form(self) -> FormPane | None:
        return self.form if self.form_shown else None

    @on(Editor.Changed)
    def _form_follows(self) -> None:
        form = self._shown_form()
        if form is not None:
            form.read()

    def on_form_view_closed(self) -> None:
        """The tab of the JSON was clicked."""
        self.do_form()

    def show_look(self) -> None:
        """The form too says what is wrong, and where its fields go."""
        super().show_look()
        form = self._shown_form()
        if form is not None:
            form.tell(self.look)

    def put(self, text: str) -> None:
        """An event too large for the editor is too large for the form."""
        if len(text) > MOST:
            self.show_form(False)
        super().put(text)

    def value_under_cursor(self) -> str | None:
        """In the form, the field's value."""
        form = self._shown_form()
        if form is None or self.focused is not form:
            return super().value_under_cursor()
        from signal_tui.api.values import text_of

        return text_of(form.field.value) if form.field is not None and form.field.present else None

    def pane_name(self, widget: Widget) -> str:
        """The form stands where the event stands."""
        return EVENT if widget is self.form else super().pane_name(widget)

    def order(self) -> list[Widget]:
        """The panes, with the form in the editor's place while it is shown."""
        form = self._shown_form()
        return [form if form is not None and one is self.editor else one for one in super().order()]

    def _title_event(self, problem: str) -> None:
        before = self._event_title, self._event_subtitle
        super()._title_event(problem)
        if (self._event_title, self._event_subtitle) != before:  # a title that is set draws the whole pane anew
            self._dress_titles()

    def _dress_titles(self) -> None:
        if self.large_text is not None:
            return
        self.editor.border_title = Content(f"Form [JSON] · {self._event_title}")
        if self.form is not None:
            self.form.border_title = Content(self._event_title)

    def light(self) -> None:
        """The cursor in the form lights as that in the JSON does."""
        super().light()
        form = self._shown_form()
        if form is None:
            return
        focused = self.focused
        if focused is form:
            source = form.current.source if form.current is not None else ""
            lit = self._rows_of({source} if source else set())
            for pane in (*self.payloads.values(), self.identity):
                pane.light(lit)
            form.light(frozenset())
            return
        source = getattr(getattr(focused, "current", None), "source", "")
        found = {one.source for one in form.rows if one.source and _belongs(one.source, source)} if source else set()
        form.light(frozenset(found))


def _belongs(path: str, other: str) -> bool:
    return path == other or path.startswith((other + ".", other + "[")) or other.startswith((path + ".", path + "["))
