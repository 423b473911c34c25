"""Recordings with sound and labels, few and easy to tell apart: enough to train on in seconds. Seeded."""

from __future__ import annotations

import numpy as np

from core.audio import store
from core.config import settings
from core.domain.labels import Label, Role
from db import accounts, children, imported_judgements, recordings, session
from tests import audio_files

N_CHILDREN = 14
SECONDS = 0.6


def label_sounds(n_children: int = N_CHILDREN) -> None:
    """Two recordings of each class a child, on which two judges agree."""
    with session.writing() as tx:
        judges = [accounts.add(tx, name, Role.JUDGE, None).id for name in ("judge_1", "judge_2")]
        for child_number in range(n_children):
            child = children.find_or_add(tx, f"child-{child_number:02d}")
            for number, label in enumerate([*Label, *Label]):
                data = audio_files.encode(_sound(label, seed=10 * child_number + number))
                new = recordings.NewRecording(
                    store.put(settings().storage, data, "wav"),
                    "wav",
                    f"{child_number}-{number}.wav",
                    SECONDS,
                    16_000,
                    1,
                )
                recording_id = recordings.add(tx, new, child_id=child.id)
                assert recording_id is not None
                for judge in judges:
                    imported_judgements.add_imported(
                        tx, recording_id=recording_id, account_id=judge, label=label, decided_at=session.now()
                    )


def _sound(label: Label, *, seed: int) -> np.ndarray:
    hiss = audio_files.noise(SECONDS, seed=seed)
    if label is Label.SPEECHLESS:
        return 0.02 * hiss
    if label is Label.NOISE:
        return 3.0 * hiss
    burst = audio_files.tone(220.0 + 5 * seed, SECONDS, amplitude=0.6)
    return burst * (np.sin(np.linspace(0, 9, len(burst))) > 0) + 0.02 * hiss
