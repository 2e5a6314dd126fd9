"""What goes wrong with Piwik PRO: symptom, cause, remedy – Signal's table first, then what the specifications add."""

from __future__ import annotations

from signal_tui.api import Trouble

_SIGNAL = "documented (Signal, Piwik PRO integration)"
_SPEC = "documented (Piwik PRO, Tracking API)"
_DEBUGGER = "documented (Piwik PRO, Tracker debugger API)"

TROUBLES: tuple[Trouble, ...] = (
    Trouble(
        id="not-appearing",
        symptom="An event does not appear",
        cause=(
            "account_url has a scheme or a slash, idsite is not the App UUID, or rec=1 is missing; the answer is 202 "
            "all the same, because a hit is read after it was answered"
        ),
        remedy="check both settings, then look for the hit in the tracker debugger, which shows broken ones too",
        source=f"{_SIGNAL}; {_SPEC}",
    ),
    Trouble(
        id="numeric-id",
        symptom="Nothing appears, and idsite is a number",
        cause="the number is a Matomo site id; Piwik PRO's App ID is a UUID",
        remedy="take the App ID from Administration → Sites & apps",
        source=_SIGNAL,
    ),
    Trouble(
        id="geo-of-server",
        symptom="The place of the visitors is the server's",
        cause=(
            "Signal's documentation says: token_auth is missing or may not track, so cip was ignored. Piwik PRO's "
            "specification knows no token and takes cip from anybody: more likely cip is missing, is no address, or "
            "rmip=1 or uia=1 erases it"
        ),
        remedy="check that context.ip reaches cip; generate the token anew if the preset sends one",
        source=f"{_SIGNAL}; {_SPEC}",
    ),
    Trouble(
        id="backdated",
        symptom="Events of yesterday are missing",
        cause=(
            "Signal's documentation says: cdt is older than about 24 hours, and token_auth is not valid. Piwik PRO's "
            "specification names no such limit; its debugger shows the last five hours only"
        ),
        remedy="check the token, and that events are delivered in near real time",
        source=f"{_SIGNAL}; {_DEBUGGER}",
    ),
    Trouble(
        id="misclassified",
        symptom="A page view is recorded as an event, or an event as a page view",
        cause="a hit is a custom event only when both e_c and e_a are set",
        remedy="map both, or neither",
        source=_SIGNAL,
    ),
    Trouble(
        id="refused",
        symptom="401 or 403",
        cause=(
            "for a hit, Signal's documentation says: token_auth is bad or missing (the specification of tracking "
            "knows neither status). For reading back: client id or client secret are wrong, or were deleted"
        ),
        remedy="make the credentials anew under Profile → API credentials, and set client_id and client_secret",
        source=f"{_SIGNAL}; documented (Piwik PRO, API)",
    ),
    Trouble(
        id="no-such",
        symptom="404",
        cause=(
            "for a hit, Signal's documentation says: the host is wrong or idsite is unknown. The debugger also says it "
            "where the user of the credentials has no rights on the app"
        ),
        remedy="check account_url and idsite, and the user's permission on the app",
        source=f"{_SIGNAL}; {_DEBUGGER}",
    ),
    Trouble(
        id="flat-json",
        symptom="Every hit is accepted, and not even the debugger shows one",
        cause="a flat JSON object is no documented form of a hit; the documented JSON is a list of requests",
        remedy="take the preset “recommended”, which sends a form",
        source=_SPEC,
    ),
    Trouble(
        id="broken",
        symptom="The debugger shows a broken event",
        cause=(
            "something in the hit could not be processed; the error message says what. Broken events are in no report "
            "and still count against the plan"
        ),
        remedy="correct the value that the message or the finding names",
        source=_DEBUGGER,
    ),
    Trouble(
        id="excluded",
        symptom="The debugger shows an excluded event",
        cause="the settings of the app keep it out: crawler, IP, agent, unknown URL, too long a session",
        remedy="read the exclusion reason, then look at the app's data collection settings",
        source=_DEBUGGER,
    ),
    Trouble(
        id="old-order",
        symptom="Orders arrive without products, or as something else",
        cause="they are sent as idgoal=0 with ec_items, the older way; orders are e_t=order with ec_products now",
        remedy="take the preset “recommended”",
        source=_SPEC,
    ),
    Trouble(
        id="reports-late",
        symptom="The debugger shows the hit, and no report does",
        cause="reports follow up to two hours after the session has ended",
        remedy="wait; use the debugger for what is now",
        source="documented (Piwik PRO, help)",
    ),
)
"""In the order of the documentation, then ours."""
