"""Columns of members: what the database holds is words, what the rows give is members."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import CheckConstraint, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateColumn

from core.domain.judgements import DeskSession
from core.domain.labels import JudgingState, Label, Role, Split
from core.domain.selection import SelectionReason
from core.errors import Unavailable
from db import accounts, children, claims, judgements, schema, session, standing_labels, table_dump
from db.schema.enum_words import EnumWord
from tests.annotation.people import add_recordings, give, lying_before, people

ENUM_COLUMNS = {
    ("accounts", "role", 10),
    ("adjudications", "label", 12),
    ("children", "pool", 10),
    ("children", "split", 10),
    ("claims", "brought_by", 12),
    ("decisions", "reason", 12),
    ("control_answers", "label", 12),
    ("dismissals", "kind", 24),
    ("decisions", "verdict", 10),
    ("judgements", "label", 12),
    ("live_samples", "verdict", 10),
    ("qualification_answers", "expected", 12),
    ("qualification_answers", "label", 12),
    ("qualification_items", "label", 12),
    ("facet_counts", "state", 12),
    ("recording_rounds", "kind", 12),
    ("recording_states", "consensus", 12),
    ("recording_states", "label_a", 12),
    ("recording_states", "label_b", 12),
    ("recording_states", "state", 12),
    ("repeats", "label", 12),
    ("retention_rules", "models", 10),
    ("snapshot_items", "label", 12),
    ("snapshot_items", "split", 10),
    ("source_points", "basis", 20),
    ("webhook_deliveries", "event", 24),
    ("webhook_deliveries", "state", 12),
}
any_database = pytest.mark.usefixtures("any_database")


def stored(query: str) -> list[object]:
    with session.reading() as tx:
        return list(tx.execute(text(query)).scalars())


def write(statement: str) -> None:
    with session.writing() as tx:
        tx.execute(text(statement))


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize(("table", "column", "length"), sorted(ENUM_COLUMNS))
def test_a_column_of_members_is_the_varchar_that_it_was(table, column, length, dialect) -> None:
    column_sql = str(CreateColumn(schema.metadata.tables[table].c[column]).compile(dialect=dialect))
    assert column_sql.removesuffix(" NOT NULL") == f"{column} VARCHAR({length})"


def test_no_check_comes_with_a_column_of_members() -> None:
    with_members = {name for name, _, _ in ENUM_COLUMNS}
    checks = {
        (name, str(check.name))
        for name in with_members
        for check in schema.metadata.tables[name].constraints
        if isinstance(check, CheckConstraint)
    }
    labels = {
        "adjudications",
        "control_answers",
        "judgements",
        "qualification_answers",
        "qualification_items",
        "repeats",
    }
    expected = {(name, f"ck_{name}_label") for name in labels | {"snapshot_items"}}
    expected |= {("accounts", "ck_accounts_role"), ("children", "ck_children_split")}
    expected |= {("retention_rules", "ck_retention_rules_days")}
    assert checks == expected | {("recording_rounds", "ck_recording_rounds_kind")}


def test_every_column_of_members_is_in_the_list_of_this_test() -> None:
    columns = [column for table in schema.metadata.tables.values() for column in table.columns]
    of_members = {(column.table.name, column.name) for column in columns if isinstance(column.type, EnumWord)}
    assert of_members == {(table, column) for table, column, _ in ENUM_COLUMNS}


@any_database
def test_rows_give_members_and_the_database_holds_their_words() -> None:
    (anna,) = people("anna")
    recording_id = add_recordings(1)[0]
    lying_before(anna)
    assert stored("SELECT brought_by FROM claims") == ["shuffle"]
    give(anna, recording_id, Label.ACCEPTED)
    assert stored("SELECT label FROM judgements") == ["Accepted"]
    assert stored("SELECT role FROM accounts") == ["judge"]
    with session.reading() as tx:
        assert judgements.of_recordings(tx, [recording_id])[recording_id][0].label is Label.ACCEPTED
        account = accounts.by_name(tx, "anna")
    assert account is not None
    assert account.role is Role.JUDGE


@any_database
def test_the_states_that_sql_computes_are_members() -> None:
    anna, bert = people("anna", "bert")
    first, second = add_recordings(2)
    for judge in (anna, bert):
        give(judge, first, Label.NOISE)
    with session.reading() as tx:
        now = judgements.standing()
        rows = {
            row[0]: (row[1], row[2]) for row in tx.execute(select(now.c.recording_id, now.c.standing, now.c.consensus))
        }
        (labelled,) = standing_labels.labelled(tx)
    assert rows[first][0] is JudgingState.AGREED
    assert rows[first][1] is labelled.label is Label.NOISE
    assert rows[second] == (JudgingState.UNJUDGED, None)


@any_database
def test_a_child_keeps_its_split_as_a_member() -> None:
    with session.writing() as tx:
        child = children.find_or_add(tx, "ada")
        assert (child.pool, child.split) == (None, None)
        children.place(tx, child.id, Split.TEST)
        children.keep_out_of_testing(tx, children.find_or_add(tx, "bea").id)
    with session.reading() as tx:
        ada, bea = children.all_children(tx)
    assert ada.split is Split.TEST
    assert bea.pool is Split.TRAIN


@any_database
def test_a_word_of_a_newer_version_is_named_with_what_to_do() -> None:
    write("INSERT INTO children (pseudonym, pool) VALUES ('ada', 'holdout')")
    with (
        pytest.raises(Unavailable, match=r"'holdout' .* 'train', 'validation', 'test' \(Split\)\. .* run that version"),
        session.reading() as tx,
    ):
        children.all_children(tx)


@any_database
def test_a_reason_of_a_newer_version_on_a_desk_is_named_too() -> None:
    (anna,) = people("anna")
    add_recordings(1)
    lying_before(anna)
    write("UPDATE claims SET brought_by = 'difficulty'")
    desk = DeskSession(anna.id, "tab", session.now())
    with pytest.raises(Unavailable, match="'difficulty'"), session.reading() as tx:
        claims.of_judge(tx, desk.judge_id)


@any_database
def test_what_is_no_member_is_not_written() -> None:
    with pytest.raises(StatementError, match="holdout"), session.writing() as tx:
        tx.execute(insert(schema.children).values(pseudonym="ada", pool="holdout"))
    assert stored("SELECT pseudonym FROM children") == []


@any_database
def test_a_dump_holds_plain_words_those_of_a_newer_version_included() -> None:
    (anna,) = people("anna")
    give(anna, add_recordings(1)[0], Label.SPEECHLESS)
    write("INSERT INTO children (pseudonym, pool) VALUES ('newer', 'holdout')")
    with session.reading() as tx:
        rows = {name: list(table_dump.rows(tx, name)) for name in ("accounts", "judgements", "children")}
    words = [rows["accounts"][0]["role"], rows["judgements"][0]["label"], rows["children"][-1]["pool"]]
    assert words == ["judge", "Speechless", "holdout"]
    assert {type(word) for word in words} == {str}


@any_database
def test_a_dumped_row_loads_again() -> None:
    (anna,) = people("anna")
    lying_before(anna)
    give(anna, add_recordings(1)[0], Label.NOISE)
    with session.writing() as tx:
        rows = list(table_dump.rows(tx, "judgements"))
        tx.execute(schema.judgements.delete())
        assert table_dump.load(tx, "judgements", rows) == 1
        assert list(table_dump.rows(tx, "judgements")) == rows


@any_database
def test_why_a_recording_came_is_a_member_on_the_desk() -> None:
    (anna,) = people("anna")
    (recording_id,) = add_recordings(1)
    desk = DeskSession(anna.id, "tab", session.now())
    with session.writing() as tx:
        claims.claim(tx, desk, {recording_id: SelectionReason.UNCERTAINTY}, desk.at + timedelta(minutes=1))
        assert [claim.reason for claim in claims.of_judge(tx, desk.judge_id)] == [SelectionReason.UNCERTAINTY]
        assert claims.selection_reason(tx, anna.id, recording_id, 1) is SelectionReason.UNCERTAINTY
        assert claims.count_repeats(tx, anna.id) == 0
