"""Preconditions of a label at the desk. Messages are in the judge's language and never reveal another's label."""

from __future__ import annotations

from core.domain.accounts import Account
from core.domain.labelling import LabellingState, Obstacle, obstacle
from core.domain.labels import JUDGEMENTS_PER_RECORDING
from core.errors import Conflict, NotFound, Refused
from core.translation import mark, translate
from core.workflows.annotation.protocols import DeskProtocol

OBSTACLES = {
    Obstacle.OTHER_ROUND: mark("This recording is being judged anew; the label for its earlier round was not taken."),
    Obstacle.DECIDED: mark("This recording has been settled meanwhile; the label was not taken."),
    Obstacle.OWN_LABEL: mark("You judged this recording before; this label was not taken."),
    Obstacle.SET_ASIDE: mark("Others judge this recording now; the label was not taken."),
    Obstacle.FULL: mark("Two other people judged this recording meanwhile; the label was not taken."),
    Obstacle.LANGUAGE: mark("This recording is not in a language that you judge; the label was not taken."),
}
DECODERS_DIFFER_S = 0.1  # a browser's decoder and ours do not give the same length of an MP3


NOT_ON_DESK = mark("This recording is not on your desk, or it was erased.")


def require_on_desk(was_laid: bool, judge: Account) -> None:
    """Let pass what concerns a recording that was laid on this desk in that round.

    Raises
    ------
    NotFound
        It was not: in the same words whether there is such a recording or not, as for its sound.
    """
    if not was_laid:
        raise NotFound(translate(judge.speaks, NOT_ON_DESK))


def require_open(state: LabellingState | None, round_: int, judge: Account) -> None:
    """Let a label pass that a judge heard in that round.

    Raises
    ------
    NotFound, Conflict
        What stands in the way, in the judge's language.
    """
    if state is None:
        raise NotFound(translate(judge.speaks, NOT_ON_DESK))
    reason = obstacle(state, round_=round_, languages=judge.may_judge)
    if reason is not None:
        raise Conflict(translate(judge.speaks, _in_words(reason, state)))


def require_heard(state: LabellingState | None, heard_s: float, rules: DeskProtocol, speaks: str) -> None:
    """Let a label pass whose recording was heard for long enough; Refused otherwise, in the judge's language."""
    needed_s = rules.needed_s(state.duration_s if state else 0.0)
    if heard_s < needed_s - DECODERS_DIFFER_S:
        words = mark("You heard {heard} s of this recording and {needed} s are needed; the label was not taken.")
        raise Refused(translate(speaks, words, heard=f"{heard_s:.1f}", needed=f"{needed_s:.1f}"))


def require_undoable(state: LabellingState | None, own_round: int, speaks: str) -> None:
    """Let a judge take back a label of that round; NotFound or Conflict otherwise, in the judge's language."""
    if state is None:
        raise NotFound(translate(speaks, "This recording is no longer there; nothing was undone."))
    if state.is_settled:
        raise Conflict(translate(speaks, "This recording has been settled meanwhile; your label stays."))
    if state.round != own_round:
        raise Conflict(translate(speaks, "This recording is being judged anew meanwhile; your earlier label stays."))


def _in_words(reason: Obstacle, state: LabellingState) -> str:
    if reason is Obstacle.FULL and state.wanted > JUDGEMENTS_PER_RECORDING:
        return mark("Three other people judged this recording meanwhile; the label was not taken.")
    return OBSTACLES[reason]
