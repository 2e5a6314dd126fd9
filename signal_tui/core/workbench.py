"""The one object that screens and commands talk to.

Opening it reads files and loads plugins, and does nothing slow: the keyring is asked by :meth:`Workbench.find_secrets`
and the network is touched by :meth:`deliver`, :meth:`check` and :meth:`start_sandbox` only. All of these block; a
screen calls them from a thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from signal_tui.api.events import Event
from signal_tui.api.mappings import BlueprintError
from signal_tui.api.payloads import Payload
from signal_tui.api.settings import Settings
from signal_tui.api.vendor import Check, Double, Known
from signal_tui.core import mapping, traces
from signal_tui.core.checking import check_instance
from signal_tui.core.delivery import Blame, Changed, Delivered, Wishes, deliver
from signal_tui.core.flows import CancelledError, EndlessFlowError, Pacer
from signal_tui.core.guard import FaultError
from signal_tui.core.instances import Instance
from signal_tui.core.learnt import Learnt
from signal_tui.core.origins import ALLOW_HTTP_VARIABLE, open_to_readers
from signal_tui.core.paths import Paths
from signal_tui.core.plugins import Plugins, load_plugins
from signal_tui.core.ports import SANDBOX_PORT
from signal_tui.core.profiles import Integration, Profile, load, selector_of
from signal_tui.core.refusals import Refusals
from signal_tui.core.sandbox import Sandbox
from signal_tui.core.secrets import Secrets
from signal_tui.core.sender import Sender
from signal_tui.core.verification import excluded_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to be confirmed before anything is sent to an integration. ``kind``: production, plain-http or
    other-origin."""

    integration: str
    kind: str
    message: str
    remedy: str = ""


