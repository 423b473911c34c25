"""Proving once more who one is, on a page of its own; screens do it in a dialog."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.config import settings
from core.domain.accounts import Account
from core.domain.sign_in_steps import proof_of
from core.errors import EarshotError, NotAllowed
from core.translation import translate
from core.workflows.accounts import confirmation
from pages.http import password_queue
from pages.http.form import fields
from pages.http.own_page import own_page
from pages.http.sign_in import local_path, record_failure
from pages.http.statuses import status_of, words_of


async def show(request: Request) -> Response:
    """GET /confirm"""
    account, target = request.state.account, local_path(request.query_params.get("next"))
    if await run_in_threadpool(confirmation.is_recent, account):
        return RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})
    return confirm_form(account, target)


async def prove(request: Request) -> Response:
    """POST /confirm: the password, or the code for whoever has none."""
    account: Account = request.state.account
    sent = await fields(request)
    target = local_path(sent.get("next"))
    try:
        await password_queue.run(confirmation.confirm, account, sent.get("proof", ""))
    except NotAllowed as error:
        await record_failure(request, account.name)
        return confirm_form(account, target, error=words_of(error, account.speaks), status=401)
    except EarshotError as error:
        return confirm_form(account, target, error=words_of(error, account.speaks), status=status_of(error))
    return RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})


def confirm_form(account: Account, target: str, *, error: str = "", status: int = 200) -> Response:
    """The page that asks for the proof this account has."""
    return own_page(
        "confirm.html",
        title=translate(account.speaks, "Confirm that it is you"),
        status=status,
        language=account.speaks,
        name=account.name,
        proof=proof_of(account).value,
        provider=settings().oidc_name,
        at_provider=urlencode({"next": target}),
        target=target,
        error=error,
    )


ROUTES = [Route("/confirm", show, methods=["GET"]), Route("/confirm", prove, methods=["POST"])]
