"""Symptom → cause → remedy: what findings, checks and verdicts point at.

The first seven rows stand in Signal's documentation of its integrations; where an instance showed another cause, the
cause says so. The others were observed on Matomo 5.2.
"""

from __future__ import annotations

from signal_tui.api import Trouble

_SIGNAL = "documented (Signal, Matomo integration)"
_OBSERVED = "observed on 5.2"

TROUBLES: tuple[Trouble, ...] = (
    Trouble(
        id="overrides-refused",
        symptom="The visitor's IP (cip) is not honoured, or the hit is gone",
        cause=(
            "token_auth is missing, wrong, expired, or its user may not write to the site. Matomo then rejects "
            "the whole hit with 400; _id, cid, uid, ua and lang need no token."
        ),
        remedy="create a token with a user who has write access to the site, and set it for this integration",
        source=f"{_SIGNAL}, corrected: {_OBSERVED}",
    ),
    Trouble(
        id="geo-blank",
        symptom="Country and city stay empty",
        cause="the instance has no GeoIP database; the IP arrived",
        remedy="set up a location provider under Administration → System → Geolocation",
        source=_SIGNAL,
    ),
    Trouble(
        id="not-in-reports",
        symptom="The answer is 200 or 204 and nothing appears in the reports",
        cause=(
            "a success says only that the request was read: the site id may be another site's, rec=1 missing, the "
            "agent or IP a bot's or excluded, the referrer spam, the URL not one of the site's, or the visitor "
            "opted out (cookie, Do Not Track where the server honours it)"
        ),
        remedy="compare idsite with the site you look at, then look through the site's exclusions and privacy settings",
        source=f"{_SIGNAL}; causes {_OBSERVED}",
    ),
    Trouble(
        id="orders-missing",
        symptom="Ecommerce orders are missing",
        cause=(
            "idgoal=0 or ec_id is not mapped (without ec_id it is a cart), the order id was there already (400), "
            "or ecommerce is not enabled on the site: then the order is kept, and no report shows it"
        ),
        remedy="map idgoal=0 and a unique ec_id, and enable ecommerce under Administration → Websites → Manage",
        source=f"{_SIGNAL}; causes {_OBSERVED}",
    ),
    Trouble(
        id="slow-reports",
        symptom="Matomo's reports open slowly",
        cause="the server is too small for its data; delivery has no part in it",
        remedy="give the server more resources, or have the reports archived by cron",
        source=_SIGNAL,
    ),
    Trouble(
        id="visitor-churn",
        symptom="The same person is a new visitor with every hit",
        cause=(
            "_id is empty, so Matomo recognises the visitor by device and IP, and only for the length of one "
            "visit; or ua or cip change"
        ),
        remedy="check that the event has an anonymousId and that it is mapped to _id",
        source=f"{_SIGNAL}, corrected: {_OBSERVED}",
    ),
    Trouble(
        id="token-in-url",
        symptom="A token that is right is refused",
        cause="it was created for secure requests only, and came in a URL or in the JSON of a bulk request",
        remedy="send it in a form body, or create one with “only allow secure requests” off",
        source=f"documented (Creatio, Matomo connector); {_OBSERVED}",
    ),
    Trouble(
        id="cart-empty",
        symptom="An abandoned cart without products",
        cause="idgoal=0 takes products from ec_items alone; _pks, _pkn, _pkc, _pkp are dropped, _pkq does not exist",
        remedy="send the whole cart in ec_items, as the preset “recommended” does",
        source=_OBSERVED,
    ),
    Trouble(
        id="visitors-merged",
        symptom="Several persons share one visit",
        cause=(
            "an _id that is not hexadecimal becomes 0000000000000000 for everyone; and different _id values from "
            "one IP and one agent within 30 minutes join the visit that is there"
        ),
        remedy="send 16 hexadecimal characters, and each visitor's own cip and ua, or cid instead of _id",
        source=_OBSERVED,
    ),
    Trouble(
        id="visitor-id-differs",
        symptom="The visit shows another visitor id than was sent",
        cause=(
            "with a uid the id is the first 16 characters of its SHA-1, and _id and cid do not count; the visit "
            "carries the id of its last hit"
        ),
        remedy="look for the user id, or for the first 16 characters of sha1(uid)",
        source=_OBSERVED,
    ),
    Trouble(
        id="tracking-off",
        symptom="Every hit is accepted and none arrives",
        cause="tracking is switched off on the server (record_statistics=0): 503, but 204 with send_image=0",
        remedy="leave out send_image to see the 503, and switch tracking on in the server's config",
        source=_OBSERVED,
    ),
    Trouble(
        id="too-many-failures",
        symptom="A token that was right a moment ago is refused, in the API with “Too many failed logins”",
        cause="20 wrong tokens within 60 minutes block the sender's IP; hits without a token still work",
        remedy="stop sending the wrong token and wait an hour, or have the block lifted under Administration",
        source=_OBSERVED,
    ),
    Trouble(
        id="rejected-400",
        symptom="400 with a page about Matomo, and no reason",
        cause=(
            "every fault of a hit is a 400: unknown site or goal, an order id that is there already, missing "
            "authority, an event name over 4096 characters – and also a database that is down"
        ),
        remedy="read the finding at the hit; the reason itself stands only in the server's log or under debug=1",
        source=_OBSERVED,
    ),
)
"""In the order of the documentation, then ours."""
