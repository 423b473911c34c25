"""Rules that staff set are in force at once in the process that set them, whoever reads at that moment."""

from __future__ import annotations

import pytest

from core.domain.actor import COMMAND_LINE
from core.errors import Refused
from core.workflows.annotation import protocols
from core.workflows.annotation.protocols import DeskProtocol, QueueProtocol
from db import protocols as table

pytestmark = pytest.mark.usefixtures("database")


def test_rules_that_were_read_before_a_change_are_not_kept_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    newest, new = table.newest, QueueProtocol(repeat_share=0.25)

    def slowly(tx: object, kind: str) -> object:
        before = newest(tx, kind)
        monkeypatch.setattr(table, "newest", newest)
        protocols.set_queue(new, actor=COMMAND_LINE)
        return before

    monkeypatch.setattr(table, "newest", slowly)
    assert protocols.queue()[1] == QueueProtocol()
    assert protocols.queue()[1] == new


def test_rules_that_were_not_there_yet_are_there_once_they_are_set() -> None:
    with pytest.raises(Refused):
        protocols.desk_of(1)
    number = protocols.set_desk(DeskProtocol(heard_s=1.0), actor=COMMAND_LINE)
    assert protocols.desk_of(number) == (1, DeskProtocol(heard_s=1.0))
