"""Symptom → cause → remedy: what findings, checks and verdicts point at.

The first five rows stand in Signal's documentation of its Woopra integration.
"""

from __future__ import annotations

from signal_tui.api import Trouble

_SIGNAL = "documented (Signal, Woopra integration)"
_WOOPRA = "documented (Woopra)"

TROUBLES: tuple[Trouble, ...] = (
    Trouble(
        id="not-appearing",
        symptom="Events do not appear, and the answers are 200 or 202",
        cause=(
            "the project is not written as Woopra shows it: a hit for another project is dropped without a word. The "
            "same page says elsewhere that an unknown project is answered with a 4xx; do not rely on it."
        ),
        remedy="copy the project from Settings → Configure Tracking, exactly",
        source=_SIGNAL,
    ),
    Trouble(
        id="wrong-visitor",
        symptom="Events land on the wrong visitor, or on a new one each time",
        cause=(
            "Woopra's cookie is not captured (vendor_ids.woopra_cookie). Then events join by cv_id or cv_email alone, "
            "and without these each is a new anonymous profile. cv_name identifies nobody."
        ),
        remedy="capture the cookie wooTracker (window.woopra.cookie) and send it as cookie, not as cv_cookie",
        source=f"{_SIGNAL}; {_WOOPRA}",
    ),
    Trouble(
        id="geo-of-server",
        symptom="The place is your server's",
        cause="ip is missing or not the visitor's: then the address that the request came from counts",
        remedy="send the visitor's address as ip; Signal takes it from context.ip",
        source=_SIGNAL,
    ),
    Trouble(
        id="properties-missing",
        symptom="Properties are missing on the event or on the profile",
        cause="event properties must begin with ce_ and visitor properties with cv_; other names are parameters",
        remedy="put the prefix into the mapping's target",
        source=_SIGNAL,
    ),
    Trouble(
        id="queued",
        symptom="The answer is 202",
        cause="the request was queued under load and is processed later",
        remedy="none: do not send it again",
        source=_SIGNAL,
    ),
    Trouble(
        id="visits-split",
        symptom="Visits end too early, or server and browser events are in different visits",
        cause=(
            "timeout is not what the browser's tracker uses. Signal sends 1800000 and says that this matches it; "
            "Woopra's own pages and code name 300000 and 600000 for the browser, and 30000 for hits that name none."
        ),
        remedy="set timeout to the idle timeout of the tracker's configuration on your site",
        source=f"{_SIGNAL}, contradicted: {_WOOPRA}",
    ),
    Trouble(
        id="key-refused",
        symptom="Nothing can be read back: 401 or 403",
        cause="the App ID or the secret key is wrong, expired, or of a user without access to the project",
        remedy="create an access key in Woopra, in your profile under Developer, and set both of its parts",
        source=_WOOPRA,
    ),
    Trouble(
        id="limits",
        symptom="Reading back answers 429",
        cause="a project may be asked 300 times a minute, 600 times an hour and 3000 times a day, by all its users",
        remedy="wait; the hits are sent all the same, and can be verified later",
        source=_WOOPRA,
    ),
)
