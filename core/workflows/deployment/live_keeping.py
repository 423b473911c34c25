"""Keeping a drawn recording: an ordinary recording of its source, which judges get among the others.

It goes when its source's retention says so, and with its child. Nothing at a judge's desk tells it from others. The
name of its file, in which a platform may have put a child's, is not stored.
"""

from __future__ import annotations

from dataclasses import replace

from core.domain.actor import Actor
from core.domain.json_types import JsonObject
from core.domain.live import LiveSample
from core.errors import NotAllowed, Refused, Unavailable
from core.workflows.importing import file_intake, import_single, recording_rows
from core.workflows.importing.import_single import StatedFacts
from core.workflows.importing.import_sources import UploadSource
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.planned_import import ImportItem
from core.workflows.importing.recording_rows import ImportSummary
from db import audit, live_consents, live_samples, recordings, retention, session

AUTOMATIC = Actor(None, "live")
FILENAME = "class {}"  # of the id of its decision, shortened
SHOWN_OF_ID = 8


def keep(sample: LiveSample, data: bytes, facts: StatedFacts) -> None:
    """Store the recording of a drawn decision, with the sample.

    Raises
    ------
    NotAllowed
        The source does not agree any more, or its recordings would stay for good.
    Refused
        The recording, or what is stated of it, cannot be used.
    """
    name = FILENAME.format(sample.decision_id[:SHOWN_OF_ID])
    row = replace(import_single.row_of(name, facts), source=sample.source, collected_at=sample.decided_at)
    with session.reading() as tx:
        _require_consent(tx, sample.source)
        rules = retention.rules(tx)
    stored = file_intake.store_file(ImportItem(UploadSource([(name, data)]), name, row), rules)
    if isinstance(stored, Refusal):
        raise Refused(stored.message)
    with session.writing() as tx:
        _require_consent(tx, sample.source)
        recording_rows.keep(tx, stored, ImportSummary(), AUTOMATIC)
        recording_id = recordings.id_of(tx, stored.sha256)
        if recording_id is None:
            raise Unavailable("The recording is not in the database.")
        live_samples.add(tx, sample, recording_id)
        detail: JsonObject = {"source": sample.source}
        audit.record(tx, None, AUTOMATIC.name, "keep sample", f"decision {sample.decision_id}", detail)


def _require_consent(tx: session.Connection, source: str) -> None:
    consent, rule = live_consents.in_force(tx).get(source), retention.rules(tx).rule_for(source)
    if consent is None or not consent.is_given:
        raise NotAllowed(
            "The source {source!r} has not agreed that its recordings are kept.",
            source=source,
        )
    if rule is None or rule.days is None:
        raise NotAllowed(
            "Recordings of {source!r} would stay for good: it has no retention rule.",
            source=source,
        )
