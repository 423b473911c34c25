"""What is most worth doing next, by the state of the work: the rule of the Overview."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.domain.labels import Role
from core.domain.permissions import Permission, may


class NextAction(StrEnum):
    """Something that somebody can do now."""

    IMPORT = "import"
    LOOK_AT_CLASS = "look at class"
    CHOOSE_POINT = "choose an operating point"
    GO_ON = "go on with a job"
    TRAIN_FIRST = "train a first model"
    BACK_UP = "back up"
    RETRAIN = "retrain"
    SETTLE = "settle"
    JUDGE = "judge"


NEEDS: dict[NextAction, Permission] = {
    NextAction.IMPORT: Permission.IMPORT,
    NextAction.LOOK_AT_CLASS: Permission.DEPLOY,
    NextAction.CHOOSE_POINT: Permission.DEPLOY,
    NextAction.GO_ON: Permission.STEER_JOBS,
    NextAction.TRAIN_FIRST: Permission.RETRAIN,
    NextAction.BACK_UP: Permission.BACK_UP,
    NextAction.RETRAIN: Permission.RETRAIN,
    NextAction.SETTLE: Permission.ADJUDICATE,
    NextAction.JUDGE: Permission.JUDGE,
}


@dataclass(frozen=True)
class ActionRule:
    """first_labels : with so many a first model is worth more than further labels.
    new_share, new_labels : labels since the newest model from which another is worth more than further ones: this share
        of all, and at least so many.
    """

    first_labels: int = 200
    new_share: float = 0.1
    new_labels: int = 100


ACTION_RULE = ActionRule()


@dataclass(frozen=True)
class WorkFigures:
    """The state of the work, in counts of recordings and labels.

    to_judge : recordings that wait for a judge; to_settle : whose judges differ
    labels : that stand; new_labels : that came or changed since the newest model, None while none was ever trained
    has_model : there is one that could be deployed
    is_alarm_raised : more good readings are refused in class than the target allows, and nobody dismissed it
    stopped_job : the kind of a job that stopped before its end, where nothing of its kind came after it; "" for none
    is_training : a retraining is queued or running
    is_backup_due : backups can be made here, and the newest is too old
    """

    recordings: int
    to_judge: int = 0
    to_settle: int = 0
    labels: int = 0
    new_labels: int | None = None
    has_model: bool = False
    is_deployed: bool = False
    is_alarm_raised: bool = False
    stopped_job: str = ""
    is_training: bool = False
    is_backup_due: bool = False


def next_actions(work: WorkFigures, role: Role, rule: ActionRule = ACTION_RULE) -> tuple[NextAction, ...]:
    """What an account of this role can do, the most worthwhile first; empty when nothing is left.

    What children suffer from now comes first, then what lets finished work take effect (a threshold, a stopped job, a
    first model), then what protects it, then what makes more of it. A disagreement is a label at the price of one
    look, so it comes before further judging, and learning waits until there is enough new.

    >>> [str(action) for action in next_actions(WorkFigures(10, to_judge=3, to_settle=1), Role.STAFF)]
    ['settle', 'judge']
    """
    if not work.recordings:
        return tuple(action for action in (NextAction.IMPORT,) if may(role, NEEDS[action]))
    is_idle = not (work.to_judge or work.to_settle)
    may_train = work.labels > 0 and not work.is_training
    is_untrained = work.new_labels is None
    is_first_due = may_train and is_untrained and (is_idle or work.labels >= rule.first_labels)
    is_much_new = (work.new_labels or 0) >= max(rule.new_labels, rule.new_share * work.labels)
    due = {
        NextAction.LOOK_AT_CLASS: work.is_alarm_raised,
        NextAction.CHOOSE_POINT: work.has_model and not work.is_deployed,
        NextAction.GO_ON: bool(work.stopped_job),
        NextAction.TRAIN_FIRST: is_first_due,
        NextAction.BACK_UP: work.is_backup_due,
        NextAction.RETRAIN: may_train and is_much_new,
        NextAction.SETTLE: work.to_settle > 0,
        NextAction.JUDGE: work.to_judge > 0,
    }
    ordered = [action for action, is_due in due.items() if is_due]
    if may_train and work.new_labels and NextAction.RETRAIN not in ordered:
        ordered.append(NextAction.RETRAIN)
    if may_train and is_untrained and NextAction.TRAIN_FIRST not in ordered:
        ordered.append(NextAction.TRAIN_FIRST)
    return tuple(action for action in ordered if may(role, NEEDS[action]))
