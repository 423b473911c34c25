"""Which recordings come, and which do not: most useful first, languages by account, a third judge."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Split
from core.domain.selection import QueueOrder
from core.errors import Conflict, Refused
from core.workflows.accounts import accounts, audit_log
from core.workflows.annotation import judge_desk, protocols
from core.workflows.annotation.protocols import DeskProtocol, QualificationProtocol, QueueProtocol
from db import models, schema, session, source_draws
from tests.annotation.people import add_recordings, give, lying_before, people, tell_opinion
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def doubtful() -> list[int]:
    """Ten recordings, the model less and less sure of them: the last is the most useful."""
    trained.label_recordings(n_children=10)
    ids = add_recordings(10)
    tell_opinion({found: 0.95 - 0.04 * at for at, found in enumerate(ids)})
    return ids


def useful_first(random_share: float = 0.0) -> None:
    protocols.set_queue(QueueProtocol(QueueOrder.UNCERTAINTY, random_share=random_share), actor=COMMAND_LINE)


def brought() -> dict[int, str | None]:
    with session.reading() as tx:
        query = select(schema.judgements.c.recording_id, schema.judgements.c.brought_by)
        return {row[0]: row[1] for row in tx.execute(query.where(schema.judgements.c.origin == "annotate"))}


def test_what_the_model_is_least_sure_of_comes_first_and_says_so(doubtful: list[int]) -> None:
    anna, bert = people("anna", "bert")
    useful_first()
    assert lying_before(anna, 4) == doubtful[:-5:-1]
    assert lying_before(bert, 4) == doubtful[:-5:-1]
    give(anna, doubtful[-1])
    assert brought() == {doubtful[-1]: "useful"}


def test_a_share_comes_from_the_own_shuffle_all_the_same(doubtful: list[int]) -> None:
    (anna,) = people("anna")
    useful_first(random_share=0.5)
    for _ in doubtful:
        give(anna, lying_before(anna, 1)[0])
    assert set(brought()) == set(doubtful)
    assert {"useful", "random"} <= set(brought().values())


def test_without_a_model_the_own_shuffle_goes_on_and_is_called_so() -> None:
    (anna,) = people("anna")
    add_recordings(3)
    useful_first()
    for recording_id in lying_before(anna, 3):
        give(anna, recording_id)
    assert set(brought().values()) == {"shuffle"}


def test_what_an_undone_label_was_brought_by_is_not_forgotten(doubtful: list[int]) -> None:
    (anna,) = people("anna")
    useful_first()
    first = lying_before(anna, 1)[0]
    give(anna, first)
    judge_desk.undo_judgement(anna, session_id="tab")
    give(anna, first, Label.ACCEPTED)
    assert brought()[first] == "useful"


def test_opinions_on_unlabelled_recordings_take_part_in_no_figure(doubtful: list[int]) -> None:
    with session.reading() as tx:
        model = models.newest_first(tx)[0]
        known = models.probabilities_of(tx, model.id)
        counted = sum(len(models.p_accepted_of_split(tx, model.id, split)) for split in Split)
    assert not {one.recording_id for one in known} & set(doubtful)
    assert len(known) == counted == 90


def in_languages(recordings: dict[int, str]) -> None:
    with session.writing() as tx:
        for recording_id, language in recordings.items():
            table = schema.recordings
            tx.execute(update(table).where(table.c.id == recording_id).values(language=language))


def french(judge: Account) -> Account:
    return accounts.set_judging_languages(judge.id, ["fr"], actor=COMMAND_LINE)


def test_recordings_come_in_the_languages_of_the_account_only() -> None:
    anna, bert = people("anna", "bert")
    ids = add_recordings(6)
    in_languages({ids[1]: "fr", ids[4]: "fr"})
    anna = french(anna)
    assert sorted(lying_before(anna, 6)) == [ids[1], ids[4]]
    assert judge_desk.next_assignments(anna, session_id="tab").left == 2
    assert len(lying_before(bert, 6)) == 6


def test_a_label_in_another_language_is_not_taken() -> None:
    (anna,) = people("anna")
    (only,) = add_recordings(1)
    with pytest.raises(Conflict, match="not in a language that you judge"):
        give(french(anna), only)


def test_languages_are_audited_tidied_and_can_be_taken_away_again() -> None:
    (anna,) = people("anna")
    found = accounts.set_judging_languages(anna.id, [" fr", "en", "fr", ""], actor=COMMAND_LINE)
    assert found.may_judge == ("en", "fr")
    assert audit_log.entries().items[0].detail == {"from": [], "to": ["en", "fr"]}
    assert accounts.set_judging_languages(anna.id, [], actor=COMMAND_LINE).may_judge == ()


def test_a_third_judge_is_taken_where_one_is_wanted_and_a_fourth_is_not() -> None:
    anna, bert, cleo, dora = people("anna", "bert", "cleo", "dora")
    (only,) = add_recordings(1)
    with session.writing() as tx:
        tx.execute(update(schema.recordings).values(wanted=3))
    for judge in (anna, bert):
        give(judge, only)
    assert lying_before(cleo) == [only]
    assert lying_before(dora) == []
    give(cleo, only)
    with pytest.raises(Conflict, match="Three other people"):
        give(dora, only)


def test_rules_are_followed_by_newer_ones_and_the_built_in_ones_have_no_number() -> None:
    assert protocols.desk() == (None, DeskProtocol())
    first = protocols.set_desk(DeskProtocol(waveform=False), actor=COMMAND_LINE)
    assert protocols.set_desk(DeskProtocol(waveform=False), actor=COMMAND_LINE) == first
    second = protocols.set_desk(DeskProtocol(spectrogram=True), actor=COMMAND_LINE)
    assert protocols.desk() == (second, DeskProtocol(spectrogram=True))
    assert protocols.queue() == (None, QueueProtocol())
    assert [entry.action for entry in audit_log.entries().items] == ["set rules"] * 2


@pytest.mark.parametrize(
    ("rules", "wrong", "words"),
    [
        (DeskProtocol, {"heard_share": 1.5}, "share to be heard"),
        (DeskProtocol, {"heard_s": float("nan")}, "seconds to be heard"),
        (QueueProtocol, {"order": "alphabet"}, "no order 'alphabet'"),
        (QueueProtocol, {"repeat_share": 0.9}, "share of repeats"),
        (QueueProtocol, {"repeat_after": 0}, "labels before a repeat"),
        (QueueProtocol, {"control_share": 0.21}, "share of known answers"),
        (QueueProtocol, {"controls_a_day": 0}, "known answers of a day"),
        (QualificationProtocol, {"mark": -1.0}, "The mark"),
        (QualificationProtocol, {"at_least": 0}, "number of answers"),
    ],
)
def test_rules_that_cannot_be_are_refused_in_words(rules: Any, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        rules(**wrong)


@pytest.mark.parametrize("order", ["shuffle", "useful"])
def test_what_was_drawn_for_a_source_comes_first_in_every_order(doubtful: list[int], order: str) -> None:
    anna, bert = people("anna", "bert")
    protocols.set_queue(QueueProtocol(order), actor=COMMAND_LINE)
    drawn = doubtful[1:4]
    with session.writing() as tx:
        source_draws.draw(tx, "school 7", drawn, account_id=None)
    for judge in (anna, bert):
        assert set(lying_before(judge, 3)) == set(drawn)
        assert len(set(lying_before(judge, 8))) == 8
