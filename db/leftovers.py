"""What SQLite's file still holds of rows that are gone: copies that moving rows left behind.

Where a row or a page becomes free, zeros are written (`session` sees to it). When SQLite divides a full page, though,
it writes the rows that stay to the end of the page and leaves what was before them: a copy of a moved row, which
nothing removes together with the row. Such copies lie between the list of a page's rows and the first of them, where
nothing else is, so a look at these bytes tells whether any are of rows that were erased.

The layout of a page: https://www.sqlite.org/fileformat2.html#b_tree_pages
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

FILE_HEADER_BYTES = 100  # on the first page, before that of the page
PAGE_HEADER = struct.Struct(">BHHH")  # kind, first free block, rows, where the rows begin
INTERIOR, LEAF = frozenset({2, 5}), frozenset({10, 13})
INTERIOR_HEADER_BYTES, LEAF_HEADER_BYTES = 12, 8
PAGES_AT_ONCE = 2048
SEARCHED_BYTES = 1_000_000


def are_left(file: Path, is_meant: Callable[[bytes], bool]) -> bool:
    """Whether `is_meant` says yes to any bytes in places without a row. Nobody has to wait: it only reads."""
    some, n_bytes = list[bytes](), 0
    for gap in _gaps(file):
        some.append(gap)
        n_bytes += len(gap)
        if n_bytes > SEARCHED_BYTES:
            if is_meant(b"\0".join(some)):
                return True
            some, n_bytes = [], 0
    return is_meant(b"\0".join(some))


def _gaps(file: Path) -> Iterator[bytes]:
    """The bytes of each place without a row that are not all zero."""
    with file.open("rb") as opened:
        page_bytes = _page_bytes(opened.read(FILE_HEADER_BYTES))
        opened.seek(0)
        header = FILE_HEADER_BYTES
        while pages := opened.read(page_bytes * PAGES_AT_ONCE):
            for begin in range(0, len(pages), page_bytes):
                gap = _gap(pages, begin, begin + header, page_bytes)
                header = 0
                if gap.strip(b"\0"):
                    yield gap


def _gap(pages: bytes, begin: int, header: int, page_bytes: int) -> bytes:
    """What lies between the list of a page's rows and the first of them; all of a page that holds no list of rows."""
    kind, _, n_rows, first = PAGE_HEADER.unpack_from(pages, header)
    if kind not in INTERIOR | LEAF:
        return pages[header : begin + page_bytes]
    listed = header + (INTERIOR_HEADER_BYTES if kind in INTERIOR else LEAF_HEADER_BYTES) + 2 * n_rows
    return pages[listed : begin + (first or page_bytes)]


def _page_bytes(file_header: bytes) -> int:
    size = int.from_bytes(file_header[16:18], "big")
    return 65_536 if size == 1 else size
