"""The guard in front of everything: pages, endpoints, uploads, media, WebSockets. `rules` says who may pass.

Whoever passes has its account in `request.state.account` (None where a rule lets anyone in). Programs come with keys:
`key_door`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import quote, urlsplit

from anyio import to_thread
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.domain.accounts import Account
from core.errors import Unavailable
from core.translation import translate
from core.workflows.accounts import audit_log, sign_ins, two_step
from pages.http import (
    answer_records,
    cookie,
    key_door,
    page_messages,
    policy,
    problems,
    rules,
    session_owners,
    turning_away,
)
from pages.http.bodies import CountedBody, limit_bytes
from pages.http.browser_words import browser_words
from pages.http.origin import VISITOR_ADDRESS, client_address, is_same_origin
from pages.http.own_page import message_page, out_of_reach, request_language
from pages.http.watched_socket import WatchedSocket

SIGNED_OUT = 4401  # close code of a WebSocket whose sign-in is not, or no longer, in force
FORBIDDEN = 4403
TRY_AGAIN_LATER = 1013
BROKEN_OFF = "The request broke off."
# what an administrator without a second step may do where one is required: set it up, and leave
OPEN_WITHOUT_SECOND_STEP = frozenset(
    {"/two-step", "/confirm", "/password", "/sign-in", "/sign-in/code", "/sign-out"}
    | {"/_stcore/health", "/livez", "/readyz"}
    | {"/oidc/sign-in", "/oidc/callback", "/oidc/confirm", "/oidc/sign-out"}
)


class Guard:
    """ASGI middleware, the outermost of the app.

    shortcuts : what answers below some paths at once, by the beginning of the path. A desk asks for labels and sounds
        many times a second, and the middleware of the screens, which they have no use for, takes a fifth of that time.
    """

    def __init__(self, app: ASGIApp, shortcuts: Mapping[str, Sequence[BaseRoute]] | None = None) -> None:
        self.app = app
        routers = {path: ExceptionMiddleware(Router(routes)) for path, routes in (shortcuts or {}).items()}
        self._shortcuts: dict[str, ASGIApp] = dict(routers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = _below_prefix(scope)
            await self._answer(scope, receive, policy.with_headers(send, scope))
        elif scope["type"] == "websocket":
            await self._websocket(_below_prefix(scope), receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in any case: a fault of ours goes to the server's log, and without its words to whoever asked."""
        has_begun = False

        async def noting_send(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await CountedBody(self._http, limit_bytes(scope["path"])).serve(scope, receive, noting_send)
        except ClientDisconnect:  # whoever asked is gone: no fault, and nobody to answer
            if not has_begun:
                await turning_away.plain(BROKEN_OFF, 408)(scope, receive, send)
        except Exception:
            if not has_begun:
                await turning_away.of_fault(HTTPConnection(scope))(scope, receive, send)
            raise

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        with audit_log.acting_from(client_address(connection), _browser(connection)):
            account, refusal = await self._admit(connection)
            send = answer_records.recording(send, connection, account)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
            scope.setdefault("state", {})["account"] = account
            await self._inner(scope["path"])(scope, receive, send)

    def _inner(self, path: str) -> ASGIApp:
        return next((app for begin, app in self._shortcuts.items() if path.startswith(begin)), self.app)

    async def _admit(self, connection: HTTPConnection) -> tuple[Account | None, Response | None]:
        """Who asks, and the answer to a request that may not pass."""
        try:
            account = await account_of(connection)
            refusal = await _refusal(connection, account)
        except Unavailable as error:
            if problems.is_for_programs(connection.scope["path"]):
                return None, problems.of_error(error)
            language = request_language(connection)
            title = translate(language, "Out of reach just now")
            return None, message_page(title, out_of_reach(error, language), status=503, language=language)
        path, is_asking_only = connection.scope["path"], connection.scope["method"] == "OPTIONS"
        is_owned = session_owners.is_owned(path) and not is_asking_only
        if refusal is None and is_owned and not session_owners.may_reach(path, token_of(connection)):
            await answer_records.record_refusal(connection, account)
            refusal = turning_away.plain("This belongs to another sign-in.", 404)
        return account, refusal

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        with audit_log.acting_from(client_address(connection), _browser(connection)):
            await self._guarded_socket(connection, receive, send)

    async def _guarded_socket(self, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        scope: Scope = connection.scope
        account, code = await _handshake(connection)
        if code == FORBIDDEN:
            await answer_records.record_refusal(connection, account)
        if code is not None:
            await receive()  # the handshake, which ASGI wants read before it is refused
            await send({"type": "websocket.close", "code": code})
            return
        scope.setdefault("state", {})["account"] = account
        token = token_of(connection)
        scope = session_owners.own_session_only(_as_streamlit_wants_it(scope), token)
        send, taken = session_owners.noting_session(send, token), page_messages.taken_only(receive)

        async def is_in_force() -> bool:
            try:
                now = await account_of(connection, is_use=False)
                return now is not None and account is not None and now.role == account.role
            except Unavailable:
                return True  # the database is away for a moment: asked again soon, and nothing can be read meanwhile

        await WatchedSocket(self.app, is_in_force, close_code=SIGNED_OUT).serve(scope, taken, send)


def _browser(connection: HTTPConnection) -> str:
    return browser_words(connection.headers.get("user-agent", ""))


def token_of(connection: HTTPConnection) -> str:
    return cookie.token_of(connection.cookies) or ""


async def account_of(connection: HTTPConnection, *, is_use: bool = True) -> Account | None:
    """The account whose sign-in the cookie names, if that sign-in is still in force.

    is_use : a request came; not when a page only stays open.
    """
    token = token_of(connection)
    if not token:
        return None
    look_up = sign_ins.account_of_token if is_use else partial(sign_ins.account_of_token, is_use=False)
    return sign_ins.cached_account_of_token(token) or await to_thread.run_sync(look_up, token)


async def _handshake(connection: HTTPConnection) -> tuple[Account | None, int | None]:
    """Who opens a WebSocket, and the close code if it may not."""
    try:
        account = await account_of(connection)
    except Unavailable:
        return None, TRY_AGAIN_LATER
    rule = rules.rule_for(connection.scope["path"], "WS")
    if account is None:
        return None, SIGNED_OUT
    is_allowed = rule is not None and rule.who.includes(account.role) and is_same_origin(connection)
    is_allowed = is_allowed and not two_step.is_required(account)
    return account, None if is_allowed else FORBIDDEN


async def _refusal(connection: HTTPConnection, account: Account | None) -> Response | None:
    """The answer to a request that may not pass; None for one that may."""
    path, method = connection.scope["path"], connection.scope["method"]
    rule = rules.rule_for(path, method)
    is_person = rule is not None and account is not None and rule.who.includes(account.role)
    if rule is not None and rule.scopes and not is_person:
        return await key_door.refusal(connection, rule, account) or turning_away.of_hidden_signs(path)
    if rule is None or not rule.who.includes(account.role if account else None):
        return await turning_away.turned_away(connection, account, is_known=rule is not None and bool(rule.who.value))
    if method not in turning_away.SAFE_METHODS and not is_same_origin(connection):
        return turning_away.of_wrong_origin(connection)
    if account is not None and path not in OPEN_WITHOUT_SECOND_STEP and two_step.is_required(account):
        return turning_away.to_the_second_step(connection, account)
    return None


def _below_prefix(scope: Scope) -> Scope:
    """The request as it is without the public prefix, where a proxy left it in the path."""
    path = policy.without_prefix(scope["path"])
    return scope if path == scope["path"] else {**scope, "path": path, "raw_path": quote(path).encode()}


def _as_streamlit_wants_it(scope: Scope) -> Scope:
    """The handshake with the host that the browser asked, which Streamlit compares with the Origin once more, and with
    the visitor's address as `origin` knows it."""
    connection = HTTPConnection(scope)
    own = {
        b"host": urlsplit(connection.headers.get("origin", "")).netloc.encode("latin-1"),
        VISITOR_ADDRESS.encode(): client_address(connection).encode("latin-1"),
    }
    headers = [(name, value) for name, value in scope["headers"] if name not in own]
    return {**scope, "headers": [*headers, *own.items()]}
