"""Channels become one that a listener would recognise; nothing cancels, and ordinary stereo is its mean."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.decoding import decode
from core.audio.notes import NoteKind
from tests.audio_files import encode_channels, noise, tone

VOICE = tone(300, 0.7, amplitude=0.4)
HUM = tone(50, 0.7, amplitude=0.4)
OTHER = noise(0.7, amplitude=0.2, seed=3)


def heard(*channels: np.ndarray) -> tuple[np.ndarray, list[NoteKind]]:
    sound = decode(encode_channels(np.stack(channels, axis=1)))
    return sound.samples, [note.kind for note in sound.notes]


@pytest.mark.parametrize("channels", [
    (VOICE, -VOICE), (0.5 * VOICE, -VOICE), (VOICE, -VOICE, 0 * VOICE), (VOICE, -VOICE, VOICE, -VOICE),
    (VOICE + noise(0.7, amplitude=0.01, seed=1), -VOICE + noise(0.7, amplitude=0.01, seed=2)),
    (VOICE + 0.05, -VOICE - 0.02), (VOICE + HUM, -VOICE + HUM),
])  # fmt: skip
def test_an_inverted_channel_does_not_silence_the_voice(channels: tuple[np.ndarray, ...]) -> None:
    samples, notes = heard(*channels)

    assert abs(float(np.dot(samples, VOICE) / np.dot(VOICE, VOICE))) > 0.9
    assert notes == [NoteKind.CHANNELS_CANCEL]


@pytest.mark.parametrize("channels", [
    (VOICE, VOICE), (VOICE, 0 * VOICE), (VOICE, 0.7 * np.roll(VOICE, 5)), (VOICE, OTHER),
    (VOICE + OTHER / 4, VOICE - OTHER / 4), (VOICE, -0.1 * VOICE), (0 * VOICE, 0 * VOICE), (VOICE, VOICE, OTHER),
])  # fmt: skip
def test_ordinary_channels_are_averaged(channels: tuple[np.ndarray, ...]) -> None:
    samples, notes = heard(*channels)

    np.testing.assert_allclose(samples, np.mean(channels, axis=0), atol=1 / 32_768)
    assert notes == []


def test_the_same_file_is_mixed_the_same_way_every_time() -> None:
    data = encode_channels(np.stack([VOICE, -VOICE], axis=1))

    np.testing.assert_array_equal(decode(data).samples, decode(data).samples)
    np.testing.assert_allclose(decode(data).samples, VOICE, atol=1 / 32_768)
