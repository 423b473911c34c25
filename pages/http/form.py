"""Small HTML forms, read without trust: limited in size, every field text."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

MAX_BYTES = 16 * 1024


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form that was sent url-encoded; 413 when it is larger than any of ours can be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise HTTPException(413, "This form is too large.")
    return dict(parse_qsl(body.decode("utf-8", errors="replace"), keep_blank_values=True))
