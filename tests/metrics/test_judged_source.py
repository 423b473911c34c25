"""A source's threshold after some of its recordings are judged, on simulated sources."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Refused
from core.metrics import judged_source
from core.metrics.judged_source import JudgedSource
from tests.metrics.source_simulations import Simulated, reference, simulate


def judged(source: Simulated, n: int, *, seed: int = 0, differ: int = 0) -> JudgedSource:
    """The first `differ` drawn recordings are disagreements."""
    places = judged_source.spread_draw(source.p, n, seed=seed)
    votes = source.is_accepted[places].astype(float)
    votes[:differ] = 0.5
    return judged_source.choose_with_labels(
        source.p, places, votes, places, am_target=0.10, common=reference().threshold
    )


def ams(n: int, **how: float) -> list[float]:
    sources = [simulate(400, seed=seed, **how) for seed in range(30)]
    return [source.am(judged(source, n, seed=seed).threshold) for seed, source in enumerate(sources)]


@pytest.mark.parametrize(
    "how", [{"moved": -3.0}, {"moved": 2.0}, {"masked": 2.0}, {"masked": 3.0}, {"masked": 1.0, "moved": -2.0}]
)
def test_sixty_judged_recordings_keep_the_target(how: dict[str, float]) -> None:
    assert 0.04 <= np.mean(ams(60, **how)) <= 0.11


def test_fewer_labels_make_it_more_careful() -> None:
    assert np.mean(ams(40, moved=-3.0)) < np.mean(ams(120, moved=-3.0)) <= 0.10


def test_more_judged_recordings_make_am_surer() -> None:
    assert np.std(ams(120, moved=-3.0, masked=1.0)) < np.std(ams(30, moved=-3.0, masked=1.0))


def test_the_interval_holds_the_true_am_nearly_always() -> None:
    held = 0
    for seed in range(200):
        source = simulate(400, moved=-2, seed=seed)
        whole = simulate(20_000, moved=-2, seed=1000 + seed)
        low, high = judged(source, 80, seed=seed).am_interval
        held += low <= whole.am(judged(source, 80, seed=seed).threshold) <= high
    assert held / 200 >= 0.93


def test_the_draw_is_spread_over_p_and_takes_none_twice() -> None:
    p = np.linspace(0, 1, 400)
    places = judged_source.spread_draw(p, 60, seed=3)
    assert len(set(places.tolist())) == 60
    assert np.diff(p[places]).max() < 2 * 400 / 60 / 400 + 0.01


def test_a_disagreement_counts_half_in_the_stream_and_not_in_the_fit() -> None:
    source = simulate(400, seed=5)
    figures = judged(source, 100, differ=10)
    assert figures.n == 100
    assert figures.am_stream > figures.am  # the lowest p were drawn first


def test_too_few_labels_are_refused_with_how_many_are_needed() -> None:
    with pytest.raises(Refused, match="at least 30 and 5"):
        judged(simulate(400), 20)
    with pytest.raises(Refused, match="Noise or Speechless"):
        judged(simulate(400, share=1.0), 60)
