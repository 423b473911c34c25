"""`python -m core accounts ...`."""

from __future__ import annotations

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import NotAllowed
from core.workflows.accounts import accounts, sign_ins
from db import accounts as rows
from db import session
from tests.cli.conftest import Json, Run


def test_a_made_up_password_is_printed_once_and_signs_in(said: Json) -> None:
    made = said("accounts", "add", "Ines", "--role", "staff")
    account, _ = sign_ins.sign_in("Ines", made["password"])
    assert (account.name, account.role) == ("Ines", "staff")


def test_a_password_from_standard_input_is_not_printed(run: Run) -> None:
    result = run(
        "accounts", "add", "Ines", "--role", "judge", "--password-stdin", standard_input="long enough a word\n"
    )
    assert result.exit_code == 0
    assert "long enough" not in result.stdout + result.stderr
    assert sign_ins.sign_in("Ines", "long enough a word")


def test_an_empty_standard_input_is_no_password(run: Run) -> None:
    result = run("accounts", "add", "Ines", "--role", "judge", "--password-stdin")
    assert result.exit_code == 1
    assert "held no password" in result.stderr


def test_a_short_password_is_refused(run: Run) -> None:
    result = run("accounts", "add", "Ines", "--role", "judge", "--password-stdin", standard_input="short\n")
    assert result.exit_code == 1
    assert accounts.all_accounts() == []


def test_a_role_that_there_is_not_is_wrong_usage(run: Run) -> None:
    assert run("accounts", "add", "Ines", "--role", "queen").exit_code == 2


def test_a_new_password_replaces_the_old_one(run: Run, said: Json) -> None:
    old = said("accounts", "add", "Ines", "--role", "admin")["password"]
    new = run("accounts", "password", "Ines").stdout.removeprefix("password: ").strip()
    assert sign_ins.sign_in("Ines", new)
    with pytest.raises(NotAllowed):
        sign_ins.sign_in("Ines", old)


def test_a_role_changes_and_an_account_closes_and_opens(run: Run, said: Json) -> None:
    for name, role in (("Ines", "admin"), ("Malo", "judge")):
        said("accounts", "add", name, "--role", role)
    assert run("accounts", "role", "Malo", "staff").exit_code == 0
    assert run("accounts", "close", "Malo").exit_code == 0
    assert said("accounts", "list")["accounts"][1] == {
        "name": "Malo",
        "role": "staff",
        "active": False,
        "can_sign_in": False,
    }
    assert run("accounts", "open", "Malo").exit_code == 0
    assert said("accounts", "list")["accounts"][1]["active"]


def test_the_last_administrator_cannot_be_closed(run: Run, said: Json) -> None:
    said("accounts", "add", "Ines", "--role", "admin")
    result = run("accounts", "close", "Ines")
    assert result.exit_code == 1
    assert "last administrator" in result.stderr


@pytest.mark.usefixtures("database")
def test_a_lost_authenticator_is_reset_and_a_name_at_the_provider_is_written(run: Run) -> None:
    ines = accounts.create("Ines", "long enough a word", Role.ADMIN, actor=COMMAND_LINE)
    with session.writing() as tx:
        rows.set_two_step_since(tx, ines.id, session.now())
    assert "without a code" in run("accounts", "reset-second-step", "ines").stdout
    assert sign_ins.sign_in("Ines", "long enough a word")
    assert "ines@school.example" in run("accounts", "link", "Ines", "ines@school.example").stdout
    assert accounts.account_named("Ines").oidc_login == "ines@school.example"
    assert run("accounts", "link", "nobody", "x").exit_code == 1
