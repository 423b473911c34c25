from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.domain.consensus import consensus
from core.domain.labels import JudgingState, Label

LABELS = st.lists(st.sampled_from(list(Label)), max_size=4)


def test_nobody_has_judged() -> None:
    assert consensus([], None) == (JudgingState.UNJUDGED, None)


def test_one_label_alone_is_no_consensus() -> None:
    assert consensus([Label.NOISE], None) == (JudgingState.ONE_JUDGEMENT, None)


def test_two_equal_labels_are_the_consensus() -> None:
    assert consensus([Label.NOISE, Label.NOISE], None) == (JudgingState.AGREED, Label.NOISE)


def test_two_different_labels_are_none_until_staff_decide() -> None:
    differing = [Label.NOISE, Label.SPEECHLESS]
    assert consensus(differing, None) == (JudgingState.DISAGREED, None)
    assert consensus(differing, Label.ACCEPTED) == (JudgingState.SETTLED, Label.ACCEPTED)


def test_two_of_three_wait_for_the_third_whatever_they_say() -> None:
    for second in Label:
        assert consensus([Label.NOISE, second], None, wanted=3) == (JudgingState.AWAITING_THIRD, None)
    assert consensus([Label.NOISE], None, wanted=3) == (JudgingState.ONE_JUDGEMENT, None)


def test_of_three_the_majority_counts_and_three_that_differ_have_none() -> None:
    two_of_three = [Label.NOISE, Label.ACCEPTED, Label.NOISE]
    assert consensus(two_of_three, None, wanted=3) == (JudgingState.AGREED, Label.NOISE)
    assert consensus(list(Label), None, wanted=3) == (JudgingState.DISAGREED, None)


@given(LABELS, st.sampled_from([None, *Label]), st.sampled_from([2, 3]), st.randoms())
def test_the_order_of_the_judges_does_not_matter(
    labels: list[Label], decision: Label | None, wanted: int, chance
) -> None:
    shuffled = list(labels)
    chance.shuffle(shuffled)
    assert consensus(shuffled, decision, wanted=wanted) == consensus(labels, decision, wanted=wanted)
