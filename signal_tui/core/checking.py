"""Asks an instance what can be found out without recording anything – also one that is in no profile yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from signal_tui.api.settings import Secret
from signal_tui.api.vendor import Check, Known
from signal_tui.core.flows import Pacer, run
from signal_tui.core.guard import Guard
from signal_tui.core.instances import Instance
from signal_tui.core.refusals import Refusals
from signal_tui.core.secrets import settings_of
from signal_tui.core.sender import SecretMissingError, Sender
from signal_tui.core.vault import SecretValue, Vault

if TYPE_CHECKING:
    from signal_tui.core.profiles import Integration
    from signal_tui.core.workbench import Workbench

OnCheck = Callable[[Check], None]


def check_instance(
    instance: Instance,
    sender: Sender,
    guard: Guard,
    pacer: Pacer,
    refusals: Refusals,
    peek: Callable[[str], str | None],
    *,
    on_check: OnCheck | None = None,
    cancel: threading.Event | None = None,
) -> tuple[list[Check], Known]:
    """The vendor's checks and what is known then; a refused token is remembered. ``peek``: a setting's secret.

    Raises :class:`~signal_tui.core.guard.FaultError` and :class:`~signal_tui.core.flows.CancelledError`.
    """
    checks: list[Check] = []

    def found(check: Check) -> None:
        checks.append(check)
        if on_check is not None:
            on_check(check)

    known = run(
        instance.vendor.check(instance.settings),
        lambda request: sender.send(request, instance),
        guard=guard,
        plugin=instance.plugin,
        doing="checking the instance",
        pacer=pacer,
        cancel=cancel,
        on_check=found,
    )
    secrets = [setting.key for setting in instance.vendor.settings if isinstance(setting, Secret)]
    for refusal in (check for check in checks if check.refused):
        for name in refusal.secrets or secrets:
            value = peek(name)
            if value is not None:
                for origin in instance.origins():
                    refusals.remember(origin, value, refusal.message)
    return checks, known


class Trial:
    """An integration with tokens that are kept in memory alone, for as long as it is tried.

    ``typed``: setting → token; what is not typed comes from where it would come from in the profile that ``key`` is
    the key of. Finding it asks the keyring, so making a trial blocks.
    """

    def __init__(
        self, workbench: Workbench, integration: Integration, typed: Mapping[str, SecretValue], *, key: str
    ) -> None:
        self._workbench = workbench
        if integration.sandbox:
            workbench.start_sandbox()
            typed = {}  # it has its own
        vendor = workbench.plugins.vendors[integration.vendor]
        secrets = [setting.key for setting in vendor.settings if isinstance(setting, Secret)]
        self.instance = workbench.made(integration, settings_of(vendor, integration, lambda name: True))
        double = workbench.doubles.get(integration.vendor) if integration.sandbox else None
        own = {integration.name: double.secrets} if double is not None else {}
        self._values = dict(typed)
        self._values |= _found(Vault(key, sandbox=own), self.instance, [one for one in secrets if one not in typed])
        self.instance.settings = settings_of(vendor, integration, lambda name: name in self._values)

    @property
    def has_secret(self) -> bool:
        """Whether a token would leave."""
        return bool(self._values)

    def check(
        self, *, on_check: OnCheck | None = None, cancel: threading.Event | None = None
    ) -> tuple[list[Check], Known]:
        """As :meth:`Workbench.check`, and nothing that is learnt is kept. Tokens that were refused are tried again."""
        workbench = self._workbench
        for origin in self.instance.origins():
            for value in self._values.values():
                workbench.refusals.forget(origin, value.reveal())
        sender = Sender(self._value, workbench.refusals)
        try:
            return check_instance(
                self.instance,
                sender,
                workbench.plugins.guard,
                Pacer.within(self.instance.vendor.limits),
                workbench.refusals,
                self._peek,
                on_check=on_check,
                cancel=cancel,
            )
        finally:
            sender.close()

    def _peek(self, name: str) -> str | None:
        value = self._values.get(name)
        return None if value is None else value.reveal()

    def _value(self, instance: Instance, name: str) -> str:
        value = self._peek(name)
        if value is None:
            raise SecretMissingError(f"{instance.name} has no {name} yet: type it here")
        return value


def _found(vault: Vault, instance: Instance, names: Iterable[str]) -> dict[str, SecretValue]:
    origins = instance.origins()
    found = {name: vault.find(instance.name, name, origins).value for name in names}
    return {name: value for name, value in found.items() if value is not None}
