"""One line of the table: a figure, what it is compared with, and whether it is good enough."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``figure`` and ``reference`` are in ``unit``; ``measured`` is the number that ``target`` is about.

    ``met`` None: there is no target, the line is there to be known.
    """

    what: str
    figure: float
    unit: str
    reference: float | None = None
    reference_is: str = ""
    target: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        """Figure by reference."""
        return self.figure / self.reference if self.reference else None


def number(value: float | None) -> str:
    """A number with as many digits as mean something."""
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


HEAD = ("what", "figure", "", "reference", "", "ratio", "target", "met")


def cells(row: Row) -> tuple[str, ...]:
    """A row as texts, under :data:`HEAD`."""
    met = "" if row.met is None else "yes" if row.met else "NO"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return (
        row.what,
        number(row.figure),
        row.unit,
        number(row.reference),
        row.reference_is,
        ratio,
        row.target,
        met,
    )


def table(rows: list[Row]) -> str:
    """All rows in columns."""
    lines = [HEAD, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    right = {1, 3, 5}
    return "\n".join(
        "  ".join(
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
