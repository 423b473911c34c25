"""What is another's, on a real server: sessions of Streamlit, uploads, files that it publishes by an address alone."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed

from core.domain.actor import COMMAND_LINE
from core.domain.audit import AuditAction
from core.domain.labels import Role
from core.workflows.accounts import accounts, audit_log, sign_ins
from core.workflows.maintenance import erasure
from pages.http import cookie, guard, page_messages
from tests.annotation.people import add_recordings
from tests.pages.seeding import seed_judgements, seed_models, seed_recordings
from tests.screen_socket import ScreenSocket, open_screen
from tests.serving import Served
from tests.whole_app import account_and_token

Opened = Callable[..., AbstractContextManager[ScreenSocket]]


@pytest.fixture
def served(database: Path, tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path / "server.log")
    yield server
    if server.process is not None:
        server.kill()


@pytest.fixture
def opened(served: Served) -> Opened:
    """`opened(cookies)`: the socket of a screen on that server, which it starts."""

    def open_socket(cookies: str, **options: str) -> AbstractContextManager[ScreenSocket]:
        if served.process is None:
            served.start()
        place = f"127.0.0.1:{served.port}"
        return open_screen(f"ws://{place}/_stcore/stream", f"http://{place}", cookies, **options)

    return open_socket


def cookies_of(role: Role, name: str) -> str:
    return f"{cookie.NAME}={cookie.sign(account_and_token(role, name)[1])}"


def status(server: Served, path: str, cookies: str = "", *, method: str = "GET", **headers: str) -> int:
    own = {"Cookie": cookies, "Origin": f"http://127.0.0.1:{server.port}"} | headers
    with server.connection() as connection:
        connection.request(method, path, headers=own)
        answer: http.client.HTTPResponse = connection.getresponse()
        answer.read()
        return answer.status


def buttons(messages: list[ForwardMsg]) -> list[tuple[str, str]]:
    """Address and id of every download button that a screen drew; one of the two is empty."""
    drawn = [message.delta.new_element for message in messages if message.WhichOneof("type") == "delta"]
    found = [element.download_button for element in drawn if element.WhichOneof("type") == "download_button"]
    return [(button.url, button.deferred_file_id) for button in found]


@pytest.mark.slow
def test_a_session_and_its_uploads_are_its_own_sign_ins_alone(served: Served, opened: Opened) -> None:
    mine, theirs = cookies_of(Role.STAFF, "ada"), cookies_of(Role.ADMIN, "eve")
    with opened(mine) as screen:
        screen.run("overview")
        victim = screen.session_id
        for method in ("PUT", "DELETE"):
            assert status(served, f"/_stcore/upload_file/{victim}/f", theirs, method=method) == 404
            assert status(served, f"/_stcore/upload_file/{victim}/f", mine, method=method) != 404
    with opened(theirs, taken_up=victim) as thief:
        thief.run("overview")
        assert thief.session_id not in ("", victim)
    with opened(mine, taken_up=victim) as again:
        again.run("overview")
        assert again.session_id == victim


@pytest.mark.slow
@pytest.mark.parametrize("change", ["signed out", "another role"])
def test_a_callback_does_not_run_once_the_sign_in_has_ended_or_the_role_has_changed(
    opened: Opened, change: str
) -> None:
    account, token = account_and_token(Role.STAFF, "ada")
    with opened(f"{cookie.NAME}={cookie.sign(token)}") as screen:
        button = screen.button(screen.run("overview"), "Sign out everywhere")
        if change == "signed out":
            sign_ins.sign_out(token)
        else:
            accounts.set_role(account.id, Role.JUDGE, actor=COMMAND_LINE)
        time.sleep(sign_ins.LATELY_S + 0.1)  # what another process changes is known after that
        screen.send(pressed=button)
        with pytest.raises(ConnectionClosed) as closed:
            screen.receive_all()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == guard.SIGNED_OUT
    assert not audit_log.entries(action="sign out everywhere").items


@pytest.mark.slow
def test_a_file_on_a_screen_is_its_own_sign_ins_alone_while_it_is_shown_and_afterwards(
    served: Served, opened: Opened
) -> None:
    add_recordings(1)
    erasure.erase_child("child-1", actor=COMMAND_LINE)
    mine, theirs = cookies_of(Role.ADMIN, "ada"), cookies_of(Role.ADMIN, "eve")
    judge = cookies_of(Role.JUDGE, "jo")
    with opened(mine) as screen:
        (path,) = (path for path, _ in buttons(screen.run("administration")) if path)  # others are made at the click
        assert path.startswith("/media/")
        for spelling in (path, path.replace(".", ".x."), path.partition(".")[0], f"{path}?x=1", f"//{path}"):
            assert status(served, spelling, theirs) == 404
            assert status(served, spelling, judge) in (403, 404)
            assert status(served, spelling) == 401
            assert status(served, spelling, theirs, Range="bytes=0-9") == 404
        assert status(served, path, mine) == 200
    assert status(served, path, theirs) == 404
    downloads = audit_log.entries(action=AuditAction.DOWNLOAD).items
    assert [(entry.actor, entry.subject, entry.address) for entry in downloads] == [
        ("ada", "erasure-receipt-1.json", "127.0.0.1")
    ]


@pytest.mark.slow
def test_a_file_that_is_made_at_the_click_is_its_own_sign_ins_alone(served: Served, opened: Opened) -> None:
    ids = seed_recordings()
    seed_judgements(ids)
    seed_models(ids)
    mine, theirs = cookies_of(Role.STAFF, "sam"), cookies_of(Role.STAFF, "eve")
    with opened(mine) as screen, opened(theirs) as other:
        button_id = next(file_id for _, file_id in buttons(screen.run("evaluate", query="tab=report")) if file_id)
        other.run("evaluate", query="tab=report")
        assert other.make_file(button_id) == ("", "This file is not on your screen.")
        path, error = screen.make_file(button_id)
        assert not error
        assert status(served, path, theirs) == 404
        assert status(served, path, mine) == 200
    assert [entry.actor for entry in audit_log.entries(action=AuditAction.DOWNLOAD).items] == ["sam"]


@pytest.mark.parametrize("kind", ["clear_cache", "load_git_info", "set_run_on_save", "debug_shutdown_runtime"])
def test_no_message_for_developers_reaches_streamlit(kind: str) -> None:
    assert not page_messages.is_taken(BackMsg(**{kind: True}).SerializeToString())


@pytest.mark.parametrize("operation", ["install_skills", "dismiss_skills_nudge"])
def test_no_page_lets_streamlit_write_into_the_projects_folder(operation: str) -> None:
    message = BackMsg()
    getattr(message.backend_operation_request, operation).SetInParent()
    assert not page_messages.is_taken(message.SerializeToString())


def test_what_screens_send_reaches_streamlit() -> None:
    for kind in ("rerun_script", "file_urls_request", "app_heartbeat", "stop_script"):
        message = BackMsg()
        if kind in ("app_heartbeat", "stop_script"):
            setattr(message, kind, True)
        else:
            getattr(message, kind).SetInParent()
        assert page_messages.is_taken(message.SerializeToString())
