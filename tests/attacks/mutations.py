"""Recordings of every kind, with bytes flipped, cut out, doubled or put in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from tests.audio_files import MUXED, encode_as, noise

INTERESTING = (
    b"\x00" * 4,
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"\x01\x00\x00\x00",
    b"\xff\xff\x7f\x00",
)


def mutated(count: int, *, seed: int) -> Iterator[tuple[str, bytes]]:
    """(what it was, bytes), `count` times; the same for the same seed."""
    rng = random.Random(seed)
    names = sorted(MUXED)
    for number in range(count):
        name = names[number % len(names)]
        data = bytearray(_whole(name))
        for _ in range(rng.choice((1, 1, 2, 5, 20))):
            _mutate(data, rng)
        yield f"{name}, {number}", bytes(data)


@cache
def _whole(name: str) -> bytes:
    return encode_as(noise(0.4), name)


def _mutate(data: bytearray, rng: random.Random) -> None:
    """One change; half of them in the header, where sizes and counts stand."""
    end = len(data) if rng.random() < 0.5 else min(len(data), 400)
    place = rng.randrange(max(1, end))
    kind = rng.randrange(7)
    if kind == 0:
        data[place : place + 1] = bytes([rng.randrange(256)])
    elif kind == 1:
        data[place : place + 1] = bytes([(data[place] if place < len(data) else 0) ^ 1 << rng.randrange(8)])
    elif kind == 2:
        data[place : place + 4] = rng.choice(INTERESTING)
    elif kind == 3:
        del data[place : place + rng.randrange(1, 64)]
    elif kind == 4:
        data[place:place] = rng.randbytes(rng.randrange(1, 64))
    elif kind == 5:
        data[place:place] = data[place : place + rng.randrange(1, 2000)]
    else:
        del data[max(place, 16) :]
