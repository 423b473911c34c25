"""Whoever reaches the cluster without its keys gets nothing from it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.config import settings
from core.errors import SettingsError, Unavailable
from core.workflows.jobs import cluster, cluster_security, local_cluster, processes
from core.workflows.maintenance import startup

ANSWER_S = 1.0


@pytest.fixture
def running(database: Path) -> Iterator[dict[str, object]]:
    """A local cluster at work; what its address file says."""
    cluster.run_on_worker(pow, 2, 5, timeout_s=60)
    known = json.loads(local_cluster.address_file().read_text())
    yield known
    with contextlib.suppress(OSError):
        os.kill(known["pid"], signal.SIGTERM)


def listening_ports(pid: int) -> set[int]:
    """The TCP ports that a process and its children listen on."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return {
        connection.laddr.port
        for process in family
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def answer(port: int, request: bytes) -> bytes:
    """What a port answers to bytes without TLS; empty when it closes or stays silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S) as connection:
        connection.sendall(request)
        with contextlib.suppress(TimeoutError, ConnectionError):
            return connection.recv(4096)
    return b""


@pytest.mark.slow
def test_nobody_without_the_keys_can_connect(running: dict[str, object]) -> None:
    from distributed import Client
    from distributed.security import Security

    address = str(running["address"])
    assert address.startswith("tls://127.0.0.1:")
    for url, security in [
        (address.replace("tls://", "tcp://"), None),
        (address, Security.temporary()),
        (address, Security(require_encryption=True, tls_ca_file=Security.temporary().tls_ca_file)),
    ]:
        with pytest.raises((OSError, TimeoutError, TypeError, RuntimeError)):
            Client(url, timeout=2, security=security, set_as_default=False)
    assert cluster.run_on_worker(pow, 2, 6, timeout_s=30) == 64


@pytest.mark.slow
def test_no_port_of_the_cluster_speaks_http_or_plain_dask(running: dict[str, object]) -> None:
    ports = listening_ports(int(str(running["pid"])))
    assert ports
    for port in ports:
        for page in (b"/", b"/info/main/workers.html", b"/json/counts.json", b"/metrics", b"/health", b"/sitemap.json"):
            assert not answer(port, b"GET " + page + b" HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith(b"HTTP")
        assert b"\x80" not in answer(port, bytes(64))  # Dask greets a plain connection with msgpack


@pytest.mark.slow
def test_keys_and_logs_are_for_their_owner_only_and_go_with_the_cluster(running: dict[str, object]) -> None:
    pid = int(str(running["pid"]))
    keys = cluster_security.local_folder(pid)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (keys, keys.parent)} == {0o700}
    assert {stat.S_IMODE(file.stat().st_mode) for file in keys.iterdir()} == {0o600}
    assert b"PRIVATE KEY" not in b"".join(file.read_bytes() for file in keys.iterdir() if file.name != "key.pem")
    assert stat.S_IMODE(local_cluster.log_file().stat().st_mode) == 0o600
    assert (
        cluster.run_on_worker(written_mode, str(local_cluster.log_file().with_name("by-worker")), timeout_s=30) == 0o600
    )
    os.kill(pid, signal.SIGKILL)  # leaves its keys behind: the next cluster removes them
    while processes.is_alive(pid):
        time.sleep(0.05)
    cluster.run_on_worker(pow, 2, 5, timeout_s=60)
    assert not keys.exists()
    os.kill(int(json.loads(local_cluster.address_file().read_text())["pid"]), signal.SIGTERM)


def written_mode(path: str) -> int:
    """The mode of a file that a worker writes as any code of it does."""
    Path(path).write_bytes(b"")
    return stat.S_IMODE(Path(path).stat().st_mode)


def test_everything_that_is_written_is_for_its_owner_only(storage: Path, tmp_path: Path) -> None:
    storage.mkdir(mode=0o755)
    storage.chmod(0o755)  # as an earlier version left it
    (storage / "earshot.db").touch()
    (storage / "earshot.db").chmod(0o644)
    os.umask(0o022)
    startup.prepare()
    (tmp_path / "after").write_bytes(b"")
    assert stat.S_IMODE((tmp_path / "after").stat().st_mode) == 0o600
    readable = [path for path in (storage, *storage.rglob("*")) if path.stat().st_mode & stat.S_IRWXO]
    assert readable == []


def with_settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"EARSHOT_DASK_{name}", value)
    settings.cache_clear()


def test_a_scheduler_by_address_without_tls_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    startup.prepare()
    assert "EARSHOT" not in caplog.text
    with_settings(monkeypatch, SCHEDULER="tcp://10.0.0.9:8786")
    startup.prepare()
    assert "EARSHOT_DASK_TLS_CA" in caplog.text
    caplog.clear()
    with_settings(monkeypatch, TLS_CA="ca.pem", TLS_CERT="c.pem", TLS_KEY="k.pem")
    startup.prepare()
    assert "EARSHOT" not in caplog.text


def test_half_of_the_tls_settings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with_settings(monkeypatch, TLS_CA="ca.pem", TLS_KEY="k.pem")
    with pytest.raises(SettingsError, match="EARSHOT_DASK_TLS_CERT"):
        settings()


@pytest.mark.slow
def test_a_scheduler_by_address_is_reached_with_the_keys_of_the_settings(
    running: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = cluster_security.KeyFiles.in_folder(cluster_security.local_folder(int(str(running["pid"]))))
    with_settings(
        monkeypatch,
        SCHEDULER=str(running["address"]),
        TLS_CA=str(keys.authority),
        TLS_CERT=str(keys.certificate),
        TLS_KEY=str(keys.key),
    )
    assert cluster.run_on_worker(pow, 2, 7, timeout_s=30) == 128
    with_settings(monkeypatch, TLS_KEY="/nowhere/key.pem")
    with pytest.raises(Unavailable, match=r"/nowhere/key\.pem"):
        cluster.run_on_worker(pow, 2, 7, timeout_s=5)
