"""The double answers as a real Matomo 5.2 was recorded to answer.

Each case of the fixtures is replayed against a fresh double: its requests, the status and the kind of each answer, the
rows it adds, and what reading back shows. Tokens stand as names (``<super>``, ``<bad>``), long runs of one character as
``{{n*4096}}``, desktop agents as
``{chrome 101}``. Times were taken from the answers' Date, so they may differ by two seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from signal_tui.api import Raw, Reply, Request
from signal_tui_matomo.double import MatomoDouble
from signal_tui_matomo.double.tracker import GIF, PAGE

FOLDER = Path(__file__).parents[1] / "fixtures" / "matomo" / "recordings"
SECONDS = 2
TIMES = {"firstActionTimestamp", "lastActionTimestamp", "timestamp", "timeSpent", "visitDuration"}
_RUN = re.compile(r"\{\{(.)\*(\d+)\}\}", re.DOTALL)


def load_cases() -> dict[str, dict[str, Any]]:
    return {
        case["name"]: case
        for file in sorted(FOLDER.glob("*.json"))
        for case in json.loads(_RUN.sub(lambda run: run[1] * int(run[2]), file.read_text("utf-8")))
    }


CASES = load_cases()


def with_tokens(text: str) -> str:
    named = {
        "super": MatomoDouble.secrets["token_auth"],
        "bad": "f" * 32,
        "expired": "e" * 32,
        **MatomoDouble.tokens,
    }
    return re.sub(r"<([a-z_]+)>", lambda match: named.get(match[1], match[0]), text)


def with_agents(header: str) -> str:
    agent = r"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/\1.0.0.0 Safari/537.36"
    return re.sub(r"\{chrome (\d+)\}", agent, header)


def send(double: MatomoDouble, step: Mapping[str, Any]) -> Reply:
    body = with_tokens(step["body"]).encode(step.get("charset", "utf-8")) if step.get("body") is not None else b""
    headers = {name: with_agents(value) for name, value in step.get("headers", {}).items()}
    if step.get("form"):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return double.handle(
        Request(
            method=step["method"],
            url="https://matomo.sandbox.example" + with_tokens(step["path"]),
            headers=tuple(headers.items()),
            body=Raw(body, headers.get("Content-Type", "")) if body else None,
            at=step["at"],
            remote="127.0.0.1",
        )
    )


def kind_of(reply: Reply) -> str:
    """The kind of an answer's body, or the body itself where it is JSON."""
    media_type = (reply.header("Content-Type") or "").partition(";")[0]
    if media_type == "application/json" and reply.body:
        return "json"
    for name, content in (("", b""), ("gif", GIF), ("page", PAGE), ("gif+page", GIF + PAGE)):
        if reply.body == content:
            return name
    return media_type


def read_back(double: MatomoDouble, at: float) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for site in (1, 2, 3):
        url = (
            "https://matomo.sandbox.example/index.php?module=API&method=Live.getLastVisitsDetails&format=json"
            f"&idSite={site}&filter_limit=-1"
        )
        token = Raw(f"token_auth={MatomoDouble.secrets['token_auth']}".encode(), "application/x-www-form-urlencoded")
        # Asked from another address: the case's own may be blocked.
        reply = double.handle(Request(method="POST", url=url, body=token, at=at, remote="192.0.2.9"))
        answer = json.loads(reply.body)
        assert isinstance(answer, list), answer
        rows += answer
    return sorted(rows, key=lambda row: row["idVisit"])


def counted(visits: list[dict[str, Any]]) -> dict[str, int]:
    kinds = [action["type"] for visit in visits for action in visit["actionDetails"]]
    conversions = sum(kind in ("goal", "ecommerceOrder", "ecommerceAbandonedCart") for kind in kinds)
    return {"visits": len(visits), "actions": len(kinds) - conversions, "conversions": conversions}


def differences(expected: Any, found: Any, place: str = "") -> list[str]:
    """Where two trees differ; only what is expected is compared."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            line
            for name, value in expected.items()
            for line in (
                differences(value, found[name], f"{place}.{name}")
                if name in found
                else [f"{place}.{name}: expected {value!r}, not there"]
            )
        ]
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return [f"{place}: expected {len(expected)} of them, found {len(found)}"]
        return [
            line
            for number, (mine, theirs) in enumerate(zip(expected, found, strict=True))
            for line in differences(mine, theirs, f"{place}[{number}]")
        ]
    name = place.rpartition(".")[2]
    if name in TIMES and isinstance(expected, int) and isinstance(found, int):
        return [] if abs(expected - found) <= SECONDS else [f"{place}: expected {expected}, found {found}"]
    return (
        []
        if expected == found and type(expected) is type(found)
        else [f"{place}: expected {expected!r}, found {found!r}"]
    )


def replay(case: Mapping[str, Any], cases: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What the double does otherwise than the recorded Matomo."""
    double = MatomoDouble()
    for name in case.get("after", ()):
        for step in cases[name]["steps"]:
            send(double, step)
    for name, value in case.get("switches", {}).items():
        setattr(double.switches, name, value)
    problems: list[str] = []
    at = case["steps"][0]["at"]
    before = counted(read_back(double, at))
    for number, step in enumerate(case["steps"]):
        at = step["at"]
        reply = send(double, step)
        place = f"step {number}"
        if reply.status != step["status"]:
            problems.append(f"{place}: expected status {step['status']}, found {reply.status} {reply.body[:200]!r}")
        if "kind" in step and kind_of(reply) != step["kind"]:
            problems.append(f"{place}: expected a body {step['kind']!r}, found {kind_of(reply)!r}")
        if "json" in step:
            problems += differences(step["json"], json.loads(reply.body or b"null"), place)
        if "says" in step and step["says"] not in reply.body.decode("utf-8", "replace"):
            problems.append(f"{place}: expected {step['says']!r} in {reply.body[:200]!r}")
    visits = read_back(double, at + 5)
    if "delta" in case:
        after = counted(visits)
        problems += differences(case["delta"], {name: after[name] - before[name] for name in after}, "delta")
    expected = case.get("visits", [])
    chosen = visits[-len(expected) :] if expected else []
    problems += differences(expected, chosen, "visits")
    return problems


@pytest.mark.parametrize("name", CASES)
def test_the_double_answers_as_recorded(name: str) -> None:
    assert replay(CASES[name], CASES) == []


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120
