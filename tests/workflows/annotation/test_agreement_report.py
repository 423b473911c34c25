"""Agreement of everybody, of two, of a language, over time, and of a judge with themselves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import isnan

import pytest
from sqlalchemy import insert, update

from core.domain.accounts import Account
from core.domain.labels import Label
from core.workflows.annotation import agreement_report as slices
from db import imported_judgements, judgements, recordings, schema, session
from tests.annotation.people import add_recordings, people

A, N, S = Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS
MONDAY = datetime(2026, 3, 2, 9)


def say(recording_id: int, judge: Account, label: Label, at: datetime = MONDAY) -> None:
    with session.writing() as tx:
        imported_judgements.add_imported(tx, recording_id=recording_id, account_id=judge.id, label=label, decided_at=at)


def change(recording_id: int, **values: object) -> None:
    with session.writing() as tx:
        tx.execute(update(schema.recordings).where(schema.recordings.c.id == recording_id).values(**values))


@pytest.fixture
def judges(any_database: object) -> list[Account]:
    return people("anna", "bert", "cleo")


@pytest.fixture
def ids(judges: list[Account]) -> list[int]:
    """Six recordings: anna and bert on all, the same on four; the last three a week later and in French."""
    anna, bert, _ = judges
    made = add_recordings(6)
    for place, recording_id in enumerate(made):
        at = MONDAY + timedelta(days=8 * (place >= 3), minutes=place)
        say(recording_id, anna, (A, N, S)[place % 3], at)
        say(recording_id, bert, A if place in (4, 5) else (A, N, S)[place % 3], at + timedelta(days=1))
        if place >= 3:
            change(recording_id, language="fr")
    return made


def test_two_judges_are_compared_by_percent_kappa_and_alpha(ids: list[int]) -> None:
    (pair,) = slices.by_pair(slices.paired_labels())
    assert (pair.judge_a, pair.judge_b, pair.agreement.n) == ("anna", "bert", 6)
    found = pair.figures.three_way
    assert found.observed.value == pytest.approx(4 / 6)
    assert found.kappa.value == pytest.approx(pair.agreement.kappa)
    assert found.alpha.value == pytest.approx(1 - 11 * 4 / (144 - 36 - 9 - 9))


def test_languages_are_told_apart(ids: list[int]) -> None:
    found = {one.name: one.three_way.observed.value for one in slices.by_language(slices.paired_labels())}
    assert found == {"en": 1.0, "fr": pytest.approx(1 / 3)}


def test_a_judge_is_seen_week_by_week_and_day_by_day(ids: list[int]) -> None:
    weeks = slices.over_time(slices.paired_labels(), "bert")
    assert [one.begins for one in weeks] == [date(2026, 3, 2), date(2026, 3, 9)]
    assert [one.figures.observed.value for one in weeks] == [1.0, pytest.approx(1 / 3)]
    days = slices.over_time(slices.paired_labels(), "anna", by=slices.Period.DAY)
    assert [one.begins for one in days] == [date(2026, 3, 2), date(2026, 3, 10)]


@pytest.mark.parametrize(
    ("at", "week"),
    [
        (datetime(2026, 3, 1, 23, 59, 59, 998_000), date(2026, 2, 23)),
        (datetime(2026, 3, 2), date(2026, 3, 2)),
        (datetime(2026, 3, 8, 23, 59, 59), date(2026, 3, 2)),
        (datetime(2024, 2, 29, 12), date(2024, 2, 26)),
        (datetime(1999, 12, 31, 23, 59), date(1999, 12, 27)),
    ],
)
def test_a_label_counts_on_its_own_day_and_in_a_week_from_monday(
    judges: list[Account], at: datetime, week: date
) -> None:
    anna, bert, _ = judges
    (recording_id,) = add_recordings(1)
    say(recording_id, anna, A, at)
    say(recording_id, bert, N, at + timedelta(days=30))
    pairs = slices.paired_labels()
    assert [moment.begins for moment in slices.over_time(pairs, "anna", by=slices.Period.DAY)] == [at.date()]
    assert [moment.begins for moment in slices.over_time(pairs, "anna")] == [week]


def test_a_third_judge_does_not_count_because_only_hard_ones_come_to_them(
    ids: list[int], judges: list[Account]
) -> None:
    before = slices.overall(slices.paired_labels())
    with session.writing() as tx:
        recordings.set_round(tx, ids[4], round_=1, wanted=3)
    say(ids[4], judges[2], S)
    assert slices.overall(slices.paired_labels()) == before
    assert slices.judges(slices.paired_labels()) == ["anna", "bert"]


def test_with_three_judges_there_is_alpha_but_no_kappa_of_all(ids: list[int], judges: list[Account]) -> None:
    (more,) = add_recordings(1)
    say(more, judges[0], A)
    say(more, judges[2], A)
    found = slices.overall(slices.paired_labels())
    assert isnan(found.three_way.kappa.value)
    assert 0 < found.three_way.alpha.value < 1
    assert len(slices.by_pair(slices.paired_labels())) == 2


def test_the_recordings_a_judge_differs_on_come_newest_first(ids: list[int]) -> None:
    found = slices.differing_recordings(slices.paired_labels(), "anna")
    assert [one.recording.id for one in found] == [ids[5], ids[4]]
    assert {given.judge for given in found[0].judgements} == {"anna", "bert"}
    assert slices.differing_recordings(slices.paired_labels(), "cleo") == []


def test_a_judge_is_compared_with_themselves_by_what_came_again(ids: list[int], judges: list[Account]) -> None:
    anna = judges[0]
    with session.writing() as tx:
        given = judgements.of_recordings(tx, ids)
        firsts = [next(one for one in given[recording_id] if one.judge == "anna") for recording_id in ids[:4]]
        for place, first in enumerate(firsts):
            again = {"recording_id": first.recording_id, "account_id": anna.id, "judgement_id": first.id}
            said = {"label": str(first.label if place else S), "decided_at": MONDAY, "flag": False, "comment": ""}
            tx.execute(insert(schema.repeats).values(again | said))
    (found,) = slices.intra_judge_agreement()
    assert (found.name, found.three_way.n, found.three_way.observed.value) == ("anna", 4, 0.75)


def test_nothing_judged_twice_gives_no_figures(judges: list[Account]) -> None:
    (only,) = add_recordings(1)
    say(only, judges[0], A)
    nothing = slices.paired_labels()
    assert not nothing
    assert slices.overall(nothing).three_way.n == 0
    assert slices.by_pair(nothing) == []
