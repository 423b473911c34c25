"""The reliability curve of a card."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from core.domain.labels import Label, Split
from core.domain.model_cards import CardBin, CardReliability, ModelCard
from pages.components.retrain import reliability_curve

EMPTY = {"mean_p": None, "share": None, "count": 0}
ONE = {"bins": [EMPTY] * 8 + [{"mean_p": 0.85, "share": 0.5, "count": 40}, EMPTY], "ece": 0.35, "log_loss": 0.9}
SPLITS = (Split.TEST, Split.VALIDATION)
DOCUMENT = {"reliability": {str(split): {str(label): ONE for label in Label} for split in SPLITS}}
CURVE = ModelCard.from_json(DOCUMENT).reliability[Split.TEST][Label.NOISE]


def shown(document: dict[str, Any]) -> AppTest:
    def page(card: object) -> None:
        from pages.components.retrain import reliability_curve

        reliability_curve.render_reliability(card)

    return AppTest.from_function(page, args=(ModelCard.from_json(document),)).run(timeout=60)


def test_the_curve_leaves_empty_bins_out_and_says_its_error_in_words() -> None:
    figure = reliability_curve.reliability_chart(dict.fromkeys(SPLITS, CURVE), Label.NOISE)
    assert [list(line.x) for line in figure.data[1:]] == [[0.85], [0.85]]
    assert "40 recordings of test children, p(Noise) is off by 35.0 points" in reliability_curve.reliability_text(
        CURVE, Label.NOISE
    )


def test_every_class_can_be_looked_at() -> None:
    page = shown(DOCUMENT)
    assert not page.exception
    assert page.segmented_control[0].options == [str(label) for label in Label]


def test_a_card_from_before_says_so_and_no_test_recordings_are_said_too() -> None:
    assert "Retrain to see it" in shown({}).caption[0].value
    nothing = CardReliability((CardBin(None, None, 0),) * 10, None, None)
    assert reliability_curve.reliability_text(nothing, Label.ACCEPTED) == "There is no test recording to measure it on."
