"""Downloads of hub modules: redirects followed, cut ones resumed, slow ones waited for, pages told from archives.

What has arrived lies beside the modules with the mark of its version (ETag or date), so that the next attempt, in this
process or a later one, asks for the rest only. Another version, or a server that cannot give a part, starts it over.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from core.addresses import scrubbed, shown
from core.domain.json_types import JsonObject, object_of, text_of
from core.errors import EarshotError, Unavailable
from core.workflows.maintenance import module_archive
from core.workflows.training import module_store

ATTEMPTS = 4  # in which nothing arrives; as long as something does, it goes on
PAUSE_S = 1.0
SILENCE_S = 30.0  # without a byte
PACE_AFTER_S, PACE_BYTES_S = 60.0, 2_000  # slower than this for so long: the connection is worth another attempt
MAX_BYTES = 600_000_000
CHUNK_BYTES = 1 << 16
WAITING_STATUSES = frozenset({408, 429, 500, 502, 503, 504})

OnBytes = Callable[[int, int | None], None]
"""Called with the bytes that have arrived, and how many there are (None: the server does not say)."""


class SourceRefused(Unavailable):
    """A source will not give the module, however often it is asked."""


class _Interrupted(Exception):
    """The connection ended before its time; what has arrived stays."""


@dataclass(frozen=True)
class _Version:
    """What tells one content of an address from another."""

    etag: str = ""
    modified: str = ""
    total: int | None = None

    @property
    def mark(self) -> str:
        """What `If-Range` takes; a weak ETag does not promise the same bytes."""
        return self.modified if not self.etag or self.etag.startswith("W/") else self.etag

    @staticmethod
    def of(headers: HTTPMessage, total: int | None) -> _Version:
        return _Version(headers.get("ETag", ""), headers.get("Last-Modified", ""), total)

    @staticmethod
    def read(file: Path) -> _Version | None:
        try:
            stored: JsonObject = object_of(json.loads(file.read_text()))
        except (OSError, ValueError):
            return None
        total = stored.get("total")
        return _Version(
            text_of(stored.get("etag")), text_of(stored.get("modified")), total if isinstance(total, int) else None
        )


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Never from HTTPS to HTTP, nor to anything else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        before, after = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if after not in ("http", "https") or (before == "https" and after == "http"):
            raise SourceRefused(f"it leads on to {shown(newurl)}, which is not safe to follow")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(url: str, on_bytes: OnBytes) -> Path:
    """The archive at an address, whole; it stays where it is until `forget`.

    Parameters
    ----------
    on_bytes : what it raises ends the download and comes out of this function; what has arrived stays

    Raises
    ------
    SourceRefused
        The server refuses it, or answers with something else than an archive.
    Unavailable
        It broke off again and again; what has arrived stays for the next attempt.
    """
    file, fruitless = _file_of(url), 0
    while True:
        before = _size(file)
        try:
            _continue(url, file, on_bytes)
            break
        except (_Interrupted, OSError, http.client.HTTPException) as error:
            fruitless = 0 if _size(file) > before else fruitless + 1
            if fruitless == ATTEMPTS:
                reason = scrubbed(str(error), [url]) or type(error).__name__
                raise Unavailable(
                    "it does not go on: {reason}{left}",
                    reason=reason,
                    left=_left(file),
                ) from None
        time.sleep(PAUSE_S * fruitless)
    if not module_archive.is_gzip(file):
        forget(url)
        raise SourceRefused("it answered with something else than a .tar.gz, such as a page that asks to sign in")
    return file


def forget(url: str) -> None:
    """Remove what has arrived from an address."""
    for file in (_file_of(url), _version_file(_file_of(url))):
        file.unlink(missing_ok=True)


def _continue(url: str, file: Path, on_bytes: OnBytes) -> None:
    """Ask for what is missing, and write it until the answer ends."""
    there, version = _size(file), _Version.read(_version_file(file))
    if version is None:
        there = 0
    elif version.total is not None and there == version.total:
        return
    headers = {"User-Agent": "Earshot", "Accept-Encoding": "identity"}
    if there and version is not None:
        headers["Range"] = f"bytes={there}-"
        headers |= {"If-Range": version.mark} if version.mark else {}
    with _open(url, headers, file) as answer:
        begins, total = _begin(answer, there, version)
        if begins == 0:
            _version_file(file).write_text(json.dumps(asdict(_Version.of(answer.headers, total))))
        _write(answer, file, begins, total, on_bytes)


def _open(url: str, headers: Mapping[str, str], file: Path) -> http.client.HTTPResponse:
    request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310 - http(s) only, see `_SafeRedirects`
    if urlsplit(url).scheme not in ("http", "https"):
        raise SourceRefused("it is no address that begins with https:// or http://")
    try:
        opened = urllib.request.build_opener(_SafeRedirects).open(request, timeout=SILENCE_S)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                file.unlink(missing_ok=True)
                raise _Interrupted("what had arrived does not fit any more") from None
            if error.code in WAITING_STATUSES:
                raise _Interrupted(f"status {error.code}") from None
            raise SourceRefused(f"it refuses with status {error.code} ({error.reason})") from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, EarshotError):
            raise error.reason from None
        raise _Interrupted(str(error.reason)) from None
    response: http.client.HTTPResponse = opened
    return response


def _begin(answer: http.client.HTTPResponse, there: int, version: _Version | None) -> tuple[int, int | None]:
    """Where the bytes of an answer belong, and how many the whole has."""
    length = answer.headers.get("Content-Length", "")
    if answer.status == http.HTTPStatus.PARTIAL_CONTENT:
        part = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", answer.headers.get("Content-Range", ""))
        total = int(part[3]) if part and part[3] != "*" else None
        is_same = version is not None and (version.total is None or total is None or version.total == total)
        if part is None or int(part[1]) != there or not is_same:
            raise _Interrupted("the server gave another part than it was asked for")
        return there, total
    total = int(length) if length.isdigit() else None
    if total is not None and total > MAX_BYTES:
        raise SourceRefused(f"it wants to send {total / 1e6:.0f} MB, more than a module has")
    return 0, total


def _write(answer: http.client.HTTPResponse, file: Path, begins: int, total: int | None, on_bytes: OnBytes) -> None:
    n_bytes, started = begins, time.monotonic()
    on_bytes(n_bytes, total)
    with file.open("r+b" if begins else "wb") as out:
        out.truncate(begins)
        out.seek(begins)
        while chunk := answer.read1(CHUNK_BYTES):
            out.write(chunk)
            n_bytes += len(chunk)
            if n_bytes > MAX_BYTES:
                raise SourceRefused(f"it sends more than {MAX_BYTES / 1e6:.0f} MB, more than a module has")
            on_bytes(n_bytes, total)
            elapsed_s = time.monotonic() - started
            if elapsed_s > PACE_AFTER_S and (n_bytes - begins) / elapsed_s < PACE_BYTES_S:
                raise _Interrupted("it was too slow")
    if total is not None and n_bytes < total:
        raise _Interrupted(f"it was cut off after {n_bytes} of {total} bytes")


def _left(file: Path) -> str:
    there = _size(file)
    return f"; {there / 1e6:.1f} MB have arrived, and the next attempt goes on from there" if there else ""


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _file_of(url: str) -> Path:
    return module_store.working_folder() / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.download"


def _version_file(file: Path) -> Path:
    return file.with_suffix(".json")
