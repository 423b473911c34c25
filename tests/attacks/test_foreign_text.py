"""Text of people, files, columns, models and addresses, where a screen reads Markdown: it stays text."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import Refused
from pages.components import action_result
from pages.components.markdown import plain, plain_error

FOREIGN = [
    "![x](http://evil.test/pixel.png)",
    "[Sign in again](http://evil.test)",
    "http://evil.test and https://evil.test",
    "www.evil.test, WWW.evil.test",
    "somebody@evil.test",
    "<img src=x onerror=alert(1)>",
    "<http://evil.test>",
    "$x$ and $$y$$ and :red[danger] :material/lock: `code`",
    "# heading",
    "- a list",
    "+ a list",
    "1. a list",
    "12) a list",
    "> a quotation",
    "| a | table |",
    "one\n\n# two\n- three\n```\nfour",
    "&lt;b&gt; &#91;x](y)",
    "\\[x](http://evil.test)",
    "=====",
    "~~gone~~ ==marked== ^up^",
]
ACTIVE = re.compile(r"(?<!\\)(?:\\\\)*[`*_\[\]<>#|~$:@&]")


@pytest.mark.parametrize("text", FOREIGN)
def test_no_sign_of_markdown_is_left(text: str) -> None:
    shown = plain(text)
    assert not ACTIVE.search(shown), shown
    assert "\n" not in shown
    assert not re.match(r"[-+=!]|\d+[.)]", shown)
    assert not re.search(r"www\.", shown, re.IGNORECASE)
    assert re.sub(r"\\(.)", r"\1", shown) == " ".join(text.split())


@pytest.mark.parametrize("text", FOREIGN)
def test_an_error_with_foreign_words_shows_them_as_text(text: str) -> None:
    assert plain_error(Refused(f"There is no model {text}")) == plain(f"There is no model {text}")


def test_a_screen_shows_an_error_as_text() -> None:
    def script() -> None:
        from core.errors import Refused
        from pages.components import action_result

        with action_result.showing_errors():
            raise Refused("no column ![x](http://evil.test/p.png)")

    shown = AppTest.from_function(script).run().error[0].value
    assert shown == plain("no column ![x](http://evil.test/p.png)")
    assert action_result.ERROR
