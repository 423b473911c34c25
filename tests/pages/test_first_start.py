"""The first start: how the first administrator comes to be, and how nobody else does."""

from __future__ import annotations

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import NotAllowed
from core.workflows.accounts import accounts
from pages.http import first_start
from pages.http.first_start import OneTimeCode

CODE = "ABCDEFGHJKMN"
FORM = {"name": "ada", "password": "a horse in the library", "again": "a horse in the library", "code": CODE}


@pytest.fixture(autouse=True)
def code(monkeypatch: pytest.MonkeyPatch) -> OneTimeCode:
    fresh = OneTimeCode(CODE)
    monkeypatch.setattr(first_start, "CODE", fresh)
    return fresh


def test_a_stranger_without_accounts_is_led_to_the_first_start(stranger):
    for path in ("/", "/evaluate"):
        assert stranger.get(path, headers={"Accept": "text/html"}).headers["location"] == "/first-start"
    assert stranger.get("/sign-in").headers["location"] == "/first-start"


def test_with_the_code_the_administrator_is_made_and_signed_in(stranger):
    assert "One-time code" in stranger.get("/first-start").text
    assert stranger.post("/first-start", data=FORM).headers["location"] == "/"
    assert stranger.get("/api/me").json() == {"name": "ada", "role": "admin"}


def test_afterwards_it_is_gone(stranger):
    stranger.post("/first-start", data=FORM)
    again = stranger.post("/first-start", data=FORM | {"name": "eve"})
    assert again.headers["location"] == "/sign-in"
    assert len(accounts.all_accounts()) == 1
    assert stranger.get("/first-start").headers["location"] == "/sign-in"


def test_nothing_goes_without_the_code(stranger, code):
    for wrong in ("", "ABCD-ABCD-ABCD"):
        assert stranger.post("/first-start", data=FORM | {"code": wrong}).status_code == 403
    assert accounts.is_first_start()
    assert stranger.post("/first-start", data=FORM | {"code": code.words.lower()}).status_code == 303


def test_a_name_that_points_to_this_machine_is_not_this_machine(stranger):
    headers = {"Host": "rebound.example", "Origin": "http://rebound.example"}
    assert stranger.post("/first-start", data=FORM | {"code": ""}, headers=headers).status_code == 403
    assert accounts.is_first_start()


def test_wrong_codes_cost_a_wait_from_the_sixth_on(code, monkeypatch):
    for _ in range(5):
        with pytest.raises(NotAllowed, match="not the code"):
            code.check("wrong")
    with pytest.raises(NotAllowed, match=r"Wait \d+ seconds"):
        code.check(code.value)
    monkeypatch.setattr(first_start, "WAIT_S", 0.0)
    code.check(code.words)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"again": "another horse entirely"}, "differ"), ({"password": "short", "again": "short"}, "too short")],
)
def test_what_is_wrong_is_said_and_nobody_is_made(stranger, change, words):
    answer = stranger.post("/first-start", data=FORM | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="ada"' in answer.text
    assert accounts.is_first_start()


def test_judges_known_from_an_import_do_not_end_the_first_start(stranger):
    accounts.create("judge_1", None, Role.JUDGE, actor=COMMAND_LINE)
    assert stranger.get("/first-start").status_code == 200


def test_the_terminal_names_address_and_code(code, storage):
    words = first_start.invitation("http://127.0.0.1:8501")  # writes the file as well
    assert "http://127.0.0.1:8501/first-start" in words
    assert code.words in words
