"""Six containers in, one waveform out; everything else is refused in words."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.audio.decoding import decode, detect_extension
from core.audio.sounds import SAMPLE_RATE_HZ
from core.errors import UndecodableAudio
from tests.audio_files import CONTAINERS, encode, noise, silence, tone

EXTENSIONS = {name: name for name in CONTAINERS} | {"opus": "ogg"}
FILES = {name: encode(noise(0.7), container=name) for name in CONTAINERS}
NOT_PER_EXAMPLE = [HealthCheck.function_scoped_fixture]  # the storage folder is not used here


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("rate", [16_000, 44_100])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_container_gives_the_same_tone(container: str, rate: int, channels: int) -> None:
    sound = decode(encode(tone(440, 1.0, rate=rate), rate, container, channels=channels))

    assert sound.samples.dtype == np.float32
    assert sound.duration_s == len(sound.samples) / SAMPLE_RATE_HZ == pytest.approx(1.0, abs=0.06)
    spectrum = np.abs(np.fft.rfft(sound.samples[: SAMPLE_RATE_HZ * 9 // 10]))
    assert np.argmax(spectrum) / 0.9 == pytest.approx(440, abs=2)
    assert np.sqrt(np.mean(sound.samples[2000:12_000] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.08)


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_bytes_say_which_container_it_is(container: str) -> None:
    assert detect_extension(FILES[container]) == EXTENSIONS[container]


def test_the_rate_of_the_file_is_told() -> None:
    assert decode(encode(tone(440, 0.5, rate=22_050), 22_050)).sample_rate_hz == 22_050


def test_a_lossless_file_gives_its_very_samples() -> None:
    steps = np.round(noise(0.5) * 2**15) / 2**15
    for container in ("wav", "flac"):
        np.testing.assert_array_equal(decode(encode(steps, container=container)).samples, steps.astype(np.float32))


def test_two_equal_channels_are_no_louder_than_one() -> None:
    loud = decode(encode(tone(300, 0.5, amplitude=0.99), channels=2)).samples
    assert np.abs(loud).max() == pytest.approx(0.99, abs=0.001)


def test_digital_silence_is_a_recording() -> None:
    assert not decode(encode(silence(1.0), container="flac")).samples.any()


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_file_that_was_cut_off_is_refused(container: str, share: float) -> None:
    whole = encode(noise(3.0), container=container)

    with pytest.raises(UndecodableAudio, match="cut off"):
        decode(whole[: int(len(whole) * share)])


def test_the_last_samples_of_a_flac_are_missed() -> None:
    whole = FILES["flac"]
    with pytest.raises(UndecodableAudio, match=r"promises 0\.70 s, 0\.\d+ s could be decoded"):
        decode(whole[:-40])


def test_a_wav_whose_writer_could_not_know_its_size_is_taken() -> None:
    piped = bytearray(FILES["wav"])
    position = piped.index(b"data") + 4
    piped[position : position + 4] = b"\xff" * 4

    assert decode(bytes(piped)).duration_s == pytest.approx(0.7, abs=0.001)


def test_a_live_webm_without_sizes_is_taken_and_its_cut_off_end_noticed() -> None:
    live = _without_sizes(FILES["webm"])

    assert decode(live).duration_s == pytest.approx(0.7, abs=0.03)
    with pytest.raises(UndecodableAudio, match="cut off"):
        decode(live[: len(live) // 2])


def test_a_tag_behind_or_in_front_of_the_sound_does_no_harm() -> None:
    id3 = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10)
    for container in ("mp3", "flac"):
        tagged = id3 + FILES[container] + b"TAG" + b"a" * 125
        assert decode(tagged).duration_s == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"filename,language\nx.wav,en\n" * 9, "no audio that can be read"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "no audio that can be read"),
        (b"RIFF\x24\x00\x00\x00WAVE", "ends before the sound begins"),
        (FILES["wav"][: FILES["wav"].index(b"data")] + b"data" + bytes(4), "no sound in this file"),
        (FILES["flac"][:42] + bytes(500), "cannot be decoded"),
    ],
)
def test_what_is_no_recording_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UndecodableAudio, match=reason):
        decode(data)


def test_too_long_and_too_short_are_refused_with_the_limit() -> None:
    with pytest.raises(UndecodableAudio, match=r"about 0\.7 s long; at most 0\.5 s"):
        decode(FILES["wav"], max_duration_s=0.5)
    with pytest.raises(UndecodableAudio, match=r"0\.700 s long; at least 2 s"):
        decode(FILES["flac"], min_duration_s=2)
    assert decode(FILES["wav"], max_duration_s=0.7, min_duration_s=0.7).duration_s == pytest.approx(0.7)


def test_a_code_that_nobody_knows_is_refused() -> None:
    unknown = bytearray(FILES["wav"])
    unknown[20] = 0
    with pytest.raises(UndecodableAudio, match="a code that cannot be read"):
        decode(bytes(unknown))


def test_eight_channels_are_read_as_eight() -> None:
    eight = bytearray(FILES["wav"])
    eight[22], eight[32] = 8, 16  # channels, bytes of one sample of them all

    assert decode(bytes(eight)).duration_s == pytest.approx(0.7 / 8, abs=0.001)


def test_forty_eight_channels_are_refused_before_they_do_harm() -> None:
    many = bytearray(FILES["wav"])
    many[22] = 48
    with pytest.raises(UndecodableAudio, match="48 channels; at most 8"):
        decode(bytes(many))


def test_a_forged_sampling_rate_is_refused() -> None:
    slow = bytearray(FILES["wav"])
    slow[24:28] = (1).to_bytes(4, "little")
    with pytest.raises(UndecodableAudio, match="1 samples a second; 4,000 to 192,000"):
        decode(bytes(slow))


def test_samples_that_are_no_numbers_are_refused() -> None:
    floats = np.full(1600, np.nan, "<f4").tobytes()
    head = (
        b"WAVEfmt " + (16).to_bytes(4, "little") + b"\x03\x00\x01\x00\x80\x3e\x00\x00\x00\xfa\x00\x00\x04\x00\x20\x00"
    )
    body = head + b"data" + len(floats).to_bytes(4, "little") + floats

    with pytest.raises(UndecodableAudio, match="no numbers"):
        decode(b"RIFF" + len(body).to_bytes(4, "little") + body)


@settings(max_examples=150, deadline=None, suppress_health_check=NOT_PER_EXAMPLE)
@given(
    magic=st.sampled_from(
        [b"", b"RIFF\x00\x10\x00\x00WAVE", b"fLaC", b"OggS", b"\x1a\x45\xdf\xa3", b"\0\0\0\x18ftyp", b"ID3"]
    ),
    rest=st.binary(max_size=2000),
)
def test_random_bytes_never_crash(magic: bytes, rest: bytes) -> None:
    _decodes_or_refuses(magic + rest)


@settings(max_examples=150, deadline=None, suppress_health_check=NOT_PER_EXAMPLE)
@given(
    container=st.sampled_from(CONTAINERS),
    hits=st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), max_size=20),
)
def test_a_file_with_broken_bytes_is_decoded_or_refused(container: str, hits: list[tuple[int, int]]) -> None:
    broken = bytearray(FILES[container])
    for position, byte in hits:
        broken[position % len(broken)] = byte
    _decodes_or_refuses(bytes(broken))


def _decodes_or_refuses(data: bytes) -> None:
    with contextlib.suppress(UndecodableAudio):
        sound = decode(data, max_duration_s=30)
        assert np.isfinite(sound.samples).all()
        assert 0 < len(sound.samples) <= 30 * SAMPLE_RATE_HZ


def _without_sizes(webm: bytes) -> bytes:
    """What a browser's recorder streams: segment and clusters of unknown size, no duration."""
    live = bytearray(webm)
    for element in (b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75"):
        position = live.find(element)
        while position >= 0:
            length = 9 - live[position + 4].bit_length()
            live[position + 4] = (1 << (9 - length)) - 1
            live[position + 5 : position + 4 + length] = b"\xff" * (length - 1)
            position = live.find(element, position + 4)
    duration = live.index(b"\x44\x89\x88")
    live[duration : duration + 3] = b"\xec\x89\x00"  # a void element of nine bytes
    return bytes(live)
