"""What Woopra does with a hit, one function each with the source it is known from."""

from __future__ import annotations

from signal_tui_woopra.rules import event, project, visitor
from signal_tui_woopra.rules.case import Rule

RULES: tuple[Rule, ...] = (*project.RULES, *event.RULES, *visitor.RULES)
