"""The profiles of the double: who a hit belongs to, and what was recorded of them."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from signal_tui_woopra.hits import Tracking
from signal_tui_woopra.parameters import EVENT, HTTP_TIMEOUT, MARKER, seconds

PROFILES = 1000
EVENTS = 500
"""Profiles, and events of one, that are kept; the oldest go."""


@dataclass(slots=True, kw_only=True)
class Event:
    """One recorded event. ``time`` in seconds; ``timeout``: seconds after which its visit ends."""

    name: str
    time: float
    properties: dict[str, str]
    marker: str = ""
    timeout: float = HTTP_TIMEOUT / 1000


@dataclass(slots=True, kw_only=True)
class Profile:
    """One visitor."""

    number: int
    properties: dict[str, str] = field(default_factory=dict)
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=EVENTS))

    @property
    def is_anonymous(self) -> bool:
        """Whether no id and no e-mail is known."""
        return not (self.properties.get("id") or self.properties.get("email"))


class People:
    """Profiles by their identifiers: ``cv_id`` decides before ``cv_email``, and that before ``cookie``."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._profiles: OrderedDict[int, Profile] = OrderedDict()
        self._known: dict[tuple[str, str], int] = {}

    def find(self, name: str, value: str) -> Profile | None:
        """The profile of an identifier, named as the hit's parameter is."""
        return self._profiles.get(self._known.get((name, value), 0))

    def profile_of(self, identifiers: Mapping[str, str]) -> Profile:
        """The profile that a hit belongs to, made where there is none; ``identifiers``: who decides comes first."""
        found = [(name, value, self.find(name, value)) for name, value in identifiers.items()]
        profile = next((one for _, _, one in found if one is not None and self._fits(one, identifiers)), None)
        if profile is None:
            profile = Profile(number=next(self._numbers))
            self._profiles[profile.number] = profile
        for name, value, other in found:
            if other is not None and other is not profile and other.is_anonymous:
                self._join(other, profile)
            self._known[name, value] = profile.number
        self._profiles.move_to_end(profile.number)
        while len(self._profiles) > PROFILES:
            self._forget(next(iter(self._profiles)))
        return profile

    @staticmethod
    def _fits(profile: Profile, identifiers: Mapping[str, str]) -> bool:
        """Whether a profile is not somebody else's by what decides before."""
        for name, own in (("cv_id", profile.properties.get("id")), ("cv_email", profile.properties.get("email"))):
            if name in identifiers and own:
                return identifiers[name] == own
        return True

    def _join(self, other: Profile, profile: Profile) -> None:
        events = sorted((*other.events, *profile.events), key=lambda event: event.time)
        profile.events = deque(events, maxlen=EVENTS)
        profile.properties = {**other.properties, **profile.properties}
        for name, number in self._known.items():
            if number == other.number:
                self._known[name] = profile.number
        self._profiles.pop(other.number, None)

    def _forget(self, number: int) -> None:
        self._profiles.pop(number, None)
        for name in [name for name, known in self._known.items() if known == number]:
            del self._known[name]


def event_of(tracking: Tracking, arrived: float) -> Event:
    """The event that a hit becomes."""
    return Event(
        name=tracking.params["event"],
        time=_time(tracking.params.get("timestamp", ""), arrived),
        properties={name: tracking.params[EVENT + name] for name in tracking.event_properties},
        marker=tracking.params.get(MARKER, ""),
        timeout=seconds(tracking.params.get("timeout", "")) or HTTP_TIMEOUT / 1000,
    )


def _time(sent: str, arrived: float) -> float:
    named = seconds(sent)
    return arrived if named is None or named > arrived + 5.0 else named
