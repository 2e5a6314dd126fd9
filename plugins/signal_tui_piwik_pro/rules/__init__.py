"""What Piwik PRO does with a hit, one rule for each thing, as a table.

A rule looks at one :class:`~signal_tui_piwik_pro.rules.case.Case` and yields what it has to say. A new one is a
function with a phase and a source in the module of its subject, and a name in that module's ``RULES``. Nothing was
observed: the double of the sandbox asks these same rules, so that what is assumed is assumed in one place.
"""

from __future__ import annotations

from signal_tui_piwik_pro.rules import ecommerce, event, exclusion, request, values, visitor
from signal_tui_piwik_pro.rules.case import Rule

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (*request.RULES, *values.RULES, *exclusion.RULES, *event.RULES, *ecommerce.RULES, *visitor.RULES),
        key=lambda rule: rule.phase,
    )
)
"""All rules; the first that drops a hit settles what becomes of it."""
