"""Many labels to one: the label that stands for a recording. Source: section 2.2 of the paper (two annotators).

Beyond the paper: staff may ask a third judge where two differ. Three labels are decided by their majority.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.domain.labels import JUDGEMENTS_PER_RECORDING, JudgingState, Label


def consensus(
    labels: Sequence[Label], adjudication: Label | None, *, wanted: int = JUDGEMENTS_PER_RECORDING
) -> tuple[JudgingState, Label | None]:
    """The state of a recording's judging, and its label if it has one.

    Parameters
    ----------
    labels : the labels in force in the recording's newest round, in any order, one a judge.
    adjudication : what staff decided in that round, or None.
    wanted : how many judges that round waits for: 2, or 3 with a third judge.

    Returns
    -------
    The staff's decision comes before everything; then the label of more than half of the judges, once all that are
    wanted have judged: both of two, two of three. One label alone is no consensus, and judges who differ have none.
    """
    if adjudication is not None:
        return JudgingState.SETTLED, adjudication
    if not labels:
        return JudgingState.UNJUDGED, None
    if len(labels) < JUDGEMENTS_PER_RECORDING:
        return JudgingState.ONE_JUDGEMENT, None
    if len(labels) < wanted:
        return JudgingState.AWAITING_THIRD, None
    commonest, votes = Counter(labels).most_common(1)[0]
    return (JudgingState.AGREED, commonest) if 2 * votes > len(labels) else (JudgingState.DISAGREED, None)
