"""The tables. Every invariant that the database can hold, it holds: unique keys, foreign keys, checks.

Times are UTC, stored without a zone. Labels, roles and states are stored as the words of `core.domain.labels`.
Rows of `judgements`, `adjudications`, `operating_points`, `source_points`, `live_consents`, `deployments`, `dismissals`
and `audit` are only ever added; the one exception is the `undone_at` stamp, which takes a judgement or an adjudication
out of force without losing it. A label that staff set aside has the stamp too, until it counts again.
"""

from db.schema.accounts import (
    accounts,
    audit,
    audit_head,
    failed_sign_ins,
    recovery_codes,
    sign_ins,
    two_step_secrets,
)
from db.schema.annotation import (
    adjudications,
    claims,
    control_answers,
    desk_recordings,
    judgements,
    protocols,
    qualification_answers,
    qualification_items,
    recording_comments,
    recording_rounds,
    repeats,
    set_asides,
    skips,
    sound_deliveries,
)
from db.schema.caching import revisions
from db.schema.columns import metadata
from db.schema.counts import (
    agreement_children,
    agreement_counts,
    changed_recordings,
    child_counts,
    count_updates,
    facet_counts,
    open_counts,
    recording_states,
)
from db.schema.erasures import erasure_receipts, row_watches, tombstones, written_rows
from db.schema.learning import (
    challenges,
    deployments,
    fold_probabilities,
    jobs,
    model_numbers,
    models,
    operating_points,
    probabilities,
    snapshot_items,
    snapshot_writes,
    snapshots,
)
from db.schema.live import live_alarms, live_consents, live_samples
from db.schema.overview import dismissals
from db.schema.programs import api_keys, decisions, repeated_requests
from db.schema.recordings import children, imports, recordings
from db.schema.retention import retention_rules, retention_runs
from db.schema.sources import source_draws, source_points, source_summaries
from db.schema.webhooks import webhook_deliveries, webhooks

__all__ = [
    "accounts",
    "adjudications",
    "agreement_children",
    "agreement_counts",
    "api_keys",
    "audit",
    "audit_head",
    "challenges",
    "changed_recordings",
    "child_counts",
    "children",
    "claims",
    "control_answers",
    "count_updates",
    "decisions",
    "deployments",
    "desk_recordings",
    "dismissals",
    "erasure_receipts",
    "facet_counts",
    "failed_sign_ins",
    "fold_probabilities",
    "imports",
    "jobs",
    "judgements",
    "live_alarms",
    "live_consents",
    "live_samples",
    "metadata",
    "model_numbers",
    "models",
    "open_counts",
    "operating_points",
    "probabilities",
    "protocols",
    "qualification_answers",
    "qualification_items",
    "recording_comments",
    "recording_rounds",
    "recording_states",
    "recordings",
    "recovery_codes",
    "repeated_requests",
    "repeats",
    "retention_rules",
    "retention_runs",
    "revisions",
    "row_watches",
    "set_asides",
    "sign_ins",
    "skips",
    "snapshot_items",
    "snapshot_writes",
    "snapshots",
    "sound_deliveries",
    "source_draws",
    "source_points",
    "source_summaries",
    "tombstones",
    "two_step_secrets",
    "webhook_deliveries",
    "webhooks",
    "written_rows",
]
