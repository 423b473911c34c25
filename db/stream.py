"""The recordings of a split as the platform would see them: agreed upon or not, with the share of judges that accept.

They are the recordings of the children of a split that two judges have judged, whatever came of it. The labels of a
model's snapshot are not looked at: a disagreement is in no snapshot.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, select

from core.domain.labels import JUDGEMENTS_PER_RECORDING, Split
from core.domain.snapshots import UnlabelledRecording
from db import recording_states
from db.schema import children, probabilities, recordings


def votes_of_split(tx: Connection, model_id: str, split: Split) -> list[tuple[float, float]]:
    """(share of the judges that say Accepted, p by the model) of every judged recording that the model has a p of."""
    states = recording_states.now(tx)
    n_judged = recording_states.n_judged(states)
    vote = states.c.n_accepted * 1.0 / func.nullif(n_judged, 0)
    query = (
        select(vote, probabilities.c.p_accepted)
        .select_from(recordings)
        .join(children, children.c.id == recordings.c.child_id)
        .join(probabilities, probabilities.c.recording_id == recordings.c.id)
        .join(states, states.c.recording_id == recordings.c.id)
        .where(children.c.split == split, probabilities.c.model_id == model_id)
        .where(n_judged >= JUDGEMENTS_PER_RECORDING)
        .order_by(recordings.c.id)
    )
    return [(float(row[0]), float(row[1])) for row in tx.execute(query)]


def without_prediction(tx: Connection, model_id: str) -> list[UnlabelledRecording]:
    """Judged recordings of validation and test children of which a model has no p."""
    states = recording_states.now(tx)
    n_judged = recording_states.n_judged(states)
    query = (
        select(recordings.c.id, recordings.c.sha256, recordings.c.extension)
        .join(children, children.c.id == recordings.c.child_id)
        .join(states, states.c.recording_id == recordings.c.id)
        .where(children.c.split.in_((Split.VALIDATION, Split.TEST)), ~_is_predicted(model_id))
        .where(n_judged >= JUDGEMENTS_PER_RECORDING)
        .order_by(recordings.c.id)
    )
    return [UnlabelledRecording(*row) for row in tx.execute(query)]


def _is_predicted(model_id: str) -> ColumnElement[bool]:
    return (
        select(probabilities.c.model_id)
        .where(probabilities.c.model_id == model_id, probabilities.c.recording_id == recordings.c.id)
        .exists()
    )
