"""Strangers at the door: the first start, guesses, floods, forged proxies, large and slow bodies, huge numbers."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import Unavailable
from core.workflows.accounts import accounts, password_tries, passwords, sign_ins
from core.workflows.accounts.password_tries import Source
from core.workflows.accounts.passwords import hash_name
from db import session
from pages.http import cookie, first_start, password_queue
from pages.http.first_start import OneTimeCode
from tests.whole_app import account_and_token

PASSWORD = "a horse in the library"
FORM = {"name": "ada", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def ada(stranger: TestClient) -> accounts.Account:
    return accounts.create("ada", PASSWORD, Role.STAFF, actor=COMMAND_LINE)


def enter(browser: TestClient, password: str = PASSWORD, **options: Any) -> int:
    return browser.post("/sign-in", data={"name": "ada", "password": password}, **options).status_code


# --- the first start


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Host": "127.0.0.1", "Origin": "http://127.0.0.1"},
        {"Host": "[::1]", "Origin": "http://[::1]"},
    ],
)
def test_nobody_becomes_administrator_without_the_code(
    stranger: TestClient, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(first_start, "CODE", OneTimeCode())
    assert "One-time code" in stranger.get("/first-start", headers=headers).text
    for code in ("", "ABCD-ABCD-ABCD"):
        assert stranger.post("/first-start", data=FORM | {"code": code}, headers=headers).status_code == 403
    assert accounts.is_first_start()


def test_the_code_is_in_a_file_that_its_owner_alone_reads_and_is_gone_once_used(
    stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_start, "CODE", OneTimeCode())
    file = first_start.store_code()
    assert str(file) in first_start.invitation("http://127.0.0.1:8501")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    code = file.read_text().strip()
    assert stranger.post("/first-start", data=FORM | {"code": code}).headers["location"] == "/"
    assert not file.exists()


# --- guesses and floods


def test_a_strangers_guesses_do_not_lock_the_person_out_elsewhere(database: object) -> None:
    accounts.create("ada", PASSWORD, Role.STAFF, actor=COMMAND_LINE)
    for _ in range(12):
        with pytest.raises(sign_ins.NotAllowed):
            sign_ins.sign_in("ada", "not this one", source=Source("203.0.113.9"))
    assert sign_ins.sign_in("ada", PASSWORD, source=Source("198.51.100.7"))[0].name == "ada"
    with pytest.raises(sign_ins.NotAllowed, match="Wait"):
        sign_ins.sign_in("ada", PASSWORD, source=Source("203.0.113.9"))


def test_a_remembered_device_is_not_locked_by_a_stranger_at_the_same_address(stranger: TestClient, ada: object) -> None:
    assert enter(stranger) == 303
    device = {name: value for name, value in stranger.cookies.items() if name == cookie.DEVICE_NAME}
    stranger.cookies.clear()
    for _ in range(7):
        enter(stranger, "not this one at all")
    assert enter(stranger) == 401
    stranger.cookies.update(device)
    assert enter(stranger) == 303


def test_a_forged_or_foreign_device_is_no_remembered_one(stranger: TestClient, ada: object) -> None:
    accounts.create("eve", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    stranger.post("/sign-in", data={"name": "eve", "password": PASSWORD})
    of_eve = dict(stranger.cookies)
    assert cookie.device_of(of_eve, hash_name("eve"))
    assert not cookie.device_of(of_eve, hash_name("ada"))
    forged = of_eve[cookie.DEVICE_NAME].replace(hash_name("eve")[:20], hash_name("ada")[:20])
    assert not cookie.device_of({cookie.DEVICE_NAME: forged}, hash_name("ada"))


def test_one_address_does_not_guess_at_all_names_in_turn(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "verify_password", lambda *_: False)
    waits = 0
    for number in range(60):
        with pytest.raises(sign_ins.NotAllowed) as refusal:
            sign_ins.sign_in(f"name {number}", "guess", source=Source("203.0.113.9"))
        waits += "Wait" in str(refusal.value)
    assert waits == 30


def test_a_flood_of_sign_ins_hashes_few_at_once_and_turns_the_rest_away(
    stranger: TestClient, ada: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: list[int] = [0, 0]

    def slow(*_: object) -> bool:
        running[0] += 1
        running[1] = max(running)
        import time

        time.sleep(0.05)
        running[0] -= 1
        return False

    monkeypatch.setattr(passwords, "verify_password", slow)
    monkeypatch.setattr(password_tries, "PATIENCE", passwords.RetryDelay(free_tries=1000))
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: enter(stranger, "guess"), range(60)))
    assert running[1] <= password_queue.AT_ONCE
    assert answers.count(503) > 20
    assert set(answers) <= {401, 503}


def test_no_caller_hashes_more_than_two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LONGEST_WAIT_S", 0.01)
    with passwords._turn(), passwords._turn(), pytest.raises(Unavailable, match="Too many people"):
        passwords.hash_password("anything at all")


# --- proxies


FROM_PROXY = {"Host": "127.0.0.1:8501", "X-Forwarded-Host": "ears.example", "Origin": "https://ears.example"}


def test_a_forwarded_host_counts_from_a_trusted_proxy_only(
    stranger: TestClient, ada: object, setting: Callable[[str, str], None]
) -> None:
    refused = stranger.post("/sign-in", data={"name": "ada", "password": PASSWORD}, headers=FROM_PROXY)
    assert refused.status_code == 403
    assert "proxy_set_header Host $http_host" in refused.text
    setting("TRUSTED_PROXIES", "10.0.0.0/8")
    assert enter(stranger, headers=FROM_PROXY) == 403
    setting("TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1")
    assert enter(stranger, headers=FROM_PROXY) == 303
    assert enter(stranger, headers=FROM_PROXY | {"X-Forwarded-Host": "ears.example, other.example"}) == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://ears.example", 303),
        ("https://EARS.example:443", 303),
        ("http://ears.example", 403),
        ("https://ears.example:8443", 403),
        ("https://ears.example.evil.test", 403),
        ("https://user@ears.example", 403),
        ("null", 403),
    ],
)
def test_the_public_address_is_the_only_origin_besides_the_host(
    stranger: TestClient, ada: object, setting: Callable[[str, str], None], origin: str, status: int
) -> None:
    setting("PUBLIC_URL", "https://ears.example")
    assert enter(stranger, headers={"Host": "127.0.0.1:8501", "Origin": origin}) == status


def test_an_address_is_not_made_up_by_whoever_guesses(
    stranger: TestClient, ada: object, setting: Callable[[str, str], None]
) -> None:
    def guess(number: int) -> str:
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        return stranger.post("/sign-in", data={"name": "ada", "password": "wrong one"}, headers=headers).text

    assert "Wait" in [guess(number) for number in range(6)][-1]
    setting("TRUSTED_PROXIES", "127.0.0.1")
    assert "Wait" not in [guess(100 + number) for number in range(6)][-1]
    appended = {"X-Forwarded-For": "203.0.113.200, 203.0.113.250"}
    for _ in range(5):
        stranger.post("/sign-in", data={"name": "ada", "password": "wrong one"}, headers=appended)
    assert "Wait" in guess(250)


# --- bodies


# --- numbers, words, tokens


def test_a_locked_database_tells_no_path(stranger: TestClient, ada: object, monkeypatch: pytest.MonkeyPatch) -> None:
    _, token = account_and_token(Role.JUDGE, "anna")

    def locked(*_: object, **__: object) -> None:
        raise Unavailable(f"The database {config.settings().database} does not answer: database is locked")

    monkeypatch.setattr(sign_ins, "account_of_token", locked)
    monkeypatch.setattr(sign_ins, "sign_in", locked)
    texts = [stranger.post("/sign-in", data={"name": "ada", "password": PASSWORD}).text]
    stranger.cookies.set(cookie.NAME, cookie.sign(token))
    texts += [stranger.get(path, headers={"Accept": "text/html"}).text for path in ("/annotate", "/audio/1", "/api/me")]
    for text in texts:
        assert "database is locked" in text
        assert "earshot.db" not in text
        assert config.settings().storage not in text


def test_signing_in_again_ends_the_token_of_before(stranger: TestClient, ada: object) -> None:
    enter(stranger)
    before = stranger.cookies[cookie.NAME]
    enter(stranger)
    assert stranger.cookies[cookie.NAME] != before
    assert sign_ins.account_of_token(cookie.read(before) or "") is None


def test_a_sign_in_that_nobody_uses_ends(
    stranger: TestClient, ada: object, setting: Callable[[str, str], None]
) -> None:
    enter(stranger)
    assert stranger.get("/api/me").status_code == 200
    setting("IDLE_HOURS", "0.0000001")
    sign_ins._lately.clear()
    assert stranger.get("/api/me").status_code == 401


# --- the own password


def test_the_own_password_needs_the_current_one_and_ends_every_other_sign_in(stranger: TestClient, ada: object) -> None:
    elsewhere = sign_ins.sign_in("ada", PASSWORD)[1]
    enter(stranger)
    new = {"password": "a whale below the stairs", "again": "a whale below the stairs"}
    assert stranger.post("/password", data=new | {"current": "not this one"}).status_code == 401
    assert stranger.post("/password", data=new | {"current": PASSWORD, "again": "x"}).status_code == 422
    assert stranger.post("/password", data=new | {"current": PASSWORD}).status_code == 303
    assert stranger.get("/api/me").status_code == 200
    assert sign_ins.account_of_token(elsewhere) is None
    assert sign_ins.sign_in("ada", new["password"])[0].name == "ada"


def test_a_stolen_session_does_not_guess_the_password(stranger: TestClient, ada: object) -> None:
    enter(stranger)
    new = {"password": "a whale below the stairs", "again": "a whale below the stairs"}
    texts = [stranger.post("/password", data=new | {"current": f"guess {number}"}).text for number in range(7)]
    assert "Wait" in texts[-1]


@pytest.mark.parametrize(
    "password",
    [
        *("Password123!", "motdepasse1", "qwertyuiop", "1234567890", "aaaaaaaaaaaa", "abcabcabcabc", "Azertyuiop123"),
        *("p@ssw0rd1234", "Welcome2026!", "ada123456789", "AdaAdaAda12", "1q2w3e4r5t", "Bienvenue2025", "Earshot2026!"),
        *("passwordpassword", "251219992512", "iloveyou1234", "Admin-Admin-1"),
    ],
)
def test_passwords_that_are_tried_first_are_refused(database: object, password: str) -> None:
    with pytest.raises(accounts.Refused, match="tried first"):
        accounts.create("Ada", password, Role.JUDGE, actor=COMMAND_LINE)


def test_a_database_of_before_keeps_its_sign_ins(database: object) -> None:
    accounts.create("ada", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    _, token = sign_ins.sign_in("ada", PASSWORD)
    with session.writing() as tx:
        tx.exec_driver_sql("UPDATE sign_ins SET used_at = NULL")
    assert sign_ins.account_of_token(token) is not None
