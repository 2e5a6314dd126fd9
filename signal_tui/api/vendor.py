"""The contract of a vendor: pure functions over the types of :mod:`signal_tui.api`, without I/O and without a clock.

Where a vendor must be asked several things in a row, the method is a generator that yields a :class:`Request` and is
sent the :class:`Reply`, the way ``httpx.Auth.auth_flow`` works. The core runs it: it paces, waits out a 429, and sends
a failed connection in as ``Reply(status=0, error=…)``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeAlias, TypeVar
from urllib.parse import urlsplit

from signal_tui.api.payloads import Answer, Forecast, Hit, Payload, Reply, Request, Verdict

if TYPE_CHECKING:
    from signal_tui.api.blueprint import Blueprint
    from signal_tui.api.events import Event
    from signal_tui.api.settings import Setting, Settings
    from signal_tui.api.transforms import Transform

API_VERSION = 1
"""Rises only when a plugin written for the version before would break."""

T = TypeVar("T")
Flow: TypeAlias = Generator[Request, Reply, T]
"""Asks one thing after another and returns its result."""

Known: TypeAlias = Mapping[str, Any]
"""What is known of an instance, as JSON; the shape is the vendor's own and documented by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was checked, with what to do where it is not ``ok``."""

    check: str
    state: Literal["ok", "warn", "fail", "cannot-tell"]
    message: str
    remedy: str = ""
    trouble: str | None = None
    refused: bool = False
    """The instance refused the token: the core remembers that and does not use it again."""
    secrets: tuple[str, ...] = ()
    """The settings that hold what was refused; none named means all secrets of the integration."""


CheckFlow: TypeAlias = Generator[Request | Check, Reply | None, Known]
"""Yields requests and is sent replies; yields checks as they become known and is sent None; returns what is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySignal:
    """Which canonical identity signal (``anonymousId``, ``userId``, ``context.ip``, …) goes to which parameter."""

    signal: str
    parameter: str
    derivation: str = "as it is"
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A documented symptom with its cause and remedy; ``id`` is what findings, checks and verdicts point at."""

    id: str
    symptom: str
    cause: str
    remedy: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the vendor allows. ``reads_per_minute``, ``_hour``, ``_day`` None: no limit known. ``first_poll``: seconds
    after a send before the first look; ``polls``: seconds between two looks, the last repeated (empty: the core's own,
    short ones); ``poll_until``: seconds after which a hit counts as missing."""

    reads_per_minute: int | None = None
    reads_per_hour: int | None = None
    reads_per_day: int | None = None
    batch_size: int = 1
    first_poll: float = 0.0
    polls: tuple[float, ...] = ()
    poll_until: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitQuery:
    """Which visits to list: of one visitor or user id, since a time, at most ``limit``."""

    visitor: str | None = None
    user: str | None = None
    since: float | None = None
    limit: int = 50


class Double(Protocol):
    """An imitation of a vendor with its state in memory: what the embedded sandbox serves.

    ``config`` and ``secrets`` are what an integration needs to be accepted by it.
    """

    config: Mapping[str, str]
    secrets: Mapping[str, str]

    def handle(self, request: Request) -> Reply:
        """Answer one request; ``request.at`` and ``request.remote`` are set."""
        ...


class Vendor(ABC):
    """A kind of destination. Only ``name``, ``settings``, ``presets`` and ``requests`` have no default."""

    api_version: ClassVar[int] = API_VERSION
    name: ClassVar[str]
    title: ClassVar[str] = ""
    docs_url: ClassVar[str] = ""
    settings: ClassVar[tuple[Setting, ...]]
    identity: ClassVar[tuple[IdentitySignal, ...]] = ()
    transforms: ClassVar[Mapping[str, Transform]] = {}
    secret_parameters: ClassVar[frozenset[str]] = frozenset()
    troubles: ClassVar[tuple[Trouble, ...]] = ()
    limits: ClassVar[Limits] = Limits()
    consent_categories: ClassVar[tuple[str, ...]] = ()
    """Canonical consent categories that a new integration of this vendor asks for when its profile names none."""

    @classmethod
    @abstractmethod
    def presets(cls) -> Mapping[str, Blueprint]:
        """Name → blueprint; the first is the default. Read when first asked for."""

    @abstractmethod
    def requests(self, payload: Payload, settings: Settings) -> Sequence[Request]:
        """The requests that carry a payload's fields, one hit each, in the order to send them."""

    def origins(self, settings: Settings) -> Sequence[str]:
        """The origins that hits and questions of an integration go to; tokens are bound to them.

        By default those of the settings that are URLs.
        """
        origins = []
        for value in settings.values.values():
            if isinstance(value, str) and value.startswith(("http://", "https://")):
                try:
                    parts = urlsplit(value)
                except ValueError:  # no address that anything could go to
                    continue
                origins.append(f"{parts.scheme}://{parts.netloc}")
        return origins

    def mark(self, request: Request, marker: str) -> Request | None:
        """The request with a run marker in a parameter that changes no report; None where there is none.

        Never overwrites: a request that has a value there already is None too.
        """
        return None

    def bulk(self, requests: Sequence[Request], settings: Settings) -> Request | None:
        """Several hits in one request, or None where the vendor cannot."""
        return None

    def forecast(self, request: Request, settings: Settings, known: Known) -> Forecast:
        """What the vendor will do with any request of its kind, also one captured from a browser."""
        return Forecast(outcome="unknown")

    def read_reply(self, request: Request, reply: Reply) -> Answer:
        """What a reply to a hit says; total over any status and any body."""
        if reply.status == 0:
            return Answer(state="retry-later", message=reply.error or "no answer")
        if reply.status in (401, 403):
            return Answer(state="refused", message=f"{reply.status}: not authorised")
        if reply.status == 429 or reply.status >= 500:
            return Answer(state="retry-later", message=f"status {reply.status}")
        if 200 <= reply.status < 300:
            return Answer(state="accepted", message=f"status {reply.status}")
        return Answer(state="rejected", message=f"status {reply.status}")

    def decode(self, request: Request) -> Sequence[Event] | None:
        """The canonical events of a captured hit of this vendor; None where it is not one."""
        return None

    def verify(self, hits: Sequence[Hit], settings: Settings) -> Flow[Sequence[Verdict]]:
        """A verdict for each hit, for this moment. ``missing`` means: not there yet; the core asks again."""
        yield from ()
        return [Verdict(state="cannot-tell", reason=f"{self.title or self.name} cannot be asked") for _ in hits]

    def check(self, settings: Settings) -> CheckFlow:
        """What can be found out about the instance without recording anything."""
        yield from ()
        return {}

    def visits(self, query: VisitQuery, settings: Settings) -> Flow[Sequence[Mapping[str, Any]]]:
        """Visits with their actions, newest first."""
        yield from ()
        return []

    def sandbox(self) -> Double | None:
        """A fresh double of the vendor, or None."""
        return None
