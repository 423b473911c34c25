"""Signing in and out: plain pages and forms, in front of Streamlit."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.config import settings
from core.domain.audit import AuditAction
from core.errors import CodeNeeded, EarshotError, NotAllowed
from core.translation import translate
from core.workflows.accounts import accounts, oidc_provider, second_step, sign_ins
from core.workflows.accounts.password_tries import Source
from core.workflows.accounts.passwords import hash_name, normalise
from core.workflows.accounts.second_step import TicketOver
from pages.http import audit_events, cookie, password_queue, rules
from pages.http.form import fields
from pages.http.origin import client_address
from pages.http.own_page import out_of_reach, own_page, request_language
from pages.http.statuses import status_of, words_of

UNKNOWN_NAME = "an unknown name"
OWN_PATH = re.compile(r"/(?![/\\])")
DOORS = frozenset(
    {
        "/sign-in",
        "/sign-in/code",
        "/sign-out",
        "/first-start",
        "/password",
        "/confirm",
        "/oidc/sign-in",
        "/oidc/callback",
        "/oidc/confirm",
        "/oidc/sign-out",
    }
)


async def show(request: Request) -> Response:
    """GET /sign-in"""
    target = local_path(request.query_params.get("next"))
    if request.state.account is not None:
        return _see(target)
    if await run_in_threadpool(accounts.is_first_start):
        return _see("/first-start")
    response = sign_in_form(target, language=request_language(request))
    if cookie.has_sign_in(request.cookies):  # a sign-in that has ended: what the browser kept of it goes as well
        forget_signed_in(response)
    return response


async def enter(request: Request) -> Response:
    """POST /sign-in: the form's name and password, checked by the accounts workflow."""
    sent = await fields(request)
    name, target, language = sent.get("name", ""), local_path(sent.get("next")), request_language(request)
    try:
        account, token = await password_queue.run(
            sign_ins.sign_in,
            name,
            sent.get("password", ""),
            speaks=language,
            source=source_of(request, name),
            ended_token=cookie.token_of(request.cookies) or "",
        )
    except CodeNeeded as needed:
        return code_form(needed.ticket, target, language=language)
    except NotAllowed as error:
        await record_failure(request, name)
        return sign_in_form(target, name=name, error=words_of(error, language), status=401, language=language)
    except EarshotError as error:
        return sign_in_form(
            target, name=name, error=out_of_reach(error, language), status=status_of(error), language=language
        )
    return with_cookie(_see(target), request, account.name, token)


async def enter_code(request: Request) -> Response:
    """POST /sign-in/code: the second step, with the ticket that the first one gave."""
    sent = await fields(request)
    ticket, target, language = sent.get("ticket", ""), local_path(sent.get("next")), request_language(request)
    ended_token = cookie.token_of(request.cookies) or ""
    try:
        account, token = await run_in_threadpool(
            second_step.finish, ticket, sent.get("code", ""), speaks=language, ended_token=ended_token
        )
    except TicketOver as error:
        return sign_in_form(target, error=words_of(error, language), status=401, language=language)
    except NotAllowed as error:
        await record_failure(request, await run_in_threadpool(second_step.name_of, ticket))
        return code_form(ticket, target, error=words_of(error, language), status=401, language=language)
    except EarshotError as error:
        words = out_of_reach(error, language)
        return code_form(ticket, target, error=words, status=status_of(error), language=language)
    return with_cookie(_see(target), request, account.name, token)


async def ask_to_leave(request: Request) -> Response:
    """GET /sign-out: a question, because a mere link must not sign anybody out."""
    account = request.state.account
    if account is None:
        return _see("/sign-in")
    language = account.speaks
    return own_page("sign_out.html", title=translate(language, "Sign out"), language=language, name=account.name)


async def leave(request: Request) -> Response:
    """POST /sign-out: ends this sign-in, or with `everywhere` all of this account's."""
    token = cookie.token_of(request.cookies)
    is_everywhere = "everywhere" in await fields(request)
    if request.state.account is not None and is_everywhere:
        await run_in_threadpool(accounts.sign_out_everywhere, request.state.account.id)
    elif token:
        await run_in_threadpool(sign_ins.sign_out, token)
    response = _see("/sign-in")
    forget_signed_in(response)
    return response


def source_of(request: Request, name: str) -> Source:
    """From where somebody tries to sign in with a name."""
    person = hash_name(normalise(name))
    return Source(client_address(request), cookie.device_of(request.cookies, person))


async def record_failure(request: Request, name: str) -> None:
    """A sign-in failed. Who is not known is not named: it may be a password in the wrong field, or any words."""
    subject = await run_in_threadpool(accounts.known_name, name)
    at = request.url.path
    detail = {} if at == "/sign-in" else {"at": at}
    await audit_events.record(request, AuditAction.SIGN_IN_FAILED, subject or UNKNOWN_NAME, detail)


def forget_signed_in(response: Response) -> None:
    """Take the cookie away, and let the browser drop the pages that it kept.

    Not its storage: labels that wait there for the server are sent when the same person signs in again.
    """
    cookie.remove(response)
    response.headers["Clear-Site-Data"] = '"cache"'


def local_path(wanted: str | None) -> str:
    """`wanted` if it is the address of one of our own screens, else the start.

    Only a known screen passes: `//elsewhere.example`, `/\\elsewhere.example` and full addresses do not.
    """
    try:
        parts = urlsplit(wanted or "/")
    except ValueError:
        return "/"
    is_ours = not parts.scheme and not parts.netloc and rules.is_page(parts.path) and parts.path not in DOORS
    address = parts._replace(fragment="").geturl()
    return address if is_ours and OWN_PATH.match(address) else "/"


def with_cookie(response: Response, request: Request, name: str, token: str) -> Response:
    """The answer with the cookie of a new sign-in, and with the note that this person uses this browser."""
    cookie.put(response, token)
    cookie.remember_device(response, request.cookies, hash_name(normalise(name)))
    return response


def code_form(ticket: str, target: str, *, error: str = "", status: int = 200, language: str = "en") -> Response:
    """The page that asks for the code of the authenticator."""
    title = translate(language, "Second step")
    return own_page(
        "code.html", title=title, status=status, language=language, ticket=ticket, target=target, error=error
    )


def sign_in_form(target: str, *, name: str = "", error: str = "", status: int = 200, language: str = "en") -> Response:
    """The page that asks for name and password, and leads to the provider where there is one."""
    return own_page(
        "sign_in.html",
        title=translate(language, "Sign in"),
        status=status,
        language=language,
        target=target,
        name=name,
        error=error,
        provider=settings().oidc_name if oidc_provider.is_offered() else "",
        at_provider=urlencode({"next": target}),
    )


def _see(target: str) -> RedirectResponse:
    return RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})


ROUTES = [
    Route("/sign-in", show, methods=["GET"]),
    Route("/sign-in", enter, methods=["POST"]),
    Route("/sign-in/code", enter_code, methods=["POST"]),
    Route("/sign-out", ask_to_leave, methods=["GET"]),
    Route("/sign-out", leave, methods=["POST"]),
]
