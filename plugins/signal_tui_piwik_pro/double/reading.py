"""The APIs that read: the tracker debugger with its logs, apps, tracker settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from signal_tui.api import Reply, Request, dump_json
from signal_tui_piwik_pro.double.accounts import Accounts
from signal_tui_piwik_pro.double.instance import GLOBAL, App
from signal_tui_piwik_pro.double.shown import log_row, session_row
from signal_tui_piwik_pro.double.store import Session, Store
from signal_tui_piwik_pro.hits import query_text
from signal_tui_piwik_pro.parameters import is_uuid

_APP = re.compile(r"/api/apps/v2/([^/]+)")
_SETTINGS = re.compile(r"/api/tracker/v2/settings/app/([^/]+)")
_VISITOR = re.compile(r"[a-zA-Z0-9]{16}", re.ASCII)
_TYPES = (*range(1, 10), *range(11, 25))


class Reading:
    """Answers questions."""

    def __init__(self, store: Store, accounts: Accounts, apps: Mapping[str, App]) -> None:
        self._store = store
        self._accounts = accounts
        self._apps = apps

    def handle(self, request: Request, path: str) -> Reply:
        """The answer to a question."""
        streams = {"/api/tracker/v1/debugger": self._debugger, "/api/tracker/v1/logs": self._logs}
        if path in streams:
            if not self._accounts.allows(request):
                return _text(401, "")
            try:
                query = dict(parse_qsl(query_text(request.url), keep_blank_values=True, max_num_fields=100))
            except ValueError:
                return _bad()
            return streams[path](request, query)
        found, settings = _APP.fullmatch(path), _SETTINGS.fullmatch(path)
        if found is None and settings is None:
            return _text(404, "404 page not found")
        if not self._accounts.allows(request):
            return _document(401, {"error": "access token not authorized"})
        if found is not None:
            app = self._apps.get(found[1].lower())
            return _error(404, "Not Found") if app is None else _resource("ppms/app", app.id, app.attributes())
        assert settings is not None
        return self._settings(settings[1].lower())

    def _settings(self, name: str) -> Reply:
        if name == "global":
            return _resource("tracker/settings/app/global", "global", GLOBAL)
        if not is_uuid(name):
            return _error(400, f'"{name[:60]}" is not valid UUID.')
        app = self._apps.get(name)
        return _error(403, "Access denied") if app is None else _resource("tracker/settings/app", name, app.settings())

    def _debugger(self, request: Request, query: Mapping[str, str]) -> Reply:
        numbers = {
            "limit": _whole(query.get("limit", "100"), 0, 2**64),
            "offset": _whole(query.get("offset", "0"), 0, 2**64),
            "lookup_window": _whole(query.get("lookup_window", "30"), 1, 300),
            "event_type": _whole(query.get("event_type", "1"), 1, 24),
        }
        visitor = query.get("visitor_id")
        wrong = None in numbers.values() or numbers["event_type"] not in _TYPES
        if wrong or not is_uuid(query.get("app_id", "")) or (visitor is not None and not _VISITOR.fullmatch(visitor)):
            return _bad()
        if query["app_id"].lower() not in self._apps:
            return _text(404, "404 page not found")
        since = (request.at or 0.0) - 60 * (numbers["lookup_window"] or 0)
        found = [one for one in reversed(self._store.sessions) if one.updated >= since and _fits(one, query)]
        first = numbers["offset"] or 0
        return _stream(session_row(one) for one in found[first : first + min(numbers["limit"] or 0, 1000)])

    def _logs(self, request: Request, query: Mapping[str, str]) -> Reply:
        names = query.get("log_uuids", "").split(",")
        if not is_uuid(query.get("app_id", "")) or not all(is_uuid(name) for name in names):
            return _bad()
        app = query["app_id"].lower()
        if app not in self._apps:
            return _text(404, "")
        rows = [self._store.requests[name.lower()] for name in names[:1000] if name.lower() in self._store.requests]
        return _stream(log_row(row) for row in rows if row.params.get("idsite", "").strip().lower() == app)


def _fits(session: Session, query: Mapping[str, str]) -> bool:
    if session.app != query["app_id"].lower():
        return False
    if "visitor_id" in query and query["visitor_id"].lower() != session.visitor:
        return False
    if "user_id" in query and query["user_id"] != session.user:
        return False
    if "ip" in query and query["ip"] != session.address:
        return False
    if "page_url" in query and not any(query["page_url"] in one.shown.get("event_url", "") for one in session.events):
        return False
    return "event_type" not in query or any(str(one.type) == query["event_type"] for one in session.events)


def _whole(sent: str, least: int, most: int) -> int | None:
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 20):
        return None
    return int(sent) if least <= int(sent) <= most else None


def _bad() -> Reply:
    return _text(400, "Request parameters deserialization error.")


def _text(status: int, text: str) -> Reply:
    return Reply(status=status, headers=(("Content-Type", "text/plain; charset=utf-8"),), body=text.encode())


def _stream(rows: Iterable[Mapping[str, Any]]) -> Reply:
    body = "".join(dump_json(row) + "\n" for row in rows)
    return Reply(status=200, headers=(("Content-Type", "application/x-ndjson"),), body=body.encode("utf-8", "replace"))


def _document(status: int, document: Mapping[str, Any]) -> Reply:
    body = dump_json(document).encode("utf-8", "replace")
    return Reply(status=status, headers=(("Content-Type", "application/vnd.api+json"),), body=body)


def _resource(type_: str, name: str, attributes: Mapping[str, Any]) -> Reply:
    return _document(200, {"data": {"type": type_, "id": name, "attributes": dict(attributes)}})


def _error(status: int, title: str) -> Reply:
    error = {"status": str(status), "code": "error.default", "title": title}
    return _document(status, {"errors": [error]})
