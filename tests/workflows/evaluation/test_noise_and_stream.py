"""Noise and Speechless apart, and AM with disagreements in the denominator."""

from __future__ import annotations

import json
from math import isnan
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete

from core.domain.labels import Label, Split
from core.workflows.evaluation import model_evaluation, slices, stream
from db import models, schema, session
from db import stream as stream_rows
from tests.workflows import trained


@pytest.fixture(autouse=True)
def model(database: Path) -> None:
    trained.label_many(400)
    trained.add_model("a", skill=2.5)
    stream._read.cache_clear()


def disagree() -> int:
    """One judgement less on some test recordings, and another label instead; the model keeps its p of them."""
    with session.writing() as tx:
        rows = models.p_accepted_of_split(tx, "a", Split.TEST)[:6]
        second = schema.judgements.c.account_id == 2
        for recording_id, *_ in rows:
            tx.execute(delete(schema.judgements).where(schema.judgements.c.recording_id == recording_id, second))
            label = Label.NOISE if recording_id % 3 == 0 else Label.ACCEPTED
            trained.judge(tx, [(recording_id, 2, label)])
    return len(rows)


def test_a_report_has_noise_and_speechless_apart() -> None:
    report = model_evaluation.report("a", 0.10)
    caught, test = report.test.caught, report.test
    assert sum(share.n for share in caught.values()) == test.rejected
    together = sum(share.rcc * share.n for share in caught.values())
    assert together / test.rejected == pytest.approx(test.rcc)
    assert all(share.interval[0] <= share.rcc <= share.interval[1] for share in caught.values())
    apart = json.loads(json.dumps(report.as_json()["apart"]))["test"]
    assert apart["noise"]["rcc"] == pytest.approx(caught[Label.NOISE].rcc)
    assert apart["am_stream"] is None


def test_without_disagreements_the_am_of_the_stream_is_not_known() -> None:
    assert isnan(model_evaluation.report("a", 0.10).test.am_stream)


def test_disagreements_count_half_in_the_am_of_the_stream() -> None:
    n = disagree()
    report = model_evaluation.report("a", 0.10)
    assert 0 < report.test.n_disagreed <= n
    votes = stream.votes_of_split("a", Split.TEST)
    expected = float(votes.votes[votes.p < report.threshold].sum() / votes.votes.sum())
    assert report.test.am_stream == pytest.approx(expected)


def test_a_judged_recording_without_a_prediction_is_named() -> None:
    with session.writing() as tx:
        recording_id = models.p_accepted_of_split(tx, "a", Split.TEST)[0][0]
        tx.execute(delete(schema.probabilities).where(schema.probabilities.c.recording_id == recording_id))
        assert [each.recording_id for each in stream_rows.without_prediction(tx, "a")] == [recording_id]


def test_slices_show_each_kind_and_the_measured_snr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "_snr_db", lambda sha256: 5.0 if int(sha256[0], 16) % 2 else 25.0)
    compared = slices.slices_at_threshold("a", 0.5)
    by_snr = [each for each in compared if each.kind == "SNR as measured"]
    assert len(by_snr) == 2
    for each in by_snr:
        assert sum(share.n for share in each.caught.values()) == each.rcc.n
        assert not np.isnan(each.caught["Noise"].rcc)
