"""What the guard answers to whoever may not pass: a page to people, problem details or a line of JSON to programs."""

from __future__ import annotations

from urllib.parse import quote

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response

from core.domain.accounts import Account
from core.domain.labels import ROLE_IN_WORDS
from core.translation import mark, translate
from core.workflows.accounts import accounts
from pages.http import problems, rules
from pages.http.origin import wrong_origin
from pages.http.own_page import message_page, request_language

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def to_the_second_step(connection: HTTPConnection, account: Account) -> Response:
    if _wants_page(connection):
        return RedirectResponse("/two-step", status_code=303, headers={"Cache-Control": "no-store"})
    return plain(translate(account.speaks, "Set up your second step first: /two-step"), 403)


async def turned_away(connection: HTTPConnection, account: Account | None, *, is_known: bool) -> Response:
    # strangers get one answer whatever they ask for, so that nothing tells them what there is
    path, wants_page = connection.scope["path"], _wants_page(connection)
    if problems.is_for_programs(path):
        return _no_such_method(path)
    if account is None:
        return await _to_the_door(connection) if wants_page else plain("Sign in first.", 401)
    language = account.speaks
    if not is_known:
        words = translate(language, "There is nothing at {path}.", path=path)
        return _page(connection, translate(language, "Nothing here"), words, 404, language)
    words = mark("You are signed in as {name} ({role}); {path} is not for that role.")
    words = translate(
        language, words, name=account.name, role=translate(language, ROLE_IN_WORDS[account.role]), path=path
    )
    return _page(connection, translate(language, "Not for this role"), words, 403, language)


def _no_such_method(path: str) -> Response:
    """At an address for programs no rule is missing but one for the method."""
    allowed = ", ".join(sorted(method for method in rules.ANY - {"WS"} if rules.rule_for(path, method)))
    return problems.response(405, "There is no such method at this address.", headers={"Allow": allowed})


async def _to_the_door(connection: HTTPConnection) -> Response:
    if await to_thread.run_sync(accounts.is_first_start):
        return RedirectResponse("/first-start", status_code=303)
    path, query = connection.scope["path"], connection.scope.get("query_string", b"").decode("latin-1")
    wanted = path + (f"?{query}" if query else "")
    target = "/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='')}"
    return RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})


def _wants_page(connection: HTTPConnection) -> bool:
    if connection.scope["method"] not in SAFE_METHODS:
        return False
    mode = connection.headers.get("sec-fetch-mode")
    if mode:
        return mode == "navigate"
    accepted = connection.headers.get("accept", "")
    # a program that takes anything is led to the sign-in as well, but only from an address that is a page
    return "text/html" in accepted or ("*/*" in accepted and rules.is_page(connection.scope["path"]))


def _page(connection: HTTPConnection, title: str, words: str, status: int, language: str) -> Response:
    if _wants_page(connection):
        return message_page(
            title, words, link=("/", translate(language, "To the start")), status=status, language=language
        )
    return plain(words, status)


def of_hidden_signs(path: str) -> Response | None:
    """The answer to an address for programs with a line break in it, which no route of Starlette's fits."""
    return problems.response(404, "Not Found") if any(sign in path for sign in "\r\n") else None


def of_fault(connection: HTTPConnection) -> Response:
    if problems.is_for_programs(connection.scope["path"]):
        return problems.response(500, problems.FAULT)
    language = request_language(connection)
    words = translate(language, "Something went wrong on the server; its log says what.")
    return _page(connection, translate(language, "A fault of the server"), words, 500, language)


def plain(words: str, status: int) -> Response:
    return JSONResponse({"error": words}, status_code=status, headers={"Cache-Control": "no-store"})


def of_wrong_origin(connection: HTTPConnection) -> Response:
    if "text/html" in connection.headers.get("accept", ""):
        return message_page("From another page", wrong_origin(connection), status=403)
    return plain(wrong_origin(connection), 403)
