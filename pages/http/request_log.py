"""A number for each request, a line of JSON in the log, and its figures.

The number is ours, in `X-Request-ID` of the answer: what somebody sends could be a name. The line holds the rule that
the request falls under in place of its address, which may name a child, a file or a recording, and no query.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.config import settings
from core.domain.accounts import Account
from core.domain.api_keys import ApiKey
from pages.http import policy, request_figures, rules

LOG = logging.getLogger("earshot.access")
HEADER = "X-Request-ID"
ID_BYTES = 12
NO_ROUTE = "none"
METHODS = rules.ANY - {"WS"}


def install() -> None:
    """Write the lines to standard error, unless EARSHOT_ACCESS_LOG says no."""
    LOG.handlers.clear()
    LOG.propagate = False
    LOG.setLevel(logging.INFO if settings().access_log else logging.CRITICAL)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOG.addHandler(handler)


class RequestLog:
    """ASGI middleware around everything, the guard included. WebSockets pass."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, began_s, status, sent_bytes = secrets.token_hex(ID_BYTES), time.perf_counter(), 500, 0
        state = scope.setdefault("state", {})

        async def numbering_send(message: Message) -> None:
            nonlocal status, sent_bytes
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            sent_bytes += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, numbering_send)
        finally:
            seconds = time.perf_counter() - began_s
            route, method = _route(scope)
            request_figures.count_request(route, method, status, seconds)
            account, key = state.get("account"), state.get("key")
            line = {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "request_id": request_id,
                "method": method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "bytes": sent_bytes,
                "account": account.id if isinstance(account, Account) else None,
                "key": key.id if isinstance(key, ApiKey) else None,
            }
            LOG.info(json.dumps(line))


def _route(scope: Scope) -> tuple[str, str]:
    """The pattern of the rule, and the method: words of ours both, whatever was asked."""
    method = scope["method"] if scope["method"] in METHODS else "OTHER"
    rule = rules.rule_for(policy.without_prefix(scope["path"]), method)
    return (NO_ROUTE if rule is None else rule.pattern), method
