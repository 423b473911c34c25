"""Recordings in a request of a program: a form with files, or the bytes of a single one as the whole body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from core.config import settings
from core.workflows.accounts import repeated_requests

MAX_FILES = 200
BYTES_IN_MB = 1_000_000
FORM = "multipart/form-data"
SINGLE, SEVERAL = "file", "files"  # names of the form's fields
RAW = ("audio/", "video/", "application/octet-stream", "application/ogg")
UNNAMED = "recording"


@dataclass(frozen=True)
class SentRecording:
    name: str
    data: bytes

    @property
    def is_too_large(self) -> bool:
        return len(self.data) > _most_bytes()


@dataclass(frozen=True)
class SentBody:
    """`is_single`: the answer is about one recording; else a list, also of one."""

    recordings: tuple[SentRecording, ...]
    fields: Mapping[str, str]
    is_single: bool

    def fingerprint(self, name: str, path: str) -> str:
        """What is asked, keyed with the name that the request has."""
        stated = json.dumps([path, self.is_single, dict(sorted(self.fields.items()))]).encode()
        parts = [part for each in self.recordings for part in (each.name.encode("utf-8", "replace"), each.data)]
        return repeated_requests.fingerprint(name, stated, *parts)


async def read_body(request: Request, field_names: tuple[str, ...]) -> SentBody:
    """The recordings of a request, and what it states of them, in the form or in the address.

    Raises
    ------
    HTTPException
        400, 413, 415 or 422, with words.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        async with request.form(max_files=MAX_FILES + 1) as form:
            return await _of_form(request, form, field_names)
    if kind and not kind.startswith(RAW):
        raise HTTPException(
            415, f"Send {FORM} with the field '{SINGLE}' or '{SEVERAL}', or the bytes of a recording as audio/*."
        )
    data = await _whole_recording(request)
    if not data:
        raise HTTPException(422, "The request holds no recording.")
    return SentBody((SentRecording(UNNAMED, data),), _fields(request, {}, field_names), is_single=True)


async def _whole_recording(request: Request) -> bytes:
    """The body, no more of it than a recording may have: a request with several may be much larger."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > _most_bytes():
            raise HTTPException(413, too_large())
    return bytes(data)


async def _of_form(request: Request, form: FormData, field_names: tuple[str, ...]) -> SentBody:
    single, several = _uploads(form, SINGLE), _uploads(form, SEVERAL)
    if bool(single) == bool(several) or len(single) > 1:
        counts = f"{len(single)} and {len(several)}"
        words = f"Send one recording as '{SINGLE}', or several as '{SEVERAL}'; these fields hold {counts} files."
        raise HTTPException(422, words)
    if len(several) > MAX_FILES:
        raise HTTPException(422, f"More than {MAX_FILES} files in one request; at most {MAX_FILES} are taken.")
    recordings = tuple([SentRecording(each.filename or UNNAMED, await each.read()) for each in single or several])
    if single:
        _refuse_large(recordings[0])
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    return SentBody(recordings, _fields(request, texts, field_names), is_single=bool(single))


def too_large() -> str:
    return f"The recording is larger than {settings().max_recording_mb:g} MB."


def _uploads(form: FormData, name: str) -> list[UploadFile]:
    return [value for value in form.getlist(name) if isinstance(value, UploadFile)]


def _fields(request: Request, texts: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """What the form states counts; what it leaves out, the address may state."""
    return {name: texts.get(name) or request.query_params.get(name, "") for name in names}


def _most_bytes() -> float:
    return settings().max_recording_mb * BYTES_IN_MB


def _refuse_large(recording: SentRecording) -> None:
    if recording.is_too_large:
        raise HTTPException(413, too_large())
