"""Operating points of before certainty were chosen by the rule without a margin, and say so."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from core.domain.actor import COMMAND_LINE
from core.domain.certainty import Certainty
from core.workflows.deployment import deployment_control
from db import session
from tests import table_versions
from tests.workflows import trained


def test_an_operating_point_of_before_is_sure_to_fifty_percent(database: Path) -> None:
    trained.label_recordings()
    trained.add_model("a")
    deployment_control.deploy("a", 0.10, actor=COMMAND_LINE)
    table_versions.downgrade("0013")
    with session.reading() as tx:
        assert "certainty" not in tx.execute(text("SELECT * FROM operating_points")).mappings().one()
    session.prepare()
    now = deployment_control.current_deployment()
    assert now is not None
    assert (now.operating_point.am_target, now.operating_point.certainty) == (0.10, Certainty.EVEN)
