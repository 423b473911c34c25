"""What people read of a model elsewhere."""

from __future__ import annotations

from core.sentences.elsewhere_sentences import COLUMNS, NOT_MEASURED, elsewhere_row, elsewhere_sentence
from tests.domain.test_elsewhere import TABLE


def test_the_sentence_names_the_worst_condition_and_both_means() -> None:
    sentence = elsewhere_sentence(TABLE)

    assert "20.0 % in the mean and 30.0 % at worst (hum)" in sentence
    assert "f(0.10) is 80.0 % in the mean" in sentence
    assert "50 recordings" in sentence


def test_where_nothing_is_measured_it_says_for_whom_the_figures_hold() -> None:
    assert elsewhere_sentence(None) == NOT_MEASURED
    assert "children recorded like those" in NOT_MEASURED


def test_a_row_has_a_text_for_every_column() -> None:
    assert all(len(elsewhere_row(row)) == len(COLUMNS) for row in TABLE.rows)
