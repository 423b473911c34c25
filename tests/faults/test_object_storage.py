"""Each test has an object storage of its own, and none is asked for that of the test before."""

from __future__ import annotations

import fsspec
import pytest

from core.audio import store
from tests.object_storage import BUCKET


@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_storage_of_a_test_is_its_own(object_storage: str, turn: str) -> None:
    store.write(object_storage, f"{turn}.txt", b"x")
    files = fsspec.filesystem("s3", use_listings_cache=False)
    assert files.find(f"{BUCKET}/prefix") == [f"{BUCKET}/prefix/{turn}.txt"]
