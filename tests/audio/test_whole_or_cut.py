"""Bytes that are missing prove a cut; a clock or a count that promises too much does not."""

from __future__ import annotations

import io
import random
import struct
from fractions import Fraction

import av
import numpy as np
import pytest

from core.audio.decoding import decode
from core.audio.notes import NoteKind
from core.errors import UndecodableAudio
from tests.audio.files import RATE_HZ, chunk, cover, form, id3, pcm_16, riff
from tests.audio_files import CONTAINERS, MUXED, encode, encode_as, noise, tone

VOICE = tone(220, 0.7)
PCM = pcm_16(VOICE)
EVERY = {**{name: encode(noise(0.7), container=name) for name in CONTAINERS}, **{
    name: encode_as(noise(0.7), name) for name in MUXED
}}  # fmt: skip
WITHOUT_PROOF = {"amr libopencore_amrnb", "wav g722"}  # cut between two frames, or by as much as a header


def kinds(data: bytes) -> list[NoteKind]:
    return [note.kind for note in decode(data).notes]


def seconds(data: bytes) -> float:
    return decode(data).duration_s


@pytest.mark.parametrize("name", EVERY)
def test_a_whole_file_of_every_container_and_codec_is_taken(name: str) -> None:
    sound = decode(EVERY[name])

    assert sound.duration_s == pytest.approx(0.7, abs=0.1)
    assert sound.notes == ()


