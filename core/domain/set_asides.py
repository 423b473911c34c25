"""Labels of a judge that staff set aside: kept, and not counted until they count again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SetAside:
    """The labels that one judge gave in a period, both ends included.

    by : the name of the account that set them aside, or "command line".
    is_for_others : the judge does not get these recordings again in the same round.
    n_labels : set aside now; fewer than at first where labels count again or recordings were erased.
    undone_at : when they were made to count again; None while they are set aside.
    """

    id: int
    judge: str
    begins_at: datetime
    ends_at: datetime
    reason: str
    is_for_others: bool
    by: str
    set_at: datetime
    undone_at: datetime | None
    n_labels: int


@dataclass(frozen=True)
class LabelSetAside:
    """One of these labels, with what decides whether it may count again.

    n_in_force : labels in force in its round; has_own_label : one of them is of the same judge.
    """

    id: int
    recording_id: int
    round: int
    newest_round: int
    wanted: int
    n_in_force: int
    has_own_label: bool


@dataclass(frozen=True)
class CountedAgain:
    """How many labels count again, and how many stay set aside because others have judged in their place."""

    n_again: int
    n_left: int
