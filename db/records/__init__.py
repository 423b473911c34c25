"""What the database hands out: frozen dataclasses, one a noun. No row and no connection ever leaves `db`.

Times are UTC without a zone. Names carry units. `None` means: not known.
"""

from db.records.judging import (
    Adjudication,
    Assignment,
    JudgedRecording,
    Judgement,
    OwnJudgement,
    QualificationItem,
    Rating,
    Repeat,
)
from db.records.learning import (
    Both,
    Challenge,
    Deployment,
    Job,
    Labelled,
    Model,
    OperatingPoint,
    Probability,
    Snapshot,
    SnapshotItem,
    Unlabelled,
)
from db.records.people import Account, AuditEntry, Credentials
from db.records.sound import Child, ImportRun, Recording

__all__ = [
    "Account",
    "Adjudication",
    "Assignment",
    "AuditEntry",
    "Both",
    "Challenge",
    "Child",
    "Credentials",
    "Deployment",
    "ImportRun",
    "Job",
    "JudgedRecording",
    "Judgement",
    "Labelled",
    "Model",
    "OperatingPoint",
    "OwnJudgement",
    "Probability",
    "QualificationItem",
    "Rating",
    "Recording",
    "Repeat",
    "Snapshot",
    "SnapshotItem",
    "Unlabelled",
]
