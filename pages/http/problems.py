"""RFC 9457 problem details: the one shape in which every address for programs refuses.

What was sent is never repeated in one: it may be a child's voice, or a name.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from http import HTTPStatus

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.errors import EarshotError, RateExceeded
from pages.http.statuses import status_of, words_of

MEDIA_TYPE = "application/problem+json"
ADDRESSES = ("/v1", "/metrics")
FOR_PEOPLE = "/v1/docs"
FAULT = "Something went wrong on the server; its log says what."
REALM = 'Bearer realm="earshot"'


class ProblemType(StrEnum):
    """What kind of trouble it is; a program branches on this and not on words."""

    BAD_REQUEST = "urn:earshot:problem:bad-request"
    KEY_NEEDED = "urn:earshot:problem:key-needed"
    NOT_ALLOWED = "urn:earshot:problem:not-allowed"
    NOT_FOUND = "urn:earshot:problem:not-found"
    METHOD_NOT_ALLOWED = "urn:earshot:problem:method-not-allowed"
    TOO_SLOW = "urn:earshot:problem:body-too-slow"
    CONFLICT = "urn:earshot:problem:conflict"
    TOO_LARGE = "urn:earshot:problem:too-large"
    UNSUPPORTED_TYPE = "urn:earshot:problem:unsupported-media-type"
    REFUSED = "urn:earshot:problem:refused"
    TOO_MANY = "urn:earshot:problem:too-many-requests"
    FAULT = "urn:earshot:problem:fault"
    UNAVAILABLE = "urn:earshot:problem:unavailable"
    DEADLINE = "urn:earshot:problem:deadline-passed"


OF_STATUS: Mapping[int, ProblemType] = {
    400: ProblemType.BAD_REQUEST,
    401: ProblemType.KEY_NEEDED,
    403: ProblemType.NOT_ALLOWED,
    404: ProblemType.NOT_FOUND,
    405: ProblemType.METHOD_NOT_ALLOWED,
    408: ProblemType.TOO_SLOW,
    409: ProblemType.CONFLICT,
    413: ProblemType.TOO_LARGE,
    415: ProblemType.UNSUPPORTED_TYPE,
    422: ProblemType.REFUSED,
    429: ProblemType.TOO_MANY,
    500: ProblemType.FAULT,
    503: ProblemType.UNAVAILABLE,
    504: ProblemType.DEADLINE,
}


class FieldTrouble(BaseModel):
    """Which field cannot be used, and why; its value is not repeated."""

    field: str
    message: str


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: ProblemType
    title: str = Field(description="the status in words")
    status: int
    detail: str = Field(description="what was wrong and what to do, for people")
    errors: list[FieldTrouble] = Field(default_factory=list, description="of single fields, where any are wrong")


def is_for_programs(path: str) -> bool:
    """Whether this address refuses with problem details."""
    return path != FOR_PEOPLE and any(path == address or path.startswith(f"{address}/") for address in ADDRESSES)


def problem(status: int, detail: str, errors: Sequence[FieldTrouble] = ()) -> Problem:
    """A status without a type of its own counts as a fault, or as a request that cannot be read."""
    kind = OF_STATUS.get(status, ProblemType.FAULT if status >= 500 else ProblemType.BAD_REQUEST)
    return Problem(type=kind, title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors))


def body_of(status: int, detail: str) -> bytes:
    """A whole answer's body, for those that write it themselves."""
    return json.dumps(problem(status, detail).model_dump(mode="json")).encode()


def response(
    status: int, detail: str, *, errors: Sequence[FieldTrouble] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a request that was refused; one without a key in force names the scheme."""
    content = problem(status, detail, errors).model_dump_json()
    named = {"WWW-Authenticate": REALM} if status == 401 else {}
    every = {"Cache-Control": "no-store", **named, **(headers or {})}
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=every)


def of_error(error: EarshotError) -> Response:
    """The answer to an error that is meant for people."""
    wait = {"Retry-After": str(math.ceil(error.retry_after_s))} if isinstance(error, RateExceeded) else {}
    return response(status_of(error), words_of(error), headers=wait)
