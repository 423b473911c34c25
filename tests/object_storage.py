"""An S3 on this machine for tests: moto's server in a process of its own, gone afterwards."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import fsspec
import pytest

from tests.serving import free_port

START_LIMIT_S = 60
BUCKET = "earshot"


@pytest.fixture
def object_storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a storage in a fresh bucket; this process and those that it starts have its keys."""
    port = free_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _make_bucket()
        yield f"s3://{BUCKET}/prefix"
    finally:
        server.kill()
        server.wait(20)


def _make_bucket() -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True).mkdir(BUCKET)
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
