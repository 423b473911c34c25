"""A judge's own newest labels, to hear and to change as long as staff have not settled them.

To change one, the desk takes it back (`judge_desk.undo_judgement`): its recording comes to the desk once more.
"""

from __future__ import annotations

from dataclasses import replace

from core.domain.accounts import Account
from core.domain.desk_rules import WordShown
from core.domain.judgements import ChangeableLabel
from core.workflows.accounts import authorisation
from core.workflows.annotation import protocols
from db import own_labels, session

SHOWN = 50


def newest_labels(judge: Account) -> list[ChangeableLabel]:
    """The newest 50, newest first; without the words where the rules never show them."""
    with session.reading() as tx:
        authorisation.require_judge(tx, judge)
        labels = own_labels.newest(tx, judge.id, limit=SHOWN)
    if protocols.desk()[1].word_shown is not WordShown.NEVER:
        return labels
    return [replace(label, item=replace(label.item, word="")) for label in labels]
