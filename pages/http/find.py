"""What the search dialog of the screens asks for at every sign: recordings, children and models by their beginnings."""

from __future__ import annotations

from pathlib import PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.domain.actor import Actor
from core.domain.json_types import JsonObject, json_of, object_of
from core.domain.recordings import Recording
from core.errors import EarshotError, NotAllowed
from core.workflows.evaluation import search_anywhere
from core.workflows.evaluation.search_anywhere import SearchMatches
from pages.http.statuses import status_of, words_of

NOT_STORED = {"Cache-Control": "no-store"}


async def find(request: Request) -> Response:
    """GET /find?q=... : at most a few of each kind; none for a judge, who learns nothing of what there is."""
    text = request.query_params.get("q", "")
    try:
        matches = await run_in_threadpool(search_anywhere.find_anywhere, text, actor=Actor.of(request.state.account))
    except NotAllowed:
        matches = SearchMatches()
    except EarshotError as error:
        return JSONResponse({"error": words_of(error)}, status_code=status_of(error), headers=NOT_STORED)
    return JSONResponse(as_json(matches), headers=NOT_STORED)


def as_json(matches: SearchMatches) -> JsonObject:
    """Each match with what is shown of it, and the screen and its query that it leads to."""
    return object_of(
        json_of(
            {
                "recordings": [_recording(recording) for recording in matches.recordings],
                "children": [_match(child, "", "recordings", child=child) for child in matches.children],
                "models": [_match(model.title, "", "evaluate", model=model.id) for model in matches.models],
            }
        )
    )


def _recording(recording: Recording) -> dict[str, object]:
    title = recording.word or PurePosixPath(recording.filename).name
    known = (recording.filename, recording.child, recording.source)
    return _match(title, " · ".join(part for part in known if part), "recording", id=str(recording.id))


def _match(title: str, detail: str, screen: str, **query: str) -> dict[str, object]:
    return {"title": title, "detail": detail, "screen": screen, "query": query}


ROUTES = [Route("/find", find, methods=["GET"])]
