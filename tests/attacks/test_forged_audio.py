"""Forged recordings: no crash of ours, no hang, no memory beyond the limit, and no picture is decoded."""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core.audio.decoding_pool import DecodingPool
from core.audio.decoding_process import Limits
from core.errors import UndecodableAudio
from tests.attacks.mutations import mutated
from tests.audio.files import cover, id3
from tests.audio_files import encode, noise

LIMIT_S, LIMIT_MB = 5.0, 512
ROOT = Path(__file__).parents[2]


@pytest.fixture
def pool() -> Iterator[DecodingPool]:
    with contextlib.closing(DecodingPool(Limits(), processes=1)) as made:
        yield made


def peak_mb(pool: DecodingPool) -> float:
    """The most that the idle process ever had in memory, 0 where it was just replaced."""
    worker = pool._slots.get()
    pool._slots.put(worker)
    if worker is None:
        return 0.0
    status = Path(f"/proc/{worker._process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def attack(pool: DecodingPool, count: int, *, seed: int) -> None:
    refusals: list[str] = []
    for name, data in mutated(count, seed=seed):
        begun = time.monotonic()
        try:
            sound = pool.decode(data, max_duration_s=30)
            assert 0 < sound.duration_s <= 30, name
        except UndecodableAudio as error:
            refusals.append(str(error))
        assert time.monotonic() - begun < LIMIT_S + 1, name
        assert peak_mb(pool) < LIMIT_MB, name
    assert not [words for words in refusals if words.startswith("decoding it")]


def test_mutated_files_are_decoded_or_refused(pool: DecodingPool) -> None:
    attack(pool, 500, seed=0)


@pytest.mark.slow
def test_three_thousand_mutated_files_are_decoded_or_refused(pool: DecodingPool) -> None:
    attack(pool, 3000, seed=1)


@pytest.mark.parametrize("container", ["mp3", "flac", "wav"])
def test_a_cover_picture_of_a_gigabyte_is_left_alone(pool: DecodingPool, container: str) -> None:
    sound = encode(noise(0.7), container=container)
    forged = id3(cover(_png(16_000, 16_000))) + sound

    assert pool.decode(forged).duration_s == pytest.approx(0.7, abs=0.05)
    assert peak_mb(pool) < 150


def test_a_picture_block_inside_flac_is_left_alone(pool: DecodingPool) -> None:
    picture = _png(16_000, 16_000)
    fields = struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">IIIIII", 0, 16_000, 16_000, 32, 0, len(picture))
    block = fields + picture
    plain = encode(noise(0.7), container="flac")
    forged = plain[:42] + bytes([6]) + len(block).to_bytes(3, "big") + block + plain[42:]

    assert pool.decode(forged).duration_s == pytest.approx(0.7, abs=0.05)
    assert peak_mb(pool) < 150


def test_the_inline_way_decodes_no_picture_either() -> None:
    """Workers of the cluster decode in their own process; measured in one of its own."""
    code = (
        "import sys; from core.audio.decoding import decode; data = sys.stdin.buffer.read();"
        "decode(data); print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    forged = id3(cover(_png(16_000, 16_000))) + encode(noise(0.7), container="mp3")
    done = subprocess.run([sys.executable, "-c", code], input=forged, capture_output=True, cwd=ROOT, timeout=60)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 200_000


def test_the_web_server_never_decodes_in_its_own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.audio import browser_copies, decoding, ffmpeg
    from core.workflows.annotation import recording_search
    from core.workflows.annotation.recording_search import AudioBytes

    data = encode(noise(0.7), container="webm")
    monkeypatch.setattr(ffmpeg, "run", lambda *_: pytest.fail("decoded here"))
    monkeypatch.setattr(decoding, "decode", lambda *_, **__: pytest.fail("decoded here"))
    monkeypatch.setattr(recording_search, "original_audio", lambda _: AudioBytes(data, "webm", "1" * 64))

    assert recording_search.loudness(1).duration_s == pytest.approx(0.7, abs=0.03)
    assert browser_copies.playable("nowhere", "1" * 64, "webm", data) == (data, "webm")


@cache
def _png(width: int, height: int) -> bytes:
    """Black, a byte in a thousand of what it unpacks to."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + 4 * width)) for _ in range(height)) + packer.flush()

    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")