@pytest.mark.parametrize("name", sorted(set(EVERY) - WITHOUT_PROOF))
def test_a_file_that_is_cut_anywhere_is_refused(name: str) -> None:
    whole, rng = EVERY[name], random.Random(1)
    for _ in range(12):
        with pytest.raises(UndecodableAudio, match=r"cut off|cannot be decoded"):
            decode(whole[: rng.randrange(len(whole) // 4, len(whole) - 1)])


@pytest.mark.parametrize(("muxer", "codec", "kind", "rate_hz"), [
    ("webm", "libopus", "flt", 48_000), ("ogg", "libopus", "flt", 48_000), ("ogg", "flac", "s16", 16_000),
    ("mp4", "aac", "fltp", 16_000), ("matroska", "aac", "fltp", 16_000),
])  # fmt: skip
@pytest.mark.parametrize(("start_s", "pause_s"), [(0, 5), (3, 0), (600, 2)])
def test_time_stamps_with_a_pause_or_a_late_start_are_no_cut(
    muxer: str, codec: str, kind: str, rate_hz: int, start_s: int, pause_s: int
) -> None:
    paused = _with_time_stamps(muxer, codec, kind, rate_hz, start_s, pause_s)

    assert seconds(paused) == pytest.approx(0.7, abs=0.1)
    assert kinds(paused) in ([], [NoteKind.DURATION_PROMISED])
    with pytest.raises(UndecodableAudio, match="cut off"):
        decode(paused[: len(paused) * 2 // 3])


@pytest.mark.parametrize("duration_ms", [0.0, 1_100.0, 700_000.0, -5.0, float("nan")])
def test_a_duration_that_a_page_wrote_by_the_clock_is_at_most_a_note(duration_ms: float) -> None:
    patched = bytearray(EVERY["webm"])
    place = patched.index(b"\x44\x89\x88") + 3
    patched[place : place + 8] = struct.pack(">d", duration_ms)

    assert seconds(bytes(patched)) == pytest.approx(0.7, abs=0.02)
    assert kinds(bytes(patched)) == ([NoteKind.DURATION_PROMISED] if duration_ms > 1000 else [])


def test_an_element_that_a_page_put_in_uncounted_is_no_cut() -> None:
    for difference in (-11, 11):
        patched = bytearray(EVERY["webm"])
        place = patched.index(b"\x18\x53\x80\x67") + 5
        size = int.from_bytes(patched[place : place + 7], "big") + difference
        patched[place : place + 7] = size.to_bytes(7, "big")
        assert seconds(bytes(patched)) == pytest.approx(0.7, abs=0.02)


@pytest.mark.parametrize("more", [8, 28, 36, 44])
@pytest.mark.parametrize("is_all_wrong", [False, True])
def test_a_wav_that_counts_its_header_in_is_whole(more: int, is_all_wrong: bool) -> None:
    size = 4 + len(form()) + 8 + len(PCM) + more if is_all_wrong else None
    data = riff(form(), chunk(b"data", PCM, size=len(PCM) + more), size=size)

    assert seconds(data) == pytest.approx(0.7)
    assert kinds(data) == [NoteKind.SIZE_PROMISED]


@pytest.mark.parametrize("missing", [2, 100, 2000])
def test_a_wav_that_lacks_anything_else_is_cut(missing: int) -> None:
    with pytest.raises(UndecodableAudio, match=r"promises 22,400 bytes of sound, [\d,]+ are there"):
        decode(riff(form(), chunk(b"data", PCM))[:-missing])


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF])
def test_a_wav_that_was_never_counted_is_read_to_its_end(size: int) -> None:
    assert seconds(riff(form(), chunk(b"data", PCM, size=size), size=size)) == pytest.approx(0.7)


@pytest.mark.parametrize("odd", [
    chunk(b"LIST", b"INFOISFT\x05\0\0\0tab\0\0", is_padded=False),
    chunk(b"bext", bytes(603), is_padded=False) + chunk(b"LIST", b"INFO123", is_padded=False),
    chunk(b"LIST", b"INFOISFT\x04\0\0\0tab\0", size=500),
])  # fmt: skip
def test_odd_chunks_before_the_sound_are_stepped_over(odd: bytes) -> None:
    for data in (riff(form(), odd, chunk(b"data", PCM)), riff(odd, form(), chunk(b"data", PCM))):
        assert kinds(data) == [NoteKind.UNUSUAL_HEADER]
        assert np.corrcoef(decode(data).samples, VOICE)[0, 1] > 0.999


@pytest.mark.parametrize("kind", [b"RF64", b"BW64"])
def test_a_wav_with_sizes_of_64_bits_is_read_and_its_cut_noticed(kind: bytes) -> None:
    sizes = chunk(b"ds64", struct.pack("<QQQI", 0, len(PCM), len(VOICE), 0))
    data = riff(sizes, form(), chunk(b"data", PCM, size=0xFFFF_FFFF), size=0xFFFF_FFFF, kind=kind)

    assert seconds(data) == pytest.approx(0.7)
    with pytest.raises(UndecodableAudio, match="cut off"):
        decode(data[:-1000])


@pytest.mark.parametrize(
    ("bits", "valid", "left"), [(32, 24, 8), (24, None, 8), (32, 20, 8), (32, 24, 0), (24, None, 0)]
)
def test_24_bits_in_containers_of_32_are_read_wherever_they_stand(bits: int, valid: int | None, left: int) -> None:
    whole = ((VOICE * (2**23 - 1)).astype("<i4") << left).astype("<i4")
    data = riff(form(bits, valid=valid, container=32), chunk(b"data", whole.tobytes()))

    np.testing.assert_allclose(decode(data).samples, VOICE, atol=1e-5)


APE = b"APETAGEX" + struct.pack("<IIII", 2000, 82, 1, 0xA000_0000) + bytes(8 + 50)
APE += b"APETAGEX" + struct.pack("<IIII", 2000, 82, 1, 0x8000_0000) + bytes(8)
PICTURE = cover(b"\xff\xd8\xff\xe0" + np.random.default_rng(0).bytes(60_000))


@pytest.mark.parametrize("front", [
    id3(bytes(50)) + id3(PICTURE), id3(PICTURE) * 3, id3(bytes(10)) + bytes(20_000), id3(bytes(10)) + APE, APE,
    bytes(30_000), id3(PICTURE, size=100), id3(bytes(100), size=500_000),
])  # fmt: skip
def test_an_mp3_behind_tags_and_padding_is_the_same_mp3(front: bytes) -> None:
    plain = EVERY["mp3"]

    np.testing.assert_array_equal(decode(front + plain).samples, decode(plain).samples)
    with pytest.raises(UndecodableAudio, match="cut off"):
        decode(front + plain[: len(plain) * 2 // 3])


@pytest.mark.parametrize("behind", [b"TAG" + bytes(125), APE, APE + b"TAG" + bytes(125), bytes(1000)])
def test_what_stands_behind_an_mp3_is_no_damage(behind: bytes) -> None:
    assert decode(EVERY["mp3"] + behind).notes == ()


def test_an_mp4_whose_samples_are_all_there_is_whole_whatever_its_box_claims() -> None:
    data = bytearray(EVERY["m4a"])
    place = data.index(b"mdat")
    index = data.index(b"moov") - 4
    first = data[: place - 4] + data[index:]  # the index in front; its offsets now point too far, so they are moved
    moved = len(data) - index
    table = first.index(b"stco")
    count = int.from_bytes(first[table + 8 : table + 12], "big")
    for number in range(count):
        at = table + 12 + 4 * number
        first[at : at + 4] = (int.from_bytes(first[at : at + 4], "big") + moved).to_bytes(4, "big")
    size = index - (place - 4)
    whole = bytes(first) + struct.pack(">I", size + 5000) + bytes(data[place:index])

    assert kinds(whole) == [NoteKind.SIZE_PROMISED]
    with pytest.raises(UndecodableAudio, match="its index names"):
        decode(whole[:-5])


def _with_time_stamps(muxer: str, codec: str, kind: str, rate_hz: int, start_s: int, pause_s: int) -> bytes:
    """A tone whose clock starts at `start_s` and stands still for `pause_s` in the middle."""
    file = io.BytesIO()
    with av.open(file, "w", format=muxer) as output:
        stream = output.add_stream(codec, rate=rate_hz)
        stream.layout, stream.format, stream.time_base = "mono", kind, Fraction(1, rate_hz)
        whole = av.AudioFrame.from_ndarray(VOICE[None], format="flt", layout="mono")
        whole.sample_rate, whole.pts = RATE_HZ, 0
        resampler = av.AudioResampler(kind, "mono", rate_hz, frame_size=stream.frame_size or 1024)
        packets = []
        for frame in (*resampler.resample(whole), *resampler.resample(None)):
            frame.time_base = Fraction(1, rate_hz)
            packets += stream.encode(frame)
        packets += stream.encode(None)
        for number, packet in enumerate(packets):
            pause = pause_s * rate_hz if number > len(packets) // 2 else 0
            packet.pts = int(packet.pts * packet.time_base * rate_hz) + start_s * rate_hz + pause
            packet.dts, packet.time_base = packet.pts, Fraction(1, rate_hz)
            output.mux(packet)
    return file.getvalue()
