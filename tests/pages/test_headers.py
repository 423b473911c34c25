"""Whatever a header holds, the answer is an answer: never a fault of the server."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import NotAllowed, Refused
from core.translation import LANGUAGES, preferred_language
from core.workflows.accounts import accounts, sign_ins
from core.workflows.annotation import recording_search
from core.workflows.annotation.recording_search import AudioBytes
from pages.http import cookie
from pages.http.audio import part_of
from tests.whole_app import account_and_token

HEADERS = (
    "accept-language",
    "range",
    "cookie",
    "content-type",
    "content-length",
    "origin",
    "host",
    "accept",
    "forwarded",
)
ADDRESSES = [
    *(("GET", path) for path in ("/sign-in", "/first-start", "/overview", "/audio/1", "/api/me", "/sign-out", "/none")),
    *(("POST", path) for path in ("/sign-in", "/sign-out", "/first-start", "/judging/desk", "/api/score")),
]
VALUES = st.one_of(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=255)).map(lambda text: text.encode("latin-1")),
    st.lists(st.sampled_from([*"fr,;q=.0²³½٣-*/%:@[]()\"'\\ bytes=1e9?&<>", "9" * 5000]), max_size=12).map(
        lambda parts: "".join(parts).encode("utf-8")
    ),
)
MANY = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@given(st.text())
@example("fr;q=²")
@example("fr;q=1.²")
@example("fr;q=" + "9" * 5000)
@example("fr;q=nan")
def test_any_accept_language_gives_a_language(accepted: str) -> None:
    assert preferred_language(accepted) in LANGUAGES


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fr;q=²", "en"), ("fr;q=0.0", "en"), ("de, fr ; q=0.3 , en;q=0.2", "fr"), ("fr;x=1", "fr")],
)
def test_a_weight_that_cannot_be_read_is_no_wish(accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language


@given(st.text() | st.from_regex(r"bytes=\d*-\d*"), st.integers(0, 10**9))
@example("bytes=" + "9" * 5000 + "-", 10)
@example("bytes=-" + "9" * 5000, 10)
@example("bytes=0-" + "9" * 5000, 10)
def test_any_range_is_a_part_or_none(wanted: str, size: int) -> None:
    part = part_of(wanted, size)
    assert part is None or (0 <= part.start <= part.stop <= size)


@MANY
@given(st.text())
def test_any_cookie_names_nobody(storage: object, value: str) -> None:
    assert cookie.read(value) is None


@pytest.mark.parametrize("role", [None, Role.STAFF])
def test_any_header_is_survived(stranger: TestClient, monkeypatch: pytest.MonkeyPatch, role: Role | None) -> None:
    monkeypatch.setattr(recording_search, "original_audio", lambda _: AudioBytes(b"sound", "wav", "0" * 64))
    _, token = account_and_token(role or Role.ADMIN, "somebody")
    own = {"cookie": f"{cookie.NAME}={cookie.sign(token)}".encode()} if role else {}

    @MANY
    @given(st.sampled_from(ADDRESSES), st.sampled_from(HEADERS), VALUES)
    @example(("GET", "/sign-in"), "accept-language", "fr;q=²".encode("latin-1"))
    @example(("POST", "/api/score"), "content-type", b"multipart/form-data")
    @example(("POST", "/api/score"), "content-type", b"multipart/form-data; boundary=\xff; charset=no-such")
    @example(("POST", "/sign-in"), "content-length", b"-1")
    @example(("GET", "/audio/1"), "range", b"bytes=" + b"9" * 5000 + b"-")
    def ask(address: tuple[str, str], name: str, value: bytes) -> None:
        method, path = address
        more = {"content": b"{}"} if method == "POST" else {}
        answer = stranger.request(method, path, headers={**own, name: value}, **more)
        assert answer.status_code < 500

    ask()


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("name", ["\0", "a\0da", "\ud800", "x" * 15_000])
def test_a_name_that_no_database_takes_is_a_wrong_name(name: str) -> None:
    with pytest.raises(NotAllowed):
        sign_ins.sign_in(name, "\0")
    with pytest.raises(Refused):
        accounts.create(name, None, Role.JUDGE, actor=COMMAND_LINE)
