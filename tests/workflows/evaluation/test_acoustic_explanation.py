"""Decisions in the terms of a classroom, for stored recordings and for new models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.audio import acoustic_summary, store
from core.domain.labels import Label, Split
from core.domain.model_cards import ModelCard
from core.domain.snapshots import Snapshot, SnapshotItem
from core.sentences.acoustic_sentences import deviation_sentence, measure_sentence
from core.workflows.evaluation import acoustic_explanation
from core.workflows.evaluation.acoustic_explanation import AcousticExplanation
from db import children, models, recordings, session
from tests import audio_files
from tests.workflows import trained

FAINT = audio_files.encode(audio_files.tone(300, 1.0, amplitude=0.01))


def bring_in(storage: Path, data: bytes, *, is_there: bool = True) -> int:
    sha256 = store.put(str(storage), data, "wav") if is_there else "0" * 64
    with session.writing() as tx:
        owner = children.find_or_add(tx, "kim")
        new = recordings.NewRecording(sha256, "wav", "a.wav", 1.0, 16_000, len(data), language="en")
        added = recordings.add(tx, new, child_id=owner.id)
    assert added is not None
    return added


def item(sha256: str, label: Label, split: Split) -> SnapshotItem:
    return SnapshotItem(1, sha256, "wav", "kim", "en", label, split)


@pytest.fixture
def usual(storage: Path) -> dict:
    """Of thirty accepted training recordings, each a little louder; what else there is counts for nothing."""
    loud = [
        store.put(str(storage), audio_files.encode(audio_files.tone(300, 0.3, amplitude=0.2 + k / 100)), "wav")
        for k in range(30)
    ]
    items = [item(sha256, Label.ACCEPTED, Split.TRAIN) for sha256 in (*loud, "f" * 64)]
    other = store.put(str(storage), FAINT, "wav")
    items += [item(other, Label.ACCEPTED, Split.TEST), item(other, Label.NOISE, Split.TRAIN)]
    return acoustic_explanation.typical_of_snapshot(Snapshot(1, "hash", session.now(), tuple(items)))


def why(explanation: AcousticExplanation) -> str:
    return deviation_sentence(explanation.summary, explanation.measured)


def test_usual_is_measured_on_accepted_training_recordings_that_can_be_read(usual: dict) -> None:
    assert usual["recordings"] == 30
    assert -17 < usual["level_dbfs"][0] < usual["level_dbfs"][1] < -9


def test_a_stored_recording_is_explained_from_its_bytes(database: Path, storage: Path) -> None:
    here, gone = bring_in(storage, FAINT), bring_in(storage, FAINT, is_there=False)

    found = acoustic_explanation.explain_recordings([here, gone, 999])
    assert list(found) == [here]
    assert found[here].summary.level_dbfs == pytest.approx(-43, abs=0.5)
    assert measure_sentence(found[here].measured[0]) == "The loudest part is at -43 dBFS."


def test_what_is_usual_comes_from_the_models_card(database: Path, storage: Path, usual: dict) -> None:
    trained.label_recordings()
    bare = trained.add_model("bare")
    with session.writing() as tx:
        card = ModelCard.from_json(bare.card.document | {"usual": usual})
        models.add(tx, replace(bare, id="knows", card=card))
    here = bring_in(storage, FAINT)

    by_model = {
        name: why(acoustic_explanation.explain_recordings([here], model_id=name)[here])
        for name in ("bare", "gone", "knows")
    }
    assert by_model["knows"].startswith("Quiet: the loudest part is at -43 dBFS")
    assert by_model["bare"] == by_model["gone"] == "What is usual is not known: this model was made without it."


def test_a_score_carries_figures_a_sentence_and_words_for_the_child(usual: dict) -> None:
    said = acoustic_explanation.explanation_keys(
        acoustic_explanation.explain_summary(acoustic_summary.hear(audio_files.tone(300, 1.0, amplitude=0.01)), usual),
        "rejected",
        "speechless",
    )
    assert said["level_dbfs"] == pytest.approx(-43, abs=0.5)
    assert said["measured"][0]["low"] == usual["level_dbfs"][0]
    assert said["for_child"]["fr"].startswith("Nous ne t'avons pas entendu")
