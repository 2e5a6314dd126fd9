"""What an answer to a hit says. 202 says only that the request was taken; it is read afterwards (documented)."""

from __future__ import annotations

from signal_tui.api import Answer, Reply, Request

_LATER = "it is read afterwards, so this does not say that it was recorded"


def read_answer(request: Request, reply: Reply) -> Answer:
    """The state of a hit or bulk request after its answer; total over any status and any body.

    202 and 400 are what the specification knows. 204, 401, 403 and 404 are what Signal's documentation adds.
    """
    status = reply.status
    if status == 0:
        return Answer(state="retry-later", message=reply.error or "no answer")
    if status == 202:
        return Answer(state="accepted", message=f"202: accepted, and {_LATER}.")
    if status in (200, 204):
        return _success(reply)
    if status == 400:
        return Answer(state="rejected", message="400: the request could not be read; Piwik PRO does not say why.")
    if status in (401, 403):
        return Answer(
            state="refused",
            message=f"{status}: refused. Signal's documentation says: a bad or missing token_auth; Piwik PRO's own "
            "specification knows no token for tracking, so a proxy may have answered.",
        )
    if status == 404:
        return Answer(state="rejected", message="404: the host is not the instance's, or there is no such app.")
    if 300 <= status < 400:
        target = (reply.header("Location") or "another address").split("?")[0][:200]
        return Answer(
            state="rejected",
            message=f"{status}: redirected to {target}; it was not followed. Set account_url to where it ends.",
        )
    if status == 413:
        return Answer(state="rejected", message="413: the request is too large; send fewer hits at once.")
    if status == 429 or status >= 500:
        return Answer(state="retry-later", message=f"{status}: the instance cannot take it now.")
    return Answer(state="unknown" if status < 300 else "rejected", message=f"{status}: no documented answer.")


def _success(reply: Reply) -> Answer:
    kind = (reply.header("Content-Type") or "").lower()
    if reply.body[:3] == b"GIF" or "image/" in kind:
        return Answer(state="accepted", message=f"{reply.status}: the pixel came, and {_LATER}.")
    if reply.status == 204 or not reply.body.strip():
        return Answer(state="accepted", message=f"{reply.status}: accepted, and {_LATER}.")
    return Answer(
        state="unknown",
        message=f"{reply.status}: a page that is not the tracker's, such as a proxy's or a login's.",
    )
