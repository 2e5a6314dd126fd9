"""Asks a vendor's log for hits until each is found, excluded, or out of time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat

from signal_tui.api.payloads import Forecast, Hit, Verdict
from signal_tui.core.flows import CancelledError, EndlessFlowError, Pacer, Send, run
from signal_tui.core.guard import FaultError, Guard
from signal_tui.core.instances import Instance

FINAL = ("found", "altered", "excluded")
DROPPED_PATIENCE = 1.5
"""Seconds to look for a hit that the forecast says is dropped: long enough to catch the forecast being wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a verification is: rounds asked, seconds since the hit left, hits still open."""

    integration: str
    rounds: int
    elapsed: float
    open: int


PAUSES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0)
"""Seconds between two rounds where the vendor names none: short at first, since most records are there at once."""


def pauses(polls: Sequence[float] = ()) -> Iterator[float]:
    """Seconds between two rounds: the vendor's own, else :data:`PAUSES`; the last is repeated."""
    return chain(polls or PAUSES, repeat((polls or PAUSES)[-1]))


def verify(
    hits: Sequence[Hit],
    forecasts: Sequence[Forecast | None],
    instance: Instance,
    send: Send,
    *,
    guard: Guard,
    pacer: Pacer,
    timeout: float | None = None,
    cancel: threading.Event | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> list[tuple[Verdict, float]]:
    """A final verdict per hit, with the milliseconds from its reply until it was reached.

    ``timeout`` in seconds, by default the vendor's own. A hit that stays away becomes ``excluded`` where its forecast
    names the reason, else ``missing``. Cancelling gives ``cannot-tell``.
    """
    cancel = cancel or threading.Event()
    limit = instance.vendor.limits.poll_until if timeout is None else timeout
    verdicts: dict[str, tuple[Verdict, float]] = {}
    latest: dict[str, Verdict] = {}
    started = time.monotonic()
    rounds = 0
    waits = pauses(instance.vendor.limits.polls)
    patience = {
        hit.id: min(limit, DROPPED_PATIENCE) if forecast is not None and forecast.outcome == "dropped" else limit
        for hit, forecast in zip(hits, forecasts, strict=True)
    }
    if instance.vendor.limits.first_poll:
        cancel.wait(min(limit, instance.vendor.limits.first_poll))
    while True:
        pending = [hit for hit in hits if hit.id not in verdicts]
        rounds += 1
        if progress is not None:
            progress(
                Progress(
                    integration=instance.name, rounds=rounds, elapsed=time.monotonic() - started, open=len(pending)
                )
            )
        try:
            answers = run(
                instance.vendor.verify(pending, instance.settings),
                send,
                guard=guard,
                plugin=instance.plugin,
                doing="verifying hits",
                pacer=pacer,
                cancel=cancel,
            )
            if len(answers) != len(pending):
                raise EndlessFlowError(f"{instance.plugin} gave {len(answers)} verdicts for {len(pending)} hits")
        except CancelledError:
            answers = [Verdict(state="cannot-tell", reason="cancelled before it was found") for _ in pending]
        except (FaultError, EndlessFlowError) as error:
            answers = [Verdict(state="cannot-tell", reason=str(error)) for _ in pending]
        elapsed = time.monotonic() - started
        for hit, verdict in zip(pending, answers, strict=True):
            latest[hit.id] = verdict
            again = verdict.state == "missing" or _unreachable(verdict)
            if not again or elapsed >= patience[hit.id]:
                verdicts[hit.id] = verdict, elapsed * 1000
        left = [hit for hit in hits if hit.id not in verdicts]
        if not left:
            break
        pause = min(next(waits), max(0.02, min(patience[hit.id] for hit in left) - elapsed))
        if cancel.wait(pause):
            for hit in left:
                cancelled = Verdict(state="cannot-tell", reason="cancelled before it was found")
                verdicts[hit.id] = cancelled, (time.monotonic() - started) * 1000
            break
    return [
        (_settled(verdicts[hit.id][0], forecast, rounds, verdicts[hit.id][1]), verdicts[hit.id][1])
        for hit, forecast in zip(hits, forecasts, strict=True)
    ]


def _unreachable(verdict: Verdict) -> bool:
    return verdict.state == "cannot-tell" and (verdict.reason or "").startswith("not reachable")


def _settled(verdict: Verdict, forecast: Forecast | None, rounds: int, ms: float) -> Verdict:
    if verdict.state != "missing":
        return verdict
    asked = f"not in the log, asked {rounds} times over {ms / 1000:.1f} s"
    reason = verdict.reason or "accepted by the vendor, and not in its log"
    stays_away = replace(verdict, reason=reason, evidence=verdict.evidence or asked)
    return excluded_by(stays_away, forecast) or stays_away


def excluded_by(verdict: Verdict, forecast: Forecast | None) -> Verdict | None:
    """The verdict for a hit that is missing as its forecast said, with the reason; None where it did not say so."""
    if verdict.state != "missing" or forecast is None or forecast.outcome != "dropped":
        return None
    because = next((finding for finding in forecast.findings if finding.effect == "dropped"), None)
    if because is None:
        return None
    return replace(
        verdict,
        state="excluded",
        reason=f"{because.message}: {because.because}",
        evidence=f"{verdict.evidence}, as forecast",
    )
