"""A deployed model and a source whose p fell: rows alone, seeded."""

from __future__ import annotations

import numpy as np
from sqlalchemy import update

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label
from core.domain.models import ProbabilityRow
from core.workflows.deployment import deployment_control
from db import judgements, models, schema, session
from tests.workflows import trained

SOURCE = "school 7"


def deployed_with_source(*, n: int = 120, fell: float = 2.0) -> list[int]:
    """Model "a" in force, and n recordings of `SOURCE` that are no part of its snapshot; their ids."""
    trained.label_many(400)
    trained.add_model("a", skill=4.0)
    deployment_control.deploy("a", 0.10, actor=COMMAND_LINE)
    ids = trained.label_recordings(n_children=n // 6, each=6, name="elsewhere")
    with session.writing() as tx:
        tx.execute(update(schema.recordings).where(schema.recordings.c.id.in_(ids)).values(source=SOURCE))
        models.add_probabilities(tx, "a", rows(ids, fell=fell))
    return ids


def rows(ids: list[int], *, fell: float, seed: int = 5) -> list[ProbabilityRow]:
    """p of these recordings by their order of labels: Accepted, Noise, Speechless."""
    rng = np.random.default_rng(seed)
    height = np.array([4.0 if number % 3 == 0 else 0.0 for number in range(len(ids))]) - fell
    p = 1 / (1 + np.exp(-(height + rng.normal(size=len(ids)))))
    return [(one, round(float(x), 6), None, None) for one, x in zip(ids, p, strict=True)]


def true_am(ids: list[int], threshold: float) -> float:
    """Of the Accepted of these recordings, the share below a threshold on the p of model "a"."""
    with session.reading() as tx:
        p = models.shares_of(tx, "a", ids)
        of_recordings = judgements.of_recordings(tx, ids)
    good = [one for one in ids if of_recordings[one][0].label is Label.ACCEPTED]
    return float(np.mean([p[one][0] < threshold for one in good]))
