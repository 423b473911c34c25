"""A zip archive as a source of recordings, read in place, whatever machine wrote the names in it.

Names without the flag for UTF-8 (APPNOTE.TXT, appendix D) are UTF-8 all the same when their bytes are; else they are in
a code page that the archive does not name: the one in which they are those of a manifest, else the one that reads best.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from core.config import settings
from core.domain.names import file_key, file_name
from core.errors import Refused
from core.workflows.importing.import_sources import MB, NameIndex, check_size, inside, is_hidden
from core.workflows.importing.text_encoding import CODE_PAGES, MORE_CODE_PAGES, likeliest

MAX_SWELLING = 200
SWELLING_COUNTS_FROM_MB = 5.0  # below this, digital silence may well shrink a thousandfold

_IS_UTF8 = 0x800
_PYTHONS_OWN = "cp437"  # what zipfile decodes names by that have no flag
_UNICODE_PATH = 0x7075


class ArchiveSource:
    """A zip archive. Entries with unsafe paths or sizes are refused one by one.

    Raises
    ------
    Refused
        It is no zip archive, or a damaged one.
    """

    def __init__(self, file: Path | bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Refused(
                "The zip archive cannot be read: {error}.",
                error=error,
            ) from None
        self._listed = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        unnamed = [entry.filename for entry in self._listed if _flagged_name(entry) is None]
        self._admit_all(_code_page(unnamed))

    def names(self) -> list[str]:
        return sorted({*self._entries, *self._problems})

    def find(self, name: str) -> str:
        return self._index.find(name, reason="there is no such file in the archive")

    def use_names_of(self, wanted: Iterable[str]) -> None:
        """Read the names in the code page in which most of them are those that a manifest names."""
        unnamed = [entry.filename for entry in self._listed if _flagged_name(entry) is None]
        if not unnamed:
            return
        keys = {file_key(name).rsplit("/", 1)[-1] for name in wanted}

        def hits(code_page: str) -> int:
            return sum(file_key(_recoded(name, code_page)).rsplit("/", 1)[-1] in keys for name in unnamed)

        best = max((self._code_page, *CODE_PAGES, *MORE_CODE_PAGES), key=hits)
        if hits(best) > hits(self._code_page):
            self._admit_all(best)

    def read(self, name: str) -> bytes:
        if name in self._problems:
            raise Refused(self._problems[name])
        if name not in self._entries:
            raise Refused("there is no such file in the archive")
        entry = self._entries[name]
        try:
            with self._zip.open(entry) as file:
                # with a limit, an entry larger than declared is noticed before it is unpacked whole
                return file.read(entry.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Refused(
                "the entry of the archive is damaged: {error}",
                error=error,
            ) from None

    def shown(self, name: str) -> str:
        return file_name(name)

    def _admit_all(self, code_page: str) -> None:
        self._code_page = code_page
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._problems: dict[str, str] = {}
        self._total_bytes = 0
        for entry in self._listed:
            name = _flagged_name(entry) or _recoded(entry.filename, code_page)
            if not any(is_hidden(part) for part in name.split("/")):
                self._admit(name, entry)
        self._index = NameIndex(self.names())

    def _admit(self, written: str, entry: zipfile.ZipInfo) -> None:
        if written in self._entries:
            self._problems[f"{written} (again)"] = "the archive has this name twice; the first file was taken"
            return
        try:
            name = inside(written)
            _check_entry(entry)
            if self._total_bytes + entry.file_size > settings().max_archive_mb * MB:
                raise Refused(
                    "the archive unpacks to more than {max_archive_mb:g} MB; this is beyond",
                    max_archive_mb=settings().max_archive_mb,
                )
        except Refused as reason:
            self._problems[written] = str(reason)
            return
        self._total_bytes += entry.file_size
        self._entries[name] = entry


def _flagged_name(entry: zipfile.ZipInfo) -> str | None:
    """The name where its encoding is known: by the flag, by an extra field, because it is plain or is UTF-8."""
    if entry.flag_bits & _IS_UTF8 or entry.filename.isascii():
        return entry.filename
    return _unicode_path(entry.extra) or _as_utf8(entry.filename)


def _unicode_path(extra: bytes) -> str | None:
    """Info-ZIP's extra field: a version, a checksum of the plain name, the name in UTF-8 (APPNOTE.TXT, 4.6.9)."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _UNICODE_PATH and size > 5:
            try:
                return extra[9 : 4 + size].decode("utf-8")
            except UnicodeDecodeError:
                return None
        extra = extra[4 + size :]
    return None


def _as_utf8(name: str) -> str | None:
    try:
        return name.encode(_PYTHONS_OWN).decode("utf-8")
    except UnicodeError:
        return None


def _recoded(name: str, code_page: str) -> str:
    """The name in a code page; signs that it does not have stay as Python read them."""
    try:
        return name.encode(_PYTHONS_OWN).decode(code_page)
    except UnicodeError:
        return name


def _code_page(names: list[str]) -> str:
    """The code page in which names read best; Python's own where two read as well."""
    text = "\n".join(names)
    best = likeliest([(page, _recoded(text, page)) for page in CODE_PAGES if text])
    return best[0] if best is not None else _PYTHONS_OWN


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """The archive's own description of an entry; reading stops at the size that it declares."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused("the entry is a link, not a file")
    if entry.flag_bits & 0x1:
        raise Refused("the entry is protected by a password")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("the entry is packed in a way that is not read here; pack it with plain zip")
    check_size(entry.file_size)
    swelling = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > SWELLING_COUNTS_FROM_MB * MB and swelling > MAX_SWELLING:
        raise Refused(
            "the entry swells {swelling:.0f}-fold when unpacked, as no recording does",
            swelling=swelling,
        )
