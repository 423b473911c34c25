"""A server that cannot start says why, whichever way it is started, and shows no traceback."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from db import session
from tests.serving import ROOT, free_port

WAYS = {
    "python": ("app.py",),
    "uvicorn": ("-m", "uvicorn", "app:app", "--port"),
    "streamlit": ("-m", "streamlit", "run", "app.py", "--server.headless", "true", "--server.port"),
}


def newer(storage: Path) -> str:
    session.prepare()
    with sqlite3.connect(storage / "earshot.db") as tables:
        tables.execute("UPDATE alembic_version SET version_num = '9999'")
    tables.close()
    return "a newer one wrote it"


def damaged(storage: Path) -> str:
    storage.mkdir()
    (storage / "earshot.db").write_bytes(b"no database at all" * 500)
    return "it is damaged, or no database"


def away(storage: Path) -> str:
    os.environ["EARSHOT_DATABASE_URL"] = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    return "does not answer"


def nonsense(storage: Path) -> str:
    os.environ["EARSHOT_DATABASE_URL"] = "nonsense"
    return "EARSHOT_DATABASE_URL"


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [newer, damaged, away, nonsense])
def test_a_start_that_fails_is_in_words(
    way: str, fault: Callable[[Path], str], storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_DATABASE_URL", "")  # whatever the fault sets is taken back
    words = fault(storage)
    port = free_port()
    command = [sys.executable, *WAYS[way], *([] if way == "python" else [str(port)])]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"EARSHOT_PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=90,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
