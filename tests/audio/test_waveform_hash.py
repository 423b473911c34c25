"""Equal sounds have one hash under whatever bytes; other sounds have others."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.decoding import decode
from tests.audio.files import chunk, form, id3, pcm_16, riff
from tests.audio_files import encode, encode_as, encode_channels, noise, silence

SOUND = (np.round(noise(0.5) * 32_767) / 32_768).astype(np.float32)
PLAIN = riff(form(), chunk(b"data", pcm_16(SOUND * 32_768 / 32_767)))


def waveform(data: bytes) -> str | None:
    return decode(data).waveform_sha256


@pytest.mark.parametrize("other", [
    riff(form(), chunk(b"LIST", b"INFOISFT\x06\0\0\0again\0"), chunk(b"data", pcm_16(SOUND * 32_768 / 32_767))),
    encode(SOUND, container="flac"), encode_as(SOUND, "aiff pcm_s16be"), encode_as(SOUND, "ipod alac"),
    encode_as(SOUND, "wav pcm_f32le"), encode_channels(np.stack([SOUND, SOUND], axis=1)), id3(bytes(50)) + PLAIN,
])  # fmt: skip
def test_equal_samples_have_one_hash_in_whatever_container(other: bytes) -> None:
    assert other != PLAIN
    assert waveform(other) == waveform(PLAIN)


def test_a_tag_does_not_change_the_hash_of_an_mp3() -> None:
    plain = encode(SOUND, container="mp3")
    assert waveform(id3(bytes(99)) + plain) == waveform(plain)


def test_another_sound_has_another_hash_and_silence_at_an_end_counts() -> None:
    different = [PLAIN, encode(noise(0.5, seed=9)), encode(np.pad(SOUND, (0, 100))), encode(np.pad(SOUND, (100, 0)))]
    assert len({waveform(data) for data in different}) == 4


def test_silence_is_nobodys_sound() -> None:
    assert waveform(encode(silence(0.5))) is None
    assert waveform(encode(silence(0.5) + 0.25)) is None
    assert waveform(riff(form(), chunk(b"data", b"\1\0"))) is None
