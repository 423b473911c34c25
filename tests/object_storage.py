"""An S3 on this machine for tests: moto's server in a process of its own, gone afterwards."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from core.audio import storage_files

START_LIMIT_S = 120
BUCKET = "earshot"
_ADDRESS = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")


@pytest.fixture
def object_storage(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a storage in a fresh bucket; this process and those that it starts have its keys."""
    log = tmp_path_factory.mktemp("object_storage") / "server.log"
    with log.open("w") as file:
        words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]  # a port that is free for sure
        server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)
    try:
        for name, value in {
            "AWS_ENDPOINT_URL": _address(server, log),
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        _forget_earlier()
        fsspec.filesystem("s3", use_listings_cache=False).mkdir(BUCKET)
        yield f"s3://{BUCKET}/prefix"
    finally:
        _forget_earlier()
        server.kill()
        server.wait(20)


def _forget_earlier() -> None:
    """This process keeps file systems, with the address that the test before had."""
    storage_files._file_system.cache_clear()
    storage_files._THERE_UNTIL.clear()
    fsspec.get_filesystem_class("s3").clear_instance_cache()


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        if match := _ADDRESS.search(log.read_text()):
            return match[1]
        time.sleep(0.1)
    raise RuntimeError(f"The object storage did not start:\n{log.read_text()}")
