"""The first start: a page that makes the first administrator, and is gone once there is one.

Only with a one-time code that the server prints in its terminal and stores in a file that its owner alone can read: a
proxy or another user on the same machine is not the owner. Started again, the server makes another code.
"""

from __future__ import annotations

import hmac
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.config import settings
from core.errors import EarshotError, NotAllowed, Refused
from core.workflows.accounts import accounts, sign_ins
from pages.http import password_queue
from pages.http.form import fields
from pages.http.own_page import own_page
from pages.http.sign_in import with_cookie
from pages.http.statuses import status_of, words_of

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # nothing that looks like something else
CODE_LENGTH = 12  # 59 bits
FREE_TRIES = 5
CODE_FILE = "first-start-code"
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

    def check(self, written: str) -> None:
        """Nothing when `given` is the code, in whatever case and grouping.

        Raises
        ------
        NotAllowed
            It is not, or it is too early to try again.
        """
        wait_s = self.wrong_at_s + WAIT_S - time.monotonic()
        if self.wrong_tries >= FREE_TRIES and wait_s > 0:
            raise NotAllowed(
                "Too many wrong codes. Wait {wait_s:.0f} seconds, then try again.",
                wait_s=wait_s,
            )
        plain = "".join(letter for letter in written.upper() if letter.isalnum())
        if not hmac.compare_digest(plain.encode(), self.value.encode()):
            self.wrong_tries, self.wrong_at_s = self.wrong_tries + 1, time.monotonic()
            raise NotAllowed("This is not the code that the server printed at its start.")


CODE = OneTimeCode()


def invitation(address: str) -> str:
    """What the server prints at a first start; the code is in a file besides, for whoever does not see the terminal."""
    return (
        "\n  There are no accounts yet. Make the first administrator:\n"
        f"    address        {address}/first-start\n"
        f"    one-time code  {CODE.words}\n"
        f"    also in        {store_code()}\n\n"
    )


def store_code() -> Path:
    """The file with the code, readable by nobody else."""
    file = _code_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(f"{CODE.words}\n")
    return file


def _code_file() -> Path:
    return settings().local_folder.absolute() / CODE_FILE


async def show(_request: Request) -> Response:
    """GET /first-start"""
    if not await run_in_threadpool(accounts.is_first_start):
        return RedirectResponse("/sign-in", status_code=303)
    return _form()


async def make(request: Request) -> Response:
    """POST /first-start: the code, name, and password twice."""
    if not await run_in_threadpool(accounts.is_first_start):
        return RedirectResponse("/sign-in", status_code=303)
    sent = await fields(request)
    name, password = sent.get("name", ""), sent.get("password", "")
    try:
        CODE.check(sent.get("code", ""))
        if password != sent.get("again"):
            raise Refused("The two passwords differ.")
        account = await password_queue.run(accounts.create_first_administrator, name, password)
        _, token = await password_queue.run(sign_ins.sign_in, name, password)
    except EarshotError as error:
        return _form(name=name, code=sent.get("code", ""), error=words_of(error), status=status_of(error))
    _code_file().unlink(missing_ok=True)
    return with_cookie(RedirectResponse("/", status_code=303), request, account.name, token)


def _form(*, name: str = "", code: str = "", error: str = "", status: int = 200) -> Response:
    return own_page(
        "first_start.html",
        title="First start",
        status=status,
        name=name,
        code=code,
        error=error,
        file=_code_file().name,
    )


ROUTES = [
    Route("/first-start", show, methods=["GET"]),
    Route("/first-start", make, methods=["POST"]),
]
