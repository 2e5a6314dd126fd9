"""Texts that are recorded as other texts: cut, in another encoding, with entities."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from signal_tui.api import Raw
from signal_tui_matomo import php
from signal_tui_matomo.hits import query_text
from signal_tui_matomo.parameters import LIMITS
from signal_tui_matomo.rules.case import OBSERVED, Assumed, Case, Note, Phase, rule, short

_ALWAYS = ("uid", "pv_id", "urlref")
_OF_KIND = {
    "pageview": ("url", "action_name"),
    "event": ("url", "e_c", "e_a", "e_n"),
    "search": ("search", "search_cat"),
    "download": ("url", "download"),
    "outlink": ("url", "link"),
    "content": ("url", "c_n", "c_p", "c_t", "c_i"),
    "order": ("ec_id",),
    "goal": ("url",),
}


def recorded_texts(case: Case) -> tuple[str, ...]:
    """The text parameters of a hit that end up in its record."""
    return () if case.kind in ("ping", "none") else (*_ALWAYS, *_OF_KIND.get(case.kind, ()))


@rule(Phase.RECORDING, OBSERVED)
def cut(case: Case) -> Iterator[Note | Assumed]:
    for name in recorded_texts(case):
        length = len(case.text(name))
        if name in LIMITS and length > LIMITS[name]:
            yield Note(
                "altered", name, f"{name} has {length} characters and is cut at {LIMITS[name]}",
                "the column in the database is that long", "send a shorter value",
            )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def entities(case: Case) -> Iterator[Note | Assumed]:
    for name in recorded_texts(case):
        sent = case.params.get(name, "").replace("\0", "")
        if (read := php.unescape(sent)) != sent:
            yield Note(
                "altered", name, f"{name} holds HTML entities and is read as {short(read)}",
                "Matomo decodes entities such as &amp; once", "send plain text",
            )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def not_utf8(case: Case) -> Iterator[Note | Assumed]:
    body = case.request.body
    wire = query_text(case.request.url).encode("utf-8", "replace")
    if isinstance(body, Raw) and not case.bulk:
        wire += b"&" + body.content
    names = recorded_texts(case)
    for part in wire.split(b"&") if b"%" in wire or not wire.isascii() else ():
        name, _, value = part.partition(b"=")
        target = name.decode("ascii", "replace")
        if target in names and not _is_utf8(unquote_to_bytes(value)):
            yield Note(
                "altered", target, f"{target} holds bytes that are not UTF-8",
                "the value is read as Latin-1, which makes other characters of it", "encode the value as UTF-8",
            )  # fmt: skip


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


RULES = (cut, entities, not_utf8)
