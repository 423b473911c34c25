"""Children stand in one split, never move, and every split looks like the whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.labels import Label, Split
from core.errors import Refused
from core.learning.splits import ChildCounts, assign_splits

COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(Label), st.sampled_from(["en", "fr"])), st.integers(1, 9), max_size=6
)
CHILDREN = st.lists(
    st.builds(
        lambda pool, split, counts: ChildCounts("", pool, split, counts),
        st.sampled_from([None, "train"]),
        st.sampled_from([None, None, None, *Split]),
        COUNTS,
    ),
    max_size=12,
).map(lambda children: [replace(child, pseudonym=f"c{index}") for index, child in enumerate(children)])
BOTH = {(Label.ACCEPTED, "en"): 2, (Label.NOISE, "en"): 1, (Label.SPEECHLESS, "en"): 3}


def classroom(n: int = 281, *, seed: int = 0) -> list[ChildCounts]:
    """Children of very unequal size; labels 36, 18 and 46 %; two languages in seven to three."""
    rng, children = np.random.default_rng(seed), []
    for index in range(n):
        size = int(np.ceil(rng.pareto(1.2) * 2 + 1))
        labels = rng.choice(list(Label), size=min(size, 40), p=[0.36, 0.18, 0.46])
        language = "en" if rng.random() < 0.7 else "fr"
        children.append(ChildCounts(f"c{index}", None, None, Counter((Label(label), language) for label in labels)))
    return children


def held(children: list[ChildCounts], chosen: dict[str, Split], split: Split) -> Counter:
    return sum(
        (Counter(child.label_language_counts) for child in children if chosen[child.pseudonym] is split), Counter()
    )


@given(CHILDREN, st.integers(0, 99))
def test_standing_children_never_move(children: list[ChildCounts], seed: int) -> None:
    chosen = assign_splits(children, seed=seed)
    assert list(chosen) == [child.pseudonym for child in children]
    assert all(chosen[child.pseudonym] is child.split for child in children if child.split)


@given(CHILDREN, st.randoms())
def test_the_order_of_children_does_not_matter(children: list[ChildCounts], random) -> None:
    assert assign_splits(random.sample(children, len(children)), seed=3) == assign_splits(children, seed=3)


@given(CHILDREN)
def test_a_child_that_a_manifest_kept_for_training_never_tests(children: list[ChildCounts]) -> None:
    chosen = assign_splits(children, seed=0)
    for child in children:
        if child.pool == "train" and child.split is None:
            assert chosen[child.pseudonym] is not Split.TEST


@given(CHILDREN)
@settings(max_examples=30)
def test_children_who_come_later_leave_the_others_where_they_are(children: list[ChildCounts]) -> None:
    before = assign_splits(children, seed=0)
    standing = [replace(child, split=before[child.pseudonym]) for child in children]
    after = assign_splits([*standing, ChildCounts("new", None, None, BOTH)], seed=0)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("seed", range(5))
def test_each_split_holds_its_share_of_every_class_and_language(seed: int) -> None:
    children = classroom(seed=seed)
    chosen, everything = (
        assign_splits(children, seed=seed),
        sum((Counter(c.label_language_counts) for c in children), Counter()),
    )
    for split, share in ((Split.TEST, 0.10), (Split.VALIDATION, 0.15), (Split.TRAIN, 0.75)):
        part = held(children, chosen, split)
        assert part.total() / everything.total() == pytest.approx(share, abs=0.01)
        for stratum, count in everything.items():
            assert part[stratum] / part.total() == pytest.approx(count / everything.total(), abs=0.02)


def test_new_children_fill_what_the_standing_ones_left_open() -> None:
    standing = [replace(child, split=Split.TRAIN) for child in classroom(40)]
    new = [replace(child, pseudonym=f"new {child.pseudonym}") for child in classroom(60, seed=1)]
    children = standing + new
    chosen, total = (
        assign_splits(children, seed=0),
        sum(sum(child.label_language_counts.values()) for child in children),
    )
    assert held(children, chosen, Split.TEST).total() / total == pytest.approx(0.10, abs=0.01)
    assert held(children, chosen, Split.VALIDATION).total() / total == pytest.approx(0.15, abs=0.01)


@given(st.lists(COUNTS, min_size=3, max_size=10))
def test_every_split_gets_accepted_and_rejected_where_three_children_have_both(counts: list) -> None:
    children = [
        ChildCounts(f"c{index}", None, None, Counter(BOTH) + Counter(extra)) for index, extra in enumerate(counts)
    ]
    chosen = assign_splits(children, seed=0)
    for split in Split:
        labels = {label for label, _ in held(children, chosen, split)}
        assert Label.ACCEPTED in labels
        assert labels & {Label.NOISE, Label.SPEECHLESS}


def test_with_too_few_children_training_comes_first_and_validation_second() -> None:
    alone, pair = ([ChildCounts(name, None, None, BOTH) for name in names] for names in ("a", "ab"))
    assert assign_splits(alone, seed=0) == {"a": Split.TRAIN}
    assert set(assign_splits(pair, seed=0).values()) == {Split.TRAIN, Split.VALIDATION}
    assert assign_splits([], seed=0) == {}


def test_children_without_labels_are_drawn_by_chance_in_proportion() -> None:
    children = [ChildCounts(f"c{index}") for index in range(2000)]
    shares = Counter(assign_splits(children, seed=0).values())
    assert shares[Split.TEST] / 2000 == pytest.approx(0.10, abs=0.02)
    assert shares[Split.VALIDATION] / 2000 == pytest.approx(0.15, abs=0.02)
    assert assign_splits(children, seed=0) != assign_splits(children, seed=1)


@pytest.mark.parametrize("shares", [(0.5, 0.5), (-0.1, 0.2), (0.9, 0.4)])
def test_shares_that_leave_nothing_to_train_on_are_refused(shares: tuple[float, float]) -> None:
    with pytest.raises(Refused, match="add up to less than 1"):
        assign_splits([], seed=0, test_share=shares[0], validation_share=shares[1])


def test_a_child_named_twice_is_refused() -> None:
    with pytest.raises(Refused, match="'a' is named twice"):
        assign_splits([ChildCounts("a"), ChildCounts("b"), ChildCounts("a")], seed=0)
