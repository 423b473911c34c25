"""PostgreSQL, an object storage and a Dask cluster by address with TLS, from the import to the restore."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import fsspec
import httpx2
import pytest
from sqlalchemy import create_engine, make_url, text

from core import config
from core.demonstration.synthesis import SynthesisPlan
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Role
from core.workflows.annotation import protocols
from core.workflows.annotation.protocols import DeskProtocol
from core.workflows.jobs import worker_check
from core.workflows.maintenance import demonstration
from db import engines
from tests.audio_files import encode, tone
from tests.installation import SECRET, Machine
from tests.object_storage import BUCKET
from tests.serving import HttpJudge, Served

AM_TARGET = 0.2
UNJUDGED = 6

Shared = dict[str, str]


@pytest.fixture
def shared(
    postgres: str, object_storage: str, scheduler: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shared]:
    """The settings that every machine has, with an empty database; those of this process as well."""
    name = f"earshot_cluster_{secrets.token_hex(4)}"
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    settings = {
        "EARSHOT_DATABASE_URL": make_url(postgres).set(database=name).render_as_string(hide_password=False),
        "EARSHOT_STORAGE": object_storage,
        "EARSHOT_SECRET_KEY": SECRET,
        **scheduler,
    }
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    config.settings.cache_clear()
    yield settings
    worker_check.forget()
    engines.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}_2 WITH (FORCE)"))
    server.dispose()


def stored(below: str = "prefix") -> list[str]:
    """Every path of the object storage."""
    files = fsspec.filesystem("s3", use_listings_cache=False)
    return [path.removeprefix(f"{BUCKET}/{below}/") for path in files.find(f"{BUCKET}/{below}")]


def corpus(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(demonstration, "PLAN", SynthesisPlan(n_recordings=120))
    return demonstration.write_corpus(folder)


def unjudged(folder: Path) -> Path:
    folder.mkdir()
    for number in range(UNJUDGED):
        (folder / f"new-{number}.wav").write_bytes(encode(tone(300.0 + number, 0.6)))
    return folder


def judge_all(judge: HttpJudge) -> int:
    """Label whatever comes as an untouched desk would; how many."""
    n_labels = 0
    while True:
        status, desk = judge.post("desk", count=6, with_figures=False)
        assert status == 200, desk
        if not desk["items"]:
            return n_labels
        for item in desk["items"]:
            assert judge.get(f"/audio/{item['recording_id']}")[:4] in (b"RIFF", b"fLaC")
            status, answer = judge.label(item, Label.SPEECHLESS, secrets.token_hex(16))
            assert status == 200, answer
            n_labels += 1


def decisions(server: Served, staff: HttpJudge, file: Path) -> dict[str, object]:
    answer = httpx2.post(
        f"http://127.0.0.1:{server.port}/api/score",
        files=[("files", (file.name, file.read_bytes(), "audio/flac"))],
        headers={"Cookie": staff.headers["Cookie"], "Origin": f"http://127.0.0.1:{server.port}"},
        timeout=120,
    )
    assert answer.status_code == 200, answer.text
    decision: dict[str, object] = answer.json()[0]
    return decision


@pytest.mark.cluster
def test_the_whole_way_on_a_cluster(shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = (Machine(tmp_path / name, **shared) for name in ("one", "two"))
    computing = [Machine(tmp_path / name, **shared) for name in ("three", "four")]
    with ExitStack() as running:
        servers = [machine.served() for machine in (one, two)]
        for server in servers:  # at once, on an empty database
            server.begin()
            running.callback(server.kill)
        for server in servers:
            server.wait_until_answering()
        for machine in computing:
            words = ("-m", "core", "worker")
            running.enter_context(machine.process(*words, log="worker.log", until="Working for"))

        manifest = corpus(tmp_path / "corpus", monkeypatch)
        assert one.answer("import", str(manifest))["recordings"] == 120
        assert two.answer("import", str(unjudged(tmp_path / "new")))["recordings"] == UNJUDGED
        protocols.set_desk(DeskProtocol(heard_share=0.0, heard_s=0.0), actor=COMMAND_LINE)  # nobody waits here
        judges = [HttpJudge(server.port, f"judge at {server.port}") for server in servers]
        assert min(judge_all(judge) for judge in judges) >= UNJUDGED

        job = one.answer("retrain", "--features", "dynamics", "--networks", "dnn,svm", "--wait")
        assert job["state"] == "succeeded", job
        report = two.answer("report", "--model", job["champion"], "--am", str(AM_TARGET))
        assert report["validation"]["am"] <= AM_TARGET
        assert two.answer("deploy", job["champion"], "--am", str(AM_TARGET))["threshold"] == report["threshold"]

        file = sorted((tmp_path / "corpus").rglob("*.flac"))[0]
        staff = HttpJudge(servers[0].port, "staff", Role.STAFF)
        scored = [decisions(server, staff, file) for server in servers]
        scored += [json.loads(machine.run("score", str(file), "--json").stdout) for machine in (one, two)]
        assert len({(score["decision"], score["p_accepted"], score["model"]) for score in scored}) == 1

        two.answer("backup", str(tmp_path / "backup.zip"))
        learned = [path for path in stored() if path.startswith("learned/")]
        assert [path for path in learned if path.startswith(f"learned/models/{job['champion']}/")]
        erase_a_child(one, two, computing, manifest)
        restore_elsewhere(tmp_path, shared, job["champion"], file, scored[0])


def erase_a_child(one: Machine, two: Machine, computing: list[Machine], manifest: Path) -> None:
    """On one machine; nothing of it, nor what learned from it, is left in the storage or on any other."""
    child = manifest.read_text().splitlines()[1].split(",")
    pseudonym = dict(zip(manifest.read_text().splitlines()[0].split(","), child, strict=True))["child"]
    before = stored()
    erased = one.answer("erase", "--child", pseudonym, "--models", "withdraw")
    assert erased["is_complete"]
    assert erased["recordings"] > 0
    after = stored()
    assert len([path for path in before if path.startswith("recordings/")]) - erased["recordings"] == len(
        [path for path in after if path.startswith("recordings/")]
    )
    assert not [path for path in after if path.startswith("learned/")]
    for machine in (one, two, *computing):
        machine.answer("models")  # any start looks
        assert machine.files() == []


def restore_elsewhere(tmp_path: Path, shared: Shared, model: str, file: Path, before: dict[str, object]) -> None:
    """Into another database and another storage, where the same recording is decided as before."""
    url = make_url(shared["EARSHOT_DATABASE_URL"])
    other = f"{url.database}_2"
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {other}"))
    server.dispose()
    address = url.set(database=other).render_as_string(hide_password=False)
    moved = {**shared, "EARSHOT_DATABASE_URL": address, "EARSHOT_STORAGE": f"s3://{BUCKET}/moved"}
    five, six = (Machine(tmp_path / name, **moved) for name in ("five", "six"))
    restored = five.answer("restore", str(tmp_path / "backup.zip"))
    assert (restored["recordings"], restored["missing"]) == (120 + UNJUDGED, [])
    assert six.answer("check", "storage")["n_whole"] == 120 + UNJUDGED
    again = json.loads(six.run("score", str(file), "--json").stdout)
    assert (again["model"], again["p_accepted"]) == (model, before["p_accepted"])


@pytest.mark.cluster
def test_workers_that_cannot_do_the_work_are_named(shared: Shared, tmp_path: Path) -> None:
    one = Machine(tmp_path / "one", **shared)
    one.answer("accounts", "add", "judge", "--role", "judge")
    nobody = one.run("retrain", "--wait")
    assert nobody.returncode == 1
    assert "No worker is connected" in nobody.stderr
    assert "python -m core worker" in nobody.stderr
    by_hand = Machine(tmp_path / "by-hand", **shared)
    del by_hand.environment["PYTHONPATH"]
    tls = ("--tls-ca-file", shared["EARSHOT_DASK_TLS_CA"], "--tls-cert", shared["EARSHOT_DASK_TLS_CERT"])
    words = ("-m", "distributed.cli.dask_worker", shared["EARSHOT_DASK_SCHEDULER"], "--no-dashboard", *tls)
    words += ("--tls-key", shared["EARSHOT_DASK_TLS_KEY"], "--nthreads", "1")
    with by_hand.process(*words, log="worker.log", until="Registered to"):
        began = time.monotonic()
        refused = one.run("retrain", "--wait")
        assert refused.returncode == 1
        assert "No module named 'core'" in refused.stderr
        assert time.monotonic() - began < 30
    elsewhere = Machine(tmp_path / "elsewhere", **{**shared, "EARSHOT_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"})
    with elsewhere.process("-m", "core", "worker", log="worker.log", until="Working for"):
        assert "another database" in one.run("retrain", "--wait").stderr
