"""Runs what forms need of the core in threads: checks of what is typed, trials, writing. Messages come out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from signal_tui.tui.bridge import Checked, Post, check
from signal_tui.tui.entry_messages import (
    Assessed,
    Changed,
    Entered,
    NotStored,
    Questioned,
    Stored,
    Targeted,
    Tried,
    VaultSeen,
)
from signal_tui.tui.faults import sentence

if TYPE_CHECKING:
    from signal_tui.api.settings import Secret
    from signal_tui.api.vendor import Vendor
    from signal_tui.core.profiles import Integration
    from signal_tui.core.tokens import Kept
    from signal_tui.core.workbench import Question, Workbench


def find_target(workbench: Workbench, post: Post) -> None:
    """Find the profile that a new integration goes into."""
    from signal_tui.core.drafts import Target

    try:
        post(Targeted(Target.beside(workbench.profile, workbench.plugins.vendors, workbench.paths)))
    except Exception as error:
        post(Targeted(None, sentence(error)))


def see_vault(key: str, wanted: Sequence[tuple[str, str, Sequence[str]]], post: Post) -> None:
    """Ask where tokens would be kept, and which of the wanted ones are; blocks for the keyring."""
    from signal_tui.core.keyrings import KeyringError
    from signal_tui.core.vault import Vault

    vault = Vault(key)
    try:
        where = vault.ready()
        post(VaultSeen(where, vault.list(wanted)))
    except KeyringError as error:
        post(VaultSeen(problem=f"{error.message}; {error.remedy}"))
    except Exception as error:
        post(VaultSeen(problem=sentence(error)))


def assess(workbench: Workbench, entered: Entered, number: int, post: Post) -> None:
    """Check what is typed, with the vendor's own code and no network."""
    try:
        problems, integration, origins = _assess(workbench, entered)
    except Exception as error:
        problems, integration, origins = {"": sentence(error)}, None, ()
    post(Assessed(number, problems, integration, origins))


def _assess(workbench: Workbench, entered: Entered) -> tuple[dict[str, str], Integration | None, Sequence[str]]:
    from signal_tui.core.guard import FaultError

    plugins = workbench.plugins
    vendor = plugins.vendors[entered.vendor]
    try:
        return plugins.guard.call(
            plugins.plugin_of[entered.vendor], "checking settings", lambda: _assessed(workbench, vendor, entered)
        )
    except FaultError as error:
        return {"": str(error)}, None, ()


def _assessed(
    workbench: Workbench, vendor: Vendor, entered: Entered
) -> tuple[dict[str, str], Integration | None, Sequence[str]]:
    from signal_tui.core.profiles import place_text
    from signal_tui.core.secrets import settings_of
    from signal_tui.core.tokens import token_problem

    problems: dict[str, str] = {}
    integration: Integration | None = None
    if entered.draft is None:
        integration = workbench.instance(entered.name).integration
    else:
        integration, found = entered.draft.read(workbench.plugins.vendors, entered.target.path)
        if not entered.name:
            problems["name"] = "The name is missing: letters a-z, digits and -."
        elif entered.new and entered.name in entered.target.names:
            problems["name"] = f"{entered.target.selector} has an integration of this name already; choose another one."
        for problem in found:
            place = problem.place[2:]
            key = place_text(place if place[:1] == ("config",) else place[:1]) or "name"
            problems.setdefault(key, sentence_of(problem.message))
    if integration is None or not integration.sandbox:
        for setting in _secrets(vendor):
            value = entered.tokens.get(setting.key)
            said = token_problem(setting, value.reveal()) if value is not None else None
            if said:
                problems[f"token.{setting.key}"] = sentence_of(said)
    if problems or integration is None:
        return problems, None, ()
    return {}, integration, workbench.made(integration, settings_of(vendor, integration, lambda name: True)).origins()


def _secrets(vendor: Vendor) -> list[Secret]:
    from signal_tui.api.settings import Secret

    return [setting for setting in vendor.settings if isinstance(setting, Secret)]


def sentence_of(message: str) -> str:
    """A problem as a sentence of its own: those of profiles go on behind the name of a key."""
    if message[:1].islower() and not message.startswith(("it ", "a ")):
        message = "it " + message
    return message[:1].upper() + message[1:]


