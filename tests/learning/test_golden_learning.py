"""Every kind of classifier gives the figures that were written down."""

from __future__ import annotations

import json

import numpy as np

from core.learning.classifier_kinds import KINDS, TRAINING_VERSIONS
from tests.golden import make_learning


def test_every_kind_learns_what_it_learnt_when_the_figures_were_written() -> None:
    golden, computed = json.loads(make_learning.FILE.read_text())["figures"], make_learning.figures()
    assert computed.keys() == golden.keys(), "run python -m tests.golden.make_learning"
    for name, values in computed.items():
        tolerance = 0.02 if name == "dnn" else 0.001
        np.testing.assert_allclose(values, golden[name], rtol=0, atol=tolerance, err_msg=name)


def test_the_figures_are_those_of_the_training_code_in_force() -> None:
    golden = json.loads(make_learning.FILE.read_text())

    assert golden["training_versions"] == dict(TRAINING_VERSIONS), "run python -m tests.golden.make_learning"
    assert set(TRAINING_VERSIONS) == set(KINDS)
