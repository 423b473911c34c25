"""Pages outside of Streamlit: plain HTML in the colours of the screens, without external resources.

A stranger sees only these. They run no script and load no file, and their Content-Security-Policy says so.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from core.config import settings
from core.errors import EarshotError
from core.templates import render
from core.translation import mark, preferred_language, translate
from pages.http.browser_modules import ADDRESS, version
from pages.http.statuses import words_of

HERE = Path(__file__).parent
THEME_FILE = Path(__file__).parents[2] / ".streamlit" / "config.toml"
STYLE_FILE = HERE / "own_page.css"

RUNNING = "script-src 'self'; connect-src 'self'; "
FAVICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke='%230E9F7E'"
    " stroke-width='3' stroke-linecap='round'%3E%3Cpath d='M4 14v4M10 9v14M16 4v24M22 10v12M28 14v4'/%3E%3C/svg%3E"
)


def own_page(
    template: str, *, title: str, status: int = 200, language: str = "en", script: str = "", **values: object
) -> HTMLResponse:
    """A template of this folder as a whole page. Whatever is filled in is escaped.

    script : the module of ours that it runs, as `browser_modules` names it; then it may ask this server as well.
    """
    html = render(
        HERE / template,
        title=title,
        language=language,
        favicon=FAVICON,
        style=Markup(style()),  # noqa: S704 - our own file and colours; its hash stands in the policy
        say=translate,
        base=settings().public_prefix,
        script=f"{ADDRESS}/{version()}/{script}" if script else "",
        **values,
    )
    headers = {"Content-Security-Policy": _policy(is_running=bool(script)), "Cache-Control": "no-store"}
    return HTMLResponse(html, status_code=status, headers=headers)


def message_page(
    title: str, words: str, *, link: tuple[str, str] | None = None, status: int, language: str = "en"
) -> HTMLResponse:
    """A page of one message and perhaps one way on, `(path, words)`. All of it is plain text."""
    return own_page("message.html", title=title, status=status, language=language, words=words, link=link)


def request_language(connection: HTTPConnection) -> str:
    """The language that the browser asks for, while nobody is signed in."""
    return preferred_language(connection.headers.get("accept-language", ""))


def out_of_reach(error: EarshotError, language: str) -> str:
    """The page while a service does not answer: what to do, and, for administrators, which service it is."""
    words = mark("Try again in a moment. If it stays like this, show these words to whoever runs Earshot: {error}")
    return translate(language, words, error=words_of(error, language))


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheet, with the colours of the screens' theme: light, or dark where the system is."""
    theme = tomllib.loads(THEME_FILE.read_text())["theme"]
    light, dark = _variables(theme["light"]), _variables(theme["dark"])
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{STYLE_FILE.read_text()}"


def _variables(theme: dict[str, str]) -> str:
    names = {
        "--ground": "secondaryBackgroundColor",
        "--card": "backgroundColor",
        "--text": "textColor",
        "--line": "borderColor",
        "--accent": "primaryColor",
    }
    return "".join(f"{name}:{theme[key]};" for name, key in names.items())


@lru_cache(maxsize=2)
def _policy(*, is_running: bool) -> str:
    fingerprint = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; {RUNNING if is_running else ''}style-src 'sha256-{fingerprint}'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
