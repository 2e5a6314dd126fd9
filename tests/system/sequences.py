"""What a program may tell a terminal, and what must have come from somewhere else."""

from __future__ import annotations

import re

_TOKENS = re.compile(
    r"(?P<line>\r\n(?=\x1b\[\d+;\d+H))"
    r"|\x1b\[(?P<csi>[0-?]*[ -/]*[@-~])"
    r"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b(?P<escape>.?)"
    r"|(?P<control>[\x00-\x1f\x7f-\x9f])"
    r"|(?P<hidden>[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f])",
    re.DOTALL,
)

_DRAWING = re.compile(r"[\d;]*m|\d+;\d+H|[\d;]*H")
_MODES = re.compile(r"\?(?:7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048)(?:h|l|\$p)")
_KEYBOARD = re.compile(r"[<>=]?\d*u|\?u|>\d+q")
_POINTER = re.compile(r"22;[a-z-]*")


def foreign(raw: bytes) -> list[str]:
    """Everything in the output that Textual's drawing does not need: other sequences, controls, hidden characters.

    Bytes that are no UTF-8 are foreign too.
    """
    found = []
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        found.append(f"{error.reason} at {raw[max(0, error.start - 20) : error.end + 20]!r}")
        text = raw.decode("utf-8", "replace")
    for match in _TOKENS.finditer(text):
        csi, osc = match["csi"], match["osc"]
        if match["line"]:
            continue
        if csi is not None:
            known = _DRAWING.fullmatch(csi) or _MODES.fullmatch(csi) or _KEYBOARD.fullmatch(csi)
        elif osc is not None:
            known = _POINTER.fullmatch(osc)
        else:
            known = None
        if known is None:
            found.append(repr(text[max(0, match.start() - 15) : match.end() + 15]))
    # The alternate screen is entered once and left once; mode 2026 and the like come as pairs.
    for mode, times in (("?1049h", 1), ("?1049l", 1)):
        if text.count(f"\x1b[{mode}") > times:
            found.append(f"{mode} more than once")
    return found
