"""What is different about a source, in words, from the measures that are off."""

from __future__ import annotations

import pytest

from core.domain.sound_differences import SoundDifference, is_suppressed_recording, name_differences


@pytest.mark.parametrize(
    ("off", "named"),
    [
        ({"hum_db": 11, "low_db": 2.1, "snr_db": -1.0, "compression_db": -0.8}, {SoundDifference.HUM}),
        ({"log_zero_share": 4.4, "floor_flux_db": -3.1, "snr_db": 2.5}, {SoundDifference.SUPPRESSED}),
        ({"level_db": 1.6, "swing_db": 1.0, "compression_db": -0.7}, {SoundDifference.GAIN}),
        ({"swing_db": 1.2, "compression_db": -0.7}, {SoundDifference.LONGER}),
        ({"log_duration": 1.4, "log_active": 0.9}, {SoundDifference.LONGER}),
        ({"snr_db": -0.8, "compression_db": -0.9, "log_active": 0.8}, {SoundDifference.NOISIER}),
        ({"high_db": -1.8, "background_high_db": -2.6, "low_db": -2.0}, {SoundDifference.NARROW}),
        ({"level_db": -1.6, "log_zero_share": 2.0}, {SoundDifference.QUIETER}),
        ({"crest_db": -2.0}, {SoundDifference.OTHER}),
        ({}, set()),
    ],
)
def test_a_difference_has_its_name(off: dict[str, float], named: set[SoundDifference]) -> None:
    assert set(name_differences(off)) == named


def test_suppression_with_gain_is_both() -> None:
    off = {"floor_flux_db": 5.5, "swing_db": 1.5, "level_db": 0.8}
    assert [each.is_processing for each in name_differences(off)] == [True, True]


def test_a_single_recording_looks_processed_only_beyond_what_is_usual() -> None:
    assert is_suppressed_recording({"floor_flux_db": -2.0})
    assert not is_suppressed_recording({"floor_flux_db": 0.1, "level_db": 9.0})
