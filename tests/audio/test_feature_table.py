"""Features of many recordings in one file."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio import feature_cache, feature_table, features, store
from core.audio.feature_table import FeatureTable

FAMILY = features.FAMILIES["steady"]
A, B, C = (sign * 64 for sign in "abc")


@pytest.fixture
def table() -> FeatureTable:
    rows = np.random.default_rng(0).normal(size=(2, FAMILY.n_values)).astype(np.float32)
    return feature_table.empty_table(FAMILY).plus({A: rows[0], B: rows[1]})


def test_a_table_comes_back_as_it_was(table: FeatureTable, tmp_path) -> None:
    feature_table.store_table(table, FAMILY, str(tmp_path))
    again = feature_table.load_table(FAMILY, str(tmp_path))
    assert again.sha256s == (A, B)
    np.testing.assert_array_equal(again.values, table.values)


def test_what_is_no_row_of_finite_numbers_is_left_out_and_nothing_stands_in_it_twice(table: FeatureTable) -> None:
    row = np.ones(FAMILY.n_values, np.float32)
    assert table.plus({A: row}) is table
    assert table.plus({C: row[:3]}) is table
    assert table.plus({C: row * np.nan}) is table
    assert table.plus({C: row}).sha256s == (A, B, C)
    assert table.only({B}).sha256s == (B,)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_an_empty_table(content: bytes, tmp_path) -> None:
    assert len(feature_table.load_table(FAMILY, str(tmp_path)).values) == 0
    store.write(str(tmp_path), feature_cache.table_path(FAMILY.spec_hash), content)
    assert len(feature_table.load_table(FAMILY, str(tmp_path)).values) == 0


def test_a_table_goes_with_the_features_of_any_recording(table: FeatureTable, tmp_path) -> None:
    feature_table.store_table(table, FAMILY, str(tmp_path))
    feature_cache.delete_cached(str(tmp_path), C)
    assert feature_table.load_table(FAMILY, str(tmp_path)).sha256s == ()
