"""Each judge's own order of recordings. Orders differ, so that effects of order do not bias all labels alike.

The order is a keyed hash of the recording's number and is stored nowhere: it is the same after every restart, and
later recordings fall between the others without moving them. It is a ring: a judge goes on behind the
recording judged last, and what came back meanwhile (an expired claim, an undone label) is met on the next way round.

The hash is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

import numpy as np
import numpy.typing as npt

# In the middle of the work the next open recordings are nearly always among these; longer steps look at too many
STRETCHES = (32, 32, 32, 32, 64, 64, 128)
ARC = 2048  # recordings that are put into order together
RING = 2**64  # places


def judge_order(recording_ids: Sequence[int], judge_id: int, *, after: int | None = None) -> list[int]:
    """Recordings as this judge meets them, begun behind the recording `after`, or at the ring's start when None."""
    ids = np.asarray(recording_ids, dtype=np.uint64)
    places = _hashed(ids, judge_id)
    if after is not None:
        places = places - _hashed(np.asarray([after], dtype=np.uint64), judge_id) - np.uint64(1)
    return [int(recording_id) for recording_id in ids[np.argsort(places, kind="stable")]]


def next_id_ranges(judge_id: int, highest_id: int, *, after: int | None = None) -> Iterator[list[int]]:
    """The next stretches of the ring, of `STRETCHES` numbers each; each number at most once.

    Parameters
    ----------
    highest_id : the highest recording number there is; 0 when there is none, and then nothing comes.
    """
    length = min(sum(STRETCHES), highest_id)
    ahead = list(islice(_around(judge_id, highest_id, after), length))
    for stretch in STRETCHES:
        if ahead:
            yield ahead[:stretch]
        ahead = ahead[stretch:]


def _around(judge_id: int, highest_id: int, after: int | None) -> Iterator[int]:
    """Once around the ring, an arc at a time: in a million recordings an arc is read in a hundredth of a sort."""
    n_arcs = max(1, highest_id // ARC)
    place = 0 if after is None else int(_hashed(np.asarray([after], dtype=np.uint64), judge_id)[0]) + 1
    first = place % RING * n_arcs // RING
    begun = _arc(judge_id, highest_id, first)
    n_passed = bisect_left(begun.places, place % RING)
    yield from begun.ids[n_passed:]
    for step in range(1, n_arcs):
        yield from _arc(judge_id, highest_id, (first + step) % n_arcs).ids
    yield from begun.ids[:n_passed]


@dataclass(frozen=True)
class _Arc:
    """Recordings whose places follow each other, in order."""

    ids: tuple[int, ...]
    places: tuple[int, ...]


@lru_cache(maxsize=256)  # of some 150 kB
def _arc(judge_id: int, highest_id: int, number: int) -> _Arc:
    n_arcs = max(1, highest_id // ARC)
    begin, end = (-(-each * RING // n_arcs) for each in (number, number + 1))
    places = _hashed(np.arange(1, highest_id + 1, dtype=np.uint64), judge_id)
    among = np.flatnonzero((places >= np.uint64(begin)) & (places <= np.uint64(end - 1)))
    among = among[np.argsort(places[among], kind="stable")]
    return _Arc(tuple((among + 1).tolist()), tuple(places[among].tolist()))


def _hashed(ids: npt.NDArray[np.uint64], judge_id: int) -> npt.NDArray[np.uint64]:
    key = blake2b(f"own order of {judge_id}".encode(), digest_size=8).digest()
    # 64-bit arithmetic on arrays wraps silently, as the hash wants it
    mixed = (ids * np.uint64(0x9E3779B97F4A7C15)) ^ np.frombuffer(key, dtype="<u8")
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashed: npt.NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return hashed
