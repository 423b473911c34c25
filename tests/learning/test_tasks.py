"""The tasks are those of the paper's Table 2."""

from __future__ import annotations

import numpy as np
import pytest

from core.domain.labels import Label
from core.errors import Refused
from core.learning import tasks

LABELS = [Label.ACCEPTED, Label.NOISE, Label.SPEECHLESS]


@pytest.mark.parametrize(
    ("name", "used", "numbers"),
    [
        ("multiclass", [True, True, True], [2, 1, 0]),
        ("binary", [True, True, True], [1, 0, 0]),
        ("binary-noise", [True, True, False], [1, 0]),
        ("binary-speechless", [True, False, True], [1, 0]),
    ],
)
def test_targets_are_those_of_table_2(name: str, used: list[bool], numbers: list[int]) -> None:
    task = tasks.task(name)
    assert tasks.is_used(task, LABELS).tolist() == used
    used_labels = [label for label, is_used in zip(LABELS, used, strict=True) if is_used]
    assert tasks.targets(task, used_labels).tolist() == numbers


def test_multiclass_gives_a_probability_to_each_class() -> None:
    p = tasks.probabilities(tasks.task("multiclass"), np.array([[0.5, 0.3, 0.2]], dtype=np.float32))
    np.testing.assert_allclose([p.p_accepted[0], p.p_noise[0], p.p_speechless[0]], [0.2, 0.3, 0.5], rtol=1e-6)


def test_binary_does_not_tell_the_rejected_classes_apart() -> None:
    p = tasks.probabilities(tasks.task("binary"), np.array([[0.75]]))
    assert (p.p_accepted.tolist(), p.p_noise, p.p_speechless) == ([0.75], None, None)


def test_rounding_never_leaves_the_unit_interval() -> None:
    p = tasks.probabilities(tasks.task("binary"), np.array([[1.0000001], [-1e-8]]))
    assert p.p_accepted.tolist() == [1.0, 0.0]


def test_a_task_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(Refused, match="'ternary' is not known: expected one of multiclass, binary, binary-noise"):
        tasks.task("ternary")
