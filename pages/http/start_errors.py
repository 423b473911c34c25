"""A start that fails says why in words: also under `uvicorn app:app` and `streamlit run app.py`, which show tracebacks.

`python app.py` prepares everything before it serves, and prints the words itself.
"""

from __future__ import annotations

import sys

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import EarshotError

FAILED = "lifespan.startup.failed"


class StartErrors:
    """Let the server log the words of an error that a person can act on in the place of its traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but the message of a start that failed."""
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        has_failed = False

        async def send_words(message: Message) -> None:
            nonlocal has_failed
            error = sys.exception()
            if message["type"] == FAILED and isinstance(error, EarshotError):
                has_failed, message = True, {**message, "message": str(error)}
            await send(message)

        try:
            await self.app(scope, receive, send_words)
        except EarshotError:
            if not has_failed:
                raise
