"""A storage that is alive without anybody's recordings: synthesised children, two simulated judges, three accounts.

The passwords are printed and known to everybody, so the demonstration refuses a storage that already holds
accounts or recordings of its own. Done twice, nothing is added.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.addresses import shown
from core.audio import encoding
from core.config import settings
from core.demonstration import synthesis
from core.demonstration.synthesis import SynthesisPlan, SyntheticRecording
from core.domain.actor import Actor
from core.domain.jobs import Job
from core.domain.labels import Label, Role, Split
from core.domain.permissions import Permission
from core.errors import Conflict
from core.workflows.accounts import accounts, authorisation
from core.workflows.annotation import recording_search
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import model_evaluation
from core.workflows.importing import import_recordings
from core.workflows.importing.import_recordings import ImportResult
from core.workflows.retraining import retraining

FOLDER = "demonstration"
COLUMNS = ("filename", "language", "word", "child", "source", "collected_at", "split", "judge_1", "judge_2")
FIRST_AM_TARGET = 0.10
PLAN = SynthesisPlan()
# more children than one would keep from training in earnest, so that curve and threshold have steps to stand on
SPLITS = dict.fromkeys((f"child-{n:02d}" for n in (2, 3, 11, 14, 19, 22)), Split.TEST)
SPLITS |= dict.fromkeys((f"child-{n:02d}" for n in (1, 6, 9, 12, 17, 20)), Split.VALIDATION)


@dataclass(frozen=True)
class SimulatedJudging:
    """How much of the corpus the simulated judges have judged, and how often they differ."""

    seed: int = 5
    n_unjudged: int = 14
    n_judged_once: int = 14
    n_disagreements: int = 8


JUDGING = SimulatedJudging()


@dataclass(frozen=True)
class DemonstrationAccount:
    """An account of the demonstration and its password, which is no secret."""

    name: str
    password: str
    role: Role


SIGN_INS = (
    DemonstrationAccount("judge", "demo-judge-only", Role.JUDGE),
    DemonstrationAccount("staff", "demo-staff-only", Role.STAFF),
    DemonstrationAccount("admin", "demo-admin-only", Role.ADMIN),
)

# the label that a judge who mishears a recording most often chooses instead
_MISHEARD = {Label.ACCEPTED: Label.NOISE, Label.NOISE: Label.ACCEPTED, Label.SPEECHLESS: Label.NOISE}


def create_demonstration(*, actor: Actor, on_progress: Callable[[int, int], None] | None = None) -> ImportResult:
    """The three accounts, and the recordings with the labels of two simulated judges.

    Raises
    ------
    Conflict
        The storage holds accounts or recordings that are not the demonstration's.
    Unavailable
        espeak-ng cannot be loaded here.
    """
    authorisation.require_first(actor, Permission.CREATE_DEMONSTRATION)
    _refuse_a_storage_in_use()
    folder().mkdir(parents=True, exist_ok=True)
    manifest = write_corpus(folder())
    result = import_recordings.import_path(manifest, actor=actor, on_progress=on_progress)
    names = {account.name for account in accounts.all_accounts()}
    for person in SIGN_INS:
        if person.name not in names:
            accounts.create(person.name, person.password, person.role, actor=actor)
    return result


def start_first_model(*, actor: Actor) -> Job | None:
    """The job that trains the default models; None when a model is there already."""
    authorisation.require_first(actor, Permission.RETRAIN)
    return None if model_evaluation.champion() else retraining.start(features=None, networks=None, actor=actor)


def deploy_first_model(job: Job, *, actor: Actor) -> None:
    """Deploy the better model of the ended `job`, so that a recording can be tried at once.

    Raises
    ------
    Conflict
        The job failed; the message says why.
    """
    authorisation.require_first(actor, Permission.DEPLOY)
    champion = model_evaluation.champion()
    if champion is None:
        raise Conflict(
            "The first model could not be trained: {error}",
            error=job.error or job.state,
        )
    deployment_control.deploy(
        champion.id, FIRST_AM_TARGET, reason="First operating point of the demonstration", actor=actor
    )


def demonstration_exists() -> bool:
    """Whether all of the demonstration's accounts are in this storage."""
    return {person.name for person in SIGN_INS} <= {account.name for account in accounts.all_accounts()}


def folder() -> Path:
    """Where the recordings of the demonstration and their manifest are written."""
    return settings().local_folder / FOLDER


def write_corpus(to: Path) -> Path:
    """The corpus as files below `to`; returns the path of its manifest.csv, which is written last."""
    recordings = synthesis.synthesise(PLAN)
    rows = zip(recordings, simulated_judgements(recordings, JUDGING), strict=True)
    for recording in recordings:
        file = to / recording.filename
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encoding.flac(recording.samples))
    manifest = to / "manifest.csv"
    with manifest.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(_row(recording, pair) for recording, pair in rows)
    return manifest


Pair = tuple[Label | None, Label | None]


def simulated_judgements(recordings: list[SyntheticRecording], judging: SimulatedJudging) -> Iterator[Pair]:
    """The labels of the two judges for each recording, in order; None where a judge has not judged it yet.

    They choose the label that was synthesised, but differ on exactly `n_disagreements` recordings, most likely on
    unclear ones.
    """
    rng = np.random.default_rng(judging.seed)
    order = rng.permutation(len(recordings))
    unjudged = set(order[: judging.n_unjudged].tolist())
    once = set(order[judging.n_unjudged :][: judging.n_judged_once].tolist())
    twice = sorted(set(range(len(recordings))) - unjudged - once)
    doubt = np.array([1.05 - recordings[i].clarity for i in twice])
    differ = set(rng.choice(twice, judging.n_disagreements, replace=False, p=doubt / doubt.sum()).tolist())
    for number, recording in enumerate(recordings):
        pair: list[Label | None] = [recording.label, recording.label]
        either = int(rng.integers(2))
        if number in unjudged:
            pair = [None, None]
        elif number in once:
            pair[either] = None
        elif number in differ:
            pair[either] = _MISHEARD[recording.label]
        yield pair[0], pair[1]


def _refuse_a_storage_in_use() -> None:
    # the folder is made first and the accounts last, so that a demonstration stopped half-way goes on
    if folder().is_dir():
        return
    has_accounts, n_recordings = not accounts.is_first_start(), recording_search.count_recordings().recordings
    if has_accounts or n_recordings:
        holds = "accounts" if has_accounts else f"{n_recordings} recordings"
        raise Conflict(
            "The storage {storage} already holds {holds}; the demonstration's passwords are public "
            "and its children invented. Give it a storage of its own: EARSHOT_STORAGE=data/demo "
            "EARSHOT_MODELS=data/demo/models python -m core demo",
            storage=shown(settings().storage),
            holds=holds,
        )


def _row(recording: SyntheticRecording, pair: Pair) -> list[str]:
    collected_at = recording.collected_at.isoformat()
    about = [recording.filename, recording.language, recording.word, recording.child, recording.source, collected_at]
    split = SPLITS.get(recording.child, "")
    return [*about, split] + [label.value if label else "" for label in pair]
