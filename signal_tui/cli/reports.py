"""Marks, findings and failures in words."""

from __future__ import annotations

from pathlib import Path

from signal_tui.api.payloads import Finding
from signal_tui.cli.output import WRONG, fail

MARKS = {
    "sending": "…",
    "sent": "…",
    "accepted": "○",
    "rejected": "✗",
    "failed": "✗",
    "found": "✓",
    "altered": "!",
    "excluded": "✗",
    "missing": "✗",
    "cannot-tell": "?",
}
"""The mark of each state of a hit."""

CHECK_MARKS = {"ok": "✓", "warn": "!", "fail": "✗", "cannot-tell": "?"}
"""The mark of each state of a check."""


def finding_lines(finding: Finding) -> list[str]:
    """A finding in two or three lines: effect and message, because, remedy."""
    place = f" {finding.field}" if finding.field else ""
    lines = [f"! {finding.effect}{place}: {finding.message}", f"    because {finding.because}"]
    if finding.remedy:
        lines.append(f"    → {finding.remedy}")
    return lines


def failure(error: Exception) -> int:
    """Say what went wrong and give the exit code. A program's own fault names its place and shows no values."""
    if _is_ours(error):
        code = getattr(error, "exit_code", WRONG)
        return fail(_words(error), code if isinstance(code, int) else WRONG)
    frame = error.__traceback__
    place = ""
    while frame is not None:
        path = Path(frame.tb_frame.f_code.co_filename)
        if "signal_tui" in path.parts:
            place = f"{path.name}:{frame.tb_lineno}"
        frame = frame.tb_next
    return fail(
        f"a fault of the program itself: {type(error).__name__} at {place}; please report it with what you did",
        WRONG,
    )


def _is_ours(error: Exception) -> bool:
    """Errors of our own modules and of the system carry a sentence; a library's is a fault of the program."""
    return isinstance(error, OSError) or type(error).__module__.startswith("signal_tui")


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)