def try_out(
    workbench: Workbench,
    integration: Integration,
    entered: Entered,
    cancel: threading.Event,
    post: Post,
    *,
    allowed: bool,
) -> None:
    """Check an integration with what is typed; blocks."""
    from signal_tui.core.checking import Trial
    from signal_tui.core.flows import CancelledError
    from signal_tui.core.origins import open_to_readers

    problem = ""
    try:
        trial = Trial(workbench, integration, entered.tokens, key=entered.target.key)
        plain = open_to_readers(trial.instance.origins())
        if plain and trial.has_secret and not allowed:
            post(Tried(held=plain))
            return
        trial.check(on_check=lambda check: post(Tried(check)), cancel=cancel)
    except CancelledError:
        problem = "stopped"
    except Exception as error:
        problem = sentence(error)
    post(Tried(problem=problem))


def store(workbench: Workbench, entered: Entered, post: Post) -> None:
    """Write the profile, keep the tokens, and open what the file says then; blocks."""
    from signal_tui.core.profile_changes import save

    before = workbench.profile.name
    try:
        if entered.draft is not None:
            save(workbench, entered.draft, entered.target, new=entered.new)
    except OSError as error:
        post(NotStored(f"{entered.target.path} cannot be written: {error.strerror or type(error).__name__}"))
        return
    except Exception as error:
        post(NotStored(sentence(error)))
        return
    kept: list[Kept] = []
    problem = ""
    try:
        _keep(workbench, entered, kept)
    except Exception as error:
        problem = sentence(error)
    opened = workbench.profile.name if workbench.profile.name != before else ""
    post(Stored(entered.name, kept, problem, entered.unkept, opened))


def _keep(workbench: Workbench, entered: Entered, kept: list[Kept]) -> None:
    from signal_tui.core.tokens import TokenError, keep_token

    if not entered.tokens:
        return
    instance = workbench.instance(entered.name)
    if not instance.origins():
        raise TokenError(f"{instance.vendor.name} does not say where a token would go, so none is kept")
    for setting, value in entered.tokens.items():
        kept.append(keep_token(workbench, instance, setting, value.reveal()))
    workbench.reload()


def question(workbench: Workbench, name: str, post: Post) -> None:
    """Find out what must be confirmed before a test; blocks for the keyring."""
    try:
        questions = [one for one in workbench.questions([name]) if one.kind != "production"]
        post(Questioned(name, questions))
    except Exception as error:
        post(Questioned(name, (), sentence(error)))


def test(workbench: Workbench, name: str, questions: Sequence[Question], cancel: threading.Event, post: Post) -> None:
    """Check an instance once more, also with tokens that were refused before; blocks."""
    from signal_tui.core.tokens import forget_refusals

    try:
        workbench.confirm(questions)
        forget_refusals(workbench, workbench.instance(name))
    except Exception as error:
        post(Checked(name, None, sentence(error)))
        return
    check(workbench, name, cancel, post)


def enable(workbench: Workbench, name: str, enabled: bool, post: Post) -> None:
    """Switch an integration on or off; blocks."""
    from signal_tui.core import profile_changes

    try:
        profile_changes.enable(workbench, name, enabled)
    except Exception as error:
        post(Changed(problem=_said(error)))
        return
    words = "enabled" if enabled else "disabled: events are not mapped for it"
    post(Changed(f"{name} is {words}.", name=name))


def mark_production(workbench: Workbench, production: bool, post: Post) -> None:
    """Say whether the profile is production; blocks."""
    from signal_tui.core import profile_changes

    try:
        profile_changes.mark_production(workbench, production)
    except Exception as error:
        post(Changed(problem=_said(error)))
        return
    words = "production: it asks before anything is sent" if production else "not production"
    post(Changed(f"{workbench.profile.name} is {words}."))


def remove(workbench: Workbench, name: str, tokens: bool, post: Post) -> None:
    """Remove an integration, and its tokens where wished; blocks."""
    from signal_tui.core import profile_changes

    try:
        done = profile_changes.remove(workbench, name, tokens=tokens)
    except Exception as error:
        post(Changed(problem=f"{name} was not deleted: {_said(error)}"))
        return
    words = f"{name} is deleted."
    if done.removed:
        words += f" Removed from the keyring: {', '.join(done.removed)}."
    if done.kept:
        words += f" Still in the keyring: {', '.join(done.kept)}."
    if done.unknown:
        words += f" Whether its tokens are kept somewhere could not be seen: {done.unknown}."
    post(Changed(words))


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"the file cannot be written: {error.strerror or type(error).__name__}"
    return sentence(error)
