"""Sealed streams are read anywhere as they were written, with one chunk in memory."""

from __future__ import annotations

import io
import random
import tracemalloc
from pathlib import Path

import pytest

from core.errors import Damaged
from core.sealing.chunks import CHUNK_BYTES, SEALED_CHUNK_BYTES, ChunkCipher
from core.sealing.keys import parse_keys
from core.sealing.streams import SealedReader, SealingWriter
from tests.encryption_keys import KEY

HEAD = b"a head of 16 bit"
NAME = "The file"


def cipher() -> ChunkCipher:
    return ChunkCipher(parse_keys(KEY)[0], salt=bytes(16), head=HEAD, name=NAME)


def written(data: bytes, pieces: int = 7919) -> io.BytesIO:
    file = io.BytesIO()
    file.write(HEAD)
    writer = SealingWriter(file, cipher())
    for begin in range(0, len(data), pieces):
        writer.write(data[begin : begin + pieces])
    writer.finish()
    return file


def opened(file: io.BytesIO) -> io.BufferedReader:
    return io.BufferedReader(SealedReader(file, cipher(), begin=len(HEAD), name=NAME))


@pytest.mark.parametrize("n_bytes", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 200_001])
@pytest.mark.parametrize("pieces", [997, CHUNK_BYTES, 1_000_000])
def test_a_stream_is_read_as_it_was_written(n_bytes: int, pieces: int) -> None:
    data = random.Random(n_bytes).randbytes(n_bytes)
    assert opened(written(data, pieces)).read() == data


def test_any_part_is_that_part() -> None:
    data = random.Random(1).randbytes(300_000)
    reader, places = opened(written(data)), random.Random(2)
    for _ in range(200):
        begin, length = places.randrange(len(data)), places.randrange(100_000)
        reader.seek(begin)
        assert reader.read(length) == data[begin : begin + length]
    assert reader.seek(-5, io.SEEK_END) == len(data) - 5
    assert reader.read() == data[-5:]


@pytest.mark.parametrize("n_bytes", [0, 5, SEALED_CHUNK_BYTES, 2 * SEALED_CHUNK_BYTES, 2 * SEALED_CHUNK_BYTES + 20])
def test_what_was_cut_off_is_refused_before_anything_is_read(n_bytes: int) -> None:
    cut = io.BytesIO(written(bytes(3 * CHUNK_BYTES)).getvalue()[: len(HEAD) + n_bytes])
    with pytest.raises(Damaged):
        opened(cut)


def test_what_was_never_finished_is_refused() -> None:
    file = io.BytesIO()
    SealingWriter(file, cipher()).write(bytes(2 * CHUNK_BYTES + 1))
    with pytest.raises(Damaged):
        SealedReader(file, cipher(), begin=0, name=NAME)


def test_a_bit_that_is_turned_is_noticed_when_its_chunk_is_read() -> None:
    file = written(bytes(3 * CHUNK_BYTES))
    file.getbuffer()[len(HEAD) + SEALED_CHUNK_BYTES + 9] ^= 4
    reader = opened(file)
    assert reader.read(CHUNK_BYTES) == bytes(CHUNK_BYTES)
    with pytest.raises(Damaged):
        reader.read(1)


def test_memory_stays_flat(tmp_path: Path) -> None:
    path, piece = tmp_path / "sealed", bytes(1_000_000)
    tracemalloc.start()
    with path.open("wb") as file:
        writer = SealingWriter(file, cipher())
        for _ in range(50):
            writer.write(piece)
        writer.finish()
    with path.open("rb") as file:
        reader = io.BufferedReader(SealedReader(file, cipher(), begin=0, name=NAME))
        assert sum(len(part) for part in iter(lambda: reader.read(100_000), b"")) == 50_000_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4_000_000
