"""RCC of Noise and of Speechless apart."""

from __future__ import annotations

import numpy as np

from core.metrics.caught_by_kind import caught_by_kind

KINDS = ("Noise", "Speechless")


def test_a_kind_without_recordings_and_a_threshold_that_is_none_give_nan() -> None:
    labels, p = np.array(["Noise", "Accepted"]), np.array([0.1, 0.9])
    apart = caught_by_kind(np.arange(2), labels, p, 0.5, KINDS)
    assert (apart["Noise"].rcc, apart["Noise"].n) == (1.0, 1)
    assert np.isnan(apart["Speechless"].rcc)
    assert np.isnan(caught_by_kind(np.arange(2), labels, p, np.nan, KINDS)["Noise"].rcc)


def test_together_they_are_the_rcc() -> None:
    rng = np.random.default_rng(0)
    labels, p = rng.choice(["Accepted", *KINDS], 500), rng.random(500)
    apart = caught_by_kind(np.arange(500), labels, p, 0.4, KINDS)
    together = sum(share.rcc * share.n for share in apart.values()) / sum(share.n for share in apart.values())
    np.testing.assert_allclose(together, (p[labels != "Accepted"] < 0.4).mean())
    assert all(share.interval[0] <= share.rcc <= share.interval[1] for share in apart.values())
