"""The own password: changed by whoever knows the current one. Every other sign-in of the account ends."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.domain.accounts import Account
from core.domain.audit import AuditAction
from core.errors import EarshotError, NotAllowed, Refused
from core.translation import translate
from core.workflows.accounts import sign_ins
from pages.http import audit_events, password_queue
from pages.http.form import fields
from pages.http.own_page import own_page
from pages.http.sign_in import source_of, with_cookie
from pages.http.statuses import status_of, words_of


async def show(request: Request) -> Response:
    """GET /password"""
    return _form(request.state.account)


async def change(request: Request) -> Response:
    """POST /password: the current one, and the new one twice."""
    account: Account = request.state.account
    sent = await fields(request)
    new = sent.get("password", "")
    try:
        if new != sent.get("again"):
            raise Refused(translate(account.speaks, "The two passwords differ."))
        source = source_of(request, account.name)
        token = await password_queue.run(
            sign_ins.change_own_password, account, sent.get("current", ""), new, source=source
        )
    except NotAllowed as error:
        await audit_events.record(
            request, AuditAction.SIGN_IN_FAILED, account.name, {"at": "/password"}, account=account
        )
        return _form(account, error=words_of(error, account.speaks), status=401)
    except EarshotError as error:
        return _form(account, error=words_of(error, account.speaks), status=status_of(error))
    return with_cookie(RedirectResponse("/", status_code=303), request, account.name, token)


def _form(account: Account, *, error: str = "", status: int = 200) -> Response:
    return own_page(
        "password.html",
        title=translate(account.speaks, "Change password"),
        status=status,
        language=account.speaks,
        name=account.name,
        error=error,
    )


ROUTES = [Route("/password", show, methods=["GET"]), Route("/password", change, methods=["POST"])]
