"""The time of an epoch is measured with frames averaged and with all of them, and test recordings stay closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from core.domain.labels import Label, Split
from core.learning import networks
from core.learning.networks import NetworkSpec
from core.workflows.paper import epoch_times, table_files
from core.workflows.paper.epoch_times import EpochTime

SMALL = NetworkSpec("rnn", units=4, layers=1, batch_size=8, typical_steps=8)


@dataclass(frozen=True)
class Item:
    label: Label
    split: Split


ITEMS = [Item(label, split) for split in (Split.TRAIN, Split.TRAIN, Split.VALIDATION, Split.TEST) for label in Label]


class Unheard(Sequence[np.ndarray]):
    """160 frames of each recording; those of test children may not be asked for."""

    def __len__(self) -> int:
        return len(ITEMS)

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]
        assert ITEMS[index].split is not Split.TEST
        return np.random.default_rng(index).standard_normal((160, 3)).astype(np.float32)


@pytest.mark.slow
def test_an_epoch_is_timed_with_thinned_frames_and_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "RECOMMENDED", {"rnn": SMALL})
    epochs: list[int] = []

    measured = epoch_times.measure("mfcc", Unheard(), ITEMS, seed=1, on_epoch=lambda done, _: epochs.append(done))
    assert (measured.steps, measured.all_steps) == (8, 160)
    assert measured.thinned_s > 0
    assert measured.all_frames_s > 0
    assert epochs == [1, 2, 3, 1, 2, 3]


def test_both_times_are_told_in_a_sentence_and_stored() -> None:
    measured = EpochTime("mfcc", steps=58, thinned_s=0.5, all_steps=231, all_frames_s=2.5)

    assert table_files.epoch_text(measured).startswith("0.50 s with frames averaged to 58 steps")
    assert EpochTime.from_json(vars(measured)) == measured
