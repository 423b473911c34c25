"""A source's own threshold obeys the certainty where its recordings are judged, and says that it has none elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.certainty import Certainty
from core.domain.sources import ThresholdBasis, ThresholdInForce
from core.metrics import judged_source
from core.sentences.source_sentences import in_force_sentence, judged_certainty_sentence
from core.workflows.deployment import adaptation_preview, deployment_control, source_adaptation, source_thresholds
from db import deployments, session
from tests.metrics.source_simulations import reference, simulate
from tests.workflows import sourced
from tests.workflows.sourced import SOURCE

pytestmark = pytest.mark.usefixtures("database")


def in_force(source: str = SOURCE) -> ThresholdInForce:
    with session.reading() as tx:
        now = deployments.newest(tx)
        assert now is not None
        return source_thresholds.threshold_in_force(tx, now.operating_point, source)


def deploy(certainty: Certainty) -> None:
    deployment_control.deploy("a", 0.25, certainty=certainty, actor=COMMAND_LINE)


def test_without_labels_it_has_no_certainty_and_says_so() -> None:
    sourced.deployed_with_source()
    deploy(Certainty.MOST)
    source_adaptation.adapt(SOURCE, with_labels=False, actor=COMMAND_LINE)
    now = in_force()
    assert (now.basis, now.certainty) == (ThresholdBasis.UNLABELLED, None)
    assert "(no certainty: chosen without labels)" in in_force_sentence(now)
    assert in_force("elsewhere").certainty is Certainty.MOST
    document = adaptation_preview.preview(SOURCE).as_json()
    assert (document["certainty"], document["certainty_words"]) == (None, "no certainty: chosen without labels")


def test_with_labels_it_is_as_sure_as_they_allow_and_follows_the_deployment() -> None:
    sourced.deployed_with_source(n=180)
    deploy(Certainty.EVEN)
    source_adaptation.draw(SOURCE, 180, actor=COMMAND_LINE)
    source_adaptation.adapt(SOURCE, with_labels=True, actor=COMMAND_LINE)
    even = in_force()
    assert even.certainty is Certainty.EVEN
    deploy(Certainty.MOST)
    most = in_force()
    assert (most.basis, most.certainty) == (ThresholdBasis.JUDGED, Certainty.MOST)
    assert most.threshold <= even.threshold
    assert most.own != even.own
    assert "(sure to 80 %)" in in_force_sentence(most)


def judged(n: int, certainty: Certainty, seed: int = 0) -> judged_source.JudgedSource:
    source = simulate(400, moved=-2.0, seed=seed)
    places = judged_source.spread_draw(source.p, n, seed=seed)
    votes = source.is_accepted[places].astype(float)
    return judged_source.choose_with_labels(
        source.p, places, votes, places, am_target=0.10, common=reference().threshold, certainty=certainty
    )


def test_too_few_judged_recordings_are_no_more_sure_than_they_can_be() -> None:
    few = judged(60, Certainty.HIGHEST)
    assert few.certainty is not Certainty.HIGHEST
    assert few.needed is not None
    assert "To be sure to 95 % about" in judged_certainty_sentence(few)


def test_the_target_is_exceeded_no_oftener_than_the_certainty_of_the_source_allows() -> None:
    broken = []
    for seed in range(120):
        chosen = judged(200, Certainty.MOST, seed)
        assert chosen.certainty is Certainty.MOST
        broken.append(simulate(20_000, moved=-2.0, seed=5000 + seed).am(chosen.threshold) > 0.10)
    assert np.mean(broken) <= 0.20 + 2 * np.sqrt(0.2 * 0.8 / 120)


@pytest.mark.parametrize("certainty", [each for each in Certainty if each.has_margin])
def test_the_surer_the_lower(certainty: Certainty) -> None:
    assert judged(300, certainty).threshold <= judged(300, Certainty.EVEN).threshold
