"""The table of thresholds by source, on simulated sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bench import robustness_data, source_conditions
from bench.source_conditions import Condition
from tests.metrics.source_simulations import reference, simulate


def condition(n: int, *, moved: float, n_differ: int = 0) -> Condition:
    source = simulate(n, moved=moved)
    votes = source.is_accepted.astype(float)
    votes[:n_differ] = 0.5
    return Condition("school", votes, source.p, np.arange(n).astype(str))


def test_where_p_fell_every_threshold_of_its_own_refuses_fewer_good_readings() -> None:
    frozen, alone, *judged = condition(400, moved=-3.0).row(reference(), draws=5)
    assert alone.am < frozen.am
    assert [cell.am < 0.5 * frozen.am for cell in judged] == [True, True]


def test_too_few_recordings_to_judge_leave_their_columns_out() -> None:
    assert len(condition(100, moved=0.0).row(reference(), draws=2)) == 3


def test_the_worst_am_of_each_column_stands_below_the_conditions() -> None:
    conditions = [condition(400, moved=moved) for moved in (0.0, -3.0)]
    frozen = max(each.row(reference(), draws=2)[0].am for each in conditions)
    *_, worst = source_conditions.lines(conditions, reference(), draws=2)
    assert worst.split()[2] == f"{frozen:.0f}"


def test_a_disagreement_counts_half_a_vote_and_stays_out_of_what_teaches(tmp_path: Path) -> None:
    rows = ["a.flac,x,Accepted,Accepted", "b.flac,x,Accepted,Noise", "c.flac,y,Noise,Speechless", "d.flac,y,Noise,"]
    (tmp_path / "manifest.csv").write_text("\n".join(["filename,condition,judge_1,judge_2", *rows]))
    stream = robustness_data.stream_of_folder(tmp_path)
    assert stream.votes.tolist() == [1.0, 0.5, 0.0]
    assert [Path(recording.file).name for recording in stream.agreed.recordings] == ["a.flac"]
    assert [len(each.p) for each in source_conditions.by_condition(stream, np.zeros(3))] == [2, 1]
