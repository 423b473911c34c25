"""Trained models and their probabilities of every labelled recording.

The label and the split beside a probability are those of the snapshot the model learned from, so that a model's
figures never move after it was trained.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, insert, select, update
from sqlalchemy import delete as sql_delete

from core.domain.labels import Label, Split
from core.domain.model_cards import ModelCard
from core.domain.model_versions import version_family, version_name
from core.domain.models import Model, Probability, ProbabilityRow
from db import recording_states, revisions
from db.schema import children, model_numbers, models, probabilities, recordings, snapshot_items
from db.schema import recording_states as kept_states
from db.snapshot_spans import is_item_of

INSERT_ROWS = 500


def add(tx: Connection, model: Model) -> Model:
    """Store a model under the next number of its family; the model with that name."""
    named = replace(model, version_name=_next_version(tx, model))
    tx.execute(
        insert(models).values(
            id=model.id,
            name=model.name,
            version_name=named.version_name,
            snapshot_id=model.snapshot_id,
            job_id=model.job_id,
            seconds=model.seconds,
            created_at=model.created_at,
            card=model.card.document,
        )
    )
    return named


def add_probabilities(tx: Connection, model_id: str, rows: Iterable[ProbabilityRow]) -> None:
    """Add the probabilities of a model."""
    names = ("recording_id", "p_accepted", "p_noise", "p_speechless")
    values = [{"model_id": model_id, **dict(zip(names, row, strict=True))} for row in rows]
    for start in range(0, len(values), INSERT_ROWS):
        tx.execute(insert(probabilities), values[start : start + INSERT_ROWS])


def delete(tx: Connection, model_id: str) -> None:
    """Remove a model that was never deployed, with its probabilities. Challenges keep its name."""
    tx.execute(sql_delete(probabilities).where(probabilities.c.model_id == model_id))
    tx.execute(sql_delete(models).where(models.c.id == model_id))


def get(tx: Connection, model_id: str) -> Model | None:
    row = tx.execute(select(models).where(models.c.id == model_id)).one_or_none()
    return None if row is None else _model(row)


def named(tx: Connection, version_name: str) -> Model | None:
    """The model of a name such as `Fusion 7`; no two have the same."""
    query = select(models).where(models.c.version_name == version_name, models.c.withdrawn_at.is_(None))
    row = tx.execute(query.limit(1)).one_or_none() if version_name else None
    return None if row is None else _model(row)


def newest_first(tx: Connection) -> list[Model]:
    """The models that can be used, newest first; those that were withdrawn are not among them."""
    query = select(models).where(models.c.withdrawn_at.is_(None))
    return [_model(row) for row in tx.execute(query.order_by(models.c.created_at.desc(), models.c.id))]


def withdrawn(tx: Connection) -> list[Model]:
    """The models that an erasure took out of use, the last one first."""
    query = select(models).where(models.c.withdrawn_at.is_not(None))
    return [_model(row) for row in tx.execute(query.order_by(models.c.withdrawn_at.desc(), models.c.id))]


def withdraw(tx: Connection, model_ids: Collection[str], at: datetime) -> None:
    """Take models out of use for good. Their rows stay: what they decided can still be looked up."""
    tx.execute(update(models).where(models.c.id.in_(list(model_ids))).values(withdrawn_at=at))


def of_job(tx: Connection, job_id: str) -> list[Model]:
    """The models one job published, by id."""
    return [_model(row) for row in tx.execute(select(models).where(models.c.job_id == job_id).order_by(models.c.id))]


def probabilities_of(
    tx: Connection, model_id: str, *, recording_ids: Collection[int] | None = None
) -> list[Probability]:
    """Labelled recordings as one model sees them, in the order of recordings: a few hundred by their ids, or all."""
    query = _probabilities(model_id).order_by(recordings.c.id)
    if recording_ids is not None:
        query = query.where(probabilities.c.recording_id.in_(list(recording_ids)))
    return [_probability(row) for row in tx.execute(query)]


def snapshot_of(tx: Connection, model_id: str) -> int | None:
    """The snapshot that a model learned from; None where there is no such model."""
    return tx.execute(select(models.c.snapshot_id).where(models.c.id == model_id)).scalar()


def p_accepted_of_split(tx: Connection, model_id: str, split: Split) -> Sequence[tuple[int, float]]:
    """(recording id, p of Accepted) of each recording of one split of the model's snapshot, in the order of ids."""
    query: Select[int, float] = (
        select(snapshot_items.c.recording_id, probabilities.c.p_accepted)
        .select_from(_labelled())
        .where(probabilities.c.model_id == model_id, snapshot_items.c.split == split)
        .order_by(snapshot_items.c.recording_id)
    )
    return tx.execute(query).tuples().all()


