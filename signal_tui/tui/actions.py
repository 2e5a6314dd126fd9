"""The one table of what can be done: bindings, footer, palette, help and the documentation are made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import Binding

EVENTS, EVENT, FORM, PAYLOAD, IDENTITY = "events", "event", "form", "payload", "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do.

    ``keys`` as Textual names them; ``where`` the panes in which they hold (none: everywhere). ``short`` is its word in
    the footer, ``rank`` its place there (0: not in the footer). ``built_in``: the pane itself brings the keys.
    """

    name: str
    title: str
    help: str
    keys: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    group: str = "Program"
    short: str = ""
    rank: int = 0
    palette: bool = True
    built_in: bool = False


ACTIONS: tuple[Action, ...] = (
    Action(
        name="send",
        title="Send and verify",
        help="Send the event to every enabled integration, then look for it in their logs.",
        keys=("ctrl+s",),
        group="Sending",
        short="send",
        rank=1,
    ),
    Action(
        name="post",
        title="Send without verifying",
        help="Send, read the answers, and ask no log.",
        keys=("ctrl+r",),
        group="Sending",
        short="send only",
        rank=12,
    ),
    Action(
        name="stop",
        title="Stop sending",
        help="Cancel the delivery that is under way; in a dialogue: close it.",
        keys=("escape",),
        group="Sending",
    ),
    Action(
        name="marker",
        title="Run marker on or off",
        help="A sent hit carries a marker, where the vendor has a harmless place for it, to be found again.",
        group="Sending",
    ),
    Action(
        name="open",
        title="Open",
        help="Put the chosen event into the editor; for something sent, its verdicts too.",
        keys=("enter",),
        where=(EVENTS,),
        group="Events",
        short="open",
        rank=2,
        palette=False,
        built_in=True,
    ),
    Action(
        name="forget",
        title="Delete an own event",
        help="Delete the chosen own event from disk.",
        keys=("delete",),
        where=(EVENTS,),
        group="Events",
    ),
    Action(
        name="samples",
        title="Another event",
        help="Choose from the samples, your own events and what was sent; typing filters.",
        keys=("ctrl+n",),
        group="Events",
        short="events",
        rank=10,
    ),
    Action(
        name="keep",
        title="Keep as own event",
        help="Save the event under a name, beside the samples.",
        keys=("ctrl+b",),
        group="Events",
        short="keep",
        rank=22,
    ),
    Action(
        name="form",
        title="Form or JSON",
        help="The common fields of the event as a form, or its JSON: one text, with one undo.",
        keys=("ctrl+l",),
        group="Events",
        short="form/JSON",
        rank=13,
    ),
    Action(
        name="fill",
        title="Edit a field",
        help="Type its value; the JSON and the payloads follow with every key. Esc takes it back.",
        keys=("enter",),
        where=(FORM,),
        group="Events",
        short="edit",
        rank=2,
        palette=False,
        built_in=True,
    ),
    Action(
        name="choices",
        title="Choose, change column",
        help="The next choice or the one before; among products, the next column. Space goes round.",
        keys=("left", "right", "space"),
        where=(FORM,),
        group="Events",
        short="choose",
        rank=3,
        palette=False,
        built_in=True,
    ),
    Action(
        name="clear",
        title="Remove a field or product",
        help="Take it out of the event.",
        keys=("delete",),
        where=(FORM,),
        group="Events",
        short="remove",
        rank=4,
        palette=False,
        built_in=True,
    ),
    Action(
        name="duplicate",
        title="Duplicate and vary",
        help="Keep the event again as your own, of now, with fresh ids, for the same visitor or a new one.",
        keys=("f5",),
        group="Events",
        short="duplicate",
        rank=24,
    ),
    Action(
        name="format",
        title="Format the JSON",
        help="Indent the event anew; numbers stay as they are written.",
        keys=("ctrl+f",),
        group="Events",
        short="format",
        rank=21,
    ),
    Action(
        name="edit",
        title="Open in $EDITOR",
        help="Edit the event in the program that $VISUAL or $EDITOR names.",
        keys=("ctrl+g",),
        group="Events",
        short="$EDITOR",
        rank=23,
    ),
    Action(
        name="undo",
        title="Undo, redo",
        help="Also takes back the opening of another event.",
        keys=("ctrl+z", "ctrl+y"),
        where=(EVENT, FORM),
        group="Events",
        palette=False,
        built_in=True,
    ),
    Action(
        name="faces",
        title="Fields, Request, Reply, Verdict",
        help="The four faces of a payload.",
        keys=("left", "right"),
        where=(PAYLOAD,),
        group="Payload",
        short="face",
        rank=2,
        palette=False,
        built_in=True,
    ),
    Action(
        name="look",
        title="Look closer",
        help="Unfold what is folded; else show the whole value under the cursor with its trace.",
        keys=("enter",),
        where=(PAYLOAD, IDENTITY),
        group="Payload",
        short="look",
        rank=3,
        palette=False,
        built_in=True,
    ),
    Action(
        name="copy",
        title="Copy the value",
        help="Copy the value under the cursor; control characters are written out.",
        keys=("y",),
        where=(PAYLOAD, IDENTITY, FORM),
        group="Payload",
        short="copy",
        rank=4,
    ),
    Action(
        name="curl",
        title="Copy the request as curl",
        help="A command for a shell; secrets stay names of environment variables.",
        keys=("c",),
        where=(PAYLOAD,),
        group="Payload",
        short="curl",
        rank=5,
    ),
    Action(
        name="write",
        title="Write to a file",
        help="In a payload: its requests as curl commands. Anywhere else: the event as JSON.",
        keys=("ctrl+t", "w"),
        group="Payload",
        short="write",
        rank=24,
    ),
    Action(
        name="jump",
        title="Jump to a pane",
        help="A letter for each pane.",
        keys=("ctrl+o",),
        group="Screen",
        short="jump",
        rank=30,
    ),
    Action(
        name="next_pane",
        title="Next pane, pane before",
        help="Go through the panes.",
        keys=("tab", "shift+tab"),
        group="Screen",
        short="panes",
        rank=29,
        palette=False,
    ),
    Action(
        name="theme",
        title="Change the theme",
        help="Two of our own, and Textual's.",
        group="Screen",
    ),
    Action(
        name="integrations",
        title="Integrations and tokens",
        help="Add, change and test your own instances, and keep their tokens in the keyring.",
        keys=("f3",),
        group="Screen",
        short="integrations",
        rank=40,
    ),
    Action(
        name="plugins",
        title="Plugins",
        help="What is installed and what is wrong with it.",
        keys=("f4",),
        group="Screen",
        short="plugins",
        rank=41,
    ),
    Action(
        name="palette",
        title="Palette",
        help="Everything that can be done, and every event, by a few letters.",
        keys=("ctrl+p",),
        group="Screen",
        short="palette",
        rank=31,
        palette=False,
    ),
    Action(
        name="help",
        title="Help",
        help="The keys of this pane and of all; the marks.",
        keys=("f1", "question_mark"),
        group="Screen",
        short="help",
        rank=50,
    ),
    Action(
        name="quit",
        title="Quit",
        help="Leave; what was kept is on disk.",
        keys=("ctrl+q",),
        group="Screen",
        short="quit",
        rank=51,
    ),
)

