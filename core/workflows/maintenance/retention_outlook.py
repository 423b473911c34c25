"""When recordings go: by source, by child, and what a rule or a run would do now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.domain.retention import (
    ChildRetention,
    DatedRecording,
    RetentionPreview,
    RetentionRule,
    RetentionRules,
    RetentionRun,
    SourceRetention,
)
from core.workflows.accounts import authorisation
from core.workflows.maintenance import erased_rows
from db import children, erasures, retention, session

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
RUNS_SHOWN = 10


def by_source(*, now: datetime | None = None) -> list[SourceRetention]:
    """Every source that has recordings or a rule, in alphabetical order."""
    with session.reading() as tx:
        rules, dated = retention.rules(tx), retention.dated_recordings(tx)
        without_consent = {child.pseudonym for child in children.all_children(tx) if not child.consent}
    sources = {recording.source for recording in dated} | set(rules.of_sources)
    at = now or session.now()
    return [
        _of_source(source, [recording for recording in dated if recording.source == source], rules, without_consent, at)
        for source in sorted(sources)
    ]


def by_child() -> list[ChildRetention]:
    """Every child, by pseudonym."""
    with session.reading() as tx:
        rules, every = retention.rules(tx), children.all_children(tx)
        of_children: dict[str, list[DatedRecording]] = {child.pseudonym: [] for child in every}
        for recording in retention.dated_recordings(tx):
            of_children[recording.child].append(recording)
    return [
        ChildRetention(
            child.pseudonym,
            child.consent,
            tuple(sorted({recording.source for recording in of_children[child.pseudonym] if recording.source})),
            len(of_children[child.pseudonym]),
            _first(of_children[child.pseudonym], rules),
        )
        for child in every
    ]


def runs() -> list[RetentionRun]:
    """What the server's own runs did, newest first."""
    with session.reading() as tx:
        return retention.runs(tx, limit=RUNS_SHOWN)


def preview_run(*, actor: Actor, now: datetime | None = None) -> RetentionPreview:
    """What a run that a person begins would do now; changes nothing."""
    at = now or session.now()
    with session.reading() as tx:
        authorisation.require(tx, actor, Permission.ERASE)
        rules, dated = retention.rules(tx), retention.dated_recordings(tx)
        limited = [recording for recording in dated if _goes_at(recording, rules) is not None]
        return _preview(tx, limited, rules, at)


def preview(tx: session.Connection, rule: RetentionRule, now: datetime) -> RetentionPreview:
    """What a rule would do if it stood in the place of the one that its source, or the default, has."""
    stored = retention.rules(tx)
    of_sources = dict(stored.of_sources) if rule.source is None else {**stored.of_sources, rule.source: rule}
    rules = RetentionRules(rule if rule.source is None else stored.default, of_sources)
    held = [recording for recording in retention.dated_recordings(tx) if rules.rule_for(recording.source) is rule]
    return _preview(tx, held, rules, now)


def _preview(
    tx: session.Connection, held: Sequence[DatedRecording], rules: RetentionRules, now: datetime
) -> RetentionPreview:
    due = [recording.id for recording in held if _goes_within(recording, rules, now)]
    return RetentionPreview(
        recordings=len(held),
        children=len({recording.child for recording in held}),
        due=len(due),
        within_week=sum(_goes_within(recording, rules, now + WEEK) for recording in held),
        within_month=sum(_goes_within(recording, rules, now + MONTH) for recording in held),
        next_at=_first(held, rules),
        learned=erased_rows.affected_models(tx, erasures.models_that_learned(tx, due)),
        postponed=len(set(due) & retention.claimed_at(tx, now)),
    )


def _of_source(
    source: str, held: Sequence[DatedRecording], rules: RetentionRules, without_consent: set[str], now: datetime
) -> SourceRetention:
    of_source = {recording.child for recording in held}
    return SourceRetention(
        source=source,
        recordings=len(held),
        children=len(of_source),
        children_without_consent=len(of_source & without_consent),
        rule=rules.rule_for(source),
        has_own_rule=source in rules.of_sources,
        next_at=_first(held, rules),
        due=sum(_goes_within(recording, rules, now) for recording in held),
        within_week=sum(_goes_within(recording, rules, now + WEEK) for recording in held),
        within_month=sum(_goes_within(recording, rules, now + MONTH) for recording in held),
    )


def _first(held: Iterable[DatedRecording], rules: RetentionRules) -> datetime | None:
    times = [
        rule.goes_by_itself_at(recording.counted_from)
        for recording in held
        if (rule := rules.rule_for(recording.source))
    ]
    return min((at for at in times if at is not None), default=None)


def _goes_within(recording: DatedRecording, rules: RetentionRules, until: datetime) -> bool:
    at = _goes_at(recording, rules)
    return at is not None and at <= until


def _goes_at(recording: DatedRecording, rules: RetentionRules) -> datetime | None:
    rule = rules.rule_for(recording.source)
    return None if rule is None else rule.goes_at(recording.counted_from)
