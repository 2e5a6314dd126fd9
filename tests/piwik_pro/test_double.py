"""The double answers as the specifications say, agrees with the forecast, and is broken by nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from signal_tui.api import Form, Json, Raw, Reply, Request, form_pairs
from signal_tui.core.samples import sample_names, samples
from signal_tui_piwik_pro.double import ASSUMED, PiwikProDouble
from signal_tui_piwik_pro.double.instance import SHOP, STRICT
from signal_tui_piwik_pro.double.store import MOST_EVENTS, MOST_SESSIONS, Session, Store, StoredEvent
from signal_tui_piwik_pro.sessions import read_sessions, records
from signal_tui_piwik_pro.verify import verify
from tests.piwik_pro.integration import APP, VENDOR, mapped
from tests.piwik_pro.live import NOW, SANDBOX, Server, hit, run, weighed

ORIGIN = "https://piwik-pro.sandbox.example"
AGENT = ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0")


def ask(double: PiwikProDouble, method: str, path: str, body: Any = None, at: float = NOW, **headers: str) -> Reply:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return double.handle(Request(method=method, url=ORIGIN + path, headers=pairs, body=body, at=at, remote="127.0.0.1"))


def token(double: PiwikProDouble, at: float = NOW) -> str:
    sent = {"grant_type": "client_credentials", **{key: double.secrets[key] for key in ("client_id", "client_secret")}}
    answer = ask(double, "POST", "/auth/token", Json(sent), at).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 1800)
    return str(answer["access_token"])


def events(double: PiwikProDouble, app: str = SHOP) -> list[tuple[int, dict[str, Any]]]:
    """Type and content of all events, in the order they came."""
    bearer = f"Bearer {token(double)}"
    reply = ask(double, "GET", f"/api/tracker/v1/debugger?app_id={app}&lookup_window=300", Authorization=bearer)
    assert (reply.status, reply.header("Content-Type")) == (200, "application/x-ndjson")
    rows = records(list(reversed(read_sessions(reply.body))))
    return [(row.type, dict(row.event)) for row in rows]


BASE = {
    "idsite": SHOP,
    "rec": "1",
    "url": "https://shop.example.com/p",
    "_id": "a1b2c3d4e5f60718",
    "cip": "203.0.113.7",
}
VALUES: dict[str, list[str]] = {
    "idsite": [SHOP] * 8 + [SHOP.upper(), STRICT, APP, "7", "x", ""],
    "rec": ["1"] * 8 + ["0", ""],
    "url": ["https://shop.example.com/p?gclid=1#x", "https://strict.example.com/", "/rel", "", "https://s.example/?q=x"],
    "action_name": ["P", ""],
    "_id": ["a1b2c3d4e5f60718", "zz", ""],
    "cid": ["0123456789abcdef", "x"],
    "uid": ["u", ""],
    "e_t": ["order", "cart-update", "product-detail-view", "add-to-cart", "remove-from-cart", "purchase"],
    "idgoal": ["0", "3", "view", ""],
    "ec_id": ["O-1", ""],
    "revenue": ["5", "12,5", ""],
    "ec_products": ['[["S","n",["c","d"],1,1,"b","v"]]', "x", "[]", '[["S"]]'],
    "ec_items": ['[["S","n","c",1,1]]', "null"],
    "e_c": ["c", "c" * 16385],
    "e_a": ["a"],
    "e_n": ["n"],
    "e_v": ["98.00", "-1", "x"],
    "search": ["s"],
    "search_cats": ['["a"]', "x", "[[[]]]"],
    "search_count": ["3", "x", "1e9"],
    "download": ["https://s.example/a"],
    "link": ["https://o.example/"],
    "c_n": ["B"],
    "c_i": ["click"],
    "ping": ["1", "6", "9"],
    "cip": ["198.51.100.7", "bad", "2001:db8::1", ""],
    "uia": ["1"],
    "rmip": ["1"],
    "cdt": [str(NOW - 10), str(NOW + 9999), "x", "2026-11-20 09:54:00"],
    "ua": ["Googlebot/2.1", "BadAgent", "Mozilla/5.0"],
    "dimension2": ["d"],
    "send_image": ["0", "1"],
}  # fmt: skip
CHANGES = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))),
    max_size=6,
)


@hypothesis_settings(derandomize=True, max_examples=300, deadline=None)
@given(CHANGES, st.sampled_from(["form", "flat", "query", "bulk"]))
def test_it_agrees_with_the_forecast(changes: list[tuple[str, str]], encoding: str) -> None:
    pairs = {**BASE, **dict(changes)}
    query = f"?{urlencode(pairs)}"
    bodies: dict[str, Any] = {
        "form": Form(tuple(pairs.items())),
        "flat": Json(pairs),
        "bulk": Json({"requests": [query]}),
    }
    url = f"{ORIGIN}/ppms.php{query if encoding == 'query' else ''}"
    request = Request(
        method="POST", url=url, headers=(AGENT,), body=bodies.get(encoding), at=float(NOW), remote="127.0.0.1"
    )
    double = PiwikProDouble()
    known = {"apps": {name: app.known() for name, app in double.apps.items()}, "apps_complete": True}
    forecast = VENDOR.forecast(request, SANDBOX, known)
    reply = double.handle(request)
    assert reply.status == forecast.status
    shown = events(double, SHOP) + events(double, STRICT)
    kinds = [one for one in shown if one[0] not in (17, 18)]
    if forecast.outcome == "unknown":
        assert shown == []
    else:
        assert len(kinds) == len(forecast.records)
    for number, event in shown:
        assert ("error_message" in event) is (number == 17)
        assert ("exclusion_reason" in event) is (number == 18)


@pytest.mark.parametrize("preset", ["default", "recommended"])
@pytest.mark.parametrize("name", sample_names())
def test_every_sample_gets_the_verdict_that_was_forecast(name: str, preset: str) -> None:
    sample = next(one for one in samples(datetime.fromtimestamp(NOW, UTC)) if one.name == name)
    payload = mapped(sample.event, preset, SANDBOX)
    if payload.status == "skipped":
        assert sample.event.type in ("identify", "group") or preset == "default"
        return
    server = Server()
    (request,) = payload.requests
    forecast = VENDOR.forecast(request, SANDBOX, {})
    marked = VENDOR.mark(request, "k3v9x2ab5c6d")
    assert marked is not None
    sent = server.send(marked)
    assert sent.reply is not None
    assert VENDOR.read_reply(marked, sent.reply).state == "accepted"
    (found,) = run(verify([sent], SANDBOX), server)
    expected = {"recorded": "found", "altered": "altered", "dropped": "excluded"}[forecast.outcome]
    assert found.state == expected, found
    if preset == "default":
        assert "[assumed: a flat JSON object is read as one hit" in found.evidence
    elif expected == "found":
        assert "assumed" not in found.evidence
        assert weighed(found, "altered") == []


def test_a_visitor_has_one_session_and_a_device_joins_it() -> None:
    double = PiwikProDouble()

    def send(at: float, **more: str) -> None:
        body = Form(tuple({**BASE, **more}.items()))
        ask(double, "POST", "/ppms.php", body, at, User_Agent="Mozilla/5.0")

    send(NOW)
    send(NOW + 10, uid="john")
    send(NOW + 20, _id="ffffffffffffffff")
    assert len(double.store.sessions) == 1
    session = double.store.sessions[0]
    assert (session.cookie, session.user, session.visitor) == ("a1b2c3d4e5f60718", "john", "a51dda7c7ff50b61")
    send(NOW + 30, _id="ffffffffffffffff", cip="203.0.113.8")
    send(NOW + 4000)
    assert len(double.store.sessions) == 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"app_id={SHOP}", 200),
        (f"app_id={SHOP}&limit=1&offset=2&ip=1.2.3.4&visitor_id={'a' * 16}&user_id=u&page_url=p&event_type=17", 200),
        ("", 400),
        ("app_id=7", 400),
        (f"app_id={SHOP}&limit=x", 400),
        (f"app_id={SHOP}&lookup_window=301", 400),
        (f"app_id={SHOP}&visitor_id=short", 400),
        (f"app_id={SHOP}&event_type=10", 400),
        (f"app_id={APP}", 404),
    ],
)
def test_the_debugger_checks_what_it_is_asked(query: str, status: int) -> None:
    double = PiwikProDouble()
    reply = ask(double, "GET", f"/api/tracker/v1/debugger?{query}", Authorization=f"Bearer {token(double)}")
    assert reply.status == status
    assert ask(double, "GET", f"/api/tracker/v1/debugger?{query}").status == 401


def test_raw_requests_hide_what_is_anonymised_and_the_token() -> None:
    double = PiwikProDouble()
    body = Json({**BASE, "token_auth": "secret", "pv_id": "ff5c6d", "e_v": 98.5})
    ask(double, "POST", "/ppms.php", body, Authorization="x", X_Forwarded_For="203.0.113.9")
    ((_, event),) = events(double)
    bearer = f"Bearer {token(double)}"
    names = ",".join(event["log_uuids"])
    reply = ask(double, "GET", f"/api/tracker/v1/logs?app_id={SHOP}&log_uuids={names}", Authorization=bearer)
    row = reply.json()
    assert row["query_params"] == {
        **{name: BASE[name] for name in ("idsite", "rec", "url", "_id")},
        "cip": "<anonymized>",
        "pv_id": "ff5c6d",
        "e_v": "98.5",
    }
    assert ["x-forwarded-for", "<anonymized>"] in row["headers"]
    assert b"secret" not in reply.body
    other = ask(double, "GET", f"/api/tracker/v1/logs?app_id={STRICT}&log_uuids={names}", Authorization=bearer)
    assert (other.status, other.body) == (200, b"")
    assert ask(double, "GET", f"/api/tracker/v1/logs?app_id={SHOP}&log_uuids=x", Authorization=bearer).status == 400


def test_tokens_end_after_half_an_hour() -> None:
    double = PiwikProDouble()
    bearer = f"Bearer {token(double)}"
    path = f"/api/apps/v2/{SHOP}"
    assert ask(double, "GET", path, at=NOW + 1799, Authorization=bearer).status == 200
    assert ask(double, "GET", path, at=NOW + 1801, Authorization=bearer).status == 401
    double.accounts.revoke()
    assert ask(double, "GET", path, Authorization=bearer).status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (Raw(b"grant_type=client_credentials&client_id=sandbox-client", "application/x-www-form-urlencoded"), 401),
        (Json({"grant_type": "password"}), 400),
        (Raw(b"{", "application/json"), 400),
        (None, 400),
    ],
)
def test_wrong_credentials(body: Any, status: int) -> None:
    assert ask(PiwikProDouble(), "POST", "/auth/token", body).status == status
    assert ask(PiwikProDouble(), "GET", "/auth/token").status == 405


def test_the_pixel_comes_when_it_is_asked_for() -> None:
    reply = ask(PiwikProDouble(), "GET", "/ppms.php?rec=1&send_image=1")
    assert (reply.status, reply.body[:3]) == (202, b"GIF")
    assert ask(PiwikProDouble(), "GET", "/ppms.php?rec=1").body == b""


def test_the_state_is_bounded() -> None:
    store = Store()
    for number in range(MOST_SESSIONS + 10):
        session = Session(app=SHOP, cookie=str(number), visitor=str(number), device=str(number))
        log = store.keep(0.0, "GET", (), {})
        store.add(session, StoredEvent(id=store.new_id(), type=1, at=0.0, log=log), 0.0)
    assert len(store.sessions) == MOST_SESSIONS == len(store.requests)
    last = store.sessions[-1]
    for _ in range(MOST_EVENTS + 500):
        log = store.keep(0.0, "GET", (), {})
        store.add(last, StoredEvent(id=store.new_id(), type=1, at=0.0, log=log), 0.0)
    assert len(store.requests) <= MOST_EVENTS
    assert sum(len(one.events) for one in store.sessions) == len(store.requests)


def test_what_is_assumed_is_listed() -> None:
    assert any("flat JSON" in line for line in ASSUMED)
    assert len(set(ASSUMED)) == len(ASSUMED)


PATHS = st.sampled_from(
    [
        "/ppms.php",
        "/auth/token",
        "/api/tracker/v1/debugger",
        "/api/tracker/v1/logs",
        f"/api/apps/v2/{SHOP}",
        "/api/tracker/v2/settings/app/global",
        f"/api/tracker/v2/settings/app/{STRICT}",
        "/",
    ]
)


@hypothesis_settings(deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PUT", "x"]),
    PATHS,
    st.text(max_size=30),
    st.binary(max_size=80),
    st.text(max_size=8),
)
def test_nothing_breaks_it(method: str, path: str, query: str, body: bytes, header: str) -> None:
    double = PiwikProDouble()
    for bearer in (header, f"Bearer {token(double)}"):
        raw = Raw(body, "application/json") if body else None
        reply = ask(double, method, f"{path}?{query}", raw, Authorization=bearer)
        assert reply.status != 500
    for at in (None, -1e20, 1e20, float("nan")):
        request = Request(method="POST", url=ORIGIN + "/ppms.php", body=Form(tuple(BASE.items())), at=at)
        assert double.handle(request).status == 202
    assert form_pairs(hit().request)
