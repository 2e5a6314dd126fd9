"""``index.php``: who asks, in which format, and what the answer looks like when something is wrong."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from signal_tui.api import Reply, Request, encode
from signal_tui_matomo import php
from signal_tui_matomo.double.accounts import Accounts, Blocked, Place
from signal_tui_matomo.double.calls import PLUGINS, ApiError, Call
from signal_tui_matomo.double.methods import METHODS
from signal_tui_matomo.double.sites import ANONYMOUS, Switches, User
from signal_tui_matomo.double.visits import Log
from signal_tui_matomo.hits import body_variables, query_text, query_variables

_FORMATS = ("console", "csv", "html", "json", "original", "rss", "tsv", "xml")
_TOKEN = "Unable to authenticate with the provided token. It is either invalid"


class Reporting:
    """Answers calls of the Reporting API."""

    def __init__(self, log: Log, accounts: Accounts, switches: Switches) -> None:
        self._log = log
        self._accounts = accounts
        self._switches = switches

    def handle(self, request: Request) -> Reply:
        """The answer to a call. Total."""
        query, body = query_variables(request), body_variables(request)
        arguments = body | query
        if arguments.get("module") != "API":
            return _html(200, "Sign in", "Matomo")
        # The page for people answers a wrong token when the module is not in the query (observed).
        as_page = query.get("module") != "API"
        at, address = request.at or 0.0, request.remote or "127.0.0.1"
        form = arguments.get("format", "").lower()
        try:
            user = self._authenticate(query, body, address, at)
        except ApiError as error:
            if as_page:
                return _html(error.status, "An error occurred", str(error))
            return _render({"result": "error", "message": str(error)}, form, error.status)
        if form and form not in _FORMATS:
            known = ", ".join(_FORMATS)
            message = f"Error: Renderer format '{form}' not valid. Try any of the following instead: {known}."
            return _reply(200, "text/plain; charset=utf-8", message)
        call = Call(arguments, user, self._log, at, address, _batch(request))
        try:
            return _render(self._answer(call), form, 200)
        except ApiError as error:
            return _render({"result": "error", "message": str(error)}, form, error.status)

    def _authenticate(self, query: dict[str, str], body: dict[str, str], address: str, at: float) -> User:
        place: Place = "query" if query.get("token_auth") else "body"
        token = query.get("token_auth") or body.get("token_auth") or ""
        if php.empty(token):
            return ANONYMOUS
        try:
            self._accounts.check(address, at)
            if token == "anonymous":
                return ANONYMOUS
            user = self._accounts.user(token, place)
            if user is None:
                self._accounts.fail(address, at)
        except Blocked:
            raise ApiError("Too many failed logins. Please wait and try logging in again later.", 500) from None
        if user is None:
            how = ", expired or is required to be sent as a POST parameter." if place == "query" else " or expired."
            raise ApiError(_TOKEN + how, 401)
        return user

    def _answer(self, call: Call) -> Any:
        name = call.arguments.get("method", "")
        if not name:
            raise ApiError("The parameter 'method' isn't set in the Request, and a default value wasn't provided.")
        if name == "API.getBulkRequest":
            return self._bulk(call)
        method = METHODS.get(name)
        if method is not None:
            return method(call)
        plugin, _, rest = name.partition(".")
        if plugin not in PLUGINS:
            raise ApiError(
                f"The plugin {plugin} is not enabled. You can activate the plugin on Settings &gt; Plugins page in "
                "Matomo."
            )
        raise ApiError(
            f"The method '{rest}' does not exist or is not available in the module '\\Piwik\\Plugins\\{plugin}\\API'.",
            400,
        )

    def _bulk(self, call: Call) -> list[Any]:
        answers: list[Any] = []
        for written in call.batch[:50]:
            inner = php.parse_query(written.lstrip("?").encode("utf-8", "replace"))
            nested = replace(call, arguments=inner, batch=())
            try:
                answers.append(_wrapped(self._answer(nested)))
            except ApiError as error:
                answers.append({"result": "error", "message": str(error)})
        return answers


def _batch(request: Request) -> tuple[str, ...]:
    """The calls within ``API.getBulkRequest``: ``urls[0]``, ``urls[1]``, …"""
    body = encode(request).body.decode("utf-8", "replace")
    written = f"{query_text(request.url)}&{body}"
    if "urls" not in written:
        return ()
    return tuple(value for name, value in parse_qsl(written, errors="replace") if name.startswith("urls["))


def _wrapped(value: Any) -> Any:
    return value if isinstance(value, dict | list) else {"value": value}


def _render(value: Any, form: str, status: int) -> Reply:
    if form == "json":
        text = json.dumps(_wrapped(value), separators=(",", ":")).replace("/", "\\/")
        return _reply(status, "application/json; charset=utf-8", text)
    # assumed: of the other formats only XML is made, in the plainest way
    return _reply(status, "text/xml; charset=utf-8", '<?xml version="1.0" encoding="utf-8" ?>\n' + _xml(value))


def _xml(value: Any) -> str:
    if isinstance(value, dict) and value.get("result") == "error":
        return f'<result>\n\t<error message="{html.escape(str(value["message"]))}" />\n</result>'
    return f"<result>{_inner(value)}</result>"


def _inner(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(f"<{_tag(key)}>{_inner(item)}</{_tag(key)}>" for key, item in value.items())
    if isinstance(value, list | tuple):
        return "".join(f"<row>{_inner(item)}</row>" for item in value)
    return html.escape(php.scalar(value), quote=False)


def _tag(name: object) -> str:
    return "".join(character if character.isalnum() else "_" for character in str(name)) or "_"


def _html(status: int, title: str, message: str) -> Reply:
    page = (
        '<!DOCTYPE html>\n<html>\n<head>\n\t<meta charset="utf-8">\n\t<title>Matomo &rsaquo; Error</title>\n</head>\n'
        f'<body id="simple">\n<h1>{html.escape(title)}</h1>\n'
        f'<div class="content"><h2>{html.escape(message)}</h2></div>\n</body>\n</html>\n'
    )
    return _reply(status, "text/html; charset=utf-8", page)


def _reply(status: int, media_type: str, text: str) -> Reply:
    return Reply(
        status=status,
        headers=(("Content-Type", media_type), ("Cache-Control", "private, no-cache, no-store")),
        body=text.encode("utf-8", "replace"),
    )
