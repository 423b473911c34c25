"""What the player of the screens reports: how much of a recording somebody of the staff heard.

That bytes were fetched is recorded when they are; that they sounded, the player alone can know. The desk of judges
reports it with each label.
"""

from __future__ import annotations

from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.domain.actor import Actor
from core.errors import EarshotError
from core.workflows.annotation import reported_listening
from pages.http.judging_messages import RecordingId, Seconds
from pages.http.statuses import status_of, words_of


class HeardReport(BaseModel):
    """`seconds`: of the recording, heard at least once since it began."""

    recording_id: RecordingId
    seconds: Seconds = Field(gt=0)


async def report(request: Request) -> Response:
    """POST /listening"""
    try:
        heard = HeardReport.model_validate_json(await request.body())  # no longer than `bodies` lets it be
    except ValidationError:
        return _trouble(400, "recording_id: a number; seconds: how many were heard, more than 0.")
    actor = Actor.of(request.state.account)
    try:
        await run_in_threadpool(reported_listening.record_listening, heard.recording_id, heard.seconds, actor=actor)
    except EarshotError as error:
        return _trouble(status_of(error), words_of(error, request.state.account.speaks))
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


def _trouble(status: int, words: str) -> JSONResponse:
    return JSONResponse({"error": words}, status_code=status, headers={"Cache-Control": "no-store"})


ROUTES = [Route("/listening", report, methods=["POST"])]
