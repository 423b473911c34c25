"""What answers tell the audit log, whichever endpoint gives them: refusals (403), and downloads from the screens."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import Message, Scope, Send

from core.domain.accounts import Account
from core.domain.audit import AuditAction
from core.errors import Unavailable
from pages.http import audit_events, rules

FORBIDDEN = 403
SENDS_BYTES = frozenset({200, 206})
MEDIA = "/media/"  # the files behind Streamlit's download buttons; it publishes nothing else there
FILE_NAME = re.compile(r"""filename\*?=(?:UTF-8'')?"?([^";]+)""", re.IGNORECASE)
LONGEST_SUBJECT = 100
UNKNOWN_ADDRESS = "an address that there is not"


def recording(send: Send, connection: HTTPConnection, account: Account | None) -> Send:
    """A `send` that records before the answer goes out; a download that cannot be recorded does not happen."""
    is_withheld = False

    async def recording_send(message: Message) -> None:
        nonlocal is_withheld
        if message["type"] == "http.response.start":
            try:
                await _record(connection, account, message)
            except Unavailable:
                is_withheld = True
                await _out_of_reach(connection.scope, send)
        if not is_withheld:
            await send(message)

    return recording_send


async def record_refusal(connection: HTTPConnection, account: Account | None) -> None:
    """Somebody was turned away. Of an address that there is not, nothing is recorded: it can be any words."""
    path, method = connection.scope["path"], connection.scope.get("method", "WS")
    subject = path[:LONGEST_SUBJECT] if rules.rule_for(path, method) else UNKNOWN_ADDRESS
    await audit_events.record(connection, AuditAction.REFUSE, subject, {"method": method}, account=account)


async def _record(connection: HTTPConnection, account: Account | None, start: Message) -> None:
    status, path = start["status"], connection.scope["path"]
    if status == FORBIDDEN:
        await record_refusal(connection, account)
    elif path.startswith(MEDIA) and status in SENDS_BYTES and connection.scope["method"] == "GET":
        disposition = Headers(raw=start["headers"]).get("content-disposition", "")
        named = FILE_NAME.search(disposition)
        name = named[1] if named else path.removeprefix(MEDIA)
        await audit_events.record(
            connection, AuditAction.DOWNLOAD, name[:LONGEST_SUBJECT], account=account, is_needed=True
        )


async def _out_of_reach(scope: Scope, send: Send) -> None:
    words = {"error": "The audit log cannot be written just now, so nothing is sent. Try again in a moment."}
    answer = JSONResponse(words, status_code=503, headers={"Cache-Control": "no-store"})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    await answer(scope, receive, send)
