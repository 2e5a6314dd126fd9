"""What Matomo does with a hit, one rule for each thing, as a table.

A rule looks at one :class:`~signal_tui_matomo.rules.case.Case` and yields what it has to say. A new one is a function
with a phase and a source in the module of its subject, and a name in that module's ``RULES``.
"""

from __future__ import annotations

from signal_tui_matomo.rules import action, conversion, exclusion, items, texts, visitor
from signal_tui_matomo.rules.case import Rule

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (*exclusion.RULES, *visitor.RULES, *action.RULES, *conversion.RULES, *items.RULES, *texts.RULES),
        key=lambda rule: rule.phase,
    )
)
"""All rules in the order in which the tracker decides."""
