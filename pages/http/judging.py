"""The judge's desk over HTTP: the requests of the player while an account judges. JSON in, JSON out; all are POST.

Every answer that is no success is `{"error": words}`: 400 not understood or turned away, 401 somebody else has signed
in, 403 may not, 404 not on this desk, 409 the label was not taken (and why), 413 too large, 503 try again. On 400, 404,
409 and 413 the browser drops the request and shows the words; on all others it keeps the label and sends it again. So
what is turned away is 400 here, not 422 as elsewhere: a tab that was opened before an upgrade would send it for ever.

Described in `/judging/openapi.json`, for staff.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import ValidationError
from pydantic_core import ErrorDetails, to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.errors import EarshotError, Refused
from core.translation import mark, translate
from core.workflows.accounts import accounts
from core.workflows.annotation import desk_preferences, judge_desk, own_labels, protocols
from core.workflows.annotation.desk_preferences import DeskPreferences
from pages.http.judging_messages import (
    DeskAnswer,
    DeskRequest,
    JudgementRequest,
    LabelsAnswer,
    NextRequest,
    PreferencesAnswer,
    PreferencesRequest,
    Protocol,
    SkipAnswer,
    SkipRequest,
    Trouble,
    UndoAnswer,
    UndoRequest,
)
from pages.http.statuses import status_of, words_of

ANOTHER_ACCOUNT = mark("Now {name} is signed in in this browser. Sign in again to go on.")
SentT = TypeVar("SentT", bound=DeskRequest)
Answer = DeskAnswer | judge_desk.SavedJudgement | UndoAnswer | SkipAnswer | LabelsAnswer | PreferencesAnswer

TROUBLES: dict[int | str, dict[str, object]] = {
    status: {"model": Trouble, "description": words}
    for status, words in (
        (400, "not understood, or turned away"),
        (401, "somebody else has signed in in this browser"),
        (403, "may not"),
        (404, "the recording is not on this desk, or it is gone"),
        (409, "the label was not taken"),
        (413, "larger than any request of the desk"),
        (503, "try again"),
    )
}


class PlainRoute(APIRoute):
    """An endpoint that reads its request and writes its answer itself; FastAPI describes it only.

    What FastAPI would do in between, for nothing, takes longer than the endpoint.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[object, object, Response]]:
        handler: Callable[[Request], Coroutine[object, object, Response]] = self.endpoint
        return handler


app = FastAPI(
    title="Earshot, the judge's desk",
    description="What the player asks while somebody judges.",
    docs_url=None,
    redoc_url=None,
    servers=[{"url": "/judging"}],
    responses=TROUBLES,
)
app.router.route_class = PlainRoute


def _takes(kind: type[DeskRequest]) -> dict[str, object]:
    """The schema of a request, for OpenAPI: bodies are read by `_answer`, whatever their Content-Type."""
    schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@app.post("/desk", response_model=DeskAnswer, openapi_extra=_takes(NextRequest))
async def desk(request: Request) -> Response:
    """The next recordings, reserved for this tab."""
    return await _answer(request, NextRequest, _desk)


@app.post("/judgements", response_model=judge_desk.SavedJudgement, openapi_extra=_takes(JudgementRequest))
async def judgement(request: Request) -> Response:
    """One label; the same `request_id` again changes nothing."""
    return await _answer(request, JudgementRequest, _judge)


@app.post("/undo", response_model=UndoAnswer, openapi_extra=_takes(UndoRequest))
async def undo(request: Request) -> Response:
    """Take a label of this desk session back."""
    return await _answer(request, UndoRequest, _undo)


@app.post("/skip", response_model=SkipAnswer, openapi_extra=_takes(SkipRequest))
async def skip(request: Request) -> Response:
    """Put a recording off."""
    return await _answer(request, SkipRequest, _skip)


