"""A real server and a real Chromium. Skips, with the reason, where no Chromium is installed."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from tests import audio_files
from tests.browser.desk import Judge

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
)
START_LIMIT_S = 90
RECORDINGS = 40
NUMBERS = count(1)
QUALIFICATION = ("qualification_answers", "qualification_items")


@dataclass(frozen=True)
class Server:
    url: str
    storage: Path
    environment: dict[str, str]

    def command(self, *words: str, limit_s: float = 600) -> str:
        """Run `python -m core ...` against the same storage; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "core", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=limit_s,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer within {START_LIMIT_S} s\n{log.read_text()}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`python app.py` on a free port, with a storage of its own."""
    with running_server(tmp_path_factory.mktemp("server"), ["app.py"]) as started:
        yield started


@contextmanager
def running_server(folder: Path, arguments: Sequence[str]) -> Iterator[Server]:
    """Python with these arguments, as a server on a free port whose storage is in a folder."""
    if not CHROMIUM:
        pytest.skip("no Chromium found; install it (Debian: apt-get install chromium) or set CHROMIUM to its path")
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EARSHOT_")}
    environment |= {
        "EARSHOT_STORAGE": str(folder / "storage"),
        "EARSHOT_MODELS": str(folder / "models"),
        "EARSHOT_PORT": str(port),
    }
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=out, stderr=out)
    server = Server(f"http://127.0.0.1:{port}", folder / "storage", environment)
    try:
        _wait_until_healthy(server.url, process, log)
        yield server
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def browser(server: Server) -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture
def open_as(server: Server, browser) -> Iterator[Callable]:
    """`open_as(name, password, **context options) -> page`, signed in through the sign-in page."""
    contexts = []

    def open_(name: str, password: str, **options: object):
        context = browser.new_context(base_url=server.url, **({"viewport": {"width": 1360, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def recordings(server: Server, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tones of half a second, each with a word of its own."""
    folder = tmp_path_factory.mktemp("tones")
    with (folder / "manifest.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["filename", "language", "word", "child"])
        for number in range(RECORDINGS):
            (folder / f"{number}.wav").write_bytes(audio_files.encode(audio_files.tone(200 + 10 * number, 0.5)))
            table.writerow([f"{number}.wav", "fr", f"mot{number}", f"child{number % 5}"])
    server.command("import", str(folder / "manifest.csv"), "--json")


@pytest.fixture(scope="module")
def password(server: Server) -> str:
    """Of all judges here: hashing one takes time."""
    return json.loads(server.command("accounts", "add", "judge0", "--role", "judge", "--json"))["password"]


@pytest.fixture
def judge(server: Server, recordings: None, password: str, open_as: Callable) -> Iterator[Judge]:
    """A new judge, signed in, before the start button; leaves nothing behind."""
    name = f"judge{next(NUMBERS)}"
    with sqlite3.connect(server.storage / "earshot.db") as database:
        database.execute(
            "INSERT INTO accounts (name, password_hash, role, is_active, speaks, may_judge, preferences, created_at)"
            " SELECT ?, password_hash, role, is_active, speaks, may_judge, preferences, created_at"
            " FROM accounts WHERE name = 'judge0'",
            [name],
        )
    yield Judge(open_as(name, password), server, name)
    with sqlite3.connect(server.storage / "earshot.db") as database:
        for table in (
            "claims",
            "skips",
            "repeats",
            "control_answers",
            "judgements",
            "adjudications",
            *QUALIFICATION,
            "protocols",
        ):
            database.execute(f"DELETE FROM {table}")
        database.execute("UPDATE recordings SET round = 1")
