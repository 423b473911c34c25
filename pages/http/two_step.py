"""The own second step: set up with a QR code drawn here, turned on by a first code, turned off by a last one."""

from __future__ import annotations

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.config import settings
from core.domain.accounts import Account
from core.domain.labels import Role
from core.errors import ConfirmationNeeded, EarshotError, NotAllowed
from core.translation import translate
from core.workflows.accounts import two_step
from core.workflows.accounts.two_step import Enrolment
from pages.http.confirm import confirm_form
from pages.http.form import fields
from pages.http.own_page import own_page
from pages.http.statuses import status_of, words_of

ADDRESS = "/two-step"
LETTERS_TOGETHER = 4


async def show(request: Request) -> Response:
    """GET /two-step"""
    return await run_in_threadpool(_page, request.state.account)


async def change(request: Request) -> Response:
    """POST /two-step: begin, turn on, turn off."""
    account: Account = request.state.account
    sent = await fields(request)
    try:
        return await run_in_threadpool(_do, account, sent.get("do", ""), sent.get("code", ""))
    except ConfirmationNeeded:
        return confirm_form(account, ADDRESS)
    except EarshotError as error:
        is_on = sent.get("do") == "on"
        enrolment = await run_in_threadpool(two_step.begun_enrolment, account) if is_on else None
        status = 401 if isinstance(error, NotAllowed) else status_of(error)
        return await run_in_threadpool(
            _page, account, enrolment=enrolment, error=words_of(error, account.speaks), status=status
        )


def _do(account: Account, what: str, code: str) -> Response:
    if what == "begin":
        return _page(account, enrolment=two_step.begin_enrolment(account))
    if what == "on":
        return _page(account, recovery_codes=two_step.enrol(account, code))
    if what == "off":
        two_step.remove_own(account, code)
    return RedirectResponse(ADDRESS, status_code=303)


def _page(
    account: Account,
    *,
    enrolment: Enrolment | None = None,
    recovery_codes: list[str] | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    secret = enrolment.secret if enrolment else ""
    return own_page(
        "two_step.html",
        title=translate(account.speaks, "Second step"),
        status=status,
        language=account.speaks,
        is_on=account.has_two_steps,
        is_required_here=settings().require_totp and account.role == Role.ADMIN,
        remaining=two_step.remaining_recovery_codes(account) if account.has_two_steps else 0,
        enrolment=enrolment,
        qr=segno.make(enrolment.uri, error="m").svg_data_uri(scale=4, border=2) if enrolment else "",
        letters=" ".join(secret[at : at + LETTERS_TOGETHER] for at in range(0, len(secret), LETTERS_TOGETHER)),
        recovery_codes=recovery_codes or [],
        error=error,
    )


ROUTES = [Route(ADDRESS, show, methods=["GET"]), Route(ADDRESS, change, methods=["POST"])]
