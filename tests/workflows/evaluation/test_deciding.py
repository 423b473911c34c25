"""What a threshold decides, held against people, groups, judges and another model."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from sqlalchemy import update

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Split
from core.errors import NotFound, Refused
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import confusion, human_baseline, model_comparison, model_evaluation, predictions, slices
from core.workflows.evaluation.confusion import CELLS
from core.workflows.evaluation.platform_volume import (
    PlatformVolume,
    current_volume,
    daily_counts,
    estimated_bad_share,
    set_volume,
)
from db import schema, session
from db.facets import RecordingFacets
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def model_id() -> str:
    trained.label_recordings(n_children=60)
    trained.add_model("b", seed=7, skill=0.8)
    return trained.add_model("a").id


def test_the_six_cells_hold_every_test_recording_once(model_id: str) -> None:
    threshold = model_evaluation.report(model_id, 0.10).threshold
    found = {name: confusion.recordings_of_cell(model_id, threshold, cell, limit=1000) for name, cell in CELLS.items()}
    ids = [one.judged.recording.id for page in found.values() for one in page.items]
    with session.reading() as tx:
        assert sorted(ids) == predictions.predictions_of_split(tx, model_id, Split.TEST).recordings.tolist()
    counts = model_evaluation.report(model_id, 0.10).test.confusion
    assert found["accepted_refused"].total == counts.accepted_refused
    assert found["noise_passed"].total + found["speechless_passed"].total == counts.rejected_passed


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_worst_first_page_by_page(name: str, model_id: str) -> None:
    cell = CELLS[name]
    whole = confusion.recordings_of_cell(model_id, 0.6, cell, limit=100)
    p = [one.p_accepted for one in whole.items]
    assert p == sorted(p, reverse=cell.label.is_rejected)
    assert all((one.p_accepted < 0.6) is cell.is_refused and one.label is cell.label for one in whole.items)
    assert confusion.recordings_of_cell(model_id, 0.6, cell, offset=2, limit=3).items == whole.items[2:5]


def test_a_recording_comes_with_both_judgements_and_what_the_deployed_model_gives(model_id: str) -> None:
    cell = CELLS["speechless_passed"]
    one = confusion.recordings_of_cell(model_id, 0.5, cell, limit=1).items[0]
    assert [said.label for said in one.judged.judgements] == [Label.SPEECHLESS] * 2
    assert one.in_force is None
    point = deployment_control.deploy("b", 0.2, actor=COMMAND_LINE).operating_point
    one = confusion.recordings_of_cell(model_id, 0.5, cell, limit=1).items[0]
    assert one.in_force.threshold == point.threshold
    assert one.in_force.p_accepted != one.p_accepted


def test_slices_are_made_of_what_is_known(model_id: str) -> None:
    found = slices.slices_at_threshold(model_id, 0.6)
    assert {(one.kind, one.name) for one in found} == {("language", "en"), ("language", "fr")}
    page = slices.wrong_recordings(model_id, 0.6, "language", "fr")
    assert page.items
    assert {one.judged.recording.language for one in page.items} == {"fr"}
    assert all((one.p_accepted < 0.6) is (one.label is Label.ACCEPTED) for one in page.items)
    with pytest.raises(NotFound, match="language"):
        slices.wrong_recordings(model_id, 0.6, "language", "xx")


def test_length_hour_and_device_make_groups() -> None:
    def one(word: str, seconds: float, hour: int, device: str) -> RecordingFacets:
        return RecordingFacets(
            1, "0" * 64, "", "", word, seconds, datetime(2026, 3, 1, hour, 30), {"device": device, "note": "x"}
        )

    kinds = slices.slice_kinds([one("cat", 1.5, 8, "tablet"), one("elephant", 5, 12, "")])
    assert list(kinds["word length"]) == ["1 to 3 letters", "6 to 8 letters"]
    assert list(kinds["duration"]) == ["up to 2 s", "longer than 4 s"]
    assert list(kinds["time of day"]) == ["before 9", "12 to 15"]
    assert kinds.keys() == {"word length", "duration", "time of day"}, "one device is no comparison"


def test_two_models_are_compared_on_what_they_have_in_common(model_id: str) -> None:
    found = model_comparison.compare_models(model_id, "b", 0.10)
    for side in (found.first, found.second):
        report = model_evaluation.report(side.model.id, 0.10)
        assert (side.threshold, side.rcc, side.am) == (report.threshold, report.test.rcc, report.test.am)
    assert found.difference.rcc.value == pytest.approx(found.first.rcc - found.second.rcc)
    pages = [
        model_comparison.differing_decisions(model_id, "b", 0.10, is_first_right=side, limit=500)
        for side in (True, False)
    ]
    assert [len(page) for page in pages] == [found.n_first_right, found.n_second_right]
    for one in pages[0]:
        is_refused = one.decided.p_accepted < found.first.threshold
        assert is_refused is one.decided.label.is_rejected
        assert (one.p_second < found.second.threshold) is not is_refused
    far = [abs(one.decided.p_accepted - one.p_second) for one in pages[0]]
    assert far == sorted(far, reverse=True)


def test_a_model_against_itself_differs_nowhere(model_id: str) -> None:
    found = model_comparison.compare_models(model_id, model_id, 0.10)
    assert (found.n_first_right, found.n_second_right, found.difference.rcc.value) == (0, 0, 0.0)


def test_each_judge_has_a_point_that_moves_with_the_labels(model_id: str) -> None:
    ada, ben = human_baseline.baseline_points()
    assert (ada.am, ada.rcc, ben.am, ben.rcc) == (0.0, 1.0, 0.0, 1.0)
    with session.writing() as tx:
        first = np.array([1])
        tx.execute(
            update(schema.judgements).where(schema.judgements.c.id.in_(first.tolist())).values(undone_at=session.now())
        )
    assert sum(one.accepted + one.rejected for one in human_baseline.baseline_points()) == 2 * (60 * 9 - 1)


def test_a_day_is_told_once_staff_have_said_how_much_is_read(model_id: str) -> None:
    assert current_volume() is None
    assert estimated_bad_share() == pytest.approx(2 / 3)
    set_volume(PlatformVolume(2000, 0.3), actor=COMMAND_LINE)
    assert current_volume() == PlatformVolume(2000, 0.3)
    day = daily_counts(current_volume(), am=0.1, rcc=0.9)
    assert (day.wrongly_refused, day.caught, day.let_through) == pytest.approx((140, 540, 60))
    with pytest.raises(Refused, match="a day"):
        PlatformVolume(0, 0.3)
    with pytest.raises(Refused, match="bad ones"):
        PlatformVolume(10, 1.3)