@app.post("/labels", response_model=LabelsAnswer, openapi_extra=_takes(DeskRequest))
async def labels(request: Request) -> Response:
    """The own newest labels, to hear and to change."""
    return await _answer(request, DeskRequest, _labels)


@app.post("/preferences", response_model=PreferencesAnswer, openapi_extra=_takes(PreferencesRequest))
async def preferences(request: Request) -> Response:
    """Keep the desk as it is."""
    return await _answer(request, PreferencesRequest, _prefer)


async def _answer(request: Request, kind: type[SentT], do: Callable[[Account, SentT], Answer]) -> Response:
    account: Account = request.state.account
    try:
        sent = kind.model_validate_json(await request.body())  # no longer than `bodies` lets it be
    except ValidationError as wrong:
        return _error(400, "; ".join(_in_words(error) for error in wrong.errors()))
    if sent.account != account.id:
        return _error(401, translate(account.speaks, ANOTHER_ACCOUNT, name=account.name))
    try:
        answer = await run_in_threadpool(do, account, sent)
    except EarshotError as wrong:
        return _error(400 if isinstance(wrong, Refused) else status_of(wrong), words_of(wrong, account.speaks))
    return Response(to_json(answer), media_type="application/json")


def _desk(judge: Account, sent: NextRequest) -> DeskAnswer:
    desk_state = judge_desk.next_assignments(
        judge,
        session_id=sent.session_id,
        count=sent.count,
        day_began_at=_day_began_at(sent.utc_offset_minutes),
        with_figures=sent.with_figures,
        take_over=sent.take_over,
    )
    protocol_id, rules = protocols.desk()
    return DeskAnswer(**vars(desk_state), protocol=Protocol(id=protocol_id or 0, **vars(rules)))


def _judge(judge: Account, sent: JudgementRequest) -> judge_desk.SavedJudgement:
    return judge_desk.record_judgement(judge, sent.new_judgement())


def _undo(judge: Account, sent: UndoRequest) -> UndoAnswer:
    return UndoAnswer(item=judge_desk.undo_judgement(judge, session_id=sent.session_id, request_id=sent.request_id))


def _skip(judge: Account, sent: SkipRequest) -> SkipAnswer:
    judge_desk.skip_recording(judge, **sent.model_dump(exclude={"account"}))
    return SkipAnswer(skipped=sent.recording_id)


def _labels(judge: Account, _sent: DeskRequest) -> LabelsAnswer:
    newest = own_labels.newest_labels(judge)
    return LabelsAnswer(labels=[replace(label, decided_at=label.decided_at.replace(tzinfo=UTC)) for label in newest])


def _prefer(judge: Account, sent: PreferencesRequest) -> PreferencesAnswer:
    liked = DeskPreferences(sent.speed, sent.volume_db, sent.is_looping, dict(sent.keys), sent.has_keys)
    desk_preferences.save_preferences(judge, liked)
    speaks = sent.speaks or judge.speaks
    accounts.set_language(judge.id, speaks, actor=Actor.of(judge))
    keys = {deed: list(of_deed) for deed, of_deed in liked.keys.items()}
    return PreferencesAnswer(
        speed=liked.speed,
        volume_db=liked.volume_db,
        is_looping=liked.is_looping,
        keys=keys,
        has_keys=liked.has_keys,
        speaks=speaks,
    )


def _day_began_at(utc_offset_minutes: int) -> datetime:
    ahead = timedelta(minutes=utc_offset_minutes)
    there = datetime.now(UTC).replace(tzinfo=None) + ahead
    return there.replace(hour=0, minute=0, second=0, microsecond=0) - ahead


def _error(status: int, words: str) -> JSONResponse:
    return JSONResponse({"error": words}, status_code=status)


def _in_words(error: ErrorDetails) -> str:
    where = ".".join(str(part) for part in error["loc"])
    return f"{where}: {error['msg']}" if where else str(error["msg"])


ROUTES = [Mount("/judging", app=app)]
