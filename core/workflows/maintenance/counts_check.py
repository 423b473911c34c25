"""The check of kept figures: whether they are what a full count gives, and making them anew."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.workflows.accounts import authorisation
from db import audit, kept_counts, session


@dataclass(frozen=True)
class CountsReport:
    """What was kept and differs from a full count.

    differing : rows by table; tables that agree are left out
    is_rebuilt : whether everything was made anew after the comparison
    """

    differing: dict[str, int]
    is_rebuilt: bool

    @property
    def is_sound(self) -> bool:
        return self.is_rebuilt or not self.differing


def check_counts(*, rebuild: bool, actor: Actor) -> CountsReport:
    """Compare kept figures with a full count and, if wanted, make them anew. Nobody else writes meanwhile."""
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.BACK_UP)
        differing = kept_counts.differences(tx)
        if rebuild:
            kept_counts.rebuild(tx)
            audit.record(tx, actor.account_id, actor.name, "rebuild counts", "", {"differing": sum(differing.values())})
    return CountsReport(differing, rebuild)
