"""What goes out and what comes back: requests, fields with their trace, findings, forecasts, hits, verdicts.

All types are immutable and hold no clock and no connection. Times are seconds since 1970 UTC as float.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from signal_tui.api.events import Event
from signal_tui.api.values import Value, parse_json

Effect: TypeAlias = Literal["rejected", "dropped", "altered", "ignored", "risk"]
Outcome: TypeAlias = Literal["recorded", "altered", "dropped", "rejected", "unknown"]
AnswerState: TypeAlias = Literal["accepted", "rejected", "retry-later", "refused", "unknown"]
VerdictState: TypeAlias = Literal["found", "altered", "excluded", "missing", "cannot-tell"]
Weight: TypeAlias = Literal["expected", "altered"]


@dataclass(frozen=True, slots=True)
class Form:
    """A body of ordered ``application/x-www-form-urlencoded`` pairs; a value may be a secret leaf."""

    pairs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON body; leaves may be secret leaves."""

    value: Value


@dataclass(frozen=True, slots=True)
class Raw:
    """A body of bytes as they came, with their media type."""

    content: bytes
    media_type: str = "application/octet-stream"


Body: TypeAlias = Form | Json | Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request to a vendor.

    ``url`` is complete with its query. Header values may be secret leaves. ``at``: when it was sent or arrives
    (None: now). ``remote``: the sender's address, where known. ``issues``: names of fields of a JSON reply that
    are tokens; the core masks them in the reply, keeps them in memory while they are valid (``expires_in`` seconds)
    and puts them where a secret reference of the same name stands, at the same origin only. The same request asked
    again in that time is answered from memory; a 401 to a request that used such a token ends its time.
    """

    method: str
    url: str
    headers: tuple[tuple[str, Value], ...] = ()
    body: Body | None = None
    at: float | None = None
    remote: str | None = None
    issues: tuple[str, ...] = ()

    def header(self, name: str) -> Value | None:
        """The first header of that name, in any casing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back; ``status`` 0 with an ``error`` sentence where there was no answer. ``ms``: milliseconds."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    ms: float = 0.0
    error: str | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, in any casing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> Value:
        """The body as JSON, or None where it is none."""
        try:
            return parse_json(self.body.decode("utf-8-sig"))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One parameter with its trace.

    ``source``: path in the event, ``config.<key>``, ``preset`` for a constant, or ``signal-tui`` for what was
    added here. ``change``: what was done to the value on its way, None when nothing. ``request``: index of the
    request that carries it. ``original``: the value before the change.
    """

    target: str
    value: Value
    source: str
    change: str | None = None
    identity: bool = False
    request: int = 0
    original: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to know before sending. ``field`` is the parameter it stands at, None for the whole hit.

    ``because`` ends with its source in brackets: ``[documented]``, ``[observed 5.2]`` or ``[assumed]``.
    ``trouble`` names an entry of the vendor's table of troubles.
    """

    effect: Effect
    message: str
    because: str
    remedy: str = ""
    field: str | None = None
    request: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the vendor will do with one request.

    ``records``: the kinds it becomes (``pageview``, ``order``, …). ``assumed``: what was taken for granted.
    ``hits``: a forecast each for the hits of a bulk request; ``outcome`` is then the worst of them.
    """

    outcome: Outcome
    status: int | None = None
    records: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    hits: tuple[Forecast, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What one integration makes of one event, or the named reason why there is none.

    ``requests`` is empty until the vendor has made them; ``forecasts`` has one for each request. ``preset`` is the
    name of the preset that mapped it, for a vendor whose presets go out in different encodings.
    """

    integration: str
    vendor: str
    event: Event
    status: Literal["mapped", "skipped"]
    reason: str | None = None
    fields: tuple[Field, ...] = ()
    requests: tuple[Request, ...] = ()
    findings: tuple[Finding, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    preset: str = ""

    def groups(self) -> list[list[Field]]:
        """The fields of each request, in the order of the requests."""
        count = max((item.request for item in self.fields), default=-1) + 1
        groups: list[list[Field]] = [[] for _ in range(count)]
        for item in self.fields:
            groups[item.request].append(item)
        return groups

    def with_(self, **changes: Any) -> Payload:
        """A copy with some members changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a vendor's reply to a hit says. ``refused`` is about authority, ``message`` a sentence for people."""

    state: AnswerState
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One sending of one request, by us or captured. ``sent_at`` is when it left, by our clock.

    ``marker``: the run marker in it, where it has one. ``fields``: the traced fields that it carries, where known.
    """

    id: str
    integration: str
    vendor: str
    request: Request
    sent_at: float
    reply: Reply | None = None
    marker: str | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A parameter that was recorded otherwise than sent. ``recorded`` is None where it is gone."""

    field: str
    sent: Value
    recorded: Value
    because: str
    weight: Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the vendor's log says of a hit at this moment. ``reason``: why, for excluded, missing and cannot-tell.

    ``evidence`` says what was asked and by what the record was recognised; ``record`` is the record as the vendor
    showed it; ``same`` lists parameters that were recorded as sent.
    """

    state: VerdictState
    reason: str | None = None
    evidence: str = ""
    record: Mapping[str, Any] | None = None
    differences: tuple[Difference, ...] = ()
    same: tuple[str, ...] = field(default=())
    refused: bool = False
    """The instance refused the token: the core remembers that and does not use it again."""
