"""For whoever operates Earshot: does the process live, is everything there, and figures for Prometheus."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.workflows.maintenance import readiness
from pages.http import request_figures

NOT_KEPT = {"Cache-Control": "no-store"}


async def live(_request: Request) -> Response:
    """GET /livez: this process answers, whatever else is away"""
    return JSONResponse({"status": "alive"}, headers=NOT_KEPT)


async def ready(_request: Request) -> Response:
    """GET /readyz: 503 where something is away that a decision needs"""
    states = await run_in_threadpool(readiness.look)
    is_ready = not any(state.trouble for state in states)
    services = {state.service.value: state.trouble or "ready" for state in states}
    scorer = await run_in_threadpool(readiness.scorer_state)
    body = {
        "status": "ready" if is_ready else "not ready",
        "services": services,
        "scorer": {"model": scorer.model_id, "processes": scorer.n_alive},
    }
    return JSONResponse(body, status_code=200 if is_ready else 503, headers=NOT_KEPT)


async def metrics(_request: Request) -> Response:
    """GET /metrics: of this process, in Prometheus' text format"""
    return Response(request_figures.as_text(), headers=NOT_KEPT | {"Content-Type": CONTENT_TYPE_LATEST})


ROUTES = [
    Route("/livez", live, methods=["GET"]),
    Route("/readyz", ready, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
]
