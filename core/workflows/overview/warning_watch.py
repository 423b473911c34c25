"""The warnings that stand now, each with its evidence, and which of them somebody dismissed.

Nothing here costs time in proportion to all recordings: counts are kept, alarms and summaries stored, and the verdicts
on judges computed once for each change of labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.labels import Label, Role
from core.domain.permissions import Permission
from core.domain.standing_warnings import (
    AlarmFigures,
    Dismissal,
    Figures,
    GroupFigures,
    GroupKind,
    JudgeFigures,
    SourceFigures,
    StandingWarning,
    WarningKind,
    is_backup_due,
    is_nearly_full,
    is_unmeasured,
)
from core.errors import Conflict
from core.workflows.accounts import authorisation
from core.workflows.annotation import judge_trust
from core.workflows.annotation.judge_trust import JudgeVerdict
from core.workflows.deployment import deployment_control, live_alarms, source_watch
from core.workflows.maintenance import disk_space, last_backup
from db import audit, dismissals, recording_counts, session
from db.recording_counts import Facet

DISMISS, SHOW_AGAIN = "dismiss warning", "show warning again"


@dataclass(frozen=True)
class WatchedWarning:
    """A warning that stands; dismissed : by whom and when, None where it is shown."""

    warning: StandingWarning
    dismissed: Dismissal | None = None


def standing_warnings(role: Role) -> list[WatchedWarning]:
    """What an account of this role is warned of, the gravest first, dismissed ones included."""
    warnings = [StandingWarning(figures) for kind in WarningKind for figures in LOOKS[kind]()]
    warnings = [warning for warning in warnings if warning.is_for(role)]
    with session.reading() as tx:
        dismissed = dismissals.in_force(tx, [warning.fingerprint for warning in warnings])
    return [WatchedWarning(warning, dismissed.get(warning.fingerprint)) for warning in warnings]


def dismiss(warning: StandingWarning, *, actor: Actor) -> None:
    """Show a warning no more, for anybody, until its evidence changes.

    Raises
    ------
    NotAllowed
        The actor may not.
    Conflict
        It does not stand any more, or its evidence is another one by now.
    """
    _note(warning, is_dismissed=True, actor=actor)


def show_again(warning: StandingWarning, *, actor: Actor) -> None:
    """Show a dismissed warning again; raises as `dismiss` does."""
    _note(warning, is_dismissed=False, actor=actor)


def dismissed_among(warnings: Iterable[StandingWarning]) -> dict[str, Dismissal]:
    """Of these warnings those that are dismissed, by fingerprint: for screens that show one kind alone."""
    with session.reading() as tx:
        return dismissals.in_force(tx, [warning.fingerprint for warning in warnings])


def judge_warning(verdict: JudgeVerdict) -> StandingWarning:
    """The warning that a raised verdict is."""
    evidence = [verdict.agreement, verdict.repeats, verdict.settled, *(pair.evidence for pair in verdict.pairs)]
    grounds = (str(verdict.verdict), *map(str, verdict.grounds), *verdict.others)
    return StandingWarning(JudgeFigures(verdict.judge, max(each.strongest for each in evidence), grounds))


def _note(warning: StandingWarning, *, is_dismissed: bool, actor: Actor) -> None:
    authorisation.require_first(actor, Permission.DISMISS_WARNINGS)
    if warning.fingerprint not in {StandingWarning(figures).fingerprint for figures in LOOKS[warning.kind]()}:
        raise Conflict("This warning has gone or changed since; look at the Overview again.")
    with session.writing() as tx:
        authorisation.require(tx, actor, Permission.DISMISS_WARNINGS)
        dismissals.add(tx, warning.kind, warning.fingerprint, is_dismissed=is_dismissed, account_id=actor.account_id)
        action = DISMISS if is_dismissed else SHOW_AGAIN
        detail = {"evidence": warning.fingerprint[:12]}
        audit.record(tx, actor.account_id, actor.name, action, str(warning.kind), detail)


def _class_alarms() -> list[Figures]:
    now = deployment_control.current_deployment()
    if now is None:
        return []
    target = now.operating_point.am_target
    return [
        AlarmFigures(alarm.deployment_id, alarm.source, alarm.am, target, alarm.n, alarm.raised_at)
        for alarm in live_alarms.raised()
    ]


def _full_disks() -> list[Figures]:
    return [figures for figures in disk_space.disks() if is_nearly_full(figures)]


def _judges() -> list[Figures]:
    return [judge_warning(verdict).figures for verdict in judge_trust.known_verdicts() if verdict.is_raised]


def _unlike_sources() -> list[Figures]:
    now = deployment_control.current_deployment()
    model_id = now.operating_point.model_id if now else ""
    return [
        SourceFigures(
            watched.source,
            model_id,
            watched.n,
            watched.share_refused,
            watched.share_processed,
            watched.first_day,
            watched.differences,
        )
        for watched in source_watch.watched_sources()
        if watched.differences
    ]


def _missing_backup() -> list[Figures]:
    figures = last_backup.last_backup()
    if not is_backup_due(figures):
        return []
    with session.reading_counts() as tx:
        has_recordings = any(facet.n for facet in recording_counts.facets(tx))
    return [figures] if has_recordings else []


def _unmeasured_groups() -> list[Figures]:
    """None while nothing is deployed: then nothing treats them one way or another."""
    if deployment_control.current_deployment() is None:
        return []
    with session.reading_counts() as tx:
        facets = recording_counts.facets(tx)
    groups = [
        *_groups(GroupKind.LANGUAGE, facets, lambda facet: facet.language),
        *_groups(GroupKind.SOURCE, facets, lambda facet: facet.source),
    ]
    return [group for group in groups if is_unmeasured(group)]


def _groups(kind: GroupKind, facets: Iterable[Facet], name_of: Callable[[Facet], str]) -> list[GroupFigures]:
    """Recordings of which the language or source is not known are no group."""
    n, accepted, rejected = Counter[str](), Counter[str](), Counter[str]()
    for facet in facets:
        name = name_of(facet)
        n[name] += facet.n
        if facet.consensus is not None:
            (accepted if facet.consensus is Label.ACCEPTED else rejected)[name] += facet.n
    return [GroupFigures(kind, name, n[name], accepted[name], rejected[name]) for name in sorted(n) if name]


LOOKS: dict[WarningKind, Callable[[], list[Figures]]] = {
    WarningKind.CLASS_ALARM: _class_alarms,
    WarningKind.DISK: _full_disks,
    WarningKind.JUDGE: _judges,
    WarningKind.UNLIKE_SOURCE: _unlike_sources,
    WarningKind.BACKUP: _missing_backup,
    WarningKind.UNMEASURED: _unmeasured_groups,
}
