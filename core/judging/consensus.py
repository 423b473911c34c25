"""Many labels to one: what a recording's judges say together. Source: section 2.2 of the paper (two annotators)."""

from __future__ import annotations

from collections.abc import Sequence

from core.labels import JUDGEMENTS_PER_RECORDING, Label, Standing


def consensus(labels: Sequence[Label], adjudication: Label | None) -> tuple[Standing, Label | None]:
    """Where a recording stands, and its label if it has one.

    Parameters
    ----------
    labels : the labels in force in the recording's newest round, in any order, one a judge.
    adjudication : what staff decided in that round, or None.

    Returns
    -------
    The staff's decision counts before everything; then a label that all judges share, once there are two of them.
    One label alone is no consensus, and judges who differ have none.
    """
    if adjudication is not None:
        return Standing.SETTLED, adjudication
    if not labels:
        return Standing.UNJUDGED, None
    if len(labels) < JUDGEMENTS_PER_RECORDING:
        return Standing.ONE_JUDGEMENT, None
    if len(set(labels)) == 1:
        return Standing.AGREED, labels[0]
    return Standing.DISAGREED, None