BY_NAME: Mapping[str, Action] = {action.name: action for action in ACTIONS}

PANES: Mapping[str, tuple[str, str]] = {
    EVENTS: (
        "Events",
        "What was sent in this session, your own events, and a sample of every event that Signal names. Type to "
        "filter, enter opens.",
    ),
    EVENT: (
        "Event",
        "The canonical event, as JSON. Every key changes the payloads beside it; a half-written event keeps the last "
        "ones, dimmed. Behind a line stands what it feeds. Paste a datafly.track(…) call, YAML or NDJSON, a curl "
        "command, a vendor's URL or a HAR entry: it turns into the event.",
    ),
    FORM: (
        "Form",
        "The common fields of the event, and what else is in it; the JSON is the same text. Enter edits a field, the "
        "payloads follow with every key, esc takes it back. A number goes as it is typed; a text in its place stands "
        "in quotes. What is not in the event is a dash.",
    ),
    PAYLOAD: (
        "Payload",
        "What one integration makes of the event. Fields: each parameter, its value, and where that comes from. "
        "Request: what leaves, secrets masked. Reply: what came back. Verdict: what stands in the vendor's log, and "
        "where it differs from what was sent.",
    ),
    IDENTITY: (
        "Identity",
        "Who the event is about: each signal, and what each integration makes of it.",
    ),
}

_KEY_NAMES = {
    "question_mark": "?",
    "escape": "esc",
    "delete": "del",
    "left": "←",
    "right": "→",
    "enter": "enter",
    "shift+tab": "⇧tab",
}


def key_name(key: str) -> str:
    """A key as people write it: ``^s``, ``F1``, ``?``."""
    if key in _KEY_NAMES:
        return _KEY_NAMES[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return key.upper() if key[0] == "f" and key[1:].isdigit() else key


def keys_of(action: Action, pane: str = "") -> tuple[str, ...]:
    """The keys that hold in a pane: single letters belong to the text where text is typed."""
    if pane in (EVENT, EVENTS):
        return tuple(key for key in action.keys if len(key) > 1 and not (key == "question_mark" and pane == EVENT))
    return action.keys


def bindings() -> list[Binding]:
    """The bindings of the debugger, for all actions whose keys no pane brings."""
    return [
        Binding(",".join(action.keys), f"screen.do('{action.name}')", action.title, show=False, id=action.name)
        for action in ACTIONS
        if action.keys and not action.built_in and action.name not in ("next_pane", "quit")
    ]


def footer(pane: str) -> list[tuple[str, str, str]]:
    """Key, word and action for the footer while a pane has the focus, the most useful first."""
    chosen = [
        action
        for action in ACTIONS
        if action.rank and (not action.where or pane in action.where) and keys_of(action, pane)
    ]
    result = []
    for action in sorted(chosen, key=lambda action: action.rank):
        keys = keys_of(action, pane)
        shown_keys = keys[:2] if action.name in ("faces", "choices") else keys[:1]
        result.append(("".join(map(key_name, shown_keys)), action.short, action.name))
    return result


def groups(actions: Iterable[Action] = ACTIONS) -> dict[str, list[Action]]:
    """The actions by group, in the table's order."""
    grouped: dict[str, list[Action]] = {}
    for action in actions:
        grouped.setdefault(action.group, []).append(action)
    return grouped


def as_markdown() -> str:
    """The table of keys for the documentation."""
    lines = ["| key | does | |", "|---|---|---|"]
    for actions in groups().values():
        for action in actions:
            keys = " ".join(f"`{key_name(key)}`" for key in action.keys) or "palette"
            where = f" ({', '.join(PANES[pane][0] for pane in action.where)})" if action.where else ""
            lines.append(f"| {keys} | {action.title}{where} | {action.help} |")
    return "\n".join(lines)
