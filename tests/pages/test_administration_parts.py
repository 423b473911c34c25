"""Administration: jobs, health, exports and the filters of the audit log, in the language of whoever looks."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.audit import AuditQuestion
from core.domain.jobs import JobState
from core.domain.labels import Role
from core.errors import NotAllowed
from core.messages import Message
from core.workflows.accounts import accounts, audit_log
from core.workflows.jobs import job_launch, job_status
from core.workflows.maintenance import audit_export, readiness, screen_exports
from core.workflows.maintenance.readiness import Service, ServiceState
from db import jobs, session
from tests.annotation.people import actor, add_recordings, give, people, person


def words(test) -> str:
    return " ".join(each.value for each in (*test.markdown, *test.caption, *test.error, *test.success))


def add_job(job_id: str, kind: str, state: str | None = None, error: str = "") -> None:
    with session.writing() as tx:
        jobs.add(tx, job_id, kind, parameters={}, steps=[], account_id=None)
        if state:
            jobs.end(tx, job_id, state, error=Message(error) if error else None)


def test_every_job_is_listed_with_its_state_and_reason(signed_in, screen):
    signed_in(Role.ADMIN)
    add_job("j1", "retrain", "succeeded")
    add_job("j2", "search", "failed", "memory ran out")
    text = words(screen("administration"))
    assert "**Retraining** :green-badge[Done]" in text
    assert "**Search for hyperparameters** :red-badge[Failed]" in text
    assert "memory ran out" in text


def test_a_job_that_waits_is_cancelled_on_the_screen(signed_in, screen):
    signed_in(Role.ADMIN, "ada")
    add_job("j1", "retrain")
    test = screen("administration").button(key="cancel-job-j1").click().run()
    assert not test.exception
    assert job_status.get_job("j1").state is JobState.CANCELLED
    assert audit_log.entries(action="cancel retrain").items[0].actor == "ada"


def test_a_job_that_stopped_goes_on_unless_a_newer_one_of_its_kind_came(signed_in, screen, monkeypatch):
    signed_in(Role.ADMIN)
    add_job("old", "retrain", "failed")
    add_job("new", "retrain", "interrupted")
    resumed = []
    monkeypatch.setattr(job_launch, "resume_job", lambda job_id, *_, **__: resumed.append(job_id))
    test = screen("administration")
    assert "resume-job-old" not in [button.key for button in test.button]
    test.button(key="resume-job-new").click().run()
    assert resumed == ["new"]


def test_health_says_in_words_what_readyz_checks(signed_in, screen, monkeypatch):
    signed_in(Role.ADMIN)
    states = [ServiceState(service) for service in Service]
    monkeypatch.setattr(readiness, "look", lambda: tuple(states))
    text = words(screen("administration", part="health"))
    assert "Everything is there that a decision needs." in text
    assert "It can be read and written." in text
    states[1] = ServiceState(Service.STORAGE, "The storage does not answer.")
    text = words(screen("administration", part="health"))
    assert "Away, or not ready: Storage." in text
    assert "The storage does not answer." in text


def test_health_asks_nothing_before_it_is_opened(signed_in, screen, monkeypatch):
    signed_in(Role.ADMIN)
    monkeypatch.setattr(readiness, "look", lambda: pytest.fail("asked"))
    assert not screen("administration").exception


def test_the_audit_is_filtered_by_person_and_day(signed_in, screen):
    signed_in(Role.ADMIN, "ada")
    for name, subject in (("ben", "recording 1"), ("eve", "recording 2")):
        audit_log.record_event(Actor(None, name), "listened", subject)
    test = screen("administration")
    test.selectbox(key="audit-actor").select("eve").run()
    assert [table.value["To what"].tolist() for table in test.dataframe if "To what" in table.value] == [
        ["recording 2"]
    ]
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date()
    test.date_input(key="audit-from").set_value(tomorrow).run()
    assert "Nothing of that kind is recorded." in [info.value for info in test.info]


def test_the_filtered_log_is_taken_away_as_a_table_and_that_is_audited():
    who = person("ada", Role.ADMIN)
    audit_log.record_event(Actor(None, "ben"), "listened", "=1+1")
    audit_log.record_event(Actor(None, "eve"), "listened", "recording 2")
    data = audit_export.filtered_table(AuditQuestion(actor="ben"), actor=actor(who))
    table = pd.read_csv(io.BytesIO(data))
    assert table["actor"].tolist() == ["ben"]
    assert table["subject"].tolist() == ["'=1+1"]
    exported = audit_log.entries(action="export audit").items[0]
    assert (exported.actor, exported.detail["actor"]) == ("ada", "ben")


def test_the_whole_log_proves_later_that_it_is_the_same(tmp_path: Path):
    who = actor(person("ada", Role.ADMIN))
    audit_log.record_event(who, "listened", "recording 1")
    file = tmp_path / "audit.jsonl"
    file.write_bytes(audit_export.whole_log(actor=who))
    assert audit_log.verify(file).is_intact
    with pytest.raises(NotAllowed):
        audit_export.whole_log(actor=actor(person("lea", Role.STAFF)))


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_labels_are_taken_away_in_the_format_that_was_chosen(ending: str):
    (anna,) = people("anna")
    give(anna, add_recordings(1)[0])
    data = screen_exports.labels_table(ending, actor=COMMAND_LINE)
    read = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".jsonl": lambda file: pd.read_json(file, lines=True)}
    assert read[ending](io.BytesIO(data))["judge"].tolist() == ["anna"]


def test_labels_and_retention_are_on_the_screen(signed_in, screen):
    signed_in(Role.ADMIN)
    test = screen("administration")
    assert {"Labels", "Labels with their history"} <= {button.label for button in test.get("download_button")}
    assert "Without a rule of their own, recordings are kept" in words(test)


def test_all_of_it_in_french(signed_in, screen, monkeypatch):
    account = signed_in(Role.ADMIN)
    accounts.set_language(account.id, "fr", actor=Actor.of(account))
    monkeypatch.setattr(readiness, "look", lambda: tuple(ServiceState(service) for service in Service))
    test = screen("administration", part="health")
    assert [tab.label for tab in test.tabs] == [
        *("Personnes", "Programmes", "Données", "Sauvegardes", "État", "Tâches", "Réglages", "Audit")
    ]
    assert "Tout ce qu'il faut pour décider est là." in words(test)
    assert "Effacer un enfant" in [head.value for head in test.header]


pytestmark = pytest.mark.usefixtures("database")
