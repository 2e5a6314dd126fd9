"""The sandbox's double: profiles, what is kept of a hit, limits, and answers to anything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from signal_tui.api import Form, Json, Raw, Reply, Request, SecretRef, basic
from signal_tui_woopra.double import ASSUMED, WoopraDouble
from signal_tui_woopra.double.people import EVENTS, PROFILES
from tests.woopra.integration import NOW, SANDBOXED, VENDOR, Server, track

KEY = (("Authorization", basic(SecretRef("app_id"), SecretRef("secret_key"))),)
PROJECT = WoopraDouble.config["project"]


def send(server: Server, endpoint: str = "ce", **pairs: str) -> Reply:
    return server(track(endpoint, **{"project": PROJECT, "cookie": "", **pairs}))


def ask(server: Server, path: str = "profile/actions", *, version: str = "3.10", **body: Any) -> Reply:
    url = f"https://www.woopra.com/rest/{version}/{path}"
    return server(Request(method="POST", url=url, headers=KEY, body=Json({"project": PROJECT, **body})))


def names(server: Server, **body: Any) -> list[str]:
    """The events of a profile, newest first, whatever their session."""
    days = ask(server, **body).json()["timeline"]
    return [entry["payload"]["name"] for day in days for entry in day["events"] if entry["type"] == "event"]


def test_an_event_is_there_with_its_properties() -> None:
    server = Server()
    assert send(server, cookie="C", ce_a="1", idptnc="abcdefghijkl").json() == {"success": True}
    (day,) = ask(server, cookie="C").json()["timeline"]
    shown, started = day["events"]
    assert shown["payload"]["props"] == [["a", "a", "1"]]
    assert (shown["payload"]["name"], shown["payload"]["idptnc"]) == ("purchase", "abcdefghijkl")
    assert started["type"] == "session_started"
    assert ask(server, cookie="other").json() == {"timeline": []}


def test_who_decides() -> None:
    server = Server()
    send(server, event="a", cookie="C")
    send(server, event="b", cookie="C", cv_email="e@x.example")
    send(server, event="c", cookie="D", cv_email="e@x.example", cv_id="u")
    assert names(server, cookie="C") == names(server, email="e@x.example") == names(server, id="u") == ["c", "b", "a"]
    send(server, event="d", cookie="C", cv_id="another")
    assert names(server, id="another") == ["d"]
    assert names(server, id="u") == ["c", "b", "a"]
    assert names(server, cookie="C") == ["d"]


def test_an_email_of_another_id_does_not_take_its_profile() -> None:
    server = Server()
    send(server, event="a", cv_id="u", cv_email="e@x.example")
    send(server, event="b", cv_id="v", cv_email="e@x.example")
    assert (names(server, id="u"), names(server, id="v")) == (["a"], ["b"])


def test_nobody_is_a_new_profile_each_time() -> None:
    server = Server()
    assert send(server, event="a", cv_name="Jane").status == 200
    assert names(server, cookie="") == []


def test_what_is_longer_is_cut() -> None:
    server = Server()
    send(server, event="a", cookie="c" * 30, cv_email="e" * 200)
    send(server, event="b", cookie="c" * 24 + "other")
    assert names(server, cookie="c" * 24) == ["b", "a"]
    assert ask(server, "profile", key="cookie", value="c" * 24).json()["properties"] == {"email": "e" * 140}


@pytest.mark.parametrize("project", ["other.example", f"https://{PROJECT}", PROJECT.upper()])
def test_another_project_is_dropped_without_a_word(project: str) -> None:
    server = Server()
    assert send(server, project=project, cookie="C").status == 200
    assert names(server, cookie="C") == []


@pytest.mark.parametrize("pairs", [{"project": ""}, {"event": ""}])
def test_malformed_hits(pairs: dict[str, str]) -> None:
    assert send(Server(), **{"cookie": "C", **pairs}).status == 400


def test_identify_changes_the_profile_alone() -> None:
    server = Server()
    send(server, "identify", cookie="C", cv_email="e@x.example", cv_plan="free", ce_a="1")
    assert names(server, cookie="C") == []
    shown = ask(server, "profile", key="email", value="e@x.example").json()
    assert shown["properties"] == {"email": "e@x.example", "plan": "free"}


def test_ways_to_send() -> None:
    server = Server()
    pairs = {"project": PROJECT, "event": "a", "cookie": "C"}
    url = "https://www.woopra.com/track/ce"
    server(Request(method="POST", url=url, body=Json(pairs)))
    server(Request(method="POST", url=url, body=Form(tuple(pairs.items()))))
    server(Request(method="POST", url=f"{url}?event=b", body=Json(pairs)))
    server(Request(method="GET", url=f"https://www.woopra.com/track/tp/{PROJECT}/ce/?event=c&cookie=C"))
    assert names(server, cookie="C") == ["c", "b", "a", "a"]


def test_an_update_changes_its_event() -> None:
    server = Server()
    send(server, cookie="C", ce_a="1", idptnc="abcdefghijkl")
    send(server, "update", cookie="C", ce_a="2", idptnc="abcdefghijkl")
    send(server, "ping", cookie="C")
    (day,) = ask(server, cookie="C").json()["timeline"]
    assert day["events"][0]["payload"]["props"] == [["a", "a", "2"]]
    assert day["meta"]["total"] == 1


def test_times_and_sessions() -> None:
    server = Server()
    for event, ahead in (("old", -86_400), ("early", -700), ("now", 0), ("future", 3600)):
        send(server, event=event, cookie="C", timestamp=str(int((NOW + ahead) * 1000)), timeout="600000")
    days = ask(server, cookie="C", limit=2).json()["timeline"]
    sessions = [[entry["payload"].get("name") for entry in day["events"]] for day in days]
    assert sessions == [["future", "now", None], ["early", None], ["old", None]]
    assert days[0]["events"][0]["payload"]["time"] == NOW * 1000
    server.at = NOW + 100_000
    assert names(server, cookie="C", limit=1) == []


@pytest.mark.parametrize("version", ["3.0", "3.7", "3.10"])
def test_versions_and_keys(version: str) -> None:
    server = Server()
    assert ask(server, version=version, cookie="C").status == 200
    assert ask(Server(app_id="x"), version=version, cookie="C").status == 401
    plain = Request(method="GET", url=f"https://www.woopra.com/rest/{version}/profile")
    assert server(plain).status == 401
    older = (("X-Access-Id", server.secrets["app_id"]), ("X-Access-Secret", server.secrets["secret_key"]))
    got = server(Request(method="GET", url=f"{plain.url}?project={PROJECT}&key=email&value=x", headers=older))
    assert (got.status, got.json()) == (200, {})
    assert ask(server, version=version, project="other.example").status == 403
    assert ask(server, "trends", version=version).status == 404


def test_limits() -> None:
    server = Server()
    assert [ask(server, cookie="C").status for _ in range(301)][-2:] == [200, 429]
    server.at += 61
    assert [ask(server, cookie="C").status for _ in range(301)][-2:] == [200, 429]
    server.at += 61
    late = ask(server, cookie="C")
    assert (late.status, late.header("Retry-After")) == (429, "3478")
    server.at += 3600
    assert ask(server, cookie="C").status == 200


def test_state_is_bounded() -> None:
    server = Server()
    for number in range(EVENTS + 20):
        send(server, event=f"e{number}", cookie="C")
    assert len(names(server, cookie="C")) == EVENTS
    for number in range(PROFILES + 20):
        send(server, event="e", cookie=f"D{number}")
    assert names(server, cookie="C") == names(server, cookie="D10") == []
    assert names(server, cookie="D20") == ["e"]


VALUES: dict[str, list[str]] = {
    "project": [PROJECT] * 6 + ["", "other.example", f"https://{PROJECT}", "a b"],
    "event": ["purchase", "pv", ""],
    "cookie": ["C", "", "c" * 25],
    "cv_email": ["e@x.example", "x" * 141],
    "cv_id": ["u", "x" * 141],
    "timestamp": [str(int(NOW * 1000)), "1795168480", "soon"],
    "timeout": ["", "30", "600000"],
    "ce_a": ["1"],
    "order_id": ["O-1"],
    "ip": ["", "10.0.0.1", "x"],
}


@hypothesis_settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(VALUES)), st.integers(0, 9)), st.sampled_from(["ce", "identify"]))
def test_forecast_and_double_agree_on_any_hit(changes: dict[str, int], endpoint: str) -> None:
    server = Server()
    chosen = {name: VALUES[name][index % len(VALUES[name])] for name, index in changes.items()}
    request = track(endpoint, **{"project": PROJECT, **chosen})
    known = {"project": {"name": PROJECT, "readable": True}}
    forecast = VENDOR.forecast(request, SANDBOXED, known)
    reply = server(request)
    assert (reply.status == 400) == (forecast.outcome == "rejected")
    if forecast.outcome == "rejected":
        return
    project = chosen.get("project", PROJECT)
    assert (forecast.outcome == "dropped") == (project not in (PROJECT, "other.example"))
    who = {"cv_id": "id", "cv_email": "email", "cookie": "cookie"}
    sent = {"cookie": "AH47DHS5SF182DIQZJD", **chosen}
    asked = {rest: sent[name] for name, rest in who.items() if sent.get(name)}
    if asked and endpoint == "ce":
        name, value = next(iter(asked.items()))
        assert (names(server, **{name: value, "limit": 30_000}) == [chosen.get("event", "purchase")]) == (
            project == PROJECT
        )
        # What is said to be cut is: the whole value and the cut one are one profile.
        assert ("altered" in {one.effect for one in forecast.findings if one.field in who}) == any(
            len(sent.get(one, "")) > most for one, most in (("cookie", 24), ("cv_email", 140), ("cv_id", 140))
        )


def test_all_that_is_assumed_is_named() -> None:
    assert all(sentence.partition(":")[0] in ("tracker", "people", "rest") for sentence in ASSUMED)


@given(
    method=st.sampled_from(["GET", "POST", "OPTIONS", "TRACE"]),
    url=st.one_of(
        st.text(max_size=60),
        st.text(max_size=40).map(lambda text: f"https://www.woopra.com/track/ce/?project={PROJECT}&event=e&{text}"),
        st.text(max_size=40).map(lambda text: f"https://www.woopra.com/rest/3.10/profile/actions?{text}"),
    ),
    body=st.one_of(st.none(), st.binary(max_size=60).map(lambda raw: Raw(raw, "application/json"))),
    header=st.text(max_size=20),
)
def test_anything_is_answered(method: str, url: str, body: Raw | None, header: str) -> None:
    headers = (("Authorization", header), ("User-Agent", header))
    reply = WoopraDouble().handle(
        Request(method=method, url=url, headers=headers, body=body, at=NOW, remote="127.0.0.1")
    )
    assert 200 <= reply.status < 500