def version_of(tx: Connection, model_id: str) -> tuple[str, ...]:
    """Another one whenever probabilities or what models learned from may have changed, by an erasure for instance:
    while it stays, so do the figures of the model."""
    return (model_id, *revisions.of(tx, probabilities, snapshot_items))


def against_labels(tx: Connection, model_id: str, *, low: float, high: float, limit: int) -> list[int]:
    """Recordings of which the model is sure of the opposite of the label that stands now, the surest first.

    An Accepted one with p of Accepted <= low, a rejected one with p >= high. The label is today's, not the one that
    the model learned from. What has none now, such as a recording in a new round, is not among them.
    """
    now = recording_states.now(tx, kept_states.c.recording_id, kept_states.c.consensus)
    p = probabilities.c.p_accepted
    is_accepted = now.c.consensus == Label.ACCEPTED
    query = (
        select(probabilities.c.recording_id)
        .join(now, now.c.recording_id == probabilities.c.recording_id)
        .where(
            probabilities.c.model_id == model_id,
            now.c.consensus.is_not(None),
            (is_accepted & (p <= low)) | (~is_accepted & (p >= high)),
        )
        .order_by(case((is_accepted, p), else_=1 - p), probabilities.c.recording_id)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())


def shares_of(
    tx: Connection, model_id: str, recording_ids: Collection[int]
) -> dict[int, tuple[float, float | None, float | None]]:
    """(p of Accepted, of Noise, of Speechless) of a few hundred recordings, labelled or not."""
    columns = (probabilities.c.p_accepted, probabilities.c.p_noise, probabilities.c.p_speechless)
    query = select(probabilities.c.recording_id, *columns).where(
        probabilities.c.model_id == model_id, probabilities.c.recording_id.in_(list(recording_ids))
    )
    return {row[0]: (row[1], row[2], row[3]) for row in tx.execute(query)}


def titles(tx: Connection) -> dict[str, str]:
    """What screens call each model, by its id; withdrawn ones among them."""
    query = select(models.c.id, models.c.version_name, models.c.name)
    return {model_id: version_name or name for model_id, version_name, name in tx.execute(query)}


def title_of(tx: Connection, model_id: str) -> str:
    """What screens call a model, a withdrawn one too; the id itself where there is none."""
    return titles(tx).get(model_id, model_id)


def _next_version(tx: Connection, model: Model) -> str:
    family = version_family(model.card.spec)
    of_family = model_numbers.c.family == family
    advanced = update(model_numbers).where(of_family).values(highest=model_numbers.c.highest + 1)
    number = tx.execute(advanced.returning(model_numbers.c.highest)).scalar_one_or_none()
    if number is None:
        number = 1
        tx.execute(insert(model_numbers).values(family=family, highest=number))
    return version_name(family, number)


def _labelled() -> Any:
    return probabilities.join(models, models.c.id == probabilities.c.model_id).join(
        snapshot_items,
        is_item_of(models.c.snapshot_id) & (snapshot_items.c.recording_id == probabilities.c.recording_id),
    )


def _probabilities(model_id: str) -> Select[*tuple[object, ...]]:
    columns = (
        recordings.c.sha256,
        recordings.c.filename,
        recordings.c.language,
        children.c.pseudonym,
        snapshot_items.c.split,
        snapshot_items.c.label,
    )
    source = (
        _labelled()
        .join(recordings, recordings.c.id == probabilities.c.recording_id)
        .join(children, children.c.id == recordings.c.child_id)
    )
    return select(probabilities, *columns).select_from(source).where(probabilities.c.model_id == model_id)


def _model(row: Row[*tuple[object, ...]]) -> Model:
    card = ModelCard.from_json(dict(row.card))
    return Model(
        id=row.id,
        name=row.name,
        snapshot_id=row.snapshot_id,
        job_id=row.job_id,
        seconds=row.seconds,
        created_at=row.created_at,
        card=card,
        withdrawn_at=row.withdrawn_at,
        version_name=row.version_name,
    )


def _probability(row: Row[*tuple[object, ...]]) -> Probability:
    return Probability(
        recording_id=row.recording_id,
        sha256=row.sha256,
        filename=row.filename,
        child=row.pseudonym,
        language=row.language,
        split=row.split,
        label=row.label,
        p_accepted=row.p_accepted,
        p_noise=row.p_noise,
        p_speechless=row.p_speechless,
    )
