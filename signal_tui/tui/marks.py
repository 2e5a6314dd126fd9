"""States as marks, words and tones: colour never carries meaning alone, and green means found and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MARKS: Mapping[str, tuple[str, str, str]] = {
    # state: mark, tone, words
    "found": ("✓", "good", "found"),
    "altered": ("!", "warn", "altered"),
    "rejected": ("✗", "bad", "rejected"),
    "missing": ("✗", "bad", "missing"),
    "excluded": ("✗", "bad", "excluded"),
    "failed": ("✗", "bad", "failed"),
    "cannot-tell": ("?", "warn", "cannot tell"),
    "accepted": ("↑", "info", "accepted, not verified"),
    "sent": ("↑", "info", "sent, not verified"),
    "sending": ("…", "info", "sending"),
    "under-way": ("…", "info", "under way"),
    "skipped": ("–", "dim", "skipped"),
    "not-sent": ("○", "dim", "not sent"),
}

LEGEND = (
    ("found", "in the vendor's log, as it was sent"),
    ("altered", "in the log, and a mapped value was lost or changed"),
    ("rejected", "the vendor refused it"),
    ("excluded", "accepted, and left out of the log for a reason that is named"),
    ("missing", "accepted, and not in the log"),
    ("failed", "no answer that could be read"),
    ("cannot-tell", "the log could not be asked, or names several"),
    ("accepted", "the vendor took it; nobody has looked into its log"),
    ("under-way", "being sent or looked for"),
    ("skipped", "not mapped; the reason is named"),
    ("not-sent", "mapped and not sent"),
)

_WORST = (
    "sending",
    "under-way",
    "failed",
    "rejected",
    "missing",
    "excluded",
    "cannot-tell",
    "altered",
    "sent",
    "accepted",
    "found",
    "skipped",
    "not-sent",
)

FORECASTS: Mapping[str, tuple[str, str, str]] = {
    "recorded": (" ", "plain", "will be recorded"),
    "altered": ("!", "warn", "will be altered"),
    "dropped": ("✗", "bad", "will be dropped"),
    "rejected": ("✗", "bad", "will be rejected"),
    "unknown": ("?", "dim", "not known what becomes of it"),
}

EFFECTS: Mapping[str, tuple[str, str]] = {
    "rejected": ("✗", "bad"),
    "dropped": ("✗", "bad"),
    "altered": ("!", "warn"),
    "ignored": ("!", "warn"),
    "risk": ("!", "risk"),
}

RECORDS: Mapping[str, str] = {
    "pageview": "page view",
    "ecommerce": "order",
}


def worst(states: Iterable[str]) -> str:
    """The state that stands for several: what is under way first, then the worst."""
    return min(states, key=lambda state: _WORST.index(state) if state in _WORST else 0, default="not-sent")


def mark(state: str) -> tuple[str, str, str]:
    """Mark, tone and words of a state."""
    return MARKS.get(state, ("?", "warn", state))


def record_words(records: Iterable[str]) -> str:
    """Kinds of records in words."""
    return " + ".join(RECORDS.get(record, record) for record in records)
