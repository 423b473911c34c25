from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.judging.consensus import consensus
from core.labels import Label, Standing

LABELS = st.lists(st.sampled_from(list(Label)), max_size=4)


def test_nobody_has_judged() -> None:
    assert consensus([], None) == (Standing.UNJUDGED, None)


def test_one_label_alone_is_no_consensus() -> None:
    assert consensus([Label.NOISE], None) == (Standing.ONE_JUDGEMENT, None)


def test_two_equal_labels_are_the_consensus() -> None:
    assert consensus([Label.NOISE, Label.NOISE], None) == (Standing.AGREED, Label.NOISE)


def test_two_different_labels_are_none_until_staff_decide() -> None:
    differing = [Label.NOISE, Label.SPEECHLESS]
    assert consensus(differing, None) == (Standing.DISAGREED, None)
    assert consensus(differing, Label.ACCEPTED) == (Standing.SETTLED, Label.ACCEPTED)


@given(LABELS, st.sampled_from([None, *Label]), st.randoms())
def test_the_order_of_the_judges_does_not_matter(labels: list[Label], decision: Label | None, chance) -> None:
    shuffled = list(labels)
    chance.shuffle(shuffled)
    assert consensus(shuffled, decision) == consensus(labels, decision)
