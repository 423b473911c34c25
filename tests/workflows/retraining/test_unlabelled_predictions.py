"""Where the most useful recordings come first, a retraining ends by asking the new model about unlabelled ones."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio import store
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Split
from core.domain.selection import QueueOrder
from core.workflows.annotation import protocols
from core.workflows.annotation.protocols import QueueProtocol
from db import children, models, recordings, session, unlabelled_predictions
from tests import audio_files
from tests.annotation.people import lying_before, people
from tests.workflows import labelled_sounds
from tests.workflows.retraining.test_retraining import handed_over, retrain, step  # noqa: F401 - a fixture of every test here

STEP = "Unlabelled recordings"


@pytest.fixture
def unlabelled() -> list[int]:
    labelled_sounds.label_sounds()
    found = []
    with session.writing() as tx:
        child = children.find_or_add(tx, "child-00")
        for number in range(3):
            data = audio_files.encode(
                np.asarray((0.1 + 0.2 * number) * audio_files.noise(labelled_sounds.SECONDS, seed=500 + number))
            )
            sha256 = store.put(settings().storage, data, "wav")
            new = recordings.NewRecording(sha256, "wav", f"new-{number}.wav", labelled_sounds.SECONDS, 16_000, 1)
            found.append(recordings.add(tx, new, child_id=child.id))
    return [one for one in found if one is not None]


def test_the_new_model_orders_the_unlabelled_recordings_and_its_figures_do_not_move(unlabelled: list[int]) -> None:
    before = retrain()
    protocols.set_queue(QueueProtocol(QueueOrder.UNCERTAINTY, random_share=0.0), actor=COMMAND_LINE)
    after = retrain()
    assert (after.state, step(after, STEP).state) == ("succeeded", "done"), after.error
    with session.reading() as tx:
        asked = unlabelled_predictions.newest_predictions(tx)
        figures = [models.p_accepted_of_split(tx, job.result["best"], Split.TEST) for job in (before, after)]
    assert [row[0] for row in asked] == unlabelled
    assert all(0.0 <= row[1] <= 1.0 for row in asked)
    assert figures[0] == figures[1]
    (anna,) = people("anna")
    assert sorted(lying_before(anna, 3)) == unlabelled


def test_without_that_order_nobody_is_asked(unlabelled: list[int]) -> None:
    job = retrain()
    assert STEP not in [one.name for one in job.steps]
    with session.reading() as tx:
        assert unlabelled_predictions.newest_predictions(tx) == []
