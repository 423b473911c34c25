"""MFCC and what is heard are what they were; `python -m tests.golden.make_sound` writes them anew."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.golden.make_sound import FILE, SIGNALS, values


@pytest.mark.parametrize("name", SIGNALS)
def test_the_values_are_those_that_models_learned_from(name: str) -> None:
    golden, computed = json.loads(FILE.read_text())[name], values(name)

    np.testing.assert_allclose(computed["mfcc"], golden["mfcc"], rtol=1e-3, atol=1e-3)
    assert computed["hearing"] == pytest.approx(golden["hearing"], rel=1e-3, abs=1e-3)
