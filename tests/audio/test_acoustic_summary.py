"""Known sounds have known figures, and the words say no more than the figures do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.audio import acoustic_summary
from core.translation import LANGUAGES
from tests.audio_files import noise, silence, tone

USUAL = {"recordings": 30, "level_dbfs": [-30.0, -8.0], "above_background_db": [20.0, 45.0], "speech_s": [0.2, 1.5]}
READ = acoustic_summary.AcousticSummary(3.0, -15.0, 30.0, 0.6, 0.2, 0.0)


def test_a_burst_of_a_voiced_sound_in_a_quiet_room_is_heard_as_one() -> None:
    room = noise(3.0, amplitude=0.001)
    heard = acoustic_summary.hear(room + np.pad(tone(220, 0.5), (16_000, 24_000)))

    assert heard.level_dbfs == pytest.approx(-9, abs=0.5)  # a sine of half of full scale
    assert heard.above_background_db == pytest.approx(51, abs=1.5)
    assert heard.speech_s == pytest.approx(0.5, abs=0.06)
    assert heard.speech_share == pytest.approx(heard.speech_s / 3.0)


def test_a_hum_that_never_stops_is_background_and_no_speech() -> None:
    heard = acoustic_summary.hear(tone(220, 2.0))

    assert heard.above_background_db == pytest.approx(0, abs=0.5)
    assert heard.speech_s == 0


def test_a_noise_that_swells_is_loud_but_no_speech() -> None:
    heard = acoustic_summary.hear(noise(2.0, amplitude=0.001) + np.pad(noise(0.5), (8_000, 16_000)))

    assert heard.above_background_db > 30
    assert heard.speech_s < 0.05


@pytest.mark.parametrize("samples", [silence(1.0), np.zeros(0), np.zeros(1), np.ones(1), np.ones(16_000)])
def test_odd_sounds_give_finite_figures(samples: np.ndarray) -> None:
    heard = acoustic_summary.hear(samples)

    assert all(np.isfinite(value) for value in vars(heard).values())
    assert -100 <= heard.level_dbfs <= 0
    assert heard.above_background_db >= 0
    assert acoustic_summary.describe_summary(heard)


def test_clipping_is_told_where_there_is_some() -> None:
    assert acoustic_summary.describe_summary(replace(READ, clipped_share=0.02))[-1] == (
        "Clipped: 2.0% of the samples are at full scale."
    )
    assert len(acoustic_summary.describe_summary(READ)) == 3


def test_usual_is_where_nine_in_ten_lie_and_unknown_of_a_few() -> None:
    levels = np.linspace(-40, 0, 101)
    usual = acoustic_summary.typical_ranges([replace(READ, level_dbfs=float(level)) for level in levels])

    assert usual["recordings"] == 101
    assert usual["level_dbfs"] == [-38.0, -2.0]
    assert acoustic_summary.typical_ranges([READ] * (acoustic_summary.FEWEST_FOR_USUAL - 1)) == {}


def test_a_figure_out_of_the_usual_says_so_in_its_sentence() -> None:
    faint = replace(READ, level_dbfs=-38.2, above_background_db=4.4, speech_s=0.0)

    assert acoustic_summary.describe_summary(faint, USUAL) == [
        "Quiet: the loudest part is at -38 dBFS (usual: -30 to -8).",
        "Only 4 dB above the background (usual: 20 to 45).",
        "No speech-like sound was found (usual: 0.2 to 1.5).",
    ]
    assert acoustic_summary.describe_summary(READ)[1] == "30 dB above the background."


def test_why_names_what_lies_furthest_from_the_usual() -> None:
    assert acoustic_summary.main_deviation(replace(READ, level_dbfs=-31, speech_s=4.0), USUAL).startswith(
        "More than usual: 4.0 s"
    )
    assert acoustic_summary.main_deviation(replace(READ, clipped_share=0.1), USUAL).startswith("Clipped: 10.0%")


def test_where_nothing_stands_out_it_says_so() -> None:
    assert (
        acoustic_summary.main_deviation(READ, USUAL)
        == "Nothing that is measured here stands out against accepted recordings."
    )
    assert acoustic_summary.main_deviation(READ) == "What is usual is not known: this model was made without it."


def test_a_child_is_asked_to_read_louder_only_when_it_was_faint() -> None:
    faint, near = (
        acoustic_summary.compare_with_typical(replace(READ, level_dbfs=level), USUAL) for level in (-60.0, -15.0)
    )
    told = [acoustic_summary.child_messages("rejected", "speechless", one) for one in (faint, near)]

    assert told[0] is not None
    assert told[1] is not None
    assert told[0]["en"] == "We did not hear you, please read a little louder."
    assert "come closer" in told[1]["en"]


@pytest.mark.parametrize("reason", ["noise", "speechless", None])
def test_a_child_is_told_in_every_language(reason: str | None) -> None:
    measured = acoustic_summary.compare_with_typical(READ, USUAL)
    told = acoustic_summary.child_messages("rejected", reason, measured)

    assert told is not None
    assert set(told) == set(LANGUAGES)
    assert len(set(told.values())) == len(LANGUAGES)
    assert acoustic_summary.child_messages("accepted", None, measured) is None


@pytest.mark.parametrize("offset", [
    0.02, -0.05, np.linspace(0, 0.05, 48_000), np.where(np.arange(48_000) < 9_000, 0, 0.05),
    0.3 * np.exp(-np.arange(48_000) / 4_000),
])  # fmt: skip
def test_the_offset_of_a_microphone_hides_no_voice(offset: np.ndarray | float) -> None:
    voice = noise(3.0, amplitude=0.001) + np.pad(tone(220, 0.5, amplitude=0.1), (16_000, 24_000))
    plain, lifted = acoustic_summary.hear(voice), acoustic_summary.hear((voice + offset).astype(np.float32))

    assert lifted.above_background_db == pytest.approx(plain.above_background_db, abs=1)
    assert lifted.level_dbfs == pytest.approx(plain.level_dbfs, abs=1)
    assert lifted.speech_s == pytest.approx(plain.speech_s, abs=0.1)
