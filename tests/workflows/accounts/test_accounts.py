from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core import config
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Role
from core.errors import Conflict, NotAllowed, NotFound, Refused
from core.workflows.accounts import accounts, audit_log, sign_ins
from core.workflows.annotation import desk_preferences
from db import session
from tests.annotation.people import confirmed

GOOD = "correct horse battery"
WRONG = "wrong horse battery"

pytestmark = pytest.mark.usefixtures("database")


class Clock:
    """The time, as far as the database is concerned."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1)

    def pass_s(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(session, "now", lambda: clock.time)
    return clock


def fail(name: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(NotAllowed, match="do not go together"):
            sign_ins.sign_in(name, WRONG)


def test_who_signs_in_is_known_by_the_token_until_signing_out() -> None:
    made = accounts.create("Anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    account, token = sign_ins.sign_in("anna", GOOD)
    assert account == made == sign_ins.account_of_token(token)
    sign_ins.sign_out(token)
    assert sign_ins.account_of_token(token) is None


def test_no_password_and_no_token_can_be_read_from_the_database(database: Path) -> None:
    accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    _, token = sign_ins.sign_in("anna", GOOD)
    kept = b"".join(file.read_bytes() for file in database.parent.glob("earshot.db*"))
    assert GOOD.encode() not in kept
    assert token.encode() not in kept


def test_an_unknown_name_and_a_wrong_password_are_refused_in_the_same_words() -> None:
    accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    closed = accounts.create("closed", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    accounts.deactivate(closed.id, actor=COMMAND_LINE)
    words = set()
    for name, password in [("anna", WRONG), ("nobody", GOOD), ("closed", GOOD), ("anna", "x" * 10_000)]:
        with pytest.raises(NotAllowed) as refusal:
            sign_ins.sign_in(name, password)
        words.add(str(refusal.value))
    assert len(words) == 1


def test_a_name_with_accents_is_found_in_its_own_spelling() -> None:
    accounts.create("Zoé Émile", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    assert sign_ins.sign_in(" Zoé Émile ", GOOD)[0].name == "Zoé Émile"


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_five_wrong_passwords_slow_the_sixth_try_down(name: str, clock: Clock) -> None:
    accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    fail(name, 5)
    with pytest.raises(NotAllowed, match="Wait 30 seconds"):
        sign_ins.sign_in(name, GOOD)
    clock.pass_s(31)
    fail(name, 1)
    with pytest.raises(NotAllowed, match="Wait 60 seconds"):
        sign_ins.sign_in(name, GOOD)


def test_the_right_password_after_the_wait_ends_the_slowness(clock: Clock) -> None:
    accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    fail("anna", 5)
    clock.pass_s(31)
    sign_ins.sign_in("anna", GOOD)
    fail("anna", 4)
    assert sign_ins.sign_in("anna", GOOD)[0].name == "anna"


def test_many_guesses_at_once_are_not_more_than_five() -> None:
    accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)

    def guess(number: int) -> str:
        with pytest.raises(NotAllowed) as refusal:
            sign_ins.sign_in("anna", f"{WRONG} {number}")
        return str(refusal.value)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(12)))
    assert sum("do not go together" in answer for answer in answers) == 5


def test_a_sign_in_ends_after_the_hours_of_the_settings(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_IDLE_HOURS", "24")
    config.settings.cache_clear()
    accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    _, token = sign_ins.sign_in("anna", GOOD)
    clock.pass_s(12 * 3600 - 1)
    assert sign_ins.account_of_token(token) is not None
    clock.pass_s(2)
    assert sign_ins.account_of_token(token) is None


def test_signing_out_everywhere_ends_every_sign_in_of_that_account_only() -> None:
    anna = accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    accounts.create("ben", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    tokens = [sign_ins.sign_in("anna", GOOD)[1] for _ in range(2)]
    _, others = sign_ins.sign_in("ben", GOOD)
    assert accounts.sign_out_everywhere(anna.id) == 2
    assert [sign_ins.account_of_token(token) for token in tokens] == [None, None]
    assert sign_ins.account_of_token(others) is not None


def test_a_new_password_ends_the_sign_ins_made_with_the_old_one() -> None:
    anna = accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    _, token = sign_ins.sign_in("anna", GOOD)
    accounts.set_password(anna.id, "another long one", actor=COMMAND_LINE)
    assert sign_ins.account_of_token(token) is None
    fail("anna", 1)
    assert sign_ins.sign_in("anna", "another long one")[0] == anna


def test_a_deactivated_account_is_out_at_once_and_comes_back_when_reactivated() -> None:
    anna = accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    _, token = sign_ins.sign_in("anna", GOOD)
    assert not accounts.deactivate(anna.id, actor=COMMAND_LINE).can_sign_in
    assert sign_ins.account_of_token(token) is None
    accounts.reactivate(anna.id, actor=COMMAND_LINE)
    assert sign_ins.sign_in("anna", GOOD)[0].name == "anna"


def test_a_new_role_holds_for_sign_ins_that_exist() -> None:
    anna = accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    _, token = sign_ins.sign_in("anna", GOOD)
    accounts.set_role(anna.id, Role.STAFF, actor=COMMAND_LINE)
    signed_in = sign_ins.account_of_token(token)
    assert signed_in is not None
    assert signed_in.role is Role.STAFF


def test_the_last_administrator_stays_one() -> None:
    admin = accounts.create_first_administrator("root", GOOD)
    accounts.create("no password", None, Role.ADMIN, actor=COMMAND_LINE)
    with pytest.raises(Conflict, match="last administrator"):
        accounts.deactivate(admin.id, actor=confirmed(admin))
    with pytest.raises(Conflict, match="last administrator"):
        accounts.set_role(admin.id, Role.STAFF, actor=confirmed(admin))
    accounts.create("second", GOOD, Role.ADMIN, actor=confirmed(admin))
    assert accounts.set_role(admin.id, Role.STAFF, actor=confirmed(admin)).role is Role.STAFF


def test_of_many_first_administrators_at_once_one_is_made() -> None:
    assert accounts.is_first_start()

    def try_it(number: int) -> bool:
        try:
            accounts.create_first_administrator(f"root {number}", GOOD)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_it, range(8))) == 1
    assert not accounts.is_first_start()


def test_a_judge_known_from_an_import_does_not_close_the_first_start() -> None:
    accounts.create("judge_1", None, Role.JUDGE, actor=COMMAND_LINE)
    assert accounts.is_first_start()
    fail("judge_1", 1)


@pytest.mark.parametrize("name", ["", "   ", "a" * 81, "a\nb", "<b>", "..", "a\x00"])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(Refused, match="cannot be a name"):
        accounts.create(name, GOOD, Role.JUDGE, actor=COMMAND_LINE)


@pytest.mark.parametrize("password", ["", "too short", " " * 12, "x" * 501])
def test_short_blank_and_endless_passwords_are_refused(password: str) -> None:
    with pytest.raises(Refused, match="password is too"):
        accounts.create("anna", password, Role.JUDGE, actor=COMMAND_LINE)


def test_a_name_is_taken_in_whatever_case() -> None:
    accounts.create("Anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    with pytest.raises(Conflict, match="already an account"):
        accounts.create("aNNA", GOOD, Role.JUDGE, actor=COMMAND_LINE)


def test_an_unknown_account_is_named() -> None:
    with pytest.raises(NotFound, match="number 7"):
        accounts.set_password(7, GOOD, actor=COMMAND_LINE)
    with pytest.raises(NotFound, match="'nobody'"):
        accounts.account_named("nobody")


def test_what_is_done_to_accounts_stands_in_the_audit_log() -> None:
    admin = accounts.create_first_administrator("root", GOOD)
    anna = accounts.create("anna", GOOD, Role.JUDGE, actor=confirmed(admin))
    _, token = sign_ins.sign_in("anna", GOOD)
    sign_ins.sign_out(token)
    accounts.deactivate(anna.id, actor=COMMAND_LINE)
    log = [(entry.actor, entry.action, entry.subject) for entry in audit_log.entries().items]
    assert log[0] == ("command line", "deactivate account", "anna")
    assert ("anna", "sign in", "anna") in log
    assert ("anna", "sign out", "anna") in log
    assert ("root", "add account", "anna") in log


def test_who_it_was_a_moment_ago_is_remembered_until_something_changes(monkeypatch) -> None:
    anna = accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    _, token = sign_ins.sign_in("anna", GOOD)
    assert sign_ins.cached_account_of_token(token) is None
    assert sign_ins.account_of_token(token) == sign_ins.cached_account_of_token(token) == anna
    accounts.set_role(anna.id, Role.STAFF, actor=COMMAND_LINE)
    assert sign_ins.cached_account_of_token(token) is None
    assert sign_ins.account_of_token(token).role is Role.STAFF
    monkeypatch.setattr(sign_ins, "LATELY_S", 0.0)
    assert sign_ins.cached_account_of_token(token) is None


def test_who_signed_out_is_forgotten_at_once() -> None:
    accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    _, token = sign_ins.sign_in("anna", GOOD)
    assert sign_ins.account_of_token(token) is not None
    sign_ins.sign_out(token)
    assert sign_ins.cached_account_of_token(token) is None


def test_whoever_signs_in_on_a_french_page_is_spoken_to_in_french_until_they_choose() -> None:
    anna = accounts.create("anna", GOOD, Role.JUDGE, actor=COMMAND_LINE)
    sign_ins.sign_in("anna", GOOD, speaks="en")
    assert accounts.account_named("anna").speaks == "en"
    sign_ins.sign_in("anna", GOOD, speaks="fr")
    assert accounts.account_named("anna").speaks == "fr"
    accounts.set_language(anna.id, "en", actor=Actor.of(anna))
    desk_preferences.save_preferences(anna, desk_preferences.DeskPreferences())  # as the desk does with the language
    sign_ins.sign_in("anna", GOOD, speaks="fr")
    assert accounts.account_named("anna").speaks == "en"
