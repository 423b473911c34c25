"""The HTTP API, mounted at `/api`: what the reading platform asks. The guard has checked who is there before.

The documentation at `/api/docs` is made from the same description as `/api/openapi.json`, without scripts or files
from elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from fastapi import FastAPI, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, Field
from starlette.routing import Mount

from core.config import settings
from core.domain.actor import Actor
from core.domain.audit import AuditAction
from core.errors import EarshotError, RateExceeded, Refused
from core.workflows.deployment import decision_records, scoring
from pages.http import audit_events, deciding_threads
from pages.http.own_page import own_page
from pages.http.statuses import status_of, words_of

MAX_FILES = 200
BYTES_IN_MB = 1_000_000


class SignedIn(BaseModel):
    """Whose sign-in this request came with."""

    name: str
    role: str


class ScoreAnswer(BaseModel):
    """One file: a decision, or why there is none (`error`)."""

    file: str
    decision: str | None = Field(None, description='"accepted" or "rejected"')
    reason: str | None = Field(None, description='"noise" or "speechless" for a rejected one, where the model can tell')
    p_accepted: float | None = Field(None, description="probability of Accepted, between 0 and 1")
    p_noise: float | None = None
    p_speechless: float | None = None
    threshold: float | None = Field(None, description="accepted means p_accepted >= threshold")
    am_target: float | None = Field(None, description="share of good readings that the threshold may refuse")
    certainty: float | None = Field(
        None, description="how sure that is with other children: 0.5, 0.8, 0.9 or 0.95; null where nothing is sure"
    )
    threshold_basis: str | None = Field(
        None, description='"common", or whence the source has its own: "without labels", "judged" or "recomputed"'
    )
    source: str | None = Field(None, description="where the recording comes from, as the request says")
    model: str | None = None
    duration_s: float | None = None
    unlike: float | None = Field(
        None, description="share of the model's training recordings that are more like the others than this one, 0 to 1"
    )
    looks_processed: bool | None = Field(None, description="whether a noise suppressor seems to have worked on it")
    level_dbfs: float | None = Field(None, description="of the loudest part, -100 to 0")
    above_background_db: float | None = Field(None, description="by how much the loudest part exceeds the background")
    speech_s: float | None = Field(None, description="seconds of speech-like sound well above the background")
    clipped_share: float | None = Field(None, description="share of the samples at full scale, 0 to 1")
    explanation: str | None = Field(None, description="what stands out against accepted recordings: a description")
    measured: list[dict[str, Any]] | None = Field(None, description="each figure beside what is usual, with a sentence")
    for_child: dict[str, str] | None = Field(
        None, description="for a rejected one: what to tell the child, by language"
    )
    error: str | None = None
    id: str | None = Field(None, description="of the decision record, where one was asked for")


api = FastAPI(
    title="Earshot",
    description="Is this recording of a child reading aloud worth sending to speech recognition?",
    docs_url=None,
    redoc_url=None,
)


@api.get("/me")
async def me(request: Request) -> SignedIn:
    """Who is signed in."""
    account = request.state.account
    return SignedIn(name=account.name, role=account.role.value)


@api.post("/score", response_model_exclude_unset=True)
async def score(
    request: Request,
    files: Annotated[list[UploadFile], File(description="recordings, up to 200")],
    source: Annotated[str, Form(description="where they come from: a school, a device, a task")] = "",
    record: Annotated[bool, Form(description="whether each decision leaves a record, without its sound")] = False,
) -> list[ScoreAnswer]:
    """Decide on recordings with the model and the operating point that are deployed.

    A source with a threshold of its own is decided at that.

    The answers come in the order of the files. A file that cannot be used gets its reason as its error; the others are
    decided all the same. 404 means that nothing is deployed yet, 429 that too
    much is asked at once (Retry-After says when to ask again), 503 that no scorer answers.
    """
    if len(files) > MAX_FILES:
        raise Refused(
            "{n_files} files in one request: at most {max_files} are taken.",
            n_files=len(files),
            max_files=MAX_FILES,
        )
    source = decision_records.named_source(source)
    sent = [(file.filename or "unnamed", await _content(file)) for file in files]
    fit = [(name, data) for name, data in sent if data is not None]
    detail, account = {"files": len(sent), "at": "/api/score", "source": source}, request.state.account
    await audit_events.record(request, AuditAction.SCORE, detail=detail, account=account, is_needed=True)
    decided = await deciding_threads.run(partial(_decide, fit, source)) if fit else []
    if record:
        ids = await to_thread.run_sync(_recorded, decided, source, Actor.of(account))
        decided = [answer | {"id": each} for answer, each in zip(decided, ids, strict=True)]
    answers = iter(decided)
    return [ScoreAnswer(**(next(answers) if data is not None else _too_large(name))) for name, data in sent]


@api.get("/docs", include_in_schema=False)
async def docs() -> HTMLResponse:
    """What there is, for people."""
    operations = [
        _operation(path, method, operation)
        for path, methods in api.openapi()["paths"].items()
        for method, operation in methods.items()
    ]
    return own_page("api_docs.html", title="HTTP API", description=api.description, operations=operations)


@api.exception_handler(EarshotError)
async def in_words(_request: Request, error: EarshotError) -> JSONResponse:
    wait = {"Retry-After": str(math.ceil(error.retry_after_s))} if isinstance(error, RateExceeded) else {}
    return JSONResponse({"error": words_of(error)}, status_code=status_of(error), headers=wait)


def _decide(files: list[tuple[str, bytes]], source: str) -> list[dict[str, Any]]:
    return list(scoring.score_remote(files, source=source) if source else scoring.score_remote(files))


def _recorded(answers: list[dict[str, Any]], source: str, actor: Actor) -> list[str | None]:
    return decision_records.record_answers(answers, source=source, actor=actor)


async def _content(file: UploadFile) -> bytes | None:
    limit = settings().max_recording_mb * BYTES_IN_MB
    return None if (file.size or 0) > limit else await file.read()


def _too_large(name: str) -> dict[str, Any]:
    return {"file": name, "error": f"larger than {settings().max_recording_mb:g} MB"}


@dataclass(frozen=True)
class AccountOperation:
    """One address, as people read it."""

    method: str
    path: str
    paragraphs: list[str]
    example: str


def _operation(path: str, method: str, described: dict[str, Any]) -> AccountOperation:
    example = {
        "get": f"curl -b earshot=… https://this.server/api{path}",
        "post": f"curl -b earshot=… -H 'Origin: https://this.server' \\\n  -F files=@one.wav -F files=@two.webm \\\n"
        f"  https://this.server/api{path}",
    }[method]
    return AccountOperation(method.upper(), f"/api{path}", described.get("description", "").split("\n\n"), example)


ROUTES = [Mount("/api", app=api)]