class Workbench:
    """A profile with its plugins, ready to map, send and verify."""

    def __init__(self, profile: Profile, plugins: Plugins, paths: Paths) -> None:
        self.plugins = plugins
        self.paths = paths
        self.refusals = Refusals(paths)
        self.doubles: dict[str, Double] = {}
        for name, vendor in plugins.vendors.items():
            double = vendor.sandbox()
            if double is not None:
                self.doubles[name] = double
        self.sandbox = Sandbox(self.doubles, plugins.guard)
        self.sender = Sender(lambda instance, name: self.secrets.value(instance, name), self.refusals)
        self._pacers: dict[str, Pacer] = {}
        self.instances: dict[str, Instance] = {}
        self._take(profile)

    def _take(self, profile: Profile) -> None:
        self.profile = profile
        self.learnt = Learnt(self.paths, profile.key)
        own = {name: double.secrets for name, double in self.doubles.items()}
        self.secrets = Secrets(profile, self.plugins.vendors, own)
        self.reload()

    def turn_to(self, selector: str | None = None) -> None:
        """Read the profile anew (None: the one that is open) and work with it from now on; faulty integrations are kept
        with their problems. Plugins and sandbox stay as they are.

        Not while something is being sent. Raises :class:`~signal_tui.core.profiles.ProfileError`, and then nothing has
        changed.
        """
        selector = selector_of(self.profile) if selector is None else selector
        self._take(load(selector, self.plugins.vendors, self.paths, strict=False))

    @classmethod
    def open(
        cls, selector: str | None = None, *, no_plugins: bool = False, paths: Paths | None = None, strict: bool = True
    ) -> Workbench:
        """The workbench for a profile's name or path; None: the default one, or the sandbox where there is none.

        Raises :class:`~signal_tui.core.profiles.ProfileError`; with ``strict`` false a faulty integration is kept with
        its problem.
        """
        paths = paths or Paths.standard()
        plugins = load_plugins(no_plugins=no_plugins)
        return cls(load(selector, plugins.vendors, paths, strict=strict), plugins, paths)

    def close(self) -> None:
        """Close connections and the sandbox."""
        self.sender.close()
        self.sandbox.stop(wait=False)

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Integrations

    def reload(self) -> None:
        """Make the instances anew, after the profile or a secret changed."""
        self.instances = {name: self._instance(name) for name in self.profile.integrations}

    def made(self, integration: Integration, settings: Settings) -> Instance:
        """The instance of an integration, which need not be in the profile; without its program."""
        origin = integration.base_url
        if integration.sandbox:
            origin = f"{self.sandbox.origin or f'http://127.0.0.1:{SANDBOX_PORT}'}/{integration.vendor}"
        return Instance(
            integration=integration,
            vendor=self.plugins.vendors[integration.vendor],
            plugin=self.plugins.plugin_of[integration.vendor],
            settings=settings,
            origin=origin,
            production=self.profile.production,
            consent_default=self.profile.consent_default,
        )

    def _instance(self, name: str) -> Instance:
        integration = self.profile.integrations[name]
        instance = self.made(integration, self.secrets.settings(integration))
        instance.problem = self.profile.problems.get(name)
        instance.known = {} if integration.sandbox else self.learnt.known(name, instance.origin)
        if instance.problem is None:
            try:
                instance.program = self.plugins.guard.call(
                    instance.plugin, "reading presets", lambda: _compile(instance)
                )
            except FaultError as error:
                instance.problem = str(error.fault)
            except BlueprintError as error:
                instance.problem = f"integration {name}: {error}"
        return instance

    def chosen(self, names: Iterable[str] | None = None) -> list[Instance]:
        """The instances of some names (None: all enabled ones). Raises :class:`UnknownIntegrationError`."""
        if names is None:
            return [instance for instance in self.instances.values() if instance.integration.enabled]
        return [self.instance(name) for name in names]

    def instance(self, name: str) -> Instance:
        """The instance of a name. Raises :class:`UnknownIntegrationError`."""
        found = self.instances.get(name)
        if found is None:
            raise UnknownIntegrationError(name, tuple(self.instances), self.profile.name)
        return found

    def find_secrets(self) -> bool:
        """Look into the keyring for what is not known yet (blocks); True when that changed an instance."""
        changed = self.secrets.find(self.instances.values())
        if changed:
            self.reload()
        return changed

    # Mapping

    def map(self, event: Event, names: Iterable[str] | None = None) -> list[Payload]:
        """What each integration makes of an event; touches neither network nor keyring."""
        return mapping.map_for_all(event, self.chosen(names), self.plugins.guard)

    def identities(self, event: Event, payloads: Sequence[Payload]) -> list[traces.IdentityRow]:
        """The identity table of an event's payloads."""
        signals = {name: instance.vendor.identity for name, instance in self.instances.items()}
        return traces.identity_table(event, payloads, signals)

    # Sending

    def start_sandbox(self, port: int = SANDBOX_PORT) -> str:
        """Start the embedded sandbox where it is not running, and route to it. Returns its origin."""
        if self.sandbox.origin is None:
            self.sandbox.start(port)
            self.reload()
        return self.sandbox.origin or ""

    def destinations(self, names: Iterable[str] | None = None) -> dict[str, str]:
        """Integration → the origin that its hits go to, for people."""
        return {instance.name: ", ".join(instance.origins()) for instance in self.chosen(names)}

    def questions(self, names: Iterable[str] | None = None) -> list[Question]:
        """What must be confirmed before sending to these integrations. Asks the keyring (blocks)."""
        self.find_secrets()
        questions = []
        for instance in self.chosen(names):
            if instance.sandboxed:
                continue
            if instance.production:
                words = f"{instance.name} is production: this sends to {', '.join(instance.origins())}"
                questions.append(Question(integration=instance.name, kind="production", message=words))
            plain = open_to_readers(instance.origins())
            if plain and self.secrets.has_any(instance):
                words = f"{instance.name} would carry its token over plain http to {', '.join(plain)}"
                remedy = f"use https, or allow it with {ALLOW_HTTP_VARIABLE}={plain[0]}"
                questions.append(Question(integration=instance.name, kind="plain-http", message=words, remedy=remedy))
            questions += [
                Question(integration=instance.name, kind="other-origin", message=found.message, remedy=found.remedy)
                for found in self.secrets.elsewhere(instance)
            ]
        return questions

    def confirm(self, questions: Iterable[Question]) -> None:
        """The user said yes: bind tokens to the new origins and let plain http pass for this run."""
        for question in questions:
            if question.kind == "other-origin":
                self.secrets.rebind(self.instances[question.integration])
        self.reload()

    def deliver(
        self,
        payloads: Sequence[Payload],
        wishes: Wishes | None = None,
        *,
        cancel: threading.Event | None = None,
        changed: Changed | None = None,
    ) -> list[Delivered]:
        """Send mapped payloads, all integrations at the same time, and verify them. Blocks until all is settled.

        ``changed`` is called with each new state, from several threads.
        """
        cancel = cancel or threading.Event()
        self.find_secrets()
        mapped = [payload for payload in payloads if payload.status == "mapped"]
        if any(self.instances[payload.integration].sandboxed for payload in mapped):
            self.start_sandbox()

        tell = changed or (lambda delivered: None)

        def one(payload: Payload) -> list[Delivered]:
            instance = self.instances[payload.integration]
            sent = deliver(
                payload,
                instance,
                self.sender,
                self.plugins.guard,
                self._pacer(instance),
                wishes or Wishes(),
                cancel=cancel,
                changed=tell,
                refused=self._refused,
            )
            if cancel.is_set() or all(delivered.state != "missing" for delivered in sent):
                return sent
            return self._looked_into(instance, sent, tell)

        if len(mapped) == 1:
            return one(mapped[0])
        with ThreadPoolExecutor(max_workers=8, thread_name_prefix="delivery") as pool:
            return [delivered for group in pool.map(one, mapped) for delivered in group]

    def _looked_into(self, instance: Instance, sent: list[Delivered], changed: Changed) -> list[Delivered]:
        """What is missing, explained by what the instance says of itself: asked once, where nothing is known of it."""
        if instance.known:
            return sent
        try:
            _, known = self.check(instance.name)
        except (FaultError, CancelledError, EndlessFlowError):
            return sent
        explained = []
        for one in sent:
            request = replace(one.hit.request, at=one.hit.sent_at)
            try:
                forecast = self.plugins.guard.call(
                    instance.plugin,
                    "forecasting",
                    lambda request=request: instance.vendor.forecast(request, instance.settings, known),  # type: ignore[misc]  # bound now
                )
            except FaultError:
                return sent
            verdict = excluded_by(one.verdict, forecast) if one.verdict is not None else None
            if verdict is not None:
                one = replace(one, verdict=verdict, state=verdict.state, forecast=forecast)
                changed(one)
            explained.append(one)
        return explained

    def _pacer(self, instance: Instance) -> Pacer:
        return self._pacers.setdefault(instance.name, Pacer.within(instance.vendor.limits))

    def _refused(self, instance: Instance) -> Blame:
        # A refusal may have another cause than the token: one check decides, and nothing is tried again.
        if any(self._is_refused(instance, name) for name in self.secrets.names(instance)):
            return Blame(token=True)
        try:
            checks, _ = self.check(instance.name)
        except (FaultError, CancelledError, EndlessFlowError):
            return Blame(token=True)
        told = [check for check in checks if check.check == "token"]
        if told and told[-1].state == "ok":
            return Blame(token=False, words="Checked: the token is fine, so the cause is another one.")
        return Blame(token=True, words=f"Checked: {told[-1].message}." if told else "")

    def _is_refused(self, instance: Instance, name: str) -> bool:
        value = self.secrets.peek(instance, name)
        return value is not None and any(self.refusals.is_refused(origin, value) for origin in instance.origins())

    def check(
        self,
        name: str,
        *,
        on_check: Callable[[Check], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> tuple[list[Check], Known]:
        """What can be found out about an instance without recording anything; what is learnt is kept.

        Raises :class:`~signal_tui.core.guard.FaultError` and :class:`~signal_tui.core.flows.CancelledError`.
        """
        self.find_secrets()
        if self.instance(name).sandboxed:
            self.start_sandbox()
        instance = self.instance(name)
        checks, known = check_instance(
            instance,
            self.sender,
            self.plugins.guard,
            self._pacer(instance),
            self.refusals,
            lambda secret: self.secrets.peek(instance, secret),
            on_check=on_check,
            cancel=cancel,
        )
        if known and not instance.sandboxed:
            self.learnt.keep(name, instance.origin, known)
            self.reload()
        return checks, known


class UnknownIntegrationError(ValueError):
    """No integration of that name; the message lists those there are."""

    def __init__(self, name: str, known: Sequence[str], profile: str) -> None:
        super().__init__(
            f"there is no integration {name!r} in profile {profile!r}; it has {', '.join(known) or 'none yet'}"
        )


def _compile(instance: Instance) -> Any:
    presets = instance.vendor.presets()
    wanted = instance.integration.preset
    if wanted is not None and wanted not in presets:
        raise BlueprintError("preset", f"{wanted!r} is not one of {', '.join(presets)}")
    blueprint = presets[wanted] if wanted is not None else next(iter(presets.values()))
    return blueprint.with_mappings(instance.integration.own_mappings()).compile(
        instance.settings,
        transforms=instance.vendor.transforms,
        identity=frozenset(signal.parameter for signal in instance.vendor.identity),
        strict_names=instance.integration.strict_names,
    )
