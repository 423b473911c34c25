"""How many labels a recording may have in a round, and whether a judge may still label it.

Every recording is judged by two people, or by three where staff ask for a third. A place is taken by a label in force
or by a live claim of somebody else; whoever has a label in force in this round gives no second one. A label that staff
set aside takes no place: the recording goes out again, to its judge as well only where staff say so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from core.domain.labels import JUDGEMENTS_WITH_A_THIRD_JUDGE


class Obstacle(StrEnum):
    """Why a judge's label of a recording is not taken."""

    OTHER_ROUND = "other round"
    DECIDED = "decided"
    FULL = "full"
    LANGUAGE = "language"
    OWN_LABEL = "own label"
    SET_ASIDE = "set aside"


@dataclass(frozen=True)
class LabellingState:
    """What may be shown of a recording to a judge before the label: no label, only how many there are.

    is_settled : staff have decided it in this round.
    n_others : labels in force in this round that are not this judge's.
    wanted : labels that this round waits for.
    is_barred : staff set a label of this judge in this round aside, for others to judge it.
    """

    round: int
    is_settled: bool
    n_others: int
    wanted: int
    language: str
    duration_s: float
    is_barred: bool = False


def capacity(round_: int, *, newest_round: int, wanted: int) -> int:
    """How many labels a round may have. An earlier round may have had a third judge."""
    return wanted if round_ == newest_round else JUDGEMENTS_WITH_A_THIRD_JUDGE


def has_room(n_labels: int, capacity: int, *, n_reserved: int = 0) -> bool:
    """Whether one more label fits beside those in force and the places that others have reserved."""
    return n_labels + n_reserved < capacity


def obstacle(
    state: LabellingState,
    *,
    round_: int,
    languages: Collection[str],
    has_own_label: bool = False,
    n_reserved: int = 0,
) -> Obstacle | None:
    """Why a judge's label is refused; None when it is accepted.

    Parameters
    ----------
    round_ : the round that the judge heard it in.
    languages : those this judge may judge; none: all.
    has_own_label : this judge has a label in force in the recording's round.
    n_reserved : places that live claims of others take. Choosing what comes to a desk counts them; storing a label
        does not, because a label whose claim has expired is still taken while there is room.
    """
    if state.round != round_:
        return Obstacle.OTHER_ROUND
    if state.is_settled:
        return Obstacle.DECIDED
    if has_own_label:
        return Obstacle.OWN_LABEL
    if state.is_barred:
        return Obstacle.SET_ASIDE
    if not has_room(state.n_others, state.wanted, n_reserved=n_reserved):
        return Obstacle.FULL
    if languages and state.language not in languages:
        return Obstacle.LANGUAGE
    return None


def can_count_again(n_labels: int, capacity: int, *, has_own_label: bool) -> bool:
    """Whether a label that was set aside may count again: its place is free, and its judge has given no other.

    n_labels : in force in the label's round.
    """
    return not has_own_label and has_room(n_labels, capacity)
