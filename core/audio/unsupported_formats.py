"""Recognising files of formats that are not read, to name them in the refusal."""

from __future__ import annotations

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media (WMA or WMV)"),
    (b"MThd", "MIDI, which holds notes and no sound"),
    (b"MAC ", "Monkey's Audio (APE)"),
    (b"wvpk", "WavPack"),
    (b"TTA1", "True Audio (TTA)"),
    (b"MPCK", "Musepack"),
    (b"MP+", "Musepack"),
    (b"DSD ", "DSD"),
    (b"FRM8", "DSD"),
    (b".RMF", "RealMedia"),
    (b".ra\xfd", "RealAudio"),
    (b"FLV\x01", "a Flash video"),
    (b"\x0b\x77", "raw AC-3"),
    (b"RIFX", "WAV in big-endian order (RIFX)"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x00\x05\x16\x07", "the side file that a Mac puts beside a recording (its name begins with ._)"),
    (b"version https://git-lfs", "the pointer of a Git LFS file, not the file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"#EXTM3U", "a playlist"),
    (b"[playlist]", "a playlist"),
    (b"PAR1", "a Parquet table"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_MARKUP = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "XML"),
    (b'{"', "JSON"),
    (b'[{"', "JSON"),
    (b"{\n", "JSON"),
    (b"[\n", "JSON"),
    (b"{\\rtf", "an RTF document"),
)
_LOOKED_AT_BYTES = 2048


def name_format(data: bytes) -> str | None:
    """The name of the format of these bytes; None where it is not recognised."""
    head = data[:_LOOKED_AT_BYTES]
    if head[:4] == b"RIFF" and len(head) >= 12:
        return {b"AVI ": "a video (AVI)", b"WEBP": "a WebP picture"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "a HEIC or AVIF picture"
    known = next((words for prefix, words in _PREFIXES if head.startswith(prefix)), None)
    return known or _of_text(head)


def _of_text(head: bytes) -> str | None:
    if not head.strip(b"\0"):
        return "nothing but zeros: its bytes were lost, perhaps when it was copied"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    markup = next((words for prefix, words in _MARKUP if start.startswith(prefix)), None)
    if markup:
        return markup
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return None
    return "text" if b"\0" not in head else None
