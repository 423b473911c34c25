"""Decoding apart gives what decoding gives, and a file that does harm harms nobody."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.audio import decoding, decoding_pool, decoding_worker
from core.audio.decoding_pool import DecodingPool
from core.audio.decoding_process import Limits
from core.errors import UndecodableAudio
from tests.audio_files import encode, encode_as, encode_channels, noise, tone

WAV = encode(noise(0.7))


@pytest.fixture
def pool() -> Iterator[DecodingPool]:
    with contextlib.closing(DecodingPool(Limits(limit_s=20), processes=2)) as made:
        yield made


def process_of(pool: DecodingPool) -> int:
    """The number of an idle process."""
    worker = pool._slots.get()
    pool._slots.put(worker)
    assert worker is not None
    return worker._process.pid


def test_a_sound_comes_back_as_it_is_decoded_here(pool: DecodingPool) -> None:
    for data in (WAV, encode_as(noise(0.5), "ipod alac"), encode_channels(np.stack([noise(0.5), -noise(0.5)], axis=1))):
        apart, here = pool.decode(data), decoding.decode(data)
        np.testing.assert_array_equal(apart.samples, here.samples)
        assert (apart.duration_s, apart.codec, apart.notes) == (here.duration_s, here.codec, here.notes)
        description = pool.describe(data)
        assert description.waveform_sha256 == here.waveform_sha256
        assert description.is_played_by_browsers == here.is_played_by_browsers


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b"%PDF", "a PDF"), (WAV[:-200], "cut off")])
def test_a_refusal_comes_back_in_its_words(pool: DecodingPool, data: bytes, reason: str) -> None:
    with pytest.raises(UndecodableAudio, match=reason):
        pool.decode(data)
    with pytest.raises(UndecodableAudio, match=reason):
        pool.describe(data)


def test_limits_of_duration_hold_there_too(pool: DecodingPool) -> None:
    with pytest.raises(UndecodableAudio, match=r"at most 0\.5 s"):
        pool.decode(WAV, max_duration_s=0.5)
    with pytest.raises(UndecodableAudio, match="at least 2 s"):
        pool.describe(WAV, min_duration_s=2)


def test_many_threads_share_a_few_processes(pool: DecodingPool) -> None:
    files = [encode(tone(200 + 10 * number, 0.3)) for number in range(24)]
    came: dict[int, str] = {}
    threads = [
        threading.Thread(
            target=lambda number=number: came.update({number: pool.describe(files[number]).waveform_sha256})
        )
        for number in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == {number: decoding.decode(file).waveform_sha256 for number, file in enumerate(files)}


def test_a_process_that_was_killed_while_idle_is_replaced_unnoticed(pool: DecodingPool) -> None:
    pool.decode(WAV)
    os.kill(process_of(pool), signal.SIGKILL)
    time.sleep(0.2)

    assert pool.decode(WAV).duration_s == pytest.approx(0.7)


def test_a_file_that_ends_the_process_is_refused_and_the_next_one_is_decoded(pool: DecodingPool) -> None:
    pool.decode(WAV)
    number = process_of(pool)
    os.kill(number, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (number, signal.SIGKILL)).start()

    with pytest.raises(UndecodableAudio, match="decoding it fails"):
        pool.decode(WAV)
    assert pool.decode(WAV).duration_s == pytest.approx(0.7)


def test_a_file_that_takes_too_long_is_refused_in_time_and_the_next_one_is_decoded() -> None:
    with contextlib.closing(DecodingPool(Limits(limit_s=1.0), processes=1)) as pool:
        pool.decode(WAV)
        os.kill(process_of(pool), signal.SIGSTOP)
        begun = time.monotonic()
        with pytest.raises(UndecodableAudio, match="takes longer than 1 s"):
            pool.decode(WAV)
        assert time.monotonic() - begun < 15
        assert pool.decode(WAV).duration_s == pytest.approx(0.7)


def test_a_file_that_keeps_the_processor_busy_is_refused_in_time() -> None:
    long = encode(noise(60.0, rate=48_000), 48_000, "flac")
    with contextlib.closing(DecodingPool(Limits(limit_s=1.0, memory_mb=2000), processes=1)) as pool:
        with pytest.raises(UndecodableAudio, match="takes longer than 1 s"):
            pool.decode(_many_times(long, 60))
        assert pool.decode(WAV).duration_s == pytest.approx(0.7)


def test_a_file_that_unpacks_to_more_than_the_memory_is_refused() -> None:
    hours = encode(np.zeros(16_000 * 3600, np.float32), container="flac")
    with contextlib.closing(DecodingPool(Limits(limit_s=60, memory_mb=100), processes=1)) as pool:
        with pytest.raises(UndecodableAudio, match="memory"):
            pool.decode(hours)
        assert pool.decode(WAV).duration_s == pytest.approx(0.7)


def test_the_process_sees_nothing_of_the_settings_and_ends_with_its_owner(
    pool: DecodingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_SECRET_KEY", "secret")
    pool.decode(WAV)
    number = process_of(pool)

    assert b"EARSHOT" not in Path(f"/proc/{number}/environ").read_bytes()
    pool.close()
    assert not Path(f"/proc/{number}").exists()
    for _ in range(2):
        pool._slots.put(None)  # closing twice is no fault


def test_messages_are_read_as_they_were_written() -> None:
    import io

    file = io.BytesIO()
    decoding_worker.write(file, {"a": [1, "é"]}, b"bytes")
    file.seek(0)
    assert decoding_worker.read(file) == ({"a": [1, "é"]}, b"bytes")
    assert decoding_worker.read(file) is None


def test_the_shared_pool_follows_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decoding_pool.decode_apart(WAV).duration_s == decoding_pool.describe_apart(WAV).duration_s
    assert decoding_pool._shared() is decoding_pool._shared()


def _many_times(flac: bytes, times: int) -> bytes:
    """Frames again and again behind a header that counts none: much work in few bytes."""
    head = bytearray(flac[:42])
    head[21] &= 0xF0
    head[22:26] = bytes(4)
    head[4] |= 0x80  # the only block of the header
    begin = flac.index(b"\xff\xf8")
    return bytes(head) + flac[begin:] * times
