"""Cards of every version are read; what is missing is empty, and the document stays as it was."""

from __future__ import annotations

from core.domain.labels import Label, Split
from core.domain.model_cards import CardFigures, ModelCard

OLD = {
    "id": "m",
    "system": {"features": "vggish", "kind": "dnn", "task": "binary"},
    "features": {"name": "vggish", "spec_hash": "abc", "is_genuine": False},
    "networks": [{"task": "binary", "course": {"epochs": 4, "seconds": 2.0}}],
}


def test_a_card_of_before_fusions_is_read() -> None:
    card = ModelCard.from_json(OLD)
    assert [(family.name, family.spec_hash) for family in card.families] == [("vggish", "abc")]
    assert not card.is_genuine
    assert [(each.folder, each.epochs, each.n_parameters) for each in card.classifiers] == [("binary", 4, None)]
    assert (card.fusion, card.seed, card.figures_of(Split.TEST)) == (None, None, CardFigures())
    assert card.document == OLD


def test_figures_that_are_null_are_not_known() -> None:
    figures = {"f10": 0.5, "f15": None, "f10_interval": [None, None]}
    test = ModelCard.from_json({"figures": {"test": figures}}).figures_of(Split.TEST)
    assert (test.f10, test.f15, test.f10_interval) == (0.5, None, None)


def test_counts_and_reliability_are_by_split_and_label() -> None:
    bins = [{"mean_p": None, "share": None, "count": 0}, {"mean_p": 0.9, "share": 0.8, "count": 7}]
    card = ModelCard.from_json(
        {
            "splits": {"test": {"labels": {"Accepted": 3}, "languages": {"fr": 3}, "children": {"all": 2}}},
            "reliability": {"test": {"Accepted": {"bins": bins, "ece": 0.1, "log_loss": None}}},
        }
    )
    counts, curve = card.counts[Split.TEST], card.reliability[Split.TEST][Label.ACCEPTED]
    assert (counts.labels[Label.ACCEPTED], counts.labels[Label.NOISE], counts.n_children) == (3, 0, 2)
    assert ([each.count for each in curve.bins], curve.ece, curve.log_loss) == ([0, 7], 0.1, None)


def test_a_card_that_is_no_card_reads_as_empty() -> None:
    assert ModelCard.from_json({"system": 3, "networks": "none", "figures": []}).classifiers == ()
