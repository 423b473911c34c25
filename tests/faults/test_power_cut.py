"""The power fails right after an answer: what was acknowledged lies on the disk, not in a cache of the kernel.

A library in front of libc copies each file when it is synced, so a folder holds what a disk would: no byte more.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core import config
from core.audio import store
from core.workflows.maintenance import startup
from db import engines, schema, session

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).with_name("power_cut.c")
COMPILER = shutil.which("cc") or shutil.which("gcc")
DATABASE = "earshot.db"
N_LABELS = 30

WORK = """
import os, signal
from sqlalchemy import delete, select
from core.audio import store
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Role
from core.workflows.deployment import deployment_control
from core.workflows.maintenance import erasure
from db import schema, session
from tests.annotation.hearing import settle
from tests.annotation.people import actor, add_recordings, give, person
from tests.workflows import trained

session.prepare()
trained.label_recordings(n_children=30)
trained.add_model("m", skill=2.0)
ada, ben, staff = person("ada"), person("ben"), person("sam", Role.STAFF)
recordings = add_recordings(%d)
for number in recordings:
    give(ada, number)
give(ben, recordings[0], Label.ACCEPTED)
settle(recordings[0], Label.NOISE, "a hum", actor=actor(staff))
deployment_control.deploy("m", 0.10, actor=COMMAND_LINE)
erasure.erase_child("child-001", actor=COMMAND_LINE, log_patience_s=0)
sha256 = store.put(settings().storage, b"sound", "wav")
for number in recordings[1:]:
    give(ben, number)
print(sha256, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if COMPILER is None or sys.platform != "linux":
        pytest.skip("no C compiler on Linux: install one (Debian: apt-get install gcc)")
    library = tmp_path_factory.mktemp("shim") / "power_cut.so"
    subprocess.run([COMPILER, "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
    return library


@pytest.fixture
def on_disk(shim: Path, storage: Path, tmp_path: Path) -> tuple[Path, str]:
    """What survives of work after which the power fails at once, in a folder; and the name of a stored sound."""
    folder = tmp_path / "disk"
    folder.mkdir()
    environment = os.environ | {"LD_PRELOAD": str(shim), "DURABLE_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", WORK % N_LABELS], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.stdout, done.stderr
    return folder, done.stdout.strip()


def test_what_was_acknowledged_before_a_power_cut_is_on_the_disk(
    on_disk: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, sha256 = on_disk
    assert (folder / DATABASE).is_file()
    monkeypatch.setenv("EARSHOT_STORAGE", str(folder))
    config.settings.cache_clear()
    with session.reading() as tx:
        of_desk = select(func.count()).select_from(schema.judgements).where(schema.judgements.c.sitting == "tab")
        assert tx.execute(of_desk).scalar_one() == 2 * N_LABELS
        for table in (schema.adjudications, schema.deployments, schema.metadata.tables["erasure_receipts"]):
            assert tx.execute(select(func.count()).select_from(table)).scalar_one() == 1, table.name
        children = select(schema.children.c.pseudonym).where(schema.children.c.pseudonym == "child-001")
        assert tx.execute(children).first() is None
    assert store.sha256_of((folder / f"{sha256}.wav").read_bytes()) == sha256


def test_a_postgresql_that_answers_before_the_disk_has_it_is_named(
    postgres_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    startup.prepare()
    assert "synchronous_commit or fsync is off" in caplog.text  # as the tests' own server is


def test_every_connection_that_writes_waits_for_the_disk(database: Path) -> None:
    for engine in engines.engines():
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
