"""The first start: a page that makes the first administrator, and is gone once there is one.

Open from the machine itself, or with a one-time code that the server prints where only its owner reads it. The code
lives in this process: started again, the server prints another.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.errors import EarshotError, NotAllowed, Refused
from core.workflows.accounts import accounts, sign_ins
from pages.http.form import fields
from pages.http.origin import is_same_machine
from pages.http.own_page import own_page
from pages.http.sign_in import with_cookie
from pages.http.statuses import status_of

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # nothing that looks like something else
CODE_LENGTH = 12  # 59 bits
FREE_TRIES = 5
WAIT_S = 30.0


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


@dataclass
class OneTimeCode:
    """A code and how often it was guessed wrong. From the sixth wrong guess on, each costs everybody a wait."""

    value: str = field(default_factory=_new_code)
    wrong_tries: int = 0
    wrong_at_s: float = 0.0

    @property
    def words(self) -> str:
        """As people read it: in groups of four."""
        return "-".join(self.value[start : start + 4] for start in range(0, CODE_LENGTH, 4))

    def check(self, given: str) -> None:
        """Nothing when `given` is the code, in whatever case and grouping.

        Raises
        ------
        NotAllowed
            It is not, or it is too early to try again.
        """
        wait_s = self.wrong_at_s + WAIT_S - time.monotonic()
        if self.wrong_tries >= FREE_TRIES and wait_s > 0:
            raise NotAllowed(f"Too many wrong codes. Wait {wait_s:.0f} seconds, then try again.")
        plain = "".join(letter for letter in given.upper() if letter.isalnum())
        if not hmac.compare_digest(plain.encode(), self.value.encode()):
            self.wrong_tries, self.wrong_at_s = self.wrong_tries + 1, time.monotonic()
            raise NotAllowed("This is not the code that the server printed at its start.")


CODE = OneTimeCode()


def invitation(address: str) -> str:
    """What the server prints at a first start."""
    return (
        "\n  There are no accounts yet. Make the first administrator:\n"
        f"    on this machine          {address}/first-start\n"
        f"    from another, with code  {CODE.words}\n\n"
    )


async def show(request: Request) -> Response:
    """GET /first-start"""
    if not await run_in_threadpool(accounts.is_first_start):
        return RedirectResponse("/sign-in", status_code=303)
    return _form(request)


async def make(request: Request) -> Response:
    """POST /first-start: name, password twice, and the code from elsewhere."""
    if not await run_in_threadpool(accounts.is_first_start):
        return RedirectResponse("/sign-in", status_code=303)
    sent = await fields(request)
    name, password = sent.get("name", ""), sent.get("password", "")
    try:
        if not is_same_machine(request):
            CODE.check(sent.get("code", ""))
        if password != sent.get("again"):
            raise Refused("The two passwords differ.")
        await run_in_threadpool(accounts.create_first_administrator, name, password)
        _, token = await run_in_threadpool(sign_ins.sign_in, name, password)
    except EarshotError as error:
        return _form(request, name=name, error=str(error), status=status_of(error))
    return with_cookie(RedirectResponse("/", status_code=303), token)


def _form(request: Request, *, name: str = "", error: str = "", status: int = 200) -> Response:
    return own_page(
        "first_start.html",
        title="First start",
        status=status,
        name=name,
        error=error,
        needs_code=not is_same_machine(request),
    )


ROUTES = [
    Route("/first-start", show, methods=["GET"]),
    Route("/first-start", make, methods=["POST"]),
]
