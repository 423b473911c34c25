"""The model in force as it decides on a tablet, to try it: `/tablet/tablet.html` and what that page loads.

The page may connect to nothing: the voice stays in the browser.
"""

from __future__ import annotations

import mimetypes
from functools import lru_cache

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.errors import EarshotError
from core.workflows.deployment import model_export
from core.workflows.deployment.model_export import ExportedThreshold, ExportRequest
from pages.http.statuses import status_of

POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; connect-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


async def file(request: Request) -> Response:
    """GET /tablet/{path}"""
    name = request.path_params["path"]
    try:
        text = await to_thread.run_sync(_text, name)
    except EarshotError as error:
        return JSONResponse({"error": str(error)}, status_code=status_of(error))
    if text is None:
        return JSONResponse({"error": "There is no such file."}, status_code=404)
    media_type = mimetypes.guess_type(name)[0] or "text/plain"
    return Response(text, media_type=media_type, headers={"Content-Security-Policy": POLICY})


def _text(name: str) -> str | None:
    if name == model_export.MODULE:
        return _module(model_export.choose_exported_threshold(ExportRequest()))
    return model_export.page_files().get(name)


@lru_cache(maxsize=1)
def _module(chosen: ExportedThreshold) -> str:
    return model_export.tablet_module(chosen)


ROUTES = [Route("/tablet/{path}", file, methods=["GET"])]
