"""Text from outside, made safe to show: nothing in it can move a cursor, hide, reorder or reach the clipboard."""

from __future__ import annotations

_INVISIBLE = (
    *range(0x80, 0xA0),  # C1 controls: 0x9b alone starts a terminal sequence
    0xAD,  # soft hyphen
    0x061C,  # Arabic letter mark
    0x180E,  # Mongolian vowel separator
    *range(0x200B, 0x2010),  # zero-width, left-to-right and right-to-left marks
    *range(0x2028, 0x202F),  # line and paragraph separators, bidi embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, invisible operators, bidi isolates
    0xFEFF,
    *range(0xFFF9, 0xFFFC),  # interlinear annotations
    *range(0xD800, 0xE000),  # half of a surrogate pair: no encoding can write it
    *range(0xE0000, 0xE0080),  # tags: a second, invisible alphabet
)


def _escape(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_LINE = {code: _escape(code) for code in (*range(0x20), 0x7F, *_INVISIBLE)}
_LINES = {code: escape for code, escape in _LINE.items() if code not in (0x09, 0x0A)}


def shown(text: str, *, lines: bool = False) -> str:
    """The text with everything that has no shape of its own written out: ``␛`` for ESC, ``\\x9b``, ``\\u202e``.

    With ``lines`` newlines and tabs stay what they are. The same text is returned where there is nothing to change.
    """
    # What is printable holds no control, format or surrogate character; the test runs at the speed of memory.
    return text if text.isprintable() else text.translate(_LINES if lines else _LINE)


def is_safe(text: str) -> bool:
    """Whether a line of text can be shown as it is."""
    return shown(text) == text
