"""The start address redirects to the first screen of the account's role."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.domain.labels import Role

HOME: dict[Role, str] = {Role.JUDGE: "annotate", Role.STAFF: "overview", Role.ADMIN: "overview"}


async def go_home(request: Request) -> Response:
    """GET /"""
    target = f"/{HOME[request.state.account.role]}"
    return RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})


ROUTES = [Route("/", go_home, methods=["GET"])]
