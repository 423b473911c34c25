"""The sound of one recording for whoever may hear it, in bytes that browsers play; cached nowhere on the way.

Browsers fetch sound in parts, so ranges are answered (RFC 9110, section 14): one part a request; several parts, or a
unit other than bytes, are answered with the whole, as the RFC allows.
"""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.domain.audio_formats import media_type as media_type_of
from core.domain.audit import AuditAction
from core.domain.labels import Role
from core.errors import EarshotError, NotFound
from core.workflows.annotation import audio_access, sound_deliveries
from pages.http import answer_records, audit_events
from pages.http.statuses import status_of, words_of

ONE_RANGE = re.compile(r"bytes=(?=.*\d)(\d*)-(\d*)", re.ASCII)  # at least one of the two numbers
BEYOND_ANY_FILE = 10**18
RECORDING_NUMBER = re.compile(r"\d{1,10}", re.ASCII)
HIGHEST_NUMBER = 2**31 - 1
NO_RECORDING = 0


async def listen(request: Request) -> Response:
    """GET /audio/{recording_id}"""
    try:
        recording_id = number_of(request.path_params["recording_id"])
    except NotFound:
        recording_id = NO_RECORDING  # refused below, in the same words as any that is not on the desk
    try:
        sound = await run_in_threadpool(audio_access.audio_for, request.state.account, recording_id)
    except EarshotError as error:
        await _record_refusal(request, error)
        return _trouble(error, request.state.account.speaks)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    wanted = request.headers.get("range", "").strip().lower()
    part = part_of(wanted, len(sound.data))
    if part is None:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{len(sound.data)}"})
    if request.method == "GET":
        try:
            await _record_fetch(request, recording_id, part, len(sound.data))
        except EarshotError as error:
            return _trouble(error, request.state.account.speaks)
        sound_deliveries.note(request.state.account.id, recording_id, part, len(sound.data))
    media_type = media_type_of(sound.extension)
    if not ONE_RANGE.fullmatch(wanted):
        return Response(sound.data, headers=headers, media_type=media_type)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(sound.data)}"
    return Response(sound.data[part.start : part.stop], status_code=206, headers=headers, media_type=media_type)


def number_of(written: str) -> int:
    """The number of a recording in an address.

    Raises
    ------
    NotFound
        No table can hold such a number, so there is no such recording.
    """
    if not RECORDING_NUMBER.fullmatch(written) or int(written) > HIGHEST_NUMBER:
        raise NotFound(
            "There is no recording {written!r}.",
            written=written[:20],
        )
    return int(written)


def part_of(wanted: str, size: int) -> range | None:
    """The bytes a Range header asks for, as `range(first, last + 1)`.

    Returns
    -------
    The whole when the header is none that is understood; None when it asks only for bytes that are not there (416).
    """
    match = ONE_RANGE.fullmatch(wanted)
    if match is None:
        return range(size)
    first, last = match.groups()
    if not first:
        length = _position(last)
        return range(max(0, size - length), size) if length and size else None
    start, stop = _position(first), min(_position(last) + 1, size) if last else size
    return range(start, stop) if start < stop else None


def _position(digits: str) -> int:
    """The number; a huge one is cut, since Python reads 4,300 digits at most."""
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) <= 18 else BEYOND_ANY_FILE


async def _record_fetch(request: Request, recording_id: int, part: range, size: int) -> None:
    """Staff may fetch any child's voice at any time, so it is recorded before a byte is sent; judges get what they are
    given, and the desk reports what they heard.

    Raises
    ------
    Unavailable
        It cannot be recorded just now.
    """
    account = request.state.account
    if account.role != Role.JUDGE:
        detail = (
            {"bytes": size} if len(part) == size else {"bytes": size, "first_part": f"{part.start}-{part.stop - 1}"}
        )
        subject = f"recording {recording_id}"
        await audit_events.record(
            request, AuditAction.FETCH_RECORDING, subject, detail, account=account, is_needed=True
        )


async def _record_refusal(request: Request, error: EarshotError) -> None:
    """A judge asked for what is not on the own desk."""
    account = request.state.account
    if isinstance(error, NotFound) and account.role == Role.JUDGE:
        await answer_records.record_refusal(request, account)


def _trouble(error: EarshotError, language: str) -> Response:
    return JSONResponse(
        {"error": words_of(error, language)}, status_code=status_of(error), headers={"Cache-Control": "no-store"}
    )


ROUTES = [Route("/audio/{recording_id}", listen, methods=["GET"])]
