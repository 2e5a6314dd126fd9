"""What is said when something goes wrong: a sentence for what was foreseen, the kind and the place for the rest.

No value of a variable is ever part of it: any of them could be a token.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from signal_tui.core.text import shown

_PACKAGE = Path(__file__).resolve().parent.parent
_FORESEEN = "signal_tui.core."


def place_of(traceback: TracebackType | None) -> str:
    """The innermost place of a traceback within this program, as ``tui/app.py:12``."""
    place = "outside signal-tui"
    while traceback is not None:
        file = Path(traceback.tb_frame.f_code.co_filename)
        if _PACKAGE in file.parents:
            place = f"{file.relative_to(_PACKAGE).as_posix()}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def places_of(error: BaseException) -> list[str]:
    """Every place of a traceback, outermost first: file and line, nothing else."""
    places = []
    traceback = error.__traceback__
    while traceback is not None:
        file = Path(traceback.tb_frame.f_code.co_filename)
        inside = _PACKAGE in file.parents
        name = file.relative_to(_PACKAGE).as_posix() if inside else file.name
        places.append(f"{name}:{traceback.tb_lineno} {traceback.tb_frame.f_code.co_name}")
        traceback = traceback.tb_next
    return places


def sentence(error: BaseException) -> str:
    """An error for people: the core's own speak for themselves, of others only kind and place are told."""
    if type(error).__module__.startswith(_FORESEEN) and str(error):
        return shown(str(error))
    return f"{type(error).__name__} in {place_of(error.__traceback__)}: this is a fault of signal-tui"
