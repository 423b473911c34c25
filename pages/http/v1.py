"""The HTTP API for programs, at `/v1`, with a key. The guard has checked the key and its scope before.

Every refusal is a problem of RFC 9457. `/v1/openapi.json` describes all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import FastAPI, Header, Query, Request, Response
from starlette.routing import Mount, Route

from core.domain.actor import Actor
from core.domain.api_keys import ApiKey
from core.domain.json_types import JsonObject
from core.errors import DeadlinePassed, NotAllowed, Refused
from core.sentences import decision_sentences
from core.workflows.accounts import repeated_requests
from core.workflows.deployment import decision_records
from core.workflows.deployment.decision_records import FileOutcome
from core.workflows.importing import import_single
from core.workflows.importing.import_single import StatedFacts
from core.workflows.serving import deadlines
from pages.http import deciding_threads, problems, request_figures, v1_openapi, v1_refusals
from pages.http.own_page import own_page
from pages.http.v1_bodies import SentBody, read_body, too_large
from pages.http.v1_messages import Batch, BatchItem, Decision, Explanation, Imported, ModelInForce

LONGEST_WAIT_MS = 120_000

v1 = FastAPI(
    title="Earshot for programs",
    version="1",
    description="Is this recording of a child reading aloud worth sending to speech recognition?",
    docs_url=None,
    redoc_url=None,
    redirect_slashes=False,
    root_path_in_servers=False,
)
v1_refusals.answer_in_problem_details(v1)
v1.openapi = partial(v1_openapi.describe, v1)  # type: ignore[method-assign]  # FastAPI's own way to change it

Timeout = Annotated[int | None, Query(ge=1, le=LONGEST_WAIT_MS, description="milliseconds after which to answer 504")]
RequestName = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=repeated_requests.LONGEST_NAME,
        description="a name for this request, random: sent again within a day, it gets the stored answer",
    ),
]
Source = Annotated[str, Query(description="as the form's field of this name, for a body that is no form")]


@v1.post(
    "/decisions",
    operation_id="decide",
    openapi_extra=v1_openapi.body_of("RecordingForm"),
    responses=v1_openapi.responses(400, 404, 408, 409, 413, 415, 422, 504),
)
async def decide(
    request: Request,
    timeout_ms: Timeout = None,
    idempotency_key: RequestName = None,
    source: Source = "",
    child: Source = "",
    language: Source = "",
    word: Source = "",
) -> Decision | Batch:
    """Decide on one recording, or on several. Needs the scope `score`.

    `file` of a form, or a body that is the recording itself, gives a decision; `files` gives a list with an item each,
    in which a file that cannot be used has its problem and the others their decision. Nothing that is sent is stored,
    unless the source has agreed that a small share is kept for judges: then what is stated is stored with these.
    """
    key = key_of(request)
    # with a name, the request is worked on past its deadline: a repetition finds the answer
    with _deadline(timeout_ms), deadlines.within(None if idempotency_key else _seconds(timeout_ms)):
        sent = await read_body(request, tuple(v1_openapi.FACTS))
        answer = await _once(request, sent, idempotency_key, partial(_decided, key, sent))
    return Decision.model_validate(answer) if sent.is_single else Batch.model_validate(answer)


@v1.get("/decisions/{decision_id}", operation_id="get_decision", responses=v1_openapi.responses(404, 422))
async def get_decision(request: Request, decision_id: str) -> Decision:
    """The record of an earlier decision. Needs the scope `read-decisions`."""
    reader = Actor.of_key(key_of(request))
    return Decision.of(await to_thread.run_sync(partial(decision_records.decision, decision_id, actor=reader)))


@v1.get("/decisions/{decision_id}/why", operation_id="explain_decision", responses=v1_openapi.responses(404, 422))
async def explain_decision(
    request: Request,
    decision_id: str,
    language: Annotated[str, Query(max_length=20, description="en or fr; anything else gives English")] = "en",
) -> Explanation:
    """Why a recording was accepted or refused, in sentences for people. Needs the scope `read-decisions`."""
    reader = Actor.of_key(key_of(request))
    record = await to_thread.run_sync(partial(decision_records.decision, decision_id, actor=reader))
    return Explanation(id=record.id, decision=record.verdict, sentences=decision_sentences.why(record, language))


@v1.get("/model", operation_id="get_model", responses=v1_openapi.responses(404, 422))
async def get_model(
    request: Request, source: Annotated[str, Query(description="whose threshold; empty: the common one")] = ""
) -> ModelInForce:
    """What decides at this moment, since when, and at which threshold. Needs `score` or `read-decisions`."""
    permitted = _permitted(key_of(request), source)
    return ModelInForce.of(await to_thread.run_sync(decision_records.in_force, permitted))


@v1.post(
    "/recordings",
    operation_id="import_recording",
    status_code=201,
    openapi_extra=v1_openapi.body_of("ImportForm"),
    responses=v1_openapi.responses(400, 408, 409, 413, 415, 422, 504),
)
async def import_recording(
    request: Request,
    timeout_ms: Timeout = None,
    idempotency_key: RequestName = None,
    source: Source = "",
    child: Source = "",
    language: Source = "",
    word: Source = "",
) -> Imported:
    """Bring one recording in, so that people judge it. Needs the scope `import`.

    The same bytes twice are one recording.
    """
    key = key_of(request)
    with _deadline(timeout_ms):
        sent = await read_body(request, tuple(v1_openapi.FACTS))
        if not sent.is_single:
            raise Refused("Send one recording, as 'file'.")
        answer = await _once(request, sent, idempotency_key, partial(_imported, key, sent))
    return Imported.model_validate(answer)


def key_of(request: Request) -> ApiKey:
    """The key that the guard let pass."""
    key = getattr(request.state, "key", None)
    if not isinstance(key, ApiKey):
        raise NotAllowed("This address takes a key and no sign-in.")
    return key


@contextmanager
def _deadline(timeout_ms: int | None) -> Iterator[None]:
    """Give up what runs inside after so many milliseconds, in words; None: it takes its time.

    Work that was handed to a thread goes on, and its answer is there for a repetition with the same Idempotency-Key.
    """
    with anyio.move_on_after(_seconds(timeout_ms)) as scope:
        yield
    if scope.cancelled_caught:
        raise DeadlinePassed(f"There is no answer yet after {timeout_ms} ms.")


def _seconds(timeout_ms: int | None) -> float | None:
    return None if timeout_ms is None else timeout_ms / 1000


async def _once(request: Request, sent: SentBody, name: str | None, compute: Callable[[], JsonObject]) -> JsonObject:
    """The answer, in a thread; of an earlier request of this name, where there was one."""
    key = key_of(request)
    if name is None:
        return await deciding_threads.run(compute)
    fingerprint = sent.fingerprint(name, request.url.path)
    answering = partial(repeated_requests.answer_once, key, name, fingerprint, compute)
    answer, _ = await deciding_threads.run(answering)
    return answer


def _decided(key: ApiKey, sent: SentBody) -> JsonObject:
    fit = [(each.name, each.data) for each in sent.recordings if not each.is_too_large]
    source = _permitted(key, sent.fields["source"])
    facts = StatedFacts(**{**sent.fields, "source": source})
    outcomes = decision_records.decide(fit, source=source, facts=facts, actor=Actor.of_key(key)) if fit else []
    request_figures.count_decisions(each.record.verdict for each in outcomes if each.record)
    remaining = iter(outcomes)
    every = [None if each.is_too_large else next(remaining) for each in sent.recordings]
    if not sent.is_single:
        items = [_item(index, outcome) for index, outcome in enumerate(every)]
        return Batch(decisions=items).model_dump(mode="json")
    outcome = every[0]
    if outcome is None or outcome.record is None:
        raise Refused(_unusable(outcome.error if outcome else too_large()))
    return Decision.of(outcome.record).model_dump(mode="json")


def _item(index: int, outcome: FileOutcome | None) -> BatchItem:
    if outcome is None:
        return BatchItem(index=index, decision=None, problem=problems.problem(413, too_large()))
    if outcome.record is None:
        return BatchItem(index=index, decision=None, problem=problems.problem(422, _unusable(outcome.error)))
    return BatchItem(index=index, decision=Decision.of(outcome.record), problem=None)


def _imported(key: ApiKey, sent: SentBody) -> JsonObject:
    facts = StatedFacts(**{**sent.fields, "source": _permitted(key, sent.fields["source"])})
    (recording,) = sent.recordings
    imported = import_single.import_recording(recording.name, recording.data, facts, actor=Actor.of_key(key))
    return Imported(id=imported.id, is_new=imported.is_new).model_dump(mode="json")


def _permitted(key: ApiKey, named: str) -> str:
    source = key.source_of(named)
    if source is None:
        raise NotAllowed(f"This key is for the sources {', '.join(map(repr, key.limits.sources))}; name one of them.")
    return source


def _unusable(reason: str) -> str:
    return f"The recording cannot be used: {reason}"


@v1.get("/docs", include_in_schema=False)
async def docs() -> Response:
    """What there is, for people, with a form at each address that sends what a program would send."""
    operations = v1_openapi.operations(v1_openapi.describe(v1))
    return own_page("v1_docs.html", title=v1.title, script="programs/js/try_request.js", operations=operations)


async def nothing_here(_request: Request) -> Response:
    """/v1 itself, which the screens would answer otherwise"""
    return problems.response(404, "There is nothing at /v1 itself; /v1/openapi.json says what there is below it.")


ROUTES = [Route("/v1", nothing_here), Mount("/v1", app=v1)]
