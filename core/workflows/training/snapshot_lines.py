"""The lines that a snapshot's hash is made of: 86 bytes a recording in memory, however many there are.

A line is "sha256,label,split", with ",weight" where a recording was drawn in class and weighs something else than 1.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from core.domain.labels import Label, Split
from db import queue, session, standing_labels

HASH_LENGTH = 64
WIDTH = HASH_LENGTH + 2 + max(map(len, Label)) + max(map(len, Split))
AT_ONCE = 20_000


@dataclass(frozen=True)
class SnapshotLines:
    """The lines of recordings whose child has a split, in order; and how many other recordings there are.

    sorted_lines : without weights [shape=(n,), bytes]
    """

    sorted_lines: npt.NDArray[np.bytes_]
    n_unplaced: int

    def __len__(self) -> int:
        return len(self.sorted_lines)

    def count_by_label_and_split(self) -> Counter[str]:
        """How many lines end with which "label,split"."""
        behind_hash = itemgetter(slice(HASH_LENGTH + 1, None))
        counted = Counter[bytes]()
        for some in self._portions():
            counted.update(map(behind_hash, some))
        return Counter({words.decode(): n for words, n in counted.items()})

    def content_hash(self, weights: Mapping[str, float]) -> str:
        """SHA-256 of the lines with a line's end between them.

        weights : by SHA-256 of the recording; where it is 1 nothing is added, so that snapshots of before have their
            hash
        """
        added = {sha256.encode(): f",{weight:g}".encode() for sha256, weight in weights.items() if weight != 1.0}
        digest = hashlib.sha256()
        for number, some in enumerate(self._portions()):
            weighted = [line + added.get(line[:HASH_LENGTH], b"") for line in some] if added else some
            digest.update((b"\n" if number else b"") + b"\n".join(weighted))
        return digest.hexdigest()

    def _portions(self) -> Iterator[list[bytes]]:
        for begin in range(0, len(self), AT_ONCE):
            yield self.sorted_lines[begin : begin + AT_ONCE].tolist()


def read_lines(tx: session.Connection, *, without: Collection[str] = ()) -> SnapshotLines:
    """Of every recording whose label stands, as this transaction sees it.

    without : SHA-256 of recordings to leave out
    """
    every = np.empty(queue.highest_id(tx), dtype=f"S{WIDTH}")  # what is not written to takes no memory
    stream = standing_labels.lines(tx)
    left_out = set(without)
    n = n_unplaced = 0
    while some := list(islice(stream, AT_ONCE)):
        placed = [line for line in some if line is not None]
        n_unplaced += len(some) - len(placed)
        if left_out:
            placed = [line for line in placed if line[:HASH_LENGTH] not in left_out]
        every[n : n + len(placed)] = placed
        n += len(placed)
    lines = every[:n]
    lines.sort()
    return SnapshotLines(lines, n_unplaced)
