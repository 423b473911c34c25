"""What every screen and every label asks of SQLite is answered from indexes: no table of recordings is read through."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Engine, event, text

from core.domain.actor import COMMAND_LINE
from core.domain.audit import AuditQuestion
from core.domain.judgements import DeskSession
from core.domain.labels import JudgingState, Label, Role
from core.domain.list_pages import BEHIND_ALL
from core.workflows.accounts import audit_log
from core.workflows.annotation import (
    agreement_report,
    judge_trust,
    judging_progress,
    open_disagreements,
    recording_search,
)
from core.workflows.annotation.recording_search import RecordingFilter
from core.workflows.deployment import changes_since_training, deployment_control
from core.workflows.evaluation import search_anywhere
from core.workflows.jobs import job_status
from core.workflows.maintenance import erasure
from core.workflows.overview import warning_watch
from core.workflows.training import label_counts
from db import engines, queue, session
from tests.annotation.people import give, lying_before, people
from tests.workflows import trained

# a million rows each; `recording_states` may be read through where a filter fits few, as it is narrow
MANY = ("recordings", "judgements", "adjudications", "snapshot_items", "probabilities", "audit")
NARROW = "recording_states"


@pytest.fixture
def learned(database: object) -> None:
    trained.label_recordings()
    trained.add_model("only")
    trained.label_recordings(n_children=2, each=3, name="later")
    session.count_changes_in()


def read_through(
    act: Callable[[], object], tables: tuple[str, ...], among: Sequence[Engine] | None = None
) -> list[str]:
    """The statements of an act that read one of these tables from end to end, by SQLite's own plan."""
    scanned: list[str] = []
    watched = among or engines.engines()

    def look(_connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            return
        raw = cursor.connection.cursor()  # type: ignore[attr-defined]
        plan = [str(row[3]) for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        if "LIMIT" in statement and "WHERE" not in statement and not any("TEMP B-TREE" in line for line in plan):
            return  # in the order of its key, as far as the limit
        scanned.extend(f"{line}: {statement}" for line in plan if line.startswith("SCAN") and line.split()[1] in tables)

    for engine in watched:
        event.listen(engine, "before_cursor_execute", look)
    try:
        act()
    finally:
        for engine in watched:
            event.remove(engine, "before_cursor_execute", look)
    return scanned


SCREENS: dict[str, Callable[[], object]] = {
    "progress": judging_progress.count_progress,
    "counts": recording_search.count_recordings,
    "disagreements": lambda: open_disagreements.disagreements(limit=1),
    "kinds of disagreement": open_disagreements.disagreement_kinds,
    "agreement": lambda: agreement_report.by_pair(agreement_report.paired_labels()),
    "one judge": lambda: agreement_report.over_time(agreement_report.paired_labels(), "judge_1"),
    "recordings that differ": lambda: agreement_report.differing_recordings(
        agreement_report.paired_labels(), "judge_1"
    ),
    "by state": lambda: searched(standings=(JudgingState.ONE_JUDGEMENT,)),
    "by child": lambda: searched(child="child-001"),
    "by language": lambda: searched(languages=("fr",)),
    "a late page": lambda: recording_search.search_recordings(begin=3, limit=2),
    "the last page": lambda: recording_search.search_recordings(begin=BEHIND_ALL, limit=2),
    "disagreements behind those put aside": lambda: open_disagreements.first_disagreement([1, 2]),
    "the audit log": audit_log.actions,
    "a page of the audit log": lambda: audit_log.entries(begin=3, limit=2),
    "who did anything": audit_log.actors,
    "a page of one person": lambda: audit_log.entries(question=AuditQuestion(actor="ada"), begin=3, limit=2),
    "a page of one action": lambda: audit_log.entries(action="import", begin=3, limit=2),
    "new labels": label_counts.count_labels,
    "jobs of each kind": job_status.newest_of_each_kind,
    "what changed": changes_since_training.changes_since_training,
}


def searched(**wanted: object) -> object:
    return recording_search.search_recordings(RecordingFilter(**wanted), limit=25)  # type: ignore[arg-type]


@pytest.mark.usefixtures("learned")
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_reads_no_table_of_recordings_through(screen: str) -> None:
    SCREENS[screen]()
    assert read_through(SCREENS[screen], (*MANY, NARROW)) == []


@pytest.mark.usefixtures("learned")
def test_the_warnings_of_the_overview_read_no_table_of_recordings_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are many labels: judges are compared in a thread of its own then, and the last verdicts shown."""
    deployment_control.deploy("only", 0.10, actor=COMMAND_LINE)
    monkeypatch.setattr(judge_trust, "QUICKLY_COMPARED", 0)
    monkeypatch.setattr(judge_trust, "_compute", lambda: None)
    assert read_through(lambda: warning_watch.standing_warnings(Role.ADMIN), (*MANY, NARROW)) == []


@pytest.mark.usefixtures("learned")
def test_a_label_and_a_desk_read_no_table_of_recordings_through() -> None:
    (anna,) = people("anna")
    with session.writing() as tx:
        trained_ids = queue.highest_id(tx)
    assert trained_ids
    trained_and_open = trained.recordings  # a recording that waits, for the desk
    with session.writing() as tx:
        child = trained.children.find_or_add(tx, "waiting")
        new = trained_and_open.NewRecording("f" * 64, "wav", "w.wav", 1.0, 16_000, 1, language="en")
        trained_and_open.add(tx, new, child_id=child.id)

    def judge() -> None:
        give(anna, lying_before(anna)[0], Label.NOISE)

    assert read_through(judge, MANY) == []


@pytest.mark.usefixtures("learned")
def test_what_is_left_for_a_judge_is_not_counted_recording_by_recording() -> None:
    (anna,) = people("anna")

    def count() -> None:
        with session.reading() as tx:
            queue.count_open(tx, DeskSession(anna.id, "tab", session.now(), ("fr",)))

    assert read_through(count, (*MANY, NARROW)) == []


@pytest.mark.usefixtures("database")
def test_whether_a_judge_is_barred_is_asked_of_each_recording_and_not_of_all_labels_of_the_judge() -> None:
    """An index of a condition serves only a query that has the very words of that condition."""
    (judge,) = people("barred")
    plans = [plan for plan in plans_of(lambda: lying_before(judge, 3)) if "judgements" in plan]
    assert any("USING INDEX ix_judgements_bars_judge (recording_id=? AND account_id=?" in plan for plan in plans)
    assert not any(
        "ix_judgements_account_id_decided_at (account_id=?)" in plan for plan in plans if "CORRELATED" in plan
    )


SEARCHES = ("mai", "clip", "ki", "3", "deadbeef", "dossier/cl", "É", "a' OR 1=1 --", "%", "_")


@pytest.mark.usefixtures("learned")
@pytest.mark.parametrize("text", SEARCHES)
def test_a_search_from_any_screen_is_a_range_of_an_index(text: str) -> None:
    def search() -> None:
        search_anywhere.find_anywhere(text, actor=COMMAND_LINE)

    search()
    assert read_through(search, (*MANY, NARROW, "children", "live_samples")) == []
    plans = "\n".join(plans_of(search))
    for index in ("ix_recordings_word_begins", "ix_recordings_file_begins", "ix_children_pseudonym_begins"):
        assert f"INDEX {index} (<expr>>? AND <expr><?)" in plans


@pytest.mark.usefixtures("learned")
def test_nobody_waits_while_an_erasure_reads_a_table_through() -> None:
    """It looks through everything before, in a reading transaction."""

    def erase() -> None:
        erasure.erase_child("child-001", actor=COMMAND_LINE)

    busy = tuple(table for table in MANY if table != "audit")
    assert read_through(erase, (*busy, NARROW, "children"), [engines.engine()]) == []


def plans_of(act: Callable[[], object]) -> list[str]:
    """The plans of what an act reads, a statement each."""
    plans: list[str] = []

    def look(_connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            raw = cursor.connection.cursor()  # type: ignore[attr-defined]
            plans.append("\n".join(str(row[3]) for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)))

    for engine in engines.engines():
        event.listen(engine, "before_cursor_execute", look)
    try:
        act()
    finally:
        for engine in engines.engines():
            event.remove(engine, "before_cursor_execute", look)
    return plans


@pytest.mark.usefixtures("postgres_database")
def test_postgresql_compiles_no_statement() -> None:
    with session.reading() as tx:
        assert tx.execute(text("SHOW jit")).scalar() == "off"
