"""What cannot be taken back asks who it is once more: a stolen cookie does not get by."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core import config
from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.erasure import ModelsChoice
from core.domain.labels import Role
from core.errors import ConfirmationNeeded, NotAllowed, NotFound, Refused
from core.workflows.accounts import (
    accounts,
    audit_log,
    confirmation,
    external_annotators,
    oidc_links,
    sign_ins,
    two_step,
)
from core.workflows.maintenance import backup_restore, erasure, retention_rules, retention_run
from db import session

PASSWORD = "a horse in the library"
LONG_AGO = timedelta(minutes=11)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """`later(timedelta(minutes=11))`: so much time has passed."""
    begin, passed = session.now, [timedelta()]
    monkeypatch.setattr(session, "now", lambda: begin() + passed[0])

    def pass_time(by: timedelta) -> None:
        passed[0] += by

    return pass_time


@pytest.fixture
def ada() -> Account:
    """An administrator who signed in a moment ago."""
    accounts.create("ada", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    account = sign_ins.account_of_token(sign_ins.sign_in("ada", PASSWORD)[1])
    assert account is not None
    return account


def deeds(actor: Actor) -> dict[str, Callable[[], object]]:
    bert = accounts.create("bert", PASSWORD, Role.JUDGE, actor=COMMAND_LINE).id
    return {
        "erase": lambda: erasure.erase_child("nobody", actor=actor),
        "restore": lambda: backup_restore.restore(Path("nowhere.zip"), actor=actor),
        "create": lambda: accounts.create("cleo", PASSWORD, Role.ADMIN, actor=actor),
        "password": lambda: accounts.set_password(bert, "some other words", actor=actor),
        "role": lambda: accounts.set_role(bert, Role.ADMIN, actor=actor),
        "deactivate": lambda: accounts.deactivate(bert, actor=actor),
        "reactivate": lambda: accounts.reactivate(bert, actor=actor),
        "match": lambda: external_annotators.match("x", "bert", actor=actor),
        "link": lambda: oidc_links.link(bert, "bert@school.example", actor=actor),
        "set retention": lambda: retention_rules.set_rule("school", 30, ModelsChoice.WITHDRAW, actor=actor),
        "remove retention": lambda: retention_rules.remove_rule("school", actor=actor),
        "run retention": lambda: retention_run.run(actor=actor),
        "reset second step": lambda: two_step.reset(bert, actor=actor),
    }


DEEDS = ["erase", "restore", "create", "password", "role", "deactivate", "reactivate", "match", "link"]
DEEDS += ["reset second step", "set retention", "remove retention", "run retention"]


@pytest.mark.parametrize("deed", DEEDS)
def test_an_old_sign_in_does_it_only_once_it_was_confirmed(deed: str, ada: Account, later) -> None:
    do = deeds(Actor.of(ada))[deed]
    later(LONG_AGO)
    with pytest.raises(ConfirmationNeeded, match="Confirm that it is you, ada"):
        do()
    confirmation.confirm(ada, PASSWORD)
    with contextlib.suppress(NotFound):  # there is no such child, file or annotator: it was looked for
        do()


@pytest.mark.parametrize("deed", DEEDS)
def test_an_actor_that_names_no_sign_in_or_anothers_has_proved_nothing(deed: str, ada: Account) -> None:
    accounts.create("eve", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    eve = sign_ins.account_of_token(sign_ins.sign_in("eve", PASSWORD)[1])
    assert eve is not None
    do = deeds(Actor(ada.id, ada.name))[deed]
    with pytest.raises(ConfirmationNeeded):
        do()
    accounts.deactivate(accounts.account_named("bert").id, actor=COMMAND_LINE)
    with pytest.raises(ConfirmationNeeded):
        two_step.reset(eve.id, actor=Actor(ada.id, ada.name, eve.sign_in))


def test_the_command_line_is_the_owner_of_the_machine_and_is_not_asked(later) -> None:
    bert = accounts.create("bert", PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    later(LONG_AGO)
    assert accounts.set_role(bert.id, Role.STAFF, actor=COMMAND_LINE).role is Role.STAFF


def test_a_confirmation_counts_for_its_own_sign_in_alone(ada: Account, later) -> None:
    other = sign_ins.account_of_token(sign_ins.sign_in("ada", PASSWORD)[1])
    assert other is not None
    later(LONG_AGO)
    confirmation.confirm(other, PASSWORD)
    assert confirmation.is_recent(other)
    assert not confirmation.is_recent(ada)


def test_a_wrong_password_confirms_nothing_and_is_slowed_down_for_this_sign_in_alone(ada: Account, later) -> None:
    later(LONG_AGO)
    for _ in range(5):
        with pytest.raises(NotAllowed, match="not right"):
            confirmation.confirm(ada, "a horse in the garden")
    with pytest.raises(NotAllowed, match="Wait 30 seconds"):
        confirmation.confirm(ada, PASSWORD)
    assert not confirmation.is_recent(ada)
    assert sign_ins.sign_in("ada", PASSWORD)[0].name == "ada"


def test_a_sign_in_that_has_ended_confirms_nothing(ada: Account) -> None:
    accounts.sign_out_everywhere(ada.id)
    with pytest.raises(NotAllowed, match="has ended"):
        confirmation.confirm(ada, PASSWORD)


def test_a_confirmation_stands_in_the_audit_log(ada: Account) -> None:
    confirmation.confirm(ada, PASSWORD)
    entry = audit_log.entries(action="confirm sign-in").items[0]
    assert (entry.actor, entry.detail) == ("ada", {"by": "password"})


def test_the_settings_say_how_long_a_proof_counts(ada: Account, later, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_CONFIRM_MINUTES", "30")
    config.settings.cache_clear()
    later(LONG_AGO)
    accounts.create("cleo", PASSWORD, Role.JUDGE, actor=Actor.of(ada))
    later(LONG_AGO * 2)
    with pytest.raises(ConfirmationNeeded):
        accounts.create("dora", PASSWORD, Role.JUDGE, actor=Actor.of(ada))


def test_staff_are_refused_for_their_role_and_not_asked_for_a_password(later) -> None:
    accounts.create("stan", PASSWORD, Role.STAFF, actor=COMMAND_LINE)
    stan = sign_ins.account_of_token(sign_ins.sign_in("stan", PASSWORD)[1])
    assert stan is not None
    later(LONG_AGO)
    with pytest.raises(NotAllowed, match="stan may not manage accounts") as refusal:
        accounts.create("cleo", PASSWORD, Role.JUDGE, actor=Actor.of(stan))
    assert not isinstance(refusal.value, ConfirmationNeeded)
    assert not isinstance(refusal.value, Refused)
