"""Labels of a judge that staff set aside are kept and not counted; their recordings go out again."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.accounts import Account
from core.domain.labels import JudgingState, Label, Role
from core.errors import Conflict, NotFound, Refused
from core.workflows.accounts.audit_log import entries
from core.workflows.annotation import agreement_report, judge_desk, judge_trust, recording_search, setting_aside
from core.workflows.evaluation import human_baseline
from core.workflows.maintenance import table_export
from core.workflows.training import snapshots
from db import imported_judgements, session
from tests.annotation.people import actor, add_recordings, bring_repeats, give, lying_before, people, person

A, N = Label.ACCEPTED, Label.NOISE


@pytest.fixture
def staff(any_database: object) -> Account:
    return person("staff", Role.STAFF)


@pytest.fixture
def judges(staff: Account) -> list[Account]:
    return people("ana", "ben", "cleo")


@pytest.fixture
def agreed(judges: list[Account]) -> list[int]:
    ids = add_recordings(3)
    for recording_id in ids:
        for judge in judges[:2]:
            give(judge, recording_id, A)
    return ids


def put_aside(staff: Account, judge: str = "ana", **more: bool) -> int:
    now = session.now()
    begin, end = now - timedelta(hours=1), now + timedelta(hours=1)
    return setting_aside.set_aside(judge, begin, end, "clicked at random", actor=actor(staff), **more).id


def test_nothing_counts_what_is_set_aside(agreed: list[int], staff: Account) -> None:
    put_aside(staff)
    assert {recording_search.get_recording(each).judging_state for each in agreed} == {JudgingState.ONE_JUDGEMENT}
    assert {recording_search.get_recording(each).consensus for each in agreed} == {None}
    assert not agreement_report.paired_labels()
    assert human_baseline.baseline_points() == []
    assert judge_trust.verdicts() == []
    with pytest.raises(Refused):
        snapshots.freeze(seed=1)


def test_its_recordings_go_out_to_others_and_not_to_the_same_judge(
    agreed: list[int], staff: Account, judges: list[Account]
) -> None:
    ana, ben, cleo = judges
    put_aside(staff)
    assert lying_before(ana) == []
    assert lying_before(ben) == []
    assert sorted(lying_before(cleo)) == agreed
    with pytest.raises(Conflict, match="Others judge this recording now"):
        give(ana, agreed[0], N)


def test_where_staff_want_it_the_same_judge_may_judge_again(
    agreed: list[int], staff: Account, judges: list[Account]
) -> None:
    put_aside(staff, is_for_others=False)
    assert sorted(lying_before(judges[0])) == agreed
    give(judges[0], agreed[0], A, request="another")
    assert recording_search.get_recording(agreed[0]).consensus is A


def test_labels_count_again_where_their_place_is_free(agreed: list[int], staff: Account, judges: list[Account]) -> None:
    number = put_aside(staff)
    give(judges[2], agreed[0], N)
    again = setting_aside.count_again(number, actor=actor(staff))
    assert (again.n_again, again.n_left) == (2, 1)
    assert [recording_search.get_recording(each).consensus for each in agreed] == [None, A, A]
    assert {judgement.judge for judgement in recording_search.get_recording(agreed[0]).judgements} == {"ben", "cleo"}
    with pytest.raises(Conflict, match="count again already"):
        setting_aside.count_again(number, actor=actor(staff))
    assert [(aside.n_labels, aside.undone_at is None) for aside in setting_aside.set_asides_of_all()] == [(1, False)]


def test_repeats_of_the_period_go_with_the_labels_and_come_back_with_them(
    staff: Account, judges: list[Account]
) -> None:
    (only, *_) = add_recordings(3)
    bring_repeats(share=0.5)
    give(judges[0], only, A)
    give(judges[0], add_recordings(1)[0], A)
    while only not in lying_before(judges[0]):
        give(judges[0], lying_before(judges[0])[0], A)
    item = next(
        i for i in judge_desk.next_assignments(judges[0], session_id="tab", count=3).items if i.recording_id == only
    )
    give(judges[0], item, N, request="again")
    assert [(part.name, part.three_way.n) for part in agreement_report.intra_judge_agreement()] == [("ana", 1)]
    number = put_aside(staff)
    assert agreement_report.intra_judge_agreement() == []
    setting_aside.count_again(number, actor=actor(staff))
    assert [(part.name, part.three_way.n) for part in agreement_report.intra_judge_agreement()] == [("ana", 1)]


def test_only_the_period_of_that_judge_is_set_aside(agreed: list[int], staff: Account) -> None:
    later = session.now() + timedelta(minutes=5)
    with pytest.raises(Conflict, match="ana has no label that counts from"):
        setting_aside.set_aside("ana", later, later + timedelta(hours=1), "tired", actor=actor(staff))
    assert recording_search.get_recording(agreed[0]).consensus is A


def test_it_is_done_with_a_reason_for_a_judge_there_is_and_a_period_that_begins_before_it_ends(
    agreed: list[int], staff: Account
) -> None:
    now = session.now()
    with pytest.raises(Refused, match="Say in a few words why"):
        setting_aside.set_aside("ana", now, now, "  ", actor=actor(staff))
    with pytest.raises(NotFound, match="no judge named 'zoe'"):
        setting_aside.set_aside("zoe", now, now, "tired", actor=actor(staff))
    with pytest.raises(Refused, match="before it begins"):
        setting_aside.set_aside("ana", now, now - timedelta(hours=1), "tired", actor=actor(staff))
    with pytest.raises(NotFound, match="under the number 99"):
        setting_aside.count_again(99, actor=actor(staff))


def test_both_ways_are_audited(agreed: list[int], staff: Account) -> None:
    number = put_aside(staff)
    setting_aside.count_again(number, actor=actor(staff))
    by_action = {entry.action: entry for entry in entries().items}
    undone, done = by_action["count labels again"], by_action["set labels aside"]
    assert (done.action, done.subject, done.detail["labels"]) == ("set labels aside", "account ana", 3)
    assert done.detail["reason"] == "clicked at random"
    assert (undone.action, undone.detail["labels"], undone.detail["left"]) == ("count labels again", 3, 0)


def test_the_history_marks_them_and_the_labels_leave_them_out(
    agreed: list[int], staff: Account, tmp_path: Path
) -> None:
    put_aside(staff)
    table_export.export_labels(tmp_path / "labels.csv")
    table_export.export_labels(tmp_path / "history.csv", has_history=True)
    assert {row["judge"] for row in rows(tmp_path / "labels.csv")} == {"ben"}
    kinds = {(row["judge"], row["kind"]) for row in rows(tmp_path / "history.csv")}
    assert kinds == {("ben", "judgement"), ("ana", "set aside")}


def test_importing_the_same_label_again_does_not_bring_it_back(
    agreed: list[int], staff: Account, judges: list[Account]
) -> None:
    put_aside(staff)
    with session.writing() as tx:
        row = {"recording_id": agreed[0], "account_id": judges[0].id, "decided_at": session.now()}
        assert not imported_judgements.add_imported(tx, label=A, **row)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_label_that_was_set_aside_is_not_undone_at_the_desk(
    agreed: list[int], staff: Account, judges: list[Account]
) -> None:
    request = f"{judges[0].id}-{agreed[0]}-{A}"
    put_aside(staff)
    assert judge_desk.undo_judgement(judges[0], session_id="tab", request_id=request) is None
    assert lying_before(judges[0]) == []
