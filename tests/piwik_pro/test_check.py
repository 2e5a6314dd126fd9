"""What a check finds out of the sandbox and of broken instances, what is known then, and what sessions it lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from signal_tui.api import Check, Form, Reply, Request, Settings, VisitQuery
from signal_tui_piwik_pro.access import NotReadable
from signal_tui_piwik_pro.double import PiwikProDouble
from signal_tui_piwik_pro.double.instance import STRICT
from tests.piwik_pro.integration import VENDOR, settings
from tests.piwik_pro.live import NOW, SANDBOX, TOKEN, VISITOR, Debugger, Server, document, plain, run, stream


def checked(answers: Callable[[Request], Reply], config: Settings = SANDBOX) -> tuple[list[Check], Any]:
    checks: list[Check] = []
    flow = VENDOR.check(config)
    answer: Reply | None = None
    try:
        while True:
            step = flow.send(answer)
            answer = answers(step) if isinstance(step, Request) else None
            if isinstance(step, Check):
                checks.append(step)
    except StopIteration as stop:
        return checks, stop.value


def states(checks: list[Check]) -> dict[str, str]:
    return {check.check: check.state for check in checks}


def test_the_sandbox_is_fine() -> None:
    server = Server()
    checks, known = checked(server)
    assert states(checks) == {"API credentials": "ok", "app": "ok", "exclusions": "ok", "tracker debugger": "ok"}
    app = known["apps"][PiwikProDouble.config["idsite"]]
    assert (app["name"], app["ecommerce"], app["exclude_crawlers"], app["excluded_ips"]) == ("Shop", True, True, [])
    assert (known["credentials"], known["debugger"]) == ("valid", True)
    assert server.asked[0] == "/auth/token"
    assert "ppms.php" not in "".join(server.asked)


def test_what_the_settings_of_an_app_keep_out_is_told_and_known() -> None:
    config = settings(account_url=PiwikProDouble.config["account_url"], idsite=STRICT)
    checks, known = checked(Server(), config)
    assert states(checks)["e-commerce"] == "warn"
    told = {check.check: check.message for check in checks}
    assert "198.51.100.*" in told["exclusions"]
    assert "BadAgent" in told["exclusions"]
    assert "last 2 of 4" in told["addresses"]
    body = Form((("idsite", STRICT), ("rec", "1"), ("url", "https://strict.example.com/a"), ("cip", "198.51.100.7")))
    forecast = VENDOR.forecast(Request(method="POST", url="https://x/ppms.php", body=body), config, known)
    assert forecast.outcome == "dropped"
    assert forecast.assumed == ()


def test_without_credentials_it_says_what_to_do() -> None:
    checks, known = checked(Server(), settings("token_auth"))
    assert states(checks) == {"API credentials": "warn", "tracking token": "cannot-tell"}
    assert "signal-tui tokens set shop client_id" in checks[0].remedy
    assert known == {"credentials": "none"}


def test_refused_credentials_are_named_so_that_the_tracking_token_stays_usable() -> None:
    server = Server(client_secret="wrong")
    checks, known = checked(server)
    assert [(check.state, check.refused, check.secrets) for check in checks] == [("fail", True, ("client_secret",))]
    assert "Client authentication failed" in checks[0].message
    assert known == {"credentials": "refused"}
    assert server.asked == ["/auth/token"]


def test_an_app_that_is_not_there() -> None:
    checks, known = checked(Server(), settings(account_url="x.piwik.pro"))
    assert states(checks) == {"API credentials": "ok", "app": "fail", "tracker debugger": "fail"}
    assert known["debugger"] is False


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (Debugger(token=Reply(status=0, error="no route")), {"reachable": "fail"}),
        (Debugger(token=plain(302)), {"reachable": "fail"}),
        (Debugger(token=document([1])), {"reachable": "fail"}),
        (
            Debugger(others=plain(500)),
            {"API credentials": "ok", "app": "cannot-tell", "tracker debugger": "ok"},
        ),
        (
            Debugger(plain(404), others=document({"data": 1})),
            {"API credentials": "ok", "app": "cannot-tell", "tracker debugger": "fail"},
        ),
        (
            Debugger(others=document({"data": {"attributes": {"name": "X", "urls": 3}}})),
            {"API credentials": "ok", "app": "ok", "exclusions": "ok", "tracker debugger": "ok"},
        ),
    ],
)
def test_other_answers(answers: Debugger, expected: dict[str, str]) -> None:
    assert states(checked(answers)[0]) == expected


@hypothesis_settings(deadline=None)
@given(st.integers(0, 599), st.binary(max_size=200), st.booleans())
def test_no_answer_breaks_it(status: int, body: bytes, token: bool) -> None:
    reply = Reply(status=status, body=body)
    answers = Debugger(reply, reply, TOKEN if token else reply, reply)
    for check in checked(answers)[0]:
        assert check.message


# Sessions


def visits(answers: Callable[[Request], Reply], query: VisitQuery | None = None) -> Any:
    return run(VENDOR.visits(query or VisitQuery(), SANDBOX), answers)


def test_sessions_are_listed_newest_first() -> None:
    server = Server()
    for number, visitor in enumerate(("a" * 16, "b" * 16)):
        pairs = (("idsite", SANDBOX.text("idsite")), ("rec", "1"), ("_id", visitor), ("cip", f"203.0.113.{number}"))
        server.at = NOW + 60.0 * number
        server(Request(method="POST", url="https://x/ppms.php", body=Form(pairs)))
    found = visits(server)
    assert [one["visitor_id_hex"] for one in found] == ["b" * 16, "a" * 16]
    assert [(one["type"], one["timestamp"]) for one in found[0]["actions"]] == [("pageview", NOW + 60)]
    assert len(visits(server, VisitQuery(visitor="a" * 16))) == 1
    assert len(visits(server, VisitQuery(since=NOW + 30))) == 1
    assert len(visits(server, VisitQuery(limit=1))) == 1
    assert visits(server, VisitQuery(user="nobody")) == []


def test_what_cannot_be_listed_is_said() -> None:
    for answers in (Debugger(plain(404)), Debugger(token=plain(401))):
        with pytest.raises(NotReadable):
            visits(answers)
    with pytest.raises(NotReadable, match="16 hexadecimal"):
        visits(Debugger(), VisitQuery(visitor="somebody"))


def test_sessions_without_ids_are_listed_too() -> None:
    assert len(visits(Debugger(stream({"visitor_id_hex": VISITOR}, {"events": 3})))) == 2
