"""Browsers get the original where they play it, and else a copy of what models hear."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.audio import browser_copies, feature_cache, store
from core.audio import riff as wav
from core.audio.decoding import decode
from tests.audio.files import chunk, form, pcm_16, riff
from tests.audio_files import encode_as, encode_channels, noise

PLAYED = ["wav pcm_s16le", "wav pcm_mulaw", "wav pcm_f32le", "flac flac", "mp3 libmp3lame", "adts aac", "ogg libopus",
          "webm libopus", "ipod aac", "mp4 flac", "mp4 libopus"]  # fmt: skip
COPIED = ["wav pcm_f64le", "wav adpcm_ima_wav", "wav adpcm_ms", "ipod alac", "3gp libopencore_amrnb",
          "amr libopencore_amrnb", "mp4 ac3", "aiff pcm_s16be", "caf alac", "mp2 mp2", "matroska aac"]  # fmt: skip


def stored(storage: Path, data: bytes) -> tuple[str, str]:
    extension = decode(data).extension
    return store.put(str(storage), data, extension), extension


def copies(storage: Path) -> list[Path]:
    return sorted((storage / "copies").rglob("*.flac"))


@pytest.mark.parametrize("name", PLAYED)
def test_what_browsers_play_is_given_as_it_was_brought_in(storage: Path, name: str) -> None:
    data = encode_as(noise(0.5), name)
    sha256, extension = stored(storage, data)

    assert browser_copies.playable(str(storage), sha256, extension, data) == (data, extension)
    assert copies(storage) == []


@pytest.mark.parametrize("name", COPIED)
def test_anything_else_is_given_as_the_samples_that_models_hear(storage: Path, name: str) -> None:
    data = encode_as(noise(0.5), name)
    sha256, extension = stored(storage, data)
    copy, kind = browser_copies.playable(str(storage), sha256, extension, data)

    assert kind == "flac"
    np.testing.assert_allclose(decode(copy).samples, decode(data).samples, atol=2**-23)
    assert store.get(str(storage), sha256, extension) == data


def test_samples_of_24_bits_are_in_the_copy_bit_by_bit(storage: Path) -> None:
    data = encode_as(noise(0.5), "aiff pcm_s16be")
    sha256, extension = stored(storage, data)
    copy, _ = browser_copies.playable(str(storage), sha256, extension, data)

    np.testing.assert_array_equal(decode(copy).samples, decode(data).samples)
    assert decode(copy).waveform_sha256 == decode(data).waveform_sha256


def test_a_header_that_browsers_do_not_read_gets_a_copy(storage: Path) -> None:
    odd = chunk(b"LIST", b"INFOISFT\x05\0\0\0tab\0\0", is_padded=False)
    data = riff(form(), odd, chunk(b"data", pcm_16(noise(0.5))))
    sha256, extension = stored(storage, data)

    assert browser_copies.playable(str(storage), sha256, extension, data)[1] == "flac"


def test_channels_that_a_tablet_would_mix_to_silence_come_as_the_stronger_one(storage: Path) -> None:
    data = encode_channels(np.stack([noise(0.5), -0.9 * noise(0.5)], axis=1))
    sha256, extension = stored(storage, data)
    copy, kind = browser_copies.playable(str(storage), sha256, extension, data)

    assert kind == "flac"
    np.testing.assert_array_equal(decode(copy).samples, decode(data).samples)


def test_a_copy_is_made_once_and_goes_with_what_was_computed(storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode_as(noise(0.4, seed=5), "ipod alac")
    sha256, extension = stored(storage, data)
    first = browser_copies.playable(str(storage), sha256, extension, data)
    (file,) = copies(storage)
    monkeypatch.setattr(browser_copies, "decode_apart", lambda data: pytest.fail("made twice"))

    assert browser_copies.playable(str(storage), sha256, extension, data) == first == (file.read_bytes(), "flac")
    feature_cache.delete_cached(str(storage), sha256)
    assert copies(storage) == []


def test_what_cannot_be_read_any_more_is_given_as_it_is(storage: Path) -> None:
    assert browser_copies.playable(str(storage), "0" * 64, "webm", b"\x1a\x45\xdf\xa3") == (b"\x1a\x45\xdf\xa3", "webm")


@pytest.mark.parametrize("name", [*PLAYED, *COPIED])
def test_only_plain_samples_are_known_to_play_without_decoding_them(name: str) -> None:
    assert wav.is_plain(encode_as(noise(0.5), name)) == (name == "wav pcm_s16le")


SAMPLES = chunk(b"data", pcm_16(noise(0.1)))
UNPADDED = chunk(b"LIST", b"abc", is_padded=False)


@pytest.mark.parametrize(
    "odd", [b"", b"RIFF", riff(SAMPLES), riff(form(), SAMPLES)[:-2], riff(form(), UNPADDED, SAMPLES)]
)
def test_an_odd_header_is_never_plain(odd: bytes) -> None:
    assert not wav.is_plain(odd)
