"""The second step: codes of an authenticator, once each; recovery codes; who may turn it off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from core import config
from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Role
from core.errors import CodeNeeded, ConfirmationNeeded, Conflict, NotAllowed, Refused, Unavailable
from core.workflows.accounts import accounts, audit_log, second_step, server_secret, sign_ins, two_step
from core.workflows.accounts.second_step import TicketOver
from db import session
from tests.annotation.people import confirmed

PASSWORD = "a horse in the library"
BEGIN = datetime(2026, 5, 4, 10, 0, 10)  # ten seconds into a step

pytestmark = pytest.mark.usefixtures("database")


class Clock:
    def __init__(self) -> None:
        self.time = BEGIN

    def pass_s(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(session, "now", lambda: clock.time)
    return clock


class Enrolled:
    """Ada, an administrator with an authenticator app."""

    def __init__(self, clock: Clock) -> None:
        accounts.create("ada", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
        self.clock, account = clock, sign_ins.account_of_token(sign_ins.sign_in("ada", PASSWORD)[1])
        assert account is not None
        self.account: Account = account
        self.totp = pyotp.TOTP(two_step.begin_enrolment(account).secret)
        self.recovery = two_step.enrol(account, self.code())
        clock.pass_s(60)

    def code(self, *, shift_s: float = 0.0) -> str:
        """What the app shows, by a clock that differs by so much."""
        return self.totp.at((self.clock.time - datetime(1970, 1, 1)).total_seconds() + shift_s)

    def ticket(self) -> str:
        with pytest.raises(CodeNeeded) as asked:
            sign_ins.sign_in("ada", PASSWORD)
        return asked.value.ticket


@pytest.fixture
def ada(clock: Clock) -> Enrolled:
    return Enrolled(clock)


def test_a_right_password_alone_signs_nobody_in_who_has_a_second_step(ada: Enrolled) -> None:
    account, token = second_step.finish(ada.ticket(), ada.code())
    assert account.name == "ada"
    assert sign_ins.account_of_token(token) == account
    assert audit_log.entries(action="sign in").items[0].detail == {"by": "password and code"}


@pytest.mark.parametrize("code", ["", "000000", "12345", "abcdef", "1234567", "١٢٣٤٥٦", "AAAA-BBBB-CCCC-DDDD"])
def test_another_code_does_not(ada: Enrolled, code: str) -> None:
    with pytest.raises(NotAllowed, match="not right"):
        second_step.finish(ada.ticket(), code)


def test_a_code_counts_once_also_the_one_before_it(ada: Enrolled) -> None:
    code, before = ada.code(), ada.code(shift_s=-30)
    second_step.finish(ada.ticket(), code)
    for used in (code, before):
        with pytest.raises(NotAllowed, match="used before"):
            second_step.finish(ada.ticket(), used)


def test_of_the_same_code_many_times_at_once_one_counts(ada: Enrolled) -> None:
    tickets = [ada.ticket() for _ in range(4)]
    code = ada.code()

    def is_in(ticket: str) -> bool:
        try:
            second_step.finish(ticket, code)
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(is_in, tickets)) == 1


@pytest.mark.parametrize(("shift_s", "is_taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_differ_by_one_step(ada: Enrolled, shift_s: float, is_taken: bool) -> None:
    ticket, code = ada.ticket(), ada.code(shift_s=shift_s)
    if is_taken:
        assert second_step.finish(ticket, code)[0].name == "ada"
    else:
        with pytest.raises(NotAllowed):
            second_step.finish(ticket, code)


def test_the_code_used_at_enrolment_does_not_count_again(clock: Clock) -> None:
    ada = Enrolled(clock)
    clock.pass_s(-60)
    with pytest.raises(NotAllowed):
        second_step.finish(ada.ticket(), ada.code())


def test_five_wrong_codes_slow_the_next_down_whatever_the_ticket(ada: Enrolled) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed, match="not right"):
            second_step.finish(ada.ticket(), "000000")
    with pytest.raises(NotAllowed, match="Wait 30 seconds"):
        second_step.finish(ada.ticket(), ada.code())


def test_a_recovery_code_takes_the_place_of_a_code_once(ada: Enrolled) -> None:
    assert len(set(ada.recovery)) == two_step.RECOVERY_CODES
    second_step.finish(ada.ticket(), ada.recovery[0].lower().replace("-", " "))
    assert two_step.remaining_recovery_codes(ada.account) == 9
    with pytest.raises(NotAllowed):
        second_step.finish(ada.ticket(), ada.recovery[0])


def test_a_ticket_is_signed_and_good_for_minutes_and_for_the_password_it_was_given_for(ada: Enrolled) -> None:
    ticket = ada.ticket()
    for changed in ("", "x", ticket[:-2], ticket[1:], "W10.aa.bb"):
        with pytest.raises(TicketOver):
            second_step.finish(changed, ada.code())
    accounts.set_password(ada.account.id, "some other words", actor=COMMAND_LINE)
    with pytest.raises(TicketOver):
        second_step.finish(ticket, ada.code())


def test_a_ticket_of_an_account_that_was_closed_or_reset_meanwhile_opens_nothing(ada: Enrolled) -> None:
    ticket = ada.ticket()
    accounts.create("boss", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    accounts.deactivate(ada.account.id, actor=COMMAND_LINE)
    with pytest.raises(TicketOver):
        second_step.finish(ticket, ada.code())
    accounts.reactivate(ada.account.id, actor=COMMAND_LINE)
    two_step.reset(ada.account.id, actor=COMMAND_LINE)
    with pytest.raises(TicketOver):
        second_step.finish(ticket, ada.code())


def test_neither_secret_nor_recovery_code_can_be_read_from_the_database(ada: Enrolled, database: Path) -> None:
    stored = b"".join(file.read_bytes() for file in database.parent.glob("earshot.db*"))
    assert ada.totp.secret.encode() not in stored
    for code in ada.recovery:
        assert code.encode() not in stored
        assert code.replace("-", "").encode() not in stored


def test_with_another_secret_of_the_installation_recovery_codes_still_let_in(
    ada: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_secret, "server_secret", lambda: "another one")
    with pytest.raises(Unavailable, match="recovery code"):
        second_step.finish(ada.ticket(), ada.code())
    assert second_step.finish(ada.ticket(), ada.recovery[3])[0].name == "ada"


def test_enrolling_needs_a_right_code_and_a_recent_proof(clock: Clock) -> None:
    accounts.create("ada", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    account = sign_ins.account_of_token(sign_ins.sign_in("ada", PASSWORD)[1])
    assert account is not None
    two_step.begin_enrolment(account)
    with pytest.raises(NotAllowed):
        two_step.enrol(account, "000000")
    sign_ins.sign_in("ada", PASSWORD)  # nothing is asked yet
    clock.pass_s(11 * 60)
    with pytest.raises(ConfirmationNeeded):
        two_step.begin_enrolment(account)


def test_enrolling_ends_the_sign_ins_made_without_a_code(clock: Clock) -> None:
    accounts.create("ada", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    other, own = sign_ins.sign_in("ada", PASSWORD)[1], sign_ins.sign_in("ada", PASSWORD)[1]
    account = sign_ins.account_of_token(own)
    assert account is not None
    totp = pyotp.TOTP(two_step.begin_enrolment(account).secret)
    two_step.enrol(account, totp.at((clock.time - datetime(1970, 1, 1)).total_seconds()))
    assert sign_ins.account_of_token(other) is None
    assert sign_ins.account_of_token(own) is not None


def test_a_second_authenticator_does_not_silently_take_the_place_of_the_first(ada: Enrolled) -> None:
    ticket = ada.ticket()
    _, token = second_step.finish(ticket, ada.code())
    account = sign_ins.account_of_token(token)
    assert account is not None
    with pytest.raises(Conflict):
        two_step.begin_enrolment(account)
    with pytest.raises(Conflict):
        two_step.enrol(account, ada.code())


def test_it_is_turned_off_with_a_code_by_oneself_or_by_another_administrator(ada: Enrolled) -> None:
    _, token = second_step.finish(ada.ticket(), ada.code())
    account = sign_ins.account_of_token(token)
    assert account is not None
    with pytest.raises(NotAllowed):
        two_step.remove_own(account, "000000")
    with pytest.raises(Conflict, match="another administrator"):
        two_step.reset(account.id, actor=Actor.of(account))
    two_step.remove_own(account, ada.recovery[0])
    assert sign_ins.sign_in("ada", PASSWORD)[0].name == "ada"


def test_a_reset_ends_every_sign_in_and_the_password_alone_counts_again(ada: Enrolled) -> None:
    _, token = second_step.finish(ada.ticket(), ada.code())
    boss = accounts.create("boss", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    assert not two_step.reset(ada.account.id, actor=confirmed(boss)).has_two_steps
    assert sign_ins.account_of_token(token) is None
    assert sign_ins.sign_in("ada", PASSWORD)[0].name == "ada"


def test_where_it_is_required_an_administrator_does_not_turn_it_off(
    ada: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_REQUIRE_TOTP", "yes")
    config.settings.cache_clear()
    with pytest.raises(Refused, match="EARSHOT_REQUIRE_TOTP"):
        two_step.remove_own(ada.account, ada.recovery[0])
    boss = accounts.create("boss", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    assert two_step.is_required(boss)
    assert not two_step.is_required(accounts.account_named("ada"))


def test_the_codes_are_those_of_the_rfc() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B, the last six digits of SHA-1
    assert [pyotp.TOTP(secret).at(at) for at in (59, 1111111109, 2000000000)] == ["287082", "081804", "279037"]
