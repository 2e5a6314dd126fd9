"""What an answer to a hit says. It says only whether the request was taken; whether a hit is there the timeline knows.

Signal documents 200 as processed, 202 as queued and 4xx as malformed or as an unknown project – and says elsewhere that
a wrong project is dropped silently. The bodies are not documented.
"""

from __future__ import annotations

from collections.abc import Mapping

from signal_tui.api import Answer, Reply, text_of

_NOT_PROOF = "which does not say that it was recorded: a wrong project is dropped silently"


def read_answer(reply: Reply) -> Answer:
    """The state of a hit after its answer; total over any status and any body.

    Never ``refused``: hits carry no key that could be.
    """
    status = reply.status
    if status == 0:
        return Answer(state="retry-later", message=reply.error or "There was no answer.")
    if 300 <= status < 400:
        target = (reply.header("Location") or "another address").split("?")[0][:200]
        return Answer(state="rejected", message=f"{status}: redirected to {target}, which was not followed.")
    if status == 429:
        return Answer(state="retry-later", message="429: too many requests for now.")
    if status in (401, 403):
        return Answer(
            state="rejected",
            message=f"{status}: not allowed. Woopra's tracker wants no key; a firewall or proxy answered.",
        )
    if status in (413, 414, 431):
        return Answer(state="rejected", message=f"{status}: the request is too long; send fewer properties.")
    if status == 408 or status >= 500:
        return Answer(state="retry-later", message=f"{status}: the server failed.")
    if 400 <= status < 500:
        return Answer(
            state="rejected",
            message=f"{status}: the request is malformed, or Woopra has no such project.{_words(reply)}",
        )
    return _success(reply) if 200 <= status < 300 else Answer(state="unknown", message=f"status {status}")


def _success(reply: Reply) -> Answer:
    status, kind = reply.status, (reply.header("Content-Type") or "").lower()
    if "text/html" in kind or reply.body.lstrip()[:1] == b"<":
        return Answer(
            state="unknown",
            message=f"{status}: a page that Woopra does not answer with, such as a proxy's or a login's.",
        )
    document = reply.json() if reply.body[:1] == b"{" else None
    if isinstance(document, Mapping) and _is_failure(document):
        return Answer(state="rejected", message=f"{status}, but the answer says that it failed.{_words(reply)}")
    if status == 202:
        return Answer(
            state="accepted", message=f"202: queued, to be processed later; do not send it again. Taken, {_NOT_PROOF}."
        )
    return Answer(state="accepted", message=f"{status}: taken, {_NOT_PROOF}.")


def _is_failure(document: Mapping[str, object]) -> bool:
    # No answer of Woopra's is documented; these are the usual ways to say no (assumed).
    return (
        document.get("success") is False
        or bool(document.get("error"))
        or text_of(document.get("status")).lower() in ("error", "fail", "failed")
    )


def _words(reply: Reply) -> str:
    """What a JSON answer says in words, as a sentence of its own."""
    document = reply.json() if reply.body[:1] == b"{" else None
    if isinstance(document, Mapping):
        for name in ("message", "error", "reason"):
            value = document.get(name)
            if isinstance(value, Mapping):
                value = value.get("message")
            if isinstance(value, str) and value:
                return f" Woopra says: {' '.join(value.split())[:200]}."
    return ""
