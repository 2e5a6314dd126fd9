"""What an answer to a hit says. It says only whether the request was read; whether a hit is there the log knows.

Observed on 5.2: every fault of a single hit is a 400 with the same page, the database's too; a bulk request is
answered with counts; 200 and 204 come for dropped hits as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signal_tui.api import Answer, Reply, Request
from signal_tui_matomo import php
from signal_tui_matomo.hits import Params, read_tracking
from signal_tui_matomo.parameters import goal_id, needs_token

_GIF = b"GIF8"
_PAGE = b"This resource is part of Matomo"
_BLOCKED = b"Too many failed logins"
_NOT_PROOF = "which does not say that it was recorded"


def read_answer(request: Request, reply: Reply) -> Answer:
    """The state of a hit or bulk request after its answer; total over any status and any body.

    ``refused`` is said of a hit that needed its token: Matomo does not tell a wrong token from another fault, so the
    token counts as possibly refused. A hit that needed a token and had none is ``rejected``.
    """
    status, body = reply.status, reply.body
    if status == 0:
        return Answer(state="retry-later", message=reply.error or "There was no answer.")
    if _BLOCKED in body:
        return Answer(
            state="refused",
            message="Too many wrong tokens came from this address; Matomo blocks it for an hour. Send none again.",
        )
    if status in (401, 403):
        return Answer(
            state="refused",
            message=f"{status}: not authorised. Matomo's tracker does not answer so; a firewall or the web server did.",
        )
    if status == 429:
        return Answer(state="retry-later", message="429: too many requests for now.")
    if 300 <= status < 400:
        target = (reply.header("Location") or "another address")[:200]
        return Answer(
            state="rejected",
            message=f"{status}: redirected to {target}. It was not followed, for the hit would lose its body; "
            "correct matomo_url.",
        )
    document = reply.json() if body[:1] == b"{" or b'{"status"' in body else None
    if isinstance(document, Mapping) and ("tracked" in document or "invalid" in document):
        return _bulk(request, status, document)
    if status == 400:
        return _bad_request(request, body)
    if status == 404:
        return Answer(state="rejected", message="404: there is no matomo.php at this address; correct matomo_url.")
    if status == 503:
        return Answer(state="retry-later", message="503: tracking is switched off, or Matomo is under maintenance.")
    if status >= 500:
        return Answer(state="retry-later", message=f"{status}: the server failed.")
    if 400 <= status < 500:
        return Answer(state="rejected", message=f"{status}: the web server refused the request.")
    return _success(request, reply, document) if 200 <= status < 300 else Answer(state="unknown", message=str(status))


def _success(request: Request, reply: Reply, document: Any) -> Answer:
    status, body = reply.status, reply.body
    if _PAGE in body:
        return Answer(state="rejected", message=f"{status}: there was no parameter in the request.")
    if isinstance(document, Mapping):
        reason = str(document.get("message") or "JSON that is none of the tracker's")[:200]
        return Answer(state="unknown", message=f"{status}: {reason}; is this matomo.php?")
    kind = (reply.header("Content-Type") or "").lower()
    if status == 204 or body.startswith(_GIF) or "image/" in kind:
        return Answer(state="accepted", message=f"{status}: the hit was read, {_NOT_PROOF}.")
    if b"piwik.DEBUG" in body or b"matomo.DEBUG" in body:
        return Answer(
            state="accepted", message=f"{status}: the hit was read, and the server answered with its debug log."
        )
    if not body and (request.method.upper() == "HEAD" or not kind):
        return Answer(state="accepted", message=f"{status}: the answer is empty, {_NOT_PROOF}.")
    return Answer(
        state="unknown",
        message=f"{status}: a page that Matomo's tracker does not answer with, such as a proxy's or a login's.",
    )


def _bad_request(request: Request, body: bytes) -> Answer:
    tracking = read_tracking(request)
    gated = sorted({name for hit in tracking.hits for name in _needs(hit, request)})
    names = ", ".join(gated)
    if gated and not _has_token(request):
        return Answer(state="rejected", message=f"400: {names} needs a token with write access, and none was sent.")
    if gated:
        return Answer(
            state="refused",
            message=f"400: refused, and Matomo does not say why. The hit needed its token for {names}, so the token "
            f"may be to blame{_suspects(tracking.hits)}.",
        )
    page = "" if _PAGE in body or body.startswith(_GIF) or not body else " The page is not Matomo's own."
    return Answer(
        state="rejected",
        message="400: refused, and Matomo does not say why – its log does, or the finding at the hit. A database "
        f"that is down looks the same.{page}",
    )


def _suspects(hits: Sequence[Params]) -> str:
    """Other usual causes of a 400 that the hits are open to."""
    causes = []
    if any(hit.get("ec_id") for hit in hits):
        causes.append("an order id that the site has already")
    if any(goal_id(hit) > 0 for hit in hits):
        causes.append("a goal that the site does not have")
    return f" – or {' or '.join(causes)}" if causes else ""


def _bulk(request: Request, status: int, document: Mapping[str, Any]) -> Answer:
    tracked, invalid = _count(document.get("tracked")), _count(document.get("invalid"))
    if document.get("status") != "success":
        return Answer(
            state="retry-later",
            message=f"{status}: one hit of the bulk request broke, or the server did; all of them were taken back. "
            "With a token it can be a block after too many wrong ones.",
        )
    if invalid:
        hits = read_tracking(request).hits
        indices = document.get("invalid_indices")
        places = ", ".join(str(_count(index) + 1) for index in indices[:20]) if isinstance(indices, list) else ""
        where = f" (number {places})" if places else ""
        # The places are told to a superuser's token alone: then it was valid.
        gated = not isinstance(indices, list) and any(_needs(hit, request) for hit in hits) and _has_token(request)
        return Answer(
            state="refused" if gated else "rejected",
            message=f"{status}: {invalid} of {invalid + tracked} hits refused{where}"
            + ("; the token counts as possibly refused until it was checked." if gated else "."),
        )
    if not tracked:
        return Answer(
            state="rejected",
            message=f"{status}: no hit was read. The JSON was cut off, its list is empty, or tracking is switched off.",
        )
    return Answer(state="accepted", message=f"{status}: {tracked} hits were read, {_NOT_PROOF} of each.")


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _needs(hit: Params, request: Request) -> tuple[str, ...]:
    return needs_token(hit, request.at) if request.at is not None else needs_token({**hit, "cdt": ""}, 0.0)


def _has_token(request: Request) -> bool:
    tracking = read_tracking(request)
    return bool(tracking.token) or any(not php.empty(hit.get("token_auth", "")) for hit in tracking.hits)
