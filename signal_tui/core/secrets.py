"""The secrets of a profile's integrations, looked up once and kept in memory only.

What the environment and the sandbox give is known at once; the keyring is asked by :meth:`Secrets.find`. Until then a
secret counts as there, so that a payload looks the same before and after.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping

from signal_tui.api.settings import Secret, SecretRef, Settings
from signal_tui.api.values import Value
from signal_tui.api.vendor import Check, Vendor
from signal_tui.core.instances import Instance
from signal_tui.core.keyrings import KeyringError
from signal_tui.core.profiles import Integration, Profile
from signal_tui.core.sender import SecretMissingError
from signal_tui.core.vault import Found, Vault


def settings_of(vendor: Vendor, integration: Integration, there: Callable[[str], bool]) -> Settings:
    """An integration's configuration with defaults, and a reference for each secret of which ``there`` says yes."""
    values: dict[str, Value] = {}
    for setting in vendor.settings:
        if not isinstance(setting, Secret):
            value = integration.config.get(setting.key, setting.default)
            if value is not None and value != "":
                values[setting.key] = value
        elif there(setting.key):
            values[setting.key] = SecretRef(setting.key)
    return Settings(integration.name, values)


class Secrets:
    """Looks secrets up and hands them to the sender. ``sandbox``: vendor → setting → value of its double."""

    def __init__(
        self, profile: Profile, vendors: Mapping[str, Vendor], sandbox: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._vendors = vendors
        own = {
            name: sandbox.get(integration.vendor, {})
            for name, integration in profile.integrations.items()
            if integration.sandbox
        }
        self.vault = Vault(profile.key, sandbox=own)
        self._found: dict[tuple[str, str], Found] = {}
        self._lock = threading.Lock()

    def settings(self, integration: Integration) -> Settings:
        """The integration's configuration with defaults, and a reference for each secret that is there."""
        vendor = self._vendors[integration.vendor]
        return settings_of(vendor, integration, lambda key: self._there(integration.name, key))

    def _known(self, integration: str, key: str) -> Found | None:
        found = self._found.get((integration, key))
        return found if found is not None else self.vault.find_at_once(integration, key)

    def _there(self, integration: str, key: str) -> bool:
        found = self._known(integration, key)
        return found is None or found.state in ("found", "other-origin")

    def names(self, instance: Instance) -> list[str]:
        """The secret settings of an instance's vendor."""
        return [setting.key for setting in instance.vendor.settings if isinstance(setting, Secret)]

    def need_keyring(self, instances: Iterable[Instance]) -> bool:
        """Whether a secret is given neither by the environment nor by the sandbox."""
        return any(
            self.vault.find_at_once(instance.name, name) is None
            for instance in instances
            for name in self.names(instance)
        )

    def find(self, instances: Iterable[Instance]) -> bool:
        """Ask the keyring for what is not known yet (blocks); whether a secret turned out to be absent."""
        changed = False
        with self._lock:
            for instance in instances:
                for name in self.names(instance):
                    if (instance.name, name) in self._found:
                        continue
                    there = self._there(instance.name, name)
                    self._found[instance.name, name] = self.vault.find(instance.name, name, instance.origins())
                    changed = changed or there != self._there(instance.name, name)
        return changed

    def forget(self, integration: str) -> None:
        """Look the integration's secrets up anew the next time."""
        with self._lock:
            for key in [key for key in self._found if key[0] == integration]:
                del self._found[key]

    def rows(self, instances: Iterable[Instance]) -> list[Found]:
        """What is known of each secret; values are in it and do not show."""
        self.find(chosen := list(instances))
        return [self._found[instance.name, name] for instance in chosen for name in self.names(instance)]

    def value(self, instance: Instance, name: str) -> str:
        """The secret itself, for the moment in which a request leaves. Raises :class:`SecretMissingError`."""
        if (instance.name, name) not in self._found:
            self.find([instance])
        found = self._found.get((instance.name, name))
        if found is None:
            raise SecretMissingError(f"{instance.name} has no setting {name}")
        if found.state != "found" or found.value is None:
            raise SecretMissingError(f"{found.message}: {found.remedy}" if found.remedy else found.message)
        return found.value.reveal()

    def peek(self, instance: Instance, name: str) -> str | None:
        """The secret itself where it is known and may be used, else None."""
        found = self._known(instance.name, name)
        return found.value.reveal() if found is not None and found.value is not None else None

    def has_any(self, instance: Instance) -> bool:
        """Whether the instance has a secret that could leave."""
        return any(self.peek(instance, name) is not None for name in self.names(instance))

    def elsewhere(self, instance: Instance) -> list[Found]:
        """Secrets that were set for other origins than the instance's."""
        found = [self._found.get((instance.name, name)) for name in self.names(instance)]
        return [one for one in found if one is not None and one.state == "other-origin"]

    def rebind(self, instance: Instance) -> None:
        """Somebody said yes: the secrets may go to the instance's origins. Raises KeyringError."""
        for found in self.elsewhere(instance):
            self.vault.rebind(instance.name, found.setting, instance.origins())
        self.forget(instance.name)


def keyring_check(*, needed: bool) -> Check:
    """Whether tokens can be kept safely on this machine (blocks). ``needed``: whether an integration would need it."""
    try:
        where = Vault("doctor").ready()
    except KeyringError as error:
        return Check(
            check="tokens can be kept",
            state="fail" if needed else "warn",
            message=error.message,
            remedy=error.remedy,
        )
    return Check(check="tokens can be kept", state="ok", message=where)
