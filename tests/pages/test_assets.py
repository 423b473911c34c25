"""The JavaScript modules of the screens, as a browser fetches them."""

from __future__ import annotations

import pytest

from core.domain.labels import Role
from pages.http import browser_modules

ENTRIES = ("desk/js/main.js", "playback/js/main.js", "evaluate/js/main.js")


def address(path: str, version: str = "") -> str:
    return f"/assets/{version or browser_modules.version()}/{path}"


@pytest.mark.parametrize("path", ENTRIES)
def test_a_module_comes_as_javascript_that_browsers_keep(visitor, path: str) -> None:
    answer = visitor(Role.JUDGE).get(address(path))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.content == (browser_modules.ROOT / path).read_bytes()


def test_a_stranger_gets_none(visitor) -> None:
    assert visitor(None).get(address(ENTRIES[0])).status_code == 401


@pytest.mark.parametrize(
    "path", ["nothing.js", "desk/annotator.py", "desk/js/texts.json", "../http/guard.py", "%2e%2e/http/guard.py", ""]
)
def test_only_modules_are_served(visitor, path: str) -> None:
    assert visitor(Role.ADMIN).get(address(path)).status_code in (400, 404)


def test_an_address_of_another_version_is_not_answered_with_this_one(visitor) -> None:
    answer = visitor(Role.JUDGE).get(address(ENTRIES[0], version="0123456789abcdef"))
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


def test_other_bytes_have_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    before = browser_modules.version()
    changed = dict(browser_modules.modules()) | {"desk/js/main.js": b"// changed"}
    monkeypatch.setattr(browser_modules, "modules", lambda: changed)
    assert browser_modules.version.__wrapped__() != before


def test_a_component_imports_its_module_relative_to_the_page() -> None:
    script = browser_modules.component_script("desk/js/main.js")
    assert f'new URL("{address("desk/js/main.js")[1:]}", document.baseURI)' in script
    with pytest.raises(KeyError, match="no module"):
        browser_modules.component_script("desk/js/lost.js")
