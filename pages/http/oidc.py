"""To the OpenID Connect provider and back. All of it is links: a form's policy would have to name the provider."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.config import settings
from core.domain.accounts import Account
from core.errors import CodeNeeded, EarshotError, NotAllowed, Unavailable
from core.translation import mark, translate
from core.workflows.accounts import accounts, oidc_provider, oidc_sign_in
from core.workflows.accounts.oidc_sign_in import Flow, ProviderAnswer, Purpose
from pages.http import cookie
from pages.http.confirm import confirm_form
from pages.http.own_page import message_page, out_of_reach, request_language
from pages.http.sign_in import code_form, local_path, record_failure, sign_in_form, with_cookie
from pages.http.statuses import status_of, words_of

NOTE = "earshot_provider"
MOST_AT_PROVIDER = 8

_T = TypeVar("_T")
_present = 0

NO_STORE = {"Cache-Control": "no-store"}


async def begin(request: Request) -> Response:
    """GET /oidc/sign-in"""
    return await _away(request, None)


async def begin_confirming(request: Request) -> Response:
    """GET /oidc/confirm"""
    return await _away(request, request.state.account)


async def come_back(request: Request) -> Response:
    """GET /oidc/callback: what the provider answers."""
    if not oidc_provider.is_offered():
        return _not_offered(request)
    response = await _answered(request)
    cookie.remove_note(response, NOTE)
    return response


async def leave(request: Request) -> Response:
    """GET /oidc/sign-out: end the provider's own sign-in, where it offers that."""
    if not oidc_provider.is_offered():
        return _not_offered(request)
    language = request_language(request)
    try:
        address = await _at_provider(oidc_provider.sign_out_address)
    except EarshotError as error:
        return sign_in_form("/", error=out_of_reach(error, language), status=status_of(error), language=language)
    if address:
        return RedirectResponse(address, status_code=303, headers=NO_STORE)
    words = mark("{provider} offers no sign-out. Close the browser, or sign out there.")
    words = translate(language, words, provider=settings().oidc_name)
    return message_page(translate(language, "Sign out"), words, status=200, language=language)


async def _away(request: Request, confirming: Account | None) -> Response:
    if not oidc_provider.is_offered():
        return _not_offered(request)
    target, language = local_path(request.query_params.get("next")), request_language(request)
    try:
        begun = await _at_provider(partial(oidc_sign_in.begin, target, confirming=confirming))
    except EarshotError as error:
        return sign_in_form(target, error=out_of_reach(error, language), status=status_of(error), language=language)
    response = RedirectResponse(begun.address, status_code=303, headers=NO_STORE)
    cookie.put_note(response, NOTE, begun.note, lifetime_s=oidc_sign_in.LIFETIME_S)
    return response


async def _answered(request: Request) -> Response:
    sent, language = request.query_params, request_language(request)
    answer = ProviderAnswer(sent.get("state", ""), sent.get("code", ""), sent.get("error", ""), sent.get("iss", ""))
    try:
        flow = oidc_sign_in.flow_of(cookie.note_of(request.cookies, NOTE), answer, speaks=language)
    except NotAllowed as error:
        await record_failure(request, "")
        return sign_in_form("/", error=words_of(error, language), status=401, language=language)
    if flow.purpose == Purpose.CONFIRM:
        return await _confirmed(request, flow, answer)
    return await _signed_in(request, flow, answer, language)


async def _signed_in(request: Request, flow: Flow, answer: ProviderAnswer, language: str) -> Response:
    if await run_in_threadpool(accounts.is_first_start):
        return RedirectResponse("/first-start", status_code=303, headers=NO_STORE)
    ended_token = cookie.token_of(request.cookies) or ""
    try:
        account, token = await _at_provider(
            partial(oidc_sign_in.sign_in, flow, answer, speaks=language, ended_token=ended_token)
        )
    except CodeNeeded as needed:
        return code_form(needed.ticket, flow.target, language=language)
    except NotAllowed as error:
        await record_failure(request, "")
        return sign_in_form(flow.target, error=words_of(error, language), status=401, language=language)
    except EarshotError as error:
        words = out_of_reach(error, language)
        return sign_in_form(flow.target, error=words, status=status_of(error), language=language)
    return with_cookie(RedirectResponse(flow.target, 303, headers=NO_STORE), request, account.name, token)


async def _confirmed(request: Request, flow: Flow, answer: ProviderAnswer) -> Response:
    account: Account | None = request.state.account
    if account is None:
        return RedirectResponse("/sign-in", status_code=303, headers=NO_STORE)
    try:
        await _at_provider(partial(oidc_sign_in.confirm, flow, answer, account))
    except EarshotError as error:
        words = (
            words_of(error, account.speaks) if isinstance(error, NotAllowed) else out_of_reach(error, account.speaks)
        )
        return confirm_form(account, flow.target, error=words, status=401)
    return RedirectResponse(flow.target, status_code=303, headers=NO_STORE)


async def _at_provider(work: Callable[[], _T]) -> _T:
    """Do it in a thread that waits for the provider: few at once, so that a slow one slows down nothing else.

    Raises
    ------
    Unavailable
        So many wait already that nobody should wait behind them.
    """
    global _present
    if _present >= MOST_AT_PROVIDER:
        raise Unavailable(
            "Too many people sign in with {oidc_name} at this moment. Try again.",
            oidc_name=settings().oidc_name,
        )
    _present += 1
    try:
        return await run_in_threadpool(work)
    finally:
        _present -= 1


def _not_offered(request: Request) -> Response:
    language = request_language(request)
    words = translate(language, "There is nothing at {path}.", path=request.url.path)
    return message_page(translate(language, "Nothing here"), words, status=404, language=language)


ROUTES = [
    Route("/oidc/sign-in", begin, methods=["GET"]),
    Route("/oidc/confirm", begin_confirming, methods=["GET"]),
    Route("/oidc/callback", come_back, methods=["GET"]),
    Route("/oidc/sign-out", leave, methods=["GET"]),
]
