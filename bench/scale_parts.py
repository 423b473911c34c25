"""The parts of `bench.scale`, each run in a process of its own on the database in force; each gives figures by name."""

from __future__ import annotations

import os
import resource
import secrets
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine, make_url, text

from bench import scale_data, scale_screens, scale_writer
from bench.goals import elapsed_ms
from core.domain.actor import COMMAND_LINE
from core.domain.json_types import JsonObject
from core.domain.labels import Label, Role, Split
from core.workflows.accounts import passwords
from core.workflows.annotation import (
    protocols,
)
from core.workflows.annotation.protocols import DeskProtocol
from core.workflows.maintenance import erasure, table_export
from core.workflows.training import snapshots
from db import accounts, children, models, session, sign_ins
from db import snapshots as snapshot_rows
from tests.serving import HttpJudge, Served

JUDGES, SECONDS, REFILL_BELOW, LYING_AHEAD, FIGURES_EVERY = 8, 15.0, 4, 6, 20
MB = 1024.0  # of ru_maxrss, in kB


def fill(size: int) -> dict[str, float]:
    """The database of this size, made where it is not there yet; then also what freezing its first snapshot costs."""
    _make_database()
    session.prepare()
    is_new = scale_data.fill(size)
    figures = _freezing("freezing the first snapshot") if is_new else {}
    scale_data.add_models()
    if is_new:
        scale_data.tidy_up()
    return figures


def screens(size: int) -> dict[str, float]:
    """Seconds of the functions that each screen calls, after a label came in."""
    return scale_screens.screens()


def freeze(size: int) -> dict[str, float]:
    """Freezing the labels, and how long a writer in another process waits meanwhile."""
    scale_data.judge_more(100)
    figures = _freezing("freezing a snapshot")
    with session.reading() as tx:
        newest = models.newest_first(tx)[0].snapshot_id
        figures["reading a snapshot, s"] = _seconds(lambda: snapshot_rows.get(tx, newest))
    return figures


def _freezing(name: str) -> dict[str, float]:
    with scale_writer.waits() as waits:
        seconds = _seconds(lambda: snapshots.freeze_labels(seed=0))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB
    return {f"{name}, s": seconds, f"{name}, writer waits, s": max(waits), f"{name}, peak MB": peak}


def erase(size: int) -> dict[str, float]:
    """Erasing a child that no model learned from, and how long a writer in another process waits meanwhile."""
    with session.reading() as tx:
        pseudonym = next(child.pseudonym for child in children.all_children(tx) if child.split is Split.TEST)
    with scale_writer.waits() as waits:
        seconds = _seconds(lambda: erasure.erase_child(pseudonym, actor=COMMAND_LINE))
    return {"erasing a child, s": seconds, "erasing a child, writer waits, s": max(waits)}


def export(size: int) -> dict[str, float]:
    """Time and memory of the export of all labels as CSV."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        n_rows = table_export.export_labels(Path(folder) / "labels.csv")
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB
    return {
        "export of labels, peak MB": peak,
        "export of labels, s": seconds,
        "before the export, MB": before,
        "rows exported": n_rows,
    }


def judges(size: int) -> dict[str, float]:
    """Eight judges over HTTP against a real server, without sound, and the Recordings screen as a browser gets it."""
    protocols.set_desk(DeskProtocol(heard_share=0.0), actor=COMMAND_LINE)
    with tempfile.TemporaryDirectory() as folder:
        server = Served(Path(folder) / "server.log")
        server.start()
        try:
            people = [HttpJudge(server.port, f"bench {secrets.token_hex(4)}") for _ in range(JUDGES)]
            for judge in people:
                judge.post("desk", count=1)  # the first order of a judge is computed once
            start = time.monotonic()
            with ThreadPoolExecutor(JUDGES) as pool:
                of_judges = list(pool.map(lambda judge: _work(judge, start + SECONDS), people))
            duration_s = time.monotonic() - start
            sent_kb = _sent_kb(server.port)
        finally:
            server.kill()
    times = {kind: [ms for of_judge in of_judges for ms in of_judge[kind]] for kind in of_judges[0]}
    return {
        "8 judges: desk with figures p95, s": float(np.percentile(times["figures"], 95)) / 1000,
        "8 judges: desk p95, s": float(np.percentile(times["desk"], 95)) / 1000,
        "8 judges: label p95, s": float(np.percentile(times["label"], 95)) / 1000,
        "8 judges: labels a second": len(times["label"]) / duration_s,
        "Recordings sent to the browser, kB": sent_kb,
    }


def _work(judge: HttpJudge, until: float) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"label": [], "desk": [], "figures": []}
    items: list[JsonObject] = []
    done, counted_at = 0, -FIGURES_EVERY
    while time.monotonic() < until:
        if len(items) < REFILL_BELOW:
            with_figures = done - counted_at >= FIGURES_EVERY
            start = time.perf_counter()
            status, desk = judge.post("desk", count=LYING_AHEAD, with_figures=with_figures)
            times["figures" if with_figures else "desk"].append(elapsed_ms(start))
            counted_at = done if with_figures else counted_at
            assert status == 200, (status, desk)
            known = {item["recording_id"] for item in items}
            items += [item for item in desk["items"] if item["recording_id"] not in known]
        start = time.perf_counter()
        status, answer = judge.label(items.pop(0), list(Label)[done % 3], secrets.token_hex(16))
        times["label"].append(elapsed_ms(start))
        assert status == 200, (status, answer)
        done += 1
    return times


def _sent_kb(port: int) -> float:
    """What the Recordings screen sends over its socket in one run, without what every screen sends."""
    from pages.http import cookie
    from tests.screen_socket import open_screen

    with session.writing() as tx:
        token = secrets.token_urlsafe(32)
        staff = accounts.add(tx, f"bench {secrets.token_hex(4)}", Role.STAFF, "no password fits this")
        sign_ins.add(tx, passwords.hash_secret(token), staff.id, expires_at=session.now().replace(year=2100))
    cookies = f"{cookie.NAME}={cookie.sign(token)}"
    with open_screen(f"ws://127.0.0.1:{port}/_stcore/stream", f"http://127.0.0.1:{port}", cookies) as screen:
        messages = screen.run("recordings")
    return float(sum(message.ByteSize() for message in messages)) / 1000


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _make_database() -> None:
    """The database of this size on a PostgreSQL server that has none yet."""
    if not (address := os.environ.get("EARSHOT_DATABASE_URL")):
        return
    url = make_url(address)
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": url.database})
        if known.scalar() is None:
            connection.execute(text(f'CREATE DATABASE "{url.database}"'))
    engine.dispose()
