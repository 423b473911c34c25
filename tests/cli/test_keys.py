"""`python -m core keys ...`."""

from __future__ import annotations

import pytest

from core.domain.api_keys import Scope
from core.workflows.accounts import api_keys, audit_log
from db import session
from tests.cli.conftest import Json, Run


def test_a_key_is_printed_once_opens_what_it_says_and_is_not_stored(run: Run) -> None:
    result = run("keys", "add", "platform", "--scope", "score", "--scope", "read-decisions")
    secret = result.stdout.removeprefix("key: ").strip()
    key = api_keys.key_of_secret(secret)
    assert key is not None
    assert key.scopes == {Scope.SCORE, Scope.READ_DECISIONS}
    assert secret not in run("keys", "list").stdout + run("keys", "list", "--json").stdout
    with session.reading() as tx:
        rows = tx.exec_driver_sql("SELECT * FROM api_keys").all() + tx.exec_driver_sql("SELECT * FROM audit").all()
    assert secret not in str(rows)


def test_a_key_lists_its_limits_and_last_use(said: Json) -> None:
    more = ("--expires", "2099-12-31", "--per-minute", "60", "--network", "10.0.0.0/8", "--source", "school a")
    secret = said("keys", "add", "platform", "--scope", "import", *more)["key"]
    api_keys.key_of_secret(secret)
    (listed,) = said("keys", "list")["keys"]
    assert listed["expires_at"].startswith("2099-12-31T23:59")
    assert (listed["per_minute"], listed["networks"], listed["sources"]) == (60, ["10.0.0.0/8"], ["school a"])
    assert listed["used_at"]


def test_a_revoked_key_opens_nothing_and_its_name_is_not_used_again(run: Run, said: Json) -> None:
    secret = said("keys", "add", "platform", "--scope", "score")["key"]
    assert run("keys", "revoke", "platform").exit_code == 0
    assert api_keys.key_of_secret(secret) is None
    assert run("keys", "revoke", "platform").exit_code == 1
    assert run("keys", "add", "platform", "--scope", "score").exit_code == 1
    assert {entry.action for entry in audit_log.entries().items} == {"add key", "revoke key"}


@pytest.mark.parametrize(
    "wrong",
    [
        ["--scope", "score", "--expires", "2020-01-01"],
        ["--scope", "score", "--per-minute", "0"],
        ["--scope", "score", "--network", "school"],
        ["--scope", "score", "--source", ""],
    ],
)
def test_a_limit_that_cannot_be_is_refused_in_words(run: Run, wrong: list[str]) -> None:
    result = run("keys", "add", "platform", *wrong)
    assert result.exit_code == 1
    assert "Refused" in result.stderr
    assert api_keys.all_keys() == []


def test_a_key_needs_a_scope_that_there_is(run: Run) -> None:
    assert run("keys", "add", "platform").exit_code == 2
    assert run("keys", "add", "platform", "--scope", "everything").exit_code == 2
