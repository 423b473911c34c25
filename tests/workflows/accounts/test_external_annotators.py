"""Nobody puts words into the mouth of somebody else, by a file or by a name that looks the same."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Label, Role
from core.domain.names import checked_person_name, skeleton
from core.errors import Conflict, NotAllowed, Refused
from core.workflows.accounts import accounts, audit_log, external_annotators, sign_ins
from db import imported_judgements, session
from tests.annotation.hearing import settle
from tests.annotation.people import actor, add_recordings, confirmed, person

PASSWORD = "a horse in the library"
PEOPLE = ["Zo\u00e9", "Zoe\u0301", "M\u00fcller-Lang", "\u0410\u043d\u043d\u0430", "O'Neil 2", "\u674e\u660e"]


def named_by_a_file(name: str, who: Actor) -> int:
    with session.writing() as tx:
        return external_annotators.account_of(tx, name, who)


@pytest.mark.parametrize(
    "name",
    [
        "ad\u200bmin",
        "admin\u200d",
        "\u2060admin",
        "\ufeffadmin",
        "adm\u00adin",
        "admin\u202e",
        "ad\x00min",
        "admin\n",
        "admin\ufe0f",
        "\u0430dmin",
        "adm\u0456n",
        "\u03b1dmin",
        "a\u057amin",
    ],
)
@pytest.mark.usefixtures("database")
def test_signs_that_cannot_be_seen_and_mixed_alphabets_are_refused(name: str) -> None:
    with pytest.raises(Refused, match="cannot be a name"):
        checked_person_name(name)
    with pytest.raises(Refused):
        named_by_a_file(name, COMMAND_LINE)
    assert accounts.all_accounts() == []


@pytest.mark.parametrize("name", PEOPLE)
def test_names_of_people_are_names(name: str) -> None:
    assert skeleton(checked_person_name(name))


@pytest.mark.parametrize("name", ["paco1", "pac0l", "\u0440\u0430\u0441\u043e\u04cf", "PacoI", "\uff50acol"])
@pytest.mark.usefixtures("database")
def test_a_name_that_looks_like_an_account_is_refused(name: str) -> None:
    accounts.create("pacol", PASSWORD, Role.ADMIN, actor=COMMAND_LINE)
    with pytest.raises((Refused, Conflict)):
        accounts.create(name, PASSWORD, Role.JUDGE, actor=COMMAND_LINE)
    staff = actor(person("staff", Role.STAFF))
    with pytest.raises((Refused, Conflict)):
        named_by_a_file(name, staff)


@pytest.mark.usefixtures("database")
def test_staff_cannot_label_as_somebody_else_and_administrators_can() -> None:
    judge, staff, admin = person("anna"), person("staff", Role.STAFF), person("boss", Role.ADMIN)
    for name in ("anna", "ANNA", " anna "):
        with pytest.raises(Conflict, match="cannot label as somebody else"):
            named_by_a_file(name, actor(staff))
        assert named_by_a_file(name, actor(admin)) == judge.id
    assert named_by_a_file("staff", actor(staff)) == staff.id


@pytest.mark.usefixtures("database")
def test_a_name_that_nobody_has_is_an_external_annotator_who_cannot_sign_in() -> None:
    staff = actor(person("staff", Role.STAFF))
    number = named_by_a_file("Grace H.", staff)
    assert named_by_a_file("grace h.", staff) == number
    (grace,) = [account for account in accounts.all_accounts() if account.is_external]
    assert (grace.id, grace.can_sign_in) == (number, False)
    with pytest.raises(Conflict, match="external annotator"):
        accounts.set_password(number, PASSWORD, actor=COMMAND_LINE)
    with pytest.raises(NotAllowed):
        sign_ins.sign_in("Grace H.", PASSWORD)


@pytest.mark.usefixtures("any_database")
def test_an_administrator_says_who_an_external_annotator_is() -> None:
    staff, admin, anna = person("staff", Role.STAFF), person("boss", Role.ADMIN), person("anna")
    first, second = add_recordings(2)
    external = named_by_a_file("Anna from outside", actor(staff))
    with session.writing() as tx:
        now = session.now()
        for recording_id, account_id in ((first, external), (second, external), (second, anna.id)):
            imported_judgements.add_imported(
                tx, recording_id=recording_id, account_id=account_id, label=Label.NOISE, decided_at=now
            )
    with pytest.raises(NotAllowed):
        external_annotators.match("Anna from outside", "anna", actor=actor(staff))
    assert external_annotators.match("Anna from outside", "anna", actor=confirmed(admin)) == 1
    assert named_by_a_file("Anna from outside", actor(staff)) == anna.id
    with session.reading() as tx:
        query = "SELECT recording_id FROM judgements WHERE account_id = :id ORDER BY recording_id"
        assert list(tx.execute(text(query), {"id": anna.id}).scalars()) == [first, second]
    assert audit_log.entries(action="match annotator").total == 1
    for pair in (("anna", "boss"), ("Anna from outside", "boss")):
        with pytest.raises(Conflict):
            external_annotators.match(*pair, actor=confirmed(admin))


@pytest.mark.usefixtures("database")
def test_nobody_settles_a_disagreement_of_their_own() -> None:
    staff, other, judge = person("staff", Role.STAFF), person("other", Role.STAFF), person("anna")
    (only,) = add_recordings(1)
    with session.writing() as tx:
        for account, label in ((staff, Label.ACCEPTED), (judge, Label.NOISE)):
            now = session.now()
            imported_judgements.add_imported(tx, recording_id=only, account_id=account.id, label=label, decided_at=now)
    with pytest.raises(NotAllowed, match="your own"):
        settle(only, Label.ACCEPTED, "mine", actor=actor(staff))
    with pytest.raises(NotAllowed, match="your own"):
        settle(only, Label.ACCEPTED, "mine", actor=Actor(staff.id, "another name"))
    assert settle(only, Label.ACCEPTED, "heard", actor=actor(other)).label is Label.ACCEPTED
