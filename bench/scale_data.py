"""A database of many recordings without their bytes: children, sources, judges, labels, decisions, two models.

Rows are drawn with a fixed seed and written in bulk: a million recordings in a minute or two. 85 % of the recordings
are judged by two of ten judges, 5 % by one. Each judge errs on 6 %, so that some 11 % of the pairs differ; staff have
decided most of those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import func, insert, select, text

from core.domain.labels import Label, Role
from core.domain.model_cards import ModelCard
from core.domain.models import Model
from core.workflows.training import snapshots
from db import accounts, deployments, engines, kept_counts, many_rows, models, schema, session

N_JUDGES, RECORDINGS_OF_CHILD, N_SOURCES = 10, 50, 12
LANGUAGES = ("de", "en", "fr", "nl", "sv")
WORDS = 2000
JUDGED_TWICE, JUDGED_ONCE, WRONG, DECIDED = 0.85, 0.05, 0.06, 0.8
SHARES = (0.55, 0.3, 0.15)  # of Accepted, Noise, Speechless
DAYS, BEGAN = 90, datetime(2026, 3, 2, 8)
SEED = 2019
AT_ONCE = 50_000
IN_FORCE, OLDER = "scale-newer", "scale-older"
LABELS = tuple(str(label) for label in Label)


def fill(count: int) -> bool:
    """Children, recordings, judgements and adjudications; False where there are recordings already."""
    with session.reading() as tx:
        if tx.execute(select(func.count()).select_from(schema.recordings)).scalar_one():
            return False
    rng = np.random.default_rng(SEED)
    n_children = max(1, count // RECORDINGS_OF_CHILD)
    child_of = rng.integers(0, n_children, count)
    with session.writing() as tx:
        judges = [accounts.add(tx, f"judge {number:02d}", Role.JUDGE, None).id for number in range(N_JUDGES)]
        staff = accounts.add(tx, "decides", Role.STAFF, None).id
        splits = rng.choice(["train", "validation", "test"], n_children, p=[0.7, 0.15, 0.15])
        _write(tx, "children", "id pseudonym split consent", _children(splits))
        _write(tx, "recordings", RECORDING, _recordings(child_of, rng.uniform(0.8, 4.0, count)))
    for name, columns, rows in _labels(rng, count, judges, staff):
        with session.writing() as tx:
            _write(tx, name, columns, rows)
    _continue_numbering()
    return True


def add_models() -> None:
    """Two models that learned from the labels that stand; the newer is deployed. Nothing where both are there."""
    with session.reading() as tx:
        if all(models.get(tx, model_id) for model_id in (OLDER, IN_FORCE)):
            return
    snapshot = snapshots.freeze(seed=0)
    for number, model_id in enumerate((OLDER, IN_FORCE)):
        with session.reading() as tx:
            if models.get(tx, model_id):
                continue
        rng = np.random.default_rng(number)
        is_accepted = np.array([item.label is Label.ACCEPTED for item in snapshot.items])
        p = np.round(1 / (1 + np.exp(-3 * (is_accepted - 0.5) - rng.normal(size=len(is_accepted)))), 4)
        ids = [item.recording_id for item in snapshot.items]
        rows = ((model_id, i, q, (1 - q) / 3, 2 * (1 - q) / 3) for i, q in zip(ids, p.tolist(), strict=True))
        with session.writing() as tx:
            models.add(tx, Model(model_id, model_id, snapshot.id, None, 2.0, session.now(), _card(number)))
            _write(tx, "probabilities", "model_id recording_id p_accepted p_noise p_speechless", rows)
            point = deployments.add_operating_point(
                tx, model_id, am_target=0.1, threshold=0.5, account_id=None, reason=""
            )
            deployments.add(tx, point, account_id=None, reason="")


def judge_more(count: int) -> int:
    """Two equal labels on recordings that nobody has judged, as they come in after a training; how many recordings."""
    of = schema.judgements.c
    judged = select(of.id).where(of.recording_id == schema.recordings.c.id, of.undone_at.is_(None)).exists()
    with session.writing() as tx:
        ids = list(tx.execute(select(schema.recordings.c.id).where(~judged).limit(count)).scalars())
        judges = list(tx.execute(select(schema.accounts.c.id).where(schema.accounts.c.role == Role.JUDGE)).scalars())
        rows = [
            {"recording_id": i, "account_id": judge, "label": Label.NOISE, "decided_at": session.now()}
            | {"origin": "import", "round": 1}
            for i in ids
            for judge in judges[:2]
        ]
        if rows:
            tx.execute(insert(schema.judgements), rows)
    return len(ids)


RECORDING = (
    "id sha256 extension filename child_id language word source duration_s sample_rate_hz size_bytes extra round "
    "wanted waveform_sha256 imported_at"
)
JUDGEMENT = (
    "recording_id account_id round label decided_at origin sitting request_id seconds_heard flag comment brought_by"
)
ADJUDICATION = "recording_id account_id round label reason decided_at"


def _children(splits: Iterable[Any]) -> Iterator[tuple[object, ...]]:
    return ((number + 1, f"child-{number:06d}", str(split), "") for number, split in enumerate(splits))


def _recordings(child_of: Any, durations_s: Any) -> Iterator[tuple[object, ...]]:
    for number, (child, duration_s) in enumerate(zip(child_of.tolist(), durations_s.tolist(), strict=True)):
        yield (
            *(number + 1, f"{number * 2654435761 % 2**64:064x}", "wav", f"class-{child % 97}/{number:07d}.wav"),
            *(child + 1, LANGUAGES[child % len(LANGUAGES)], f"word{number % WORDS}", f"school-{child % N_SOURCES:02d}"),
            *(round(duration_s, 3), 16_000, int(32_000 * duration_s), "{}", 1, 2, f"{number:064x}", BEGAN),
        )


def _labels(
    rng: np.random.Generator, count: int, judges: list[int], staff: int
) -> Iterator[tuple[str, str, list[tuple[object, ...]]]]:
    """Portions of judgements and adjudications: (table, columns, rows)."""
    for begin in range(0, count, AT_ONCE):
        n = min(AT_ONCE, count - begin)
        chance, truth = rng.random(n), rng.choice(3, n, p=SHARES)
        given = np.where(rng.random((n, 2)) < WRONG, rng.integers(0, 3, (n, 2)), truth[:, None])
        first = rng.integers(0, N_JUDGES, n)
        by = np.stack([first, (first + rng.integers(1, N_JUDGES, n)) % N_JUDGES], axis=1)
        minutes = rng.integers(0, DAYS * 1440, (n, 2))
        n_judged = np.where(chance < JUDGED_TWICE, 2, np.where(chance < JUDGED_TWICE + JUDGED_ONCE, 1, 0))
        judged: list[tuple[object, ...]] = []
        decided: list[tuple[object, ...]] = []
        for k in range(n):
            number = begin + k + 1
            for turn in range(n_judged[k]):
                at = BEGAN + timedelta(minutes=int(minutes[k, turn]))
                label, judge = LABELS[given[k, turn]], judges[by[k, turn]]
                names = (f"tab{judge}", f"{number}-{turn}")
                judged.append((number, judge, 1, label, at, "annotate", *names, 1.5, False, "", "shuffle"))
            if n_judged[k] == 2 and given[k, 0] != given[k, 1] and rng.random() < DECIDED:
                decided.append((number, staff, 1, LABELS[truth[k]], "Clear when heard again", BEGAN))
        yield "judgements", JUDGEMENT, judged
        yield "adjudications", ADJUDICATION, decided


def _write(tx: session.Connection, table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    if tx.dialect.name == "sqlite":  # which has no times of its own
        rows = (tuple(str(v) if isinstance(v, datetime) else v for v in row) for row in rows)
    many_rows.add(tx, schema.metadata.tables[table], columns.split(), rows)


def _continue_numbering() -> None:
    with session.writing() as tx:
        if tx.dialect.name == "postgresql":
            for name in ("children", "recordings"):
                tx.execute(text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"))
        kept_counts.begin_anew(tx)
    _run_alone("ANALYZE")


def tidy_up() -> None:
    """What PostgreSQL does by itself in the hours after so many rows came in at once."""
    if engines.engine().dialect.name == "postgresql":
        _run_alone("VACUUM (ANALYZE)")
        _run_alone("CHECKPOINT")


def _run_alone(statement: str) -> None:
    with engines.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def _card(number: int) -> ModelCard:
    return ModelCard.from_json(
        {
            "system": {"features": "dynamics", "kind": ("dnn", "svm")[number], "task": "multiclass"},
            "features": {"name": "dynamics", "spec_hash": "none", "is_genuine": True},
            "networks": [{"task": "multiclass", "course": {"epochs": 4, "seconds": 2.0}}],
            "figures": {"validation": {"f10": 0.8 + number / 100}},
        }
    )
