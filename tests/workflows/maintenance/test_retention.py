"""Recordings go when their time is over: by rule, once, with a receipt, and they do not come back."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update

from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ModelsChoice
from core.domain.retention import GRACE, MOST_DAYS, DatedRecording, RetentionRule, rules_of
from core.errors import NotFound, Refused
from core.workflows.accounts import audit_log
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.jobs import job_status
from core.workflows.maintenance import (
    backup,
    backup_restore,
    erasure,
    receipts,
    retention_outlook,
    retention_rules,
    retention_run,
)
from db import jobs, schema, session
from tests.annotation.people import person
from tests.workflows import trained
from tests.workflows.recorded import folder_with_manifest

WITHDRAW = ModelsChoice.WITHDRAW
NOON = datetime(2026, 3, 10, 12)
LABELS = {"judge_1": "Accepted", "judge_2": "Accepted"}


def rule(days: int | None, source: str | None = None, set_at: datetime = NOON) -> RetentionRule:
    return RetentionRule(source, days, WITHDRAW, set_at)


def bring_in(folder: Path, rows: list[dict[str, str]]) -> import_recordings.ImportResult:
    return import_recordings.import_path(folder_with_manifest(folder, rows), actor=COMMAND_LINE)


def sources_left() -> list[str]:
    return sorted(one.recording.source for one in recording_search.search_recordings().items)


def imported_days_ago(days: float, source: str | None = None) -> None:
    query = update(schema.recordings).values(imported_at=session.now() - timedelta(days=days))
    with session.writing() as tx:
        tx.execute(query if source is None else query.where(schema.recordings.c.source == source))


def set_days_ago(days: float) -> None:
    with session.writing() as tx:
        tx.execute(update(schema.retention_rules).values(set_at=session.now() - timedelta(days=days)))


@pytest.fixture
def two_schools(database: Path, tmp_path: Path) -> Path:
    """Two recordings of school A and one of B, of three children, that came in 40 days ago."""
    rows = [{"filename": f"{n}.wav", "child": f"kid-number-{n}", "source": "AAB"[n], **LABELS} for n in range(3)]
    bring_in(tmp_path / "in", rows)
    imported_days_ago(40)
    return tmp_path


def test_a_recording_goes_when_its_last_day_is_over_and_not_a_moment_before() -> None:
    goes_at = rule(30).goes_at(NOON)
    assert goes_at == datetime(2026, 4, 9, 12)
    assert rule(None).goes_at(NOON) is None
    assert rule(MOST_DAYS).goes_at(datetime.max.replace(year=2500)) is not None


def test_days_count_from_the_recording_or_from_the_import_where_that_is_earlier() -> None:
    def counted(collected_at: datetime | None) -> datetime:
        return DatedRecording(1, "kim", "A", collected_at, NOON).counted_from

    assert counted(None) == NOON
    assert counted(NOON - timedelta(days=3)) == NOON - timedelta(days=3)
    assert counted(NOON + timedelta(days=300)) == NOON  # a wrong clock does not keep it longer


def test_a_day_has_24_hours_in_utc_whatever_the_zone_of_the_recording(database: Path, tmp_path: Path) -> None:
    bring_in(tmp_path / "in", [{"filename": "a.wav", "child": "kim", "collected_at": "2026-11-24T00:30:00+14:00"}])
    retention_rules.set_rule(None, 30, WITHDRAW, actor=COMMAND_LINE)
    (one,) = retention_outlook.by_source(now=datetime(2026, 12, 23, 10, 29))
    assert (one.next_at, one.due) == (datetime(2026, 12, 23, 10, 30), 0)
    assert retention_outlook.by_source(now=datetime(2026, 12, 23, 10, 30))[0].due == 1


def test_a_source_has_its_own_rule_before_the_default() -> None:
    rules = rules_of([rule(30), rule(None, "A"), rule(5, "")])
    assert [rules.rule_for(source).days for source in ("A", "", "B")] == [None, 5, 30]  # type: ignore[union-attr]
    assert rules_of([]).rule_for("A") is None
    assert not rules_of([rule(None)]).has_limits


@pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1, 10**18])
def test_impossible_days_are_refused_in_words(database: Path, days: int) -> None:
    with pytest.raises(Refused, match="1 to 36,500 days"):
        retention_rules.set_rule("A", days, WITHDRAW, actor=COMMAND_LINE)


def test_only_what_is_due_goes_with_a_signed_receipt_and_without_a_trace(two_schools: Path) -> None:
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    result = retention_run.run(actor=COMMAND_LINE)
    assert (result.recordings, result.judgements, result.children, result.is_complete) == (2, 4, 2, True)
    assert sources_left() == ["B"]
    assert recording_search.filter_choices().children == ["kid-number-2"]
    (receipt,) = receipts.all_receipts(actor=COMMAND_LINE)
    assert receipts.is_genuine(receipt.body)
    assert (receipt.body["what"], receipt.body["rule"]) == ("erasure by retention", {"days": 30})
    assert len(list((settings().local_folder / "recordings").rglob("*.wav"))) == 1
    kept = b"".join(file.read_bytes() for file in settings().local_folder.glob("earshot.db*"))
    assert b"kid-number-0" not in kept
    assert b"kid-number-2" in kept
    assert audit_log.verify().is_intact


def test_a_child_with_another_recording_stays_with_it(database: Path, tmp_path: Path) -> None:
    bring_in(tmp_path / "in", [{"filename": f"{source}.wav", "child": "kim", "source": source} for source in "AB"])
    imported_days_ago(40)
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    result = retention_run.run(actor=COMMAND_LINE)
    assert (result.recordings, result.children) == (1, 0)
    assert recording_search.filter_choices().children == ["kim"]


def test_a_second_run_finds_nothing_and_writes_no_receipt(two_schools: Path) -> None:
    retention_rules.set_rule(None, 30, WITHDRAW, actor=COMMAND_LINE)
    assert retention_run.run(actor=COMMAND_LINE).recordings == 3
    assert retention_run.run(actor=COMMAND_LINE).receipts == ()
    assert len(receipts.all_receipts(actor=COMMAND_LINE)) == 1


def test_two_runs_at_once_erase_each_recording_once(two_schools: Path) -> None:
    retention_rules.set_rule(None, 30, WITHDRAW, actor=COMMAND_LINE)
    results = []
    both = [threading.Thread(target=lambda: results.append(retention_run.run(actor=COMMAND_LINE))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sum(result.recordings for result in results) == 3
    assert len(receipts.all_receipts(actor=COMMAND_LINE)) == 1


def test_the_server_runs_once_a_day_and_of_two_servers_one_does(two_schools: Path) -> None:
    assert retention_run.run_if_due() is None  # no rule: nothing to look at
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    set_days_ago(2)
    first, second = retention_run.run_if_due(), retention_run.run_if_due()
    assert first is not None
    assert (first.recordings, second) == (2, None)
    assert [one.recordings for one in retention_outlook.runs()] == [2]


def test_a_rule_holds_a_day_later_for_the_server_so_that_it_can_be_taken_back(two_schools: Path) -> None:
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    result = retention_run.run_if_due()
    assert result is not None
    assert result.recordings == 0
    retention_rules.remove_rule("A", actor=COMMAND_LINE)
    assert rule(30, set_at=NOON).goes_by_itself_at(NOON - timedelta(days=90)) == NOON + GRACE


def test_after_a_removed_rule_the_default_holds_and_without_it_everything_stays(two_schools: Path) -> None:
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    retention_rules.set_rule(None, 365, WITHDRAW, actor=COMMAND_LINE)
    retention_rules.remove_rule("A", actor=COMMAND_LINE)
    assert retention_run.run(actor=COMMAND_LINE).recordings == 0
    retention_rules.remove_rule(None, actor=COMMAND_LINE)
    with pytest.raises(NotFound, match="no retention rule for the default"):
        retention_rules.remove_rule(None, actor=COMMAND_LINE)
    assert [one.rule for one in retention_outlook.by_source()] == [None, None]


def test_a_recording_follows_the_rule_of_its_source_of_today(two_schools: Path) -> None:
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    with session.writing() as tx:
        tx.execute(update(schema.recordings).where(schema.recordings.c.source == "A").values(source="A renamed"))
    assert retention_run.run(actor=COMMAND_LINE).recordings == 0
    assert [(one.source, one.recordings) for one in retention_outlook.by_source()] == [
        ("A", 0),  # the rule is still shown, with nothing that it holds for
        ("A renamed", 2),
        ("B", 1),
    ]


def test_a_clock_that_was_put_back_neither_erases_nor_stops_the_runs(
    two_schools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retention_rules.set_rule("B", 30, WITHDRAW, actor=COMMAND_LINE)
    set_days_ago(2)
    today = session.now()
    monkeypatch.setattr(session, "now", lambda: today + timedelta(days=400))
    imported = session.now()
    with session.writing() as tx:  # came in while the clock was ahead
        tx.execute(update(schema.recordings).values(imported_at=imported))
    assert retention_run.run_if_due() is not None
    monkeypatch.setattr(session, "now", lambda: today)
    result = retention_run.run_if_due()
    assert result is not None
    assert result.recordings == 0
    assert sources_left() == ["A", "A", "B"]


def test_a_run_that_broke_off_is_taken_up_an_hour_later_and_not_before(
    two_schools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    set_days_ago(2)
    morning = session.now().replace(hour=6)

    def broken() -> None:
        raise OSError("no disk")

    monkeypatch.setattr(session, "now", lambda: morning)
    with monkeypatch.context() as patch:
        patch.setattr(retention_run, "_automatic_run", broken)
        with pytest.raises(OSError, match="no disk"):
            retention_run.run_if_due()
    monkeypatch.setattr(session, "now", lambda: morning + timedelta(minutes=59))
    assert retention_run.run_if_due() is None
    monkeypatch.setattr(session, "now", lambda: morning + timedelta(minutes=61))
    result = retention_run.run_if_due()
    assert result is not None
    assert result.recordings == 2


def claim(recording_id: int) -> None:
    judge = person("judge-at-work")
    with session.writing() as tx:
        row = {"recording_id": recording_id, "account_id": judge.id, "round": 1, "sitting": "s"}
        tx.execute(insert(schema.claims).values(**row, expires_at=session.now() + timedelta(minutes=15)))


def test_what_a_judge_has_on_the_desk_waits_but_not_for_ever(two_schools: Path) -> None:
    retention_rules.set_rule("A", 40, WITHDRAW, actor=COMMAND_LINE)
    set_days_ago(60)
    claim(1)
    assert retention_outlook.preview_run(actor=COMMAND_LINE).postponed == 1
    result = retention_run.run(actor=COMMAND_LINE)
    assert (result.recordings, result.postponed) == (1, 1)
    imported_days_ago(41.5, "A")
    assert retention_run.run(actor=COMMAND_LINE).recordings == 1


def test_the_server_waits_for_a_job_but_not_for_ever(two_schools: Path) -> None:
    retention_rules.set_rule("A", 40, WITHDRAW, actor=COMMAND_LINE)
    set_days_ago(60)
    with session.writing() as tx:
        jobs.add(tx, "j1", "retrain", parameters={}, steps=[], account_id=None)
    result = retention_run.run_if_due()
    assert result is not None
    assert (result.recordings, result.postponed) == (0, 2)
    assert job_status.get_job("j1").state == "queued"
    imported_days_ago(41.5, "A")
    with session.writing() as tx:
        tx.execute(text("DELETE FROM retention_runs"))
    result = retention_run.run_if_due()
    assert result is not None
    assert result.recordings == 2
    assert job_status.get_job("j1").state == "cancelled"


def test_models_that_learned_from_what_goes_are_withdrawn(database: Path) -> None:
    trained.label_recordings(n_children=30)
    trained.add_model("m1")
    imported_days_ago(40)
    with session.writing() as tx:
        tx.execute(text("UPDATE recordings SET source = 'A' WHERE id IN (SELECT recording_id FROM snapshot_items "
                        "WHERE split = 'train' LIMIT 5)"))  # fmt: skip
    expected = retention_rules.preview_rule("A", 30, actor=COMMAND_LINE)
    assert (expected.due, [model.id for model in expected.learned]) == (5, ["m1"])
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    assert retention_run.run(actor=COMMAND_LINE).models == ("m1",)


def test_a_preview_changes_nothing_and_counts_what_goes_within_days(two_schools: Path) -> None:
    expected = retention_rules.preview_rule("A", 45, actor=COMMAND_LINE)
    assert (expected.recordings, expected.due, expected.within_week, expected.within_month) == (2, 0, 2, 2)
    assert not retention_rules.rules().of_sources


def test_a_recording_that_retention_erased_does_not_come_in_again_while_its_rule_holds(two_schools: Path) -> None:
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    retention_run.run(actor=COMMAND_LINE)
    rows = [{"filename": f"{n}.wav", "child": f"kid-number-{n}", "source": "AAB"[n]} for n in range(3)]
    again = bring_in(two_schools / "again", rows)
    assert (again.recordings, again.known, len(again.refused)) == (0, 1, 2)
    assert "'A' are kept for 30 days" in str(again.refused[0]["reason"])
    assert len(list((settings().local_folder / "recordings").rglob("*.wav"))) == 1
    retention_rules.set_rule("A", 60, WITHDRAW, actor=COMMAND_LINE)
    assert bring_in(two_schools / "third", rows).recordings == 2


def test_a_recording_whose_time_was_over_before_it_came_is_refused(database: Path, tmp_path: Path) -> None:
    retention_rules.set_rule(None, 30, WITHDRAW, actor=COMMAND_LINE)
    old = bring_in(tmp_path / "in", [{"filename": "a.wav", "child": "kim", "collected_at": "2020-01-01"}])
    assert old.recordings == 0
    assert "it is of 2020-01-01" in str(old.refused[0]["reason"])


def test_a_child_that_a_person_erased_may_come_in_again(two_schools: Path) -> None:
    retention_rules.set_rule("A", 60, WITHDRAW, actor=COMMAND_LINE)
    erasure.erase_child("kid-number-0", actor=COMMAND_LINE)
    rows = [{"filename": "0.wav", "child": "kid-number-0", "source": "A"}]
    assert bring_in(two_schools / "again", rows).recordings == 1


def test_a_restore_of_an_older_backup_erases_again_and_gives_old_rules_a_day(two_schools: Path) -> None:
    retention_rules.set_rule("B", 60, WITHDRAW, actor=COMMAND_LINE)
    set_days_ago(100)
    backup.backup(two_schools / "old.zip")
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    retention_run.run(actor=COMMAND_LINE)
    back = backup_restore.restore(two_schools / "old.zip", replace=True)
    assert back.erased_again == 2
    assert sources_left() == ["B"]
    restored = retention_rules.rules()
    assert set(restored.of_sources) == {"B"}
    assert session.now() - restored.of_sources["B"].set_at < timedelta(minutes=5)


def test_setting_and_removing_a_rule_is_audited(database: Path) -> None:
    retention_rules.set_rule("A", 30, WITHDRAW, actor=COMMAND_LINE)
    retention_rules.set_rule("A", 60, ModelsChoice.RETRAIN, actor=COMMAND_LINE)
    retention_rules.remove_rule("A", actor=COMMAND_LINE)
    removed, second, _ = audit_log.entries().items
    assert (removed.action, removed.subject) == ("remove retention", "source 'A'")
    assert second.detail == {"days": 60, "models": "retrain", "before": {"days": 30, "models": "withdraw"}}
