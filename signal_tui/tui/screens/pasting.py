"""The part of the debugger that takes pasted hits: curl commands, URLs, HAR entries become the events they were."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from textual import on, work
from textual.message import Message

from signal_tui.tui.faults import sentence
from signal_tui.tui.screens.deeds import Deeds, PasteRead
from signal_tui.tui.widgets.editor import MOST, Editor

if TYPE_CHECKING:
    from signal_tui.api.events import Event
    from signal_tui.core.plugins import Plugins

LIMIT = 8_000_000
"""Characters of a paste that are read as hits."""

MOST_REQUESTS, MOST_EVENTS = 2000, 200

_URL = re.compile(r"https?://\S+|/\S*\?\S+")
_HTTP = re.compile(
    r'"(?:startedDateTime|postData|queryString|body_base64)"\s*:|"entries"\s*:\s*\[|"method"\s*:\s*"(?:GET|POST|PUT)"'
)
_EVENT = re.compile(r'"type"\s*:\s*"(?:track|page|identify|group)"')


@dataclass
class HitsRead(Message):
    """A paste was looked at: the events of its hits, and whose they are; or why there are none.

    ``is_text``: it was a URL that is nobody's hit, so it is text like any other.
    """

    text: str
    events: list[Event]
    vendors: str = ""
    others: int = 0
    problem: str = ""
    is_text: bool = False


def looks_like_hits(text: str) -> bool:
    """Whether a paste is to be read as hits: a curl command, lines of URLs, HAR or requests as JSON."""
    head = text[:20_000].lstrip()
    if head.startswith(("curl ", "curl\t", "curl.exe ")):
        return True
    if head[:1] in ("{", "["):
        return bool(_HTTP.search(head)) and not _EVENT.search(head)
    lines = text[:20_000].split()
    return bool(lines) and all(_URL.fullmatch(line) for line in lines[:50])


def read_hits(text: str, plugins: Plugins) -> HitsRead:
    """The events of pasted hits. Blocks; what goes wrong is told without the paste, which may hold tokens."""
    from signal_tui.core.guard import FaultError
    from signal_tui.core.hits import UnknownHitError, decode, recognise
    from signal_tui.core.raw_requests import read_requests
    from signal_tui.core.reading_errors import ReadingError

    is_text = text.lstrip()[:1] not in ("{", "[") and not text.lstrip().startswith("curl")
    if len(text) > LIMIT:
        return HitsRead(text, [], problem=f"longer than {LIMIT // 1_000_000} MB: read it with signal-tui decode")
    try:
        requests = read_requests(text)
    except ReadingError as error:
        place = f"line {error.line}: " if error.line else ""
        return HitsRead(text, [], problem=place + _without_quotes(error.message), is_text=is_text)
    events: list[Event] = []
    vendors: dict[str, None] = {}
    others = 0
    hosts: dict[str, None] = {}
    for request in requests[:MOST_REQUESTS]:
        try:
            vendor = recognise(request, plugins)
            events += decode(request, vendor, plugins)
            vendors[plugins.vendors[vendor].title] = None
        except UnknownHitError:
            others += 1
            hosts[urlsplit(request.url).hostname or "?"] = None
        except FaultError as error:
            return HitsRead(text, [], problem=sentence(error))
        if len(events) >= MOST_EVENTS:
            break
    others += max(len(requests) - MOST_REQUESTS, 0)
    if events:
        return HitsRead(text, events[:MOST_EVENTS], ", ".join(vendors), others)
    known = ", ".join(vendor.title for vendor in plugins.vendors.values())
    where = ", ".join(list(hosts)[:3]) + ", …" * (len(hosts) > 3)
    what = f"what goes to {where} is no hit of {known}" if hosts else "there is no request in it"
    return HitsRead(text, [], problem=what, is_text=is_text)


def _without_quotes(words: str) -> str:
    return re.sub(r"""(['"]).*\1|\w+://\S*""", "…", words)


class Pasting(Deeds):
    """Hits in."""

    @on(Editor.Pasted)
    def _hits_pasted(self, event: Editor.Pasted) -> None:
        if not looks_like_hits(event.text):
            return
        workbench = self.home.workbench
        if workbench is None:
            return
        event.prevent_default()
        self._read_hits(event.text, workbench.plugins)

    @work(thread=True, exit_on_error=False, group="paste")
    def _read_hits(self, text: str, plugins: Plugins) -> None:
        try:
            read = read_hits(text, plugins)
        except Exception as error:  # whatever is in a paste must not end the program
            read = HitsRead(text, [], problem=sentence(error))
        self.post_message(read)

    @on(HitsRead)
    def _hits_read(self, event: HitsRead) -> None:
        if event.events:
            self._paste_read(PasteRead("", event.events))
            self.say(f"{self._words(event)} · ^z brings back what was here")
        elif event.is_text and len(event.text) + len(self.text) <= MOST:
            self.editor.insert_pasted(event.text)
        else:
            self.say(f"Nothing was pasted: {event.problem}.", "bad")

    @staticmethod
    def _words(event: HitsRead) -> str:
        count = len(event.events)
        first = f"A hit of {event.vendors} as the event it was: {event.events[0].title}"
        if count > 1:
            first = f"{count} events of {event.vendors}; here is the first, {event.events[0].title}, the others are in "
            first += "the list of events"
        return first + (f"; {event.others} other requests were left out" if event.others else "")
