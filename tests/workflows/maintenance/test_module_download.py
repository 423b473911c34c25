"""A download that is redirected, refused, cut off, slow or something else than an archive."""

from __future__ import annotations

import random
from collections.abc import Iterator
from http.client import HTTPMessage
from io import BytesIO
from urllib.request import Request

import pytest

from core.errors import Unavailable
from core.workflows.maintenance import module_download
from core.workflows.maintenance.module_download import SourceRefused
from tests.module_server import (
    ModuleServer,
    archive,
    page,
    redirect,
    refused,
    serving,
    without_ranges,
)

DATA = b"\x1f\x8b" + random.Random(5).randbytes(400_000)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleServer]:
    monkeypatch.setattr(module_download, "PAUSE_S", 0.0)
    with serving() as server:
        yield server


def fetched(server: ModuleServer, path: str = "/module") -> bytes:
    return module_download.download(server.address + path, lambda done, total: None).read_bytes()


def test_a_redirect_is_followed_and_progress_ends_at_the_size(server: ModuleServer) -> None:
    seen: list[tuple[int, int | None]] = []
    server.answers = {"/module": [redirect("/elsewhere")], "/elsewhere": [archive(DATA)]}

    file = module_download.download(f"{server.address}/module", lambda done, total: seen.append((done, total)))
    assert file.read_bytes() == DATA
    assert seen[-1] == (len(DATA), len(DATA))


def test_what_is_cut_off_goes_on_where_it_was(server: ModuleServer) -> None:
    server.answers = {"/module": [archive(DATA, cut_after=150_000)]}

    assert fetched(server) == DATA
    assert [asked for _, asked in server.asked] == [None, "bytes=150000-", "bytes=300000-"]


def test_the_next_process_goes_on_with_what_arrived(server: ModuleServer) -> None:
    class Cancelled(Exception):
        pass

    def stop(done: int, total: int | None) -> None:
        if done >= 100_000:
            raise Cancelled

    server.answers = {"/module": [archive(DATA)]}
    with pytest.raises(Cancelled):
        module_download.download(f"{server.address}/module", stop)
    assert fetched(server) == DATA
    assert server.asked[-1][1] is not None


def test_another_version_is_not_joined_to_the_first(server: ModuleServer) -> None:
    other = b"\x1f\x8b" + random.Random(6).randbytes(400_000)
    server.answers = {"/module": [archive(DATA, cut_after=150_000), archive(other, etag='"two"')]}

    assert fetched(server) == other


def test_a_server_without_parts_starts_over(server: ModuleServer) -> None:
    server.answers = {"/module": [without_ranges(DATA, cut_after=9_000), without_ranges(DATA)]}

    assert fetched(server) == DATA


def test_a_slow_server_is_waited_for(server: ModuleServer) -> None:
    server.answers = {"/module": [archive(DATA, pause_s=0.05)]}

    assert fetched(server) == DATA


def test_a_server_that_falls_silent_is_asked_again(server: ModuleServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_download, "SILENCE_S", 0.2)
    server.answers = {"/module": [archive(DATA, pause_s=0.6), archive(DATA)]}

    assert fetched(server) == DATA


def test_a_trickle_is_given_up_for_another_connection(server: ModuleServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_download, "PACE_AFTER_S", 0.1)
    monkeypatch.setattr(module_download, "PACE_BYTES_S", 10_000_000)
    server.answers = {"/module": [archive(DATA, pause_s=0.1), archive(DATA)]}

    assert fetched(server) == DATA
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_final_and_named(server: ModuleServer, status: int) -> None:
    server.answers = {"/module": [refused(status)]}

    with pytest.raises(SourceRefused, match=f"status {status}"):
        fetched(server)
    assert len(server.asked) == 1


def test_an_overloaded_server_is_asked_again(server: ModuleServer) -> None:
    server.answers = {"/module": [refused(503), refused(429), archive(DATA)]}

    assert fetched(server) == DATA


def test_a_page_is_no_archive_and_is_not_kept(server: ModuleServer) -> None:
    server.answers = {"/module": [page()]}

    with pytest.raises(SourceRefused, match=r"something else than a \.tar\.gz"):
        fetched(server)
    assert not list(module_download.module_store.working_folder().iterdir())


def test_nothing_arrives_again_and_again(server: ModuleServer) -> None:
    server.answers = {"/module": [archive(DATA, cut_after=100_000), archive(DATA, cut_after=0)]}

    with pytest.raises(Unavailable, match=r"cut off.*0\.1 MB have arrived"):
        fetched(server)


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_download, "PAUSE_S", 0.0)
    with serving() as server:
        address = server.address

    with pytest.raises(Unavailable, match="does not go on"):
        module_download.download(f"{address}/module", lambda done, total: None)


def test_more_than_a_module_has_is_refused_before_it_arrives(
    server: ModuleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module_download, "MAX_BYTES", 1_000)
    server.answers = {"/module": [archive(DATA)]}

    with pytest.raises(SourceRefused, match="more than a module has"):
        fetched(server)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/module", "data:,hello"])
def test_other_addresses_than_of_the_web_are_refused(url: str) -> None:
    with pytest.raises(SourceRefused, match="https://"):
        module_download.download(url, lambda done, total: None)


def test_a_redirect_to_a_file_is_refused(server: ModuleServer) -> None:
    server.answers = {"/module": [redirect("file:///etc/passwd")]}

    with pytest.raises(SourceRefused, match="not allowed"):
        fetched(server)


def test_a_redirect_never_leaves_https() -> None:
    request = Request("https://hub.example/module")

    with pytest.raises(SourceRefused, match="not safe to follow"):
        module_download._SafeRedirects().redirect_request(
            request, BytesIO(), 302, "Found", HTTPMessage(), "http://hub.example/module"
        )
