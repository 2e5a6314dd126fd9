"""Where and why a text cannot be read, in words."""

from __future__ import annotations

import json
import re

_NO_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)')
_WORDS = {
    "Expecting property name enclosed in double quotes": "expected a property name in double quotes",
    "Expecting ':' delimiter": "expected ':' after the property name",
    "Expecting ',' delimiter": "expected ',' or a closing bracket",
    "Expecting value": "expected a value",
    "Illegal trailing comma before end of object": "expected a property after the comma, or no comma",
    "Illegal trailing comma before end of array": "expected a value after the comma, or no comma",
    "Extra data": "expected nothing more after the end of the event",
    "Unterminated string starting at": "the text that starts here has no closing quote",
    "Invalid control character at": "a line break or control character inside a text; write it as \\n or \\u….",
    "Invalid \\escape": "this is no escape that JSON has; a backslash is written \\\\",
    "Invalid \\uXXXX escape": "\\u needs four hexadecimal digits",
}


class ReadingError(ValueError):
    """Text that holds no event that can be read.

    ``message`` is a sentence; ``line`` and ``column`` count from 1 and are None where not known; ``path`` is the place
    within the data, such as ``[2].context.page``; ``name`` is the file's.
    """

    def __init__(
        self, message: str, *, line: int | None = None, column: int | None = None, path: str = "", name: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.path = path
        self.name = name

    def __str__(self) -> str:
        places = [f"line {self.line}" if self.line else "", f"column {self.column}" if self.column else "", self.path]
        place = ", ".join(filter(None, places))
        return ": ".join(filter(None, (self.name, place, self.message)))


def no_json(error: Exception, text: str, line: int | None = None) -> ReadingError:
    """What is wrong with a JSON text that starts in a line of its file, and where."""
    first = (line or 1) - 1
    if isinstance(error, json.JSONDecodeError):
        words = _WORDS.get(error.msg, error.msg[:1].lower() + error.msg[1:])
        if error.pos >= len(text.rstrip()):
            words += ", but the text ends here"
        elif words.startswith("expected"):
            words += f", found {text[error.pos]!r}"
        return ReadingError(words, line=first + error.lineno, column=error.colno)
    if isinstance(error, RecursionError):
        return ReadingError("nested too deeply", line=line)
    for match in _NO_NUMBER.finditer(text) if "is not a JSON number" in str(error) else ():
        if match[1]:
            row = text.count("\n", 0, match.start())
            column = match.start() - text.rfind("\n", 0, match.start())
            return ReadingError(f"{match[1]} is not a JSON number", line=first + row + 1, column=column)
    return ReadingError(str(error), line=line)
