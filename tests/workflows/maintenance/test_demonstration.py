"""The demonstration: a storage that is alive, made twice the same, and never on top of somebody's own."""

from __future__ import annotations

import csv
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from core.demonstration import synthesis
from core.demonstration.synthesis import SynthesisPlan
from core.domain.actor import COMMAND_LINE
from core.domain.labels import JudgingState, Label, Role
from core.errors import Conflict
from core.workflows.accounts import accounts, sign_ins
from core.workflows.annotation import recording_search
from core.workflows.maintenance import demonstration
from core.workflows.maintenance.demonstration import SimulatedJudging

made_once = lru_cache(synthesis.synthesise)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty recordings of six children, spoken once for all tests: enough to show everything."""
    monkeypatch.setattr(synthesis, "synthesise", made_once)
    monkeypatch.setattr(demonstration, "PLAN", SynthesisPlan(n_recordings=30, n_children=6))
    monkeypatch.setattr(demonstration, "JUDGING", SimulatedJudging(n_unjudged=5, n_judged_once=4, n_disagreements=3))


def test_there_is_something_to_judge_and_something_to_settle(database: Path) -> None:
    result = demonstration.create_demonstration(actor=COMMAND_LINE)
    assert (result.recordings, result.judgements, result.refused) == (30, 4 + 2 * 21, [])
    assert recording_search.count_recordings().by_standing == {
        JudgingState.UNJUDGED: 5,
        JudgingState.ONE_JUDGEMENT: 4,
        JudgingState.AWAITING_THIRD: 0,
        JudgingState.AGREED: 18,
        JudgingState.DISAGREED: 3,
        JudgingState.SETTLED: 0,
    }


def test_the_printed_passwords_open_the_three_accounts(database: Path) -> None:
    demonstration.create_demonstration(actor=COMMAND_LINE)
    roles = [sign_ins.sign_in(one.name, one.password)[0].role for one in demonstration.SIGN_INS]
    assert roles == [Role.JUDGE, Role.STAFF, Role.ADMIN]


def test_made_twice_nothing_is_added(database: Path) -> None:
    demonstration.create_demonstration(actor=COMMAND_LINE)
    again = demonstration.create_demonstration(actor=COMMAND_LINE)
    assert (again.recordings, again.known, again.judgements) == (0, 30, 0)
    assert len(accounts.all_accounts()) == len({"judge", "staff", "admin", "judge_1", "judge_2"})


def test_stopped_half_way_it_goes_on(database: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demonstration.create_demonstration(actor=COMMAND_LINE, on_progress=stop)
    assert not demonstration.demonstration_exists()
    demonstration.create_demonstration(actor=COMMAND_LINE)
    assert demonstration.demonstration_exists()
    assert recording_search.count_recordings().recordings == 30


def test_a_storage_with_accounts_of_its_own_is_left_alone(database: Path) -> None:
    accounts.create("Ines", "a password of hers", Role.ADMIN, actor=COMMAND_LINE)
    with pytest.raises(Conflict, match="already holds accounts"):
        demonstration.create_demonstration(actor=COMMAND_LINE)
    assert not demonstration.folder().exists()


def test_a_storage_with_recordings_of_its_own_is_left_alone(database: Path, tmp_path: Path) -> None:
    from core.workflows.importing import import_recordings

    import_recordings.import_path(demonstration.write_corpus(tmp_path / "own"), actor=COMMAND_LINE)
    with pytest.raises(Conflict, match="already holds 30 recordings"):
        demonstration.create_demonstration(actor=COMMAND_LINE)


def test_the_manifest_and_its_files_are_the_same_each_time(tmp_path: Path) -> None:
    one, other = (demonstration.write_corpus(tmp_path / name).parent for name in ("one", "other"))
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert len(files) == 31
    assert all((one / file).read_bytes() == (other / file).read_bytes() for file in files)


def test_the_judges_differ_as_often_as_they_are_told(tmp_path: Path) -> None:
    with demonstration.write_corpus(tmp_path).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    heard = Counter(sum(bool(row[judge]) for judge in ("judge_1", "judge_2")) for row in rows)
    assert heard == {0: 5, 1: 4, 2: 21}
    assert sum(row["judge_1"] != row["judge_2"] for row in rows if row["judge_1"] and row["judge_2"]) == 3
    assert {row["judge_1"] for row in rows} - {""} == {label.value for label in Label}
