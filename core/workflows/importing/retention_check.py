"""Recordings that would not stay: they are refused at the door, so that none comes back whose time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.erasure import digest_of_recording
from core.domain.retention import DatedRecording, RetentionRule, RetentionRules
from core.errors import Refused
from core.messages import Message
from core.translation import mark
from core.workflows.importing.manifest_rows import ManifestRow
from db import erasure_records, retention, session


def rules_in_force() -> RetentionRules:
    """The rules as they are now; read once for the files of a batch."""
    with session.reading() as tx:
        return retention.rules(tx)


def require_time_left(tx: session.Connection, rules: RetentionRules, row: ManifestRow, sha256: str) -> None:
    """Let a new recording pass that may still be kept.

    Raises
    ------
    Refused
        The rule of its source has it gone already: by the time of its recording, or because retention erased the same
        bytes before and the rule in force now would have done so as well.
    """
    rule = rules.rule_for(row.source)
    if rule is None or rule.days is None:
        return
    now = session.now()
    counted = DatedRecording(0, row.child, row.source, row.collected_at, now).counted_from
    if row.collected_at is not None and now >= counted + timedelta(days=rule.days):
        raise Refused(
            "it is of {counted:%Y-%m-%d}, and {kept_for}",
            counted=counted,
            kept_for=_kept_for(rule),
        )
    before = _counted_before(tx, sha256)
    if before is not None and now >= before + timedelta(days=rule.days):
        raise Refused(
            "it was erased when its time was over, and {kept_for}",
            kept_for=_kept_for(rule),
        )


def _counted_before(tx: session.Connection, sha256: str) -> datetime | None:
    """From when the days of these bytes counted, when retention has erased them; the latest where it did twice."""
    digests = [digest_of_recording(sha256, salt) for salt in erasure_records.salts(tx)]
    counted = erasure_records.counted_from(tx, digests)
    return max(map(datetime.fromisoformat, counted), default=None)


def _kept_for(rule: RetentionRule) -> Message:
    if rule.source:
        words = mark("recordings of {source!r} are kept for {days} days; an administrator can change that")
        return Message(words, {"source": rule.source, "days": rule.days})
    words = mark("recordings without a longer rule are kept for {days} days; an administrator can change that")
    return Message(words, {"days": rule.days})
