"""The JavaScript modules of the screens, for signed-in accounts: `/assets/<hash of all of them>/<path>`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pages.http import browser_modules

FOR_EVER = "private, max-age=31536000, immutable"  # other bytes have another address


async def module(request: Request) -> Response:
    """GET /assets/{version}/{path}"""
    source = browser_modules.modules().get(request.path_params["path"])
    if source is None or request.path_params["version"] != browser_modules.version():
        # an address of another version is not answered with these bytes: its modules would be mixed with ours
        return JSONResponse(
            {"error": "There is no such module."}, status_code=404, headers={"Cache-Control": "no-store"}
        )
    return Response(source, media_type="text/javascript", headers={"Cache-Control": FOR_EVER})


ROUTES = [Route(f"/{browser_modules.ADDRESS}/{{version}}/{{path:path}}", module, methods=["GET"])]
