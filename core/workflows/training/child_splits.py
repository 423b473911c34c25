"""Which split new children come to, before their labels are frozen: drawn by groups, checked, and stored for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from core.domain.labels import Label, Split
from core.domain.snapshots import LabelledRecording
from core.errors import Refused
from core.learning import splits
from core.learning.linked_children import link_children
from core.learning.splits import ChildCounts
from db import children, labelled_children, session
from db.labelled_children import LabelledChild

MIN_TRAIN = 20
CHILDREN_AT_ONCE = 500  # in one writing transaction: a few milliseconds
STRICTEST_FIRST = (Split.TEST, Split.VALIDATION, Split.TRAIN)


def place_children(seed: int, left_out: Collection[LabelledRecording]) -> bool:
    """Give new children their splits; False when one stands elsewhere by now, or is gone.

    left_out : labelled recordings that are not looked at

    Raises
    ------
    Refused
        The labels do not suffice for three splits; nobody is placed then.
    """
    with session.reading() as tx:
        if not labelled_children.has_unplaced(tx):
            return True
        counted, shared = labelled_children.counts(tx), labelled_children.shared_waveforms(tx)
    drawn = _draw(counted, shared, left_out, seed=seed)
    by_child = _counts_of_children(counted, left_out)
    by_split = Counter[str]()
    for child, counts in by_child.items():
        for (label, _), n in counts.label_language_counts.items():
            by_split[f"{label},{drawn[child]}"] += n
    check(by_split)
    return _place({child: drawn[child] for child, counts in by_child.items() if counts.split is None})


def _place(drawn: Mapping[str, Split]) -> bool:
    names = sorted(drawn)
    for begin in range(0, len(names), CHILDREN_AT_ONCE):
        some = {name: drawn[name] for name in names[begin : begin + CHILDREN_AT_ONCE]}
        with session.writing() as tx:
            children.place_all(tx, some)
            if children.splits_of(tx, list(some)) != some:
                return False
    return True


def _draw(
    counted: Sequence[LabelledChild],
    shared: Mapping[str, Collection[str]],
    left_out: Collection[LabelledRecording],
    *,
    seed: int,
) -> dict[str, Split]:
    """The split of every child: its own where it stands, else the one that its group draws.

    Children who have a sound in common are a group (`linked_children`).

    shared : by child, the waveforms that came more than once
    """
    of_children = _counts_of_children(counted, left_out)
    group_of = link_children({child: shared.get(child, ()) for child in of_children})
    by_group: dict[str, list[ChildCounts]] = {}
    for child, counts in of_children.items():
        by_group.setdefault(group_of[child], []).append(counts)
    drawn = splits.assign_splits([_counts_of_group(*pair) for pair in by_group.items()], seed=seed)
    return {child: counts.split or drawn[group_of[child]] for child, counts in of_children.items()}


def _counts_of_children(
    counted: Sequence[LabelledChild], left_out: Collection[LabelledRecording]
) -> dict[str, ChildCounts]:
    of_left_out = Counter((item.child, item.label, item.language) for item in left_out)
    by_child: dict[str, Counter[tuple[Label, str]]] = {}
    stands: dict[str, LabelledChild] = {}
    for each in counted:
        n = each.n - of_left_out[each.child, each.label, each.language]
        if n > 0:
            stands[each.child] = each
            by_child.setdefault(each.child, Counter())[each.label, each.language] += n
    return {
        child: ChildCounts(child, stands[child].pool, stands[child].split, counts) for child, counts in by_child.items()
    }


def _counts_of_group(group: str, members: Sequence[ChildCounts]) -> ChildCounts:
    stated = {child.split for child in members}
    counts = Counter[tuple[Label, str]]()
    for child in members:
        counts.update(child.label_language_counts)
    return ChildCounts(
        pseudonym=group,
        pool=next((child.pool for child in members if child.pool), None),
        split=next((split for split in STRICTEST_FIRST if split in stated), None),
        label_language_counts=counts,
    )


def check(count: Counter[str]) -> None:
    """Say in words what is missing: learning needs all three classes, choosing and testing need both sides.

    count : recordings by "label,split"
    """
    missing = [f"{label} in train" for label in Label if not count[f"{label},{Split.TRAIN}"]]
    for split in (Split.VALIDATION, Split.TEST):
        if not count[f"{Label.ACCEPTED},{split}"]:
            missing.append(f"Accepted in {split}")
        if not count[f"{Label.NOISE},{split}"] + count[f"{Label.SPEECHLESS},{split}"]:
            missing.append(f"Noise or Speechless in {split}")
    n_train = sum(count[f"{label},{Split.TRAIN}"] for label in Label)
    if n_train >= MIN_TRAIN and not missing:
        return
    what = f"There are too few labels to learn from: {count.total()} recordings have a label that stands"
    what += f", {n_train} of them in train (at least {MIN_TRAIN} are needed)" if n_train < MIN_TRAIN else ""
    what += f"; there is none that is {', none that is '.join(missing)}" if missing else ""
    raise Refused("{what}. Judge more recordings, of more children, and settle the disagreements.", what=what)
