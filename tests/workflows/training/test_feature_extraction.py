"""Features of many recordings: read when asked for, from the cache once, and as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.audio import features as sound
from core.config import settings
from core.domain.snapshots import LabelledRecording
from core.workflows.training import feature_extraction
from db import session, standing_labels
from tests.workflows import labelled_sounds


@pytest.fixture
def items(database: Path) -> list[LabelledRecording]:
    labelled_sounds.label_sounds(n_children=1)
    with session.reading() as tx:
        return standing_labels.labelled(tx)


def test_nothing_is_read_before_it_is_asked_for_and_nothing_twice(items, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    load = feature_extraction._load
    monkeypatch.setattr(feature_extraction, "_load", lambda family, item: read.append(item[0]) or load(family, item))
    features = feature_extraction.cached_features("mfcc", items)
    assert (len(features), read) == (6, [])
    first = features[2]
    assert np.array_equal(features[2], first)
    assert np.array_equal(features[2:][0], first)
    assert read == [items[2].sha256]


def test_what_is_read_later_is_what_the_cache_holds(items) -> None:
    features = feature_extraction.cached_features("mfcc", items)
    for _ in range(2):
        for item, found in zip(items, features, strict=True):
            file = next(Path(settings().storage, "features").rglob(f"{item.sha256}.npy"))
            assert found.tobytes() == np.load(file).tobytes()
            assert found.shape[1] == sound.FAMILIES["mfcc"].n_values
