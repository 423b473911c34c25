"""An installation of several machines, as processes of this one: each has folders of its own, and all share the rest.

Shared are a PostgreSQL, an object storage and a Dask scheduler with TLS. A machine is a folder that its processes run
in, so that whatever they write there is its own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from core.workflows.jobs import cluster_security
from tests.serving import ROOT, Served, free_port

SECRET = "a secret that both servers know"
COMMAND_LIMIT_S = 240
START_LIMIT_S = 60


class Machine:
    """A machine of the installation."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT), "EARSHOT_MODELS": str(folder / "models")}
        self.environment |= environment

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of Earshot on it."""
        return subprocess.run(
            [sys.executable, "-m", "core", *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            stdin=subprocess.DEVNULL,
        )

    def answer(self, *words: str) -> Any:
        """What a command that ends well prints with --json."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def process(self, *words: str, log: str, until: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process on it that stays, once its log has these words."""
        file = self.folder / log
        with file.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        try:
            wait_for_words(file, until, process)
            yield process
        finally:
            end(process)

    def served(self) -> Served:
        """A web server on it, not started yet."""
        server = Served(self.folder / "server.log")
        server.environment = self.environment | {"EARSHOT_PORT": str(server.port), "EARSHOT_HOST": "127.0.0.1"}
        server.folder = self.folder
        return server

    def files(self) -> list[str]:
        """What lies in its models folder, checkpoints too."""
        models = Path(self.environment["EARSHOT_MODELS"])
        return sorted(str(path.relative_to(models)) for path in models.rglob("*") if path.is_file())


def wait_for_words(file: Path, words: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while words not in file.read_text():
        assert process.poll() is None, file.read_text()
        assert time.monotonic() < deadline, file.read_text()
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(15)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(15)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """A Dask scheduler with TLS; the settings by which it is reached."""
    keys = cluster_security.create_keys(tmp_path / "keys" / "mine")
    port = free_port()
    tls = ["--tls-ca-file", str(keys.authority), "--tls-cert", str(keys.certificate), "--tls-key", str(keys.key)]
    words = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--protocol", "tls"]
    with Machine(tmp_path / "scheduler").process(
        *words, "--no-dashboard", *tls, log="scheduler.log", until="Scheduler at"
    ):
        yield {
            "EARSHOT_DASK_SCHEDULER": f"tls://127.0.0.1:{port}",
            "EARSHOT_DASK_TLS_CA": str(keys.authority),
            "EARSHOT_DASK_TLS_CERT": str(keys.certificate),
            "EARSHOT_DASK_TLS_KEY": str(keys.key),
        }
    shutil.rmtree(tmp_path / "scheduler", ignore_errors=True)
