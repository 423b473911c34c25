"""Everybody's own page: language, password and second step, keys that one made, and where one is signed in."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_datetime
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.api_keys import ApiKey
from core.domain.labels import ROLE_IN_WORDS
from core.domain.permissions import Permission, may
from core.errors import EarshotError
from core.translation import LANGUAGES, mark, translate
from core.workflows.accounts import accounts, api_keys, own_sign_ins
from pages.http.form import fields
from pages.http.own_page import own_page
from pages.http.sign_in import forget_signed_in
from pages.http.statuses import status_of, words_of

ADDRESS = "/account"
DONE = {
    "language": mark("The language was changed."),
    "ended": mark("That sign-in has ended."),
    "others": mark("All your other sign-ins have ended."),
    "key": mark("The key opens nothing any more."),
}


async def show(request: Request) -> Response:
    """GET /account"""
    return await run_in_threadpool(_page, request.state.account, done=request.query_params.get("done", ""))


async def change(request: Request) -> Response:
    """POST /account: `do` says what."""
    account: Account = request.state.account
    sent = await fields(request)
    try:
        return await run_in_threadpool(_do, account, sent)
    except EarshotError as error:
        return await run_in_threadpool(_page, account, error=words_of(error), status=status_of(error))


def _do(account: Account, sent: dict[str, str]) -> Response:
    what = sent.get("do", "")
    if what == "language":
        accounts.set_language(account.id, sent.get("language", ""), actor=Actor.of(account))
        return _done("language")
    if what == "end":
        is_own = own_sign_ins.end_own(account, sent.get("sign_in", ""))
        return _signed_out() if is_own else _done("ended")
    if what == "others":
        own_sign_ins.end_others(account)
        return _done("others")
    if what == "key":
        api_keys.revoke_own(sent.get("key", ""), actor=Actor.of(account))
        return _done("key")
    return RedirectResponse(ADDRESS, status_code=303)


def _done(what: str) -> Response:
    return RedirectResponse(f"{ADDRESS}?done={what}", status_code=303)


def _signed_out() -> Response:
    response = RedirectResponse("/sign-in", status_code=303, headers={"Cache-Control": "no-store"})
    forget_signed_in(response)
    return response


def _page(account: Account, *, done: str = "", error: str = "", status: int = 200) -> Response:
    speaks = account.speaks
    has_keys = may(account.role, Permission.MANAGE_KEYS)
    return own_page(
        "account.html",
        title=translate(speaks, "Your account"),
        status=status,
        language=speaks,
        name=account.name,
        role=translate(speaks, ROLE_IN_WORDS[account.role]),
        languages=LANGUAGES,
        has_password=account.has_password,
        has_two_steps=account.has_two_steps,
        sign_ins=own_sign_ins.own_sign_ins(account),
        this=account.sign_in,
        has_keys=has_keys,
        keys=_own_keys(account) if has_keys else [],
        when=lambda at: _when(at, speaks),
        done=translate(speaks, DONE[done]) if done in DONE else "",
        error=error,
    )


def _own_keys(account: Account) -> list[ApiKey]:
    """The keys that this account made and that nobody revoked."""
    return [key for key in api_keys.all_keys() if key.created_by == account.name and key.revoked_at is None]


def _when(at: datetime, speaks: str) -> str:
    """A time in UTC, as the language writes it: nobody knows the zone of a page without a script."""
    return f"{format_datetime(at, 'd MMM y, HH:mm', locale=speaks)} UTC"


ROUTES = [Route(ADDRESS, show, methods=["GET"]), Route(ADDRESS, change, methods=["POST"])]
