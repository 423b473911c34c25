"""Warnings stand with their evidence, are dismissed by somebody, and come back when the evidence says more."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, update

from core import config
from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Role
from core.domain.live import LiveAlarm
from core.domain.standing_warnings import GroupKind, StandingWarning, WarningKind
from core.errors import Conflict, NotAllowed
from core.workflows.accounts import audit_log
from core.workflows.annotation import judge_trust
from core.workflows.deployment import deployment_control
from core.workflows.maintenance import backup, disk_space
from core.workflows.overview import warning_watch
from db import live_alarms, schema, session
from tests.annotation.people import actor, add_recordings, people, person
from tests.workflows import trained

LABELS = list(Label)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def staff() -> Account:
    return person("lea", Role.STAFF)


def of_kind(kind: WarningKind, role: Role = Role.ADMIN) -> list[warning_watch.WatchedWarning]:
    return [watched for watched in warning_watch.standing_warnings(role) if watched.warning.kind is kind]


def click_at_random(n: int = 84, *, name: str = "Ana", seed: int = 5) -> None:
    """One of two judges gives labels at random, three times as fast as the other."""
    chance, now = random.Random(seed), session.now()
    ids = add_recordings(n)
    rows = [
        {
            "recording_id": recording_id,
            "account_id": judge.id,
            "round": 1,
            "label": LABELS[k % 3] if judge.name != name else chance.choice(LABELS),
            "decided_at": now + timedelta(seconds=gap_s * k),
            "origin": "annotate",
        }
        for judge, gap_s in zip(people(name, f"beside {name}"), (2.4, 8.0), strict=True)
        for k, recording_id in enumerate(ids)
    ]
    with session.writing() as tx:
        tx.execute(insert(schema.judgements), rows)


def put_in_force() -> int:
    trained.label_many(400)
    trained.add_model("a", skill=4.0)
    return deployment_control.deploy("a", 0.10, actor=COMMAND_LINE).id


def test_a_judge_at_chance_is_a_warning_for_staff_and_none_for_judges() -> None:
    click_at_random()
    watched, *_ = of_kind(WarningKind.JUDGE, Role.STAFF)
    assert (watched.warning.figures.judge, watched.dismissed) == ("Ana", None)  # type: ignore[union-attr]
    assert warning_watch.standing_warnings(Role.JUDGE) == []


def test_a_dismissed_warning_names_who_and_when_and_is_audited(staff: Account) -> None:
    click_at_random()
    warning = of_kind(WarningKind.JUDGE)[0].warning
    warning_watch.dismiss(warning, actor=actor(staff))
    dismissed = of_kind(WarningKind.JUDGE)[0].dismissed
    assert dismissed is not None
    assert (dismissed.by, dismissed.at <= session.now()) == ("lea", True)
    (entry,) = audit_log.entries(action="dismiss warning").items
    assert (entry.actor, entry.subject) == ("lea", "judge")
    warning_watch.show_again(warning, actor=actor(staff))
    assert of_kind(WarningKind.JUDGE)[0].dismissed is None


def test_a_dismissal_names_neither_judge_nor_source_in_the_table(staff: Account) -> None:
    click_at_random(name="Unusual Name")
    warning_watch.dismiss(of_kind(WarningKind.JUDGE)[0].warning, actor=actor(staff))
    with session.reading() as tx:
        (row,) = tx.execute(schema.dismissals.select()).all()
    assert "Unusual" not in str(row)


def test_it_comes_back_when_the_evidence_is_ten_times_as_strong(staff: Account) -> None:
    click_at_random()
    first = of_kind(WarningKind.JUDGE)[0].warning
    warning_watch.dismiss(first, actor=actor(staff))
    judges = {row.name: row.id for row in names()}
    ids = add_recordings(40)
    rows = [
        {
            "recording_id": recording_id,
            "account_id": judges[name],
            "round": 1,
            "label": label,
            "decided_at": session.now() + timedelta(hours=1, seconds=k),
            "origin": "annotate",
        }
        for k, recording_id in enumerate(ids)
        for name, label in (("Ana", Label.NOISE), ("beside Ana", Label.ACCEPTED))
    ]
    with session.writing() as tx:
        tx.execute(insert(schema.judgements), rows)
    watched, *_ = of_kind(WarningKind.JUDGE)
    assert watched.warning.fingerprint != first.fingerprint
    assert watched.dismissed is None
    with pytest.raises(Conflict, match="changed since"):
        warning_watch.dismiss(first, actor=actor(staff))


def names() -> list:
    with session.reading() as tx:
        return list(tx.execute(schema.accounts.select()).all())


def test_a_judge_may_not_dismiss() -> None:
    click_at_random()
    with pytest.raises(NotAllowed, match="dismiss warnings"):
        warning_watch.dismiss(of_kind(WarningKind.JUDGE)[0].warning, actor=actor(person("jo")))


def test_an_alarm_in_class_is_a_warning_of_its_source() -> None:
    deployment_id = put_in_force()
    with session.writing() as tx:
        live_alarms.add(tx, LiveAlarm(deployment_id, "school 7", session.now(), 200.0, 0.31, 40))
    (watched,) = of_kind(WarningKind.CLASS_ALARM, Role.STAFF)
    figures = watched.warning.figures
    assert (figures.source, figures.am, figures.am_target) == ("school 7", 0.31, 0.10)  # type: ignore[union-attr]


def test_a_group_without_labels_is_named_once_something_decides() -> None:
    put_in_force()
    ids = add_recordings(60)
    with session.writing() as tx:
        tx.execute(update(schema.recordings).where(schema.recordings.c.id.in_(ids)).values(language="br"))
    (watched,) = of_kind(WarningKind.UNMEASURED, Role.STAFF)
    figures = watched.warning.figures
    assert (figures.kind, figures.name, figures.n, figures.n_accepted) == (GroupKind.LANGUAGE, "br", 60, 0)  # type: ignore[union-attr]


def test_without_a_backup_for_a_week_administrators_are_warned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert of_kind(WarningKind.BACKUP) == []  # nothing to lose yet
    add_recordings(1)
    assert of_kind(WarningKind.BACKUP)[0].warning.figures.newest_at is None  # type: ignore[union-attr]
    assert of_kind(WarningKind.BACKUP, Role.STAFF) == []
    backup.backup(tmp_path / "b.zip")
    assert of_kind(WarningKind.BACKUP) == []
    now = session.now
    monkeypatch.setattr(session, "now", lambda: now() + timedelta(days=8))
    assert of_kind(WarningKind.BACKUP)[0].warning.figures.age > timedelta(days=7)  # type: ignore[union-attr, operator]


def test_a_backup_that_lies_in_the_folder_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_recordings(1)
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "earshot-20260301-000000.zip"
    file.write_bytes(b"")
    monkeypatch.setenv("EARSHOT_BACKUP_FOLDER", str(folder))
    config.settings.cache_clear()
    assert of_kind(WarningKind.BACKUP) == []
    os.utime(file, (0, 0))
    assert len(of_kind(WarningKind.BACKUP)) == 1


def test_a_disk_that_is_nearly_full_is_named_once_and_a_large_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(total=100 * 10**9, used=0, free=4 * 10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    (watched,) = of_kind(WarningKind.DISK)
    assert watched.warning.figures.free_bytes == 4 * 10**9  # type: ignore[union-attr]
    before = watched.warning.fingerprint
    usage.free = 1.9 * 10**9
    assert of_kind(WarningKind.DISK)[0].warning.fingerprint != before
    usage.free = 60 * 10**9
    assert of_kind(WarningKind.DISK) == []
    assert len(disk_space.disks()) == 1


def test_of_many_labels_the_verdicts_are_those_of_the_last_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen never waits for them."""
    click_at_random()
    monkeypatch.setattr(judge_trust, "QUICKLY_COMPARED", 10)
    assert of_kind(WarningKind.JUDGE) == []
    for thread in threading.enumerate():
        if thread.name == "judge verdicts":
            thread.join(timeout=30)
    begun = time.monotonic()
    assert of_kind(WarningKind.JUDGE)
    assert time.monotonic() - begun < 30


def test_the_gravest_comes_first() -> None:
    deployment_id = put_in_force()
    with session.writing() as tx:
        live_alarms.add(tx, LiveAlarm(deployment_id, None, session.now(), 200.0, 0.31, 40))
    click_at_random()
    kinds = [watched.warning.kind for watched in warning_watch.standing_warnings(Role.ADMIN)]
    assert list(dict.fromkeys(kinds)) == [WarningKind.CLASS_ALARM, WarningKind.JUDGE, WarningKind.BACKUP]


def test_warnings_of_different_subjects_are_told_apart() -> None:
    click_at_random()
    warning = of_kind(WarningKind.JUDGE)[0].warning
    assert warning == StandingWarning(warning.figures)
    assert len(warning.fingerprint) == 64
