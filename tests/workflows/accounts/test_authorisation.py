"""Every verb that changes something asks who may do it, and reads the account as it stands now."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

import core.workflows
from core.domain import permissions
from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Label, Role
from core.domain.permissions import PERMISSIONS, Permission, may
from core.errors import NotAllowed, NotFound
from core.workflows.accounts import accounts as accounts_workflow
from core.workflows.accounts import authorisation
from core.workflows.annotation import adjudication, desk_preferences, judge_desk, protocols
from core.workflows.annotation.desk_preferences import DeskPreferences
from core.workflows.jobs import job_launch
from db import accounts, session
from tests.annotation.people import actor, add_recordings, confirmed, give, person

VERBS: dict[str, Permission] = {
    "accounts.accounts.create": Permission.MANAGE_ACCOUNTS,
    "accounts.accounts.deactivate": Permission.MANAGE_ACCOUNTS,
    "accounts.accounts.reactivate": Permission.MANAGE_ACCOUNTS,
    "accounts.accounts.set_judging_languages": Permission.MANAGE_ACCOUNTS,
    "accounts.accounts.set_language": Permission.MANAGE_ACCOUNTS,  # of another; the own one everybody
    "accounts.accounts.set_password": Permission.MANAGE_ACCOUNTS,
    "accounts.accounts.set_role": Permission.MANAGE_ACCOUNTS,
    "accounts.accounts.sign_out_everywhere": Permission.MANAGE_ACCOUNTS,  # another; oneself everybody
    "accounts.audit_log.actions": Permission.READ_AUDIT,
    "accounts.audit_log.actors": Permission.READ_AUDIT,
    "accounts.audit_log.entries": Permission.READ_AUDIT,
    "accounts.api_keys.create": Permission.MANAGE_KEYS,
    "accounts.api_keys.revoke": Permission.MANAGE_KEYS,
    "accounts.api_keys.revoke_own": Permission.MANAGE_KEYS,
    "accounts.audit_log.export_log": Permission.READ_AUDIT,
    "accounts.audit_log.verify": Permission.READ_AUDIT,
    "accounts.external_annotators.match": Permission.MANAGE_ACCOUNTS,
    "accounts.oidc_links.link": Permission.MANAGE_ACCOUNTS,
    "accounts.two_step.reset": Permission.MANAGE_ACCOUNTS,
    "annotation.adjudication.adjudicate": Permission.ADJUDICATE,
    "annotation.adjudication.undo_adjudication": Permission.ADJUDICATE,
    "annotation.protocols.set_team": Permission.CHANGE_PROTOCOLS,
    "deployment.deployment_control.deploy_again": Permission.DEPLOY,
    "annotation.protocols.set_desk": Permission.CHANGE_PROTOCOLS,
    "annotation.protocols.set_qualification": Permission.CHANGE_PROTOCOLS,
    "annotation.protocols.set_queue": Permission.CHANGE_PROTOCOLS,
    "annotation.protocols.set_retraining": Permission.CHANGE_PROTOCOLS,
    "annotation.qualification_items.add": Permission.CHOOSE_QUALIFICATION_ITEMS,
    "annotation.qualification_items.remove": Permission.CHOOSE_QUALIFICATION_ITEMS,
    "annotation.recording_comments.add_comment": Permission.COMMENT,
    "annotation.recording_comments.remove_comment": Permission.COMMENT,
    "deployment.recording_overview.decide_now": Permission.DECIDE,
    "deployment.recording_overview.overview_of": Permission.SEE_LABELS,
    "evaluation.search_anywhere.find_anywhere": Permission.SEE_LABELS,
    "evaluation.similar_recordings.similar_recordings": Permission.SEE_LABELS,
    "annotation.reported_listening.record_listening": Permission.HEAR_ANY_RECORDING,
    "annotation.rounds.begin_rounds": Permission.BEGIN_ROUNDS,
    "annotation.rounds.cancel_round": Permission.BEGIN_ROUNDS,
    "annotation.setting_aside.count_again": Permission.SET_LABELS_ASIDE,
    "annotation.setting_aside.set_aside": Permission.SET_LABELS_ASIDE,
    "annotation.third_judge.request_third_judge": Permission.BEGIN_ROUNDS,
    "annotation.third_judge.withdraw_request": Permission.BEGIN_ROUNDS,
    "deployment.decision_records.decide": Permission.DECIDE,
    "deployment.decision_log.as_text": Permission.EXPORT,
    "deployment.decision_log.export_decisions": Permission.EXPORT,
    "deployment.decision_log.look_up": Permission.READ_DECISIONS,
    "deployment.decision_log.newest": Permission.READ_DECISIONS,
    "deployment.decision_records.decision": Permission.READ_DECISIONS,
    "deployment.decision_records.record_answers": Permission.DECIDE,
    "deployment.deployment_control.deploy": Permission.DEPLOY,
    "deployment.deployment_control.roll_back": Permission.DEPLOY,
    "deployment.live_plan.set_consent": Permission.RECORD_CONSENT,
    "deployment.live_plan.set_plan": Permission.PLAN_SAMPLES,
    "deployment.promotion_gate.predict_missing": Permission.DEPLOY,
    "deployment.source_adaptation.adapt": Permission.DEPLOY,
    "deployment.source_adaptation.draw": Permission.DEPLOY,
    "deployment.source_adaptation.predict": Permission.DEPLOY,
    "deployment.source_adaptation.use_common": Permission.DEPLOY,
    "evaluation.elsewhere.store_table": Permission.RETRAIN,
    "evaluation.platform_volume.set_volume": Permission.STATE_VOLUME,
    "importing.import_single.import_recording": Permission.IMPORT,
    "importing.import_recordings.run_plan": Permission.IMPORT,
    "importing.import_recordings.import_path": Permission.IMPORT,
    "importing.import_recordings.import_uploads": Permission.IMPORT,
    "importing.previewing.preview_path": Permission.IMPORT,
    "importing.previewing.preview_uploads": Permission.IMPORT,
    "jobs.job_launch.begin_job": Permission.RETRAIN,  # or what its kind needs
    "jobs.job_launch.resume_job": Permission.STEER_JOBS,
    "jobs.job_status.cancel": Permission.STEER_JOBS,
    "deployment.mlflow_export.export_mlflow_model": Permission.DOWNLOAD_MODELS,
    "deployment.model_export.export_tablet_model": Permission.DOWNLOAD_MODELS,
    "jobs.job_status.queue_again": Permission.STEER_JOBS,
    "webhooks.registry.add_webhook": Permission.MANAGE_WEBHOOKS,
    "webhooks.registry.pause_webhook": Permission.MANAGE_WEBHOOKS,
    "webhooks.registry.remove_webhook": Permission.MANAGE_WEBHOOKS,
    "webhooks.registry.resume_webhook": Permission.MANAGE_WEBHOOKS,
    "webhooks.registry.rotate_secret": Permission.MANAGE_WEBHOOKS,
    "webhooks.registry.try_webhook": Permission.MANAGE_WEBHOOKS,
    "maintenance.backup.backup": Permission.BACK_UP,
    "maintenance.backup_restore.verify": Permission.BACK_UP,
    "maintenance.backup_restore.restore": Permission.RESTORE,
    "maintenance.restored_rows.restore_rows": Permission.RESTORE,
    "maintenance.encryption.decrypt": Permission.ENCRYPT,
    "maintenance.encryption.encrypt": Permission.ENCRYPT,
    "maintenance.encryption.rotate": Permission.ENCRYPT,
    "maintenance.demonstration.create_demonstration": Permission.CREATE_DEMONSTRATION,
    "maintenance.demonstration.deploy_first_model": Permission.DEPLOY,
    "maintenance.demonstration.start_first_model": Permission.RETRAIN,
    "maintenance.erasure.erase_child": Permission.ERASE,
    "maintenance.erasure.preview": Permission.ERASE,
    "maintenance.consents.set_consent": Permission.RECORD_CONSENT,
    "maintenance.exporting_child.export_child": Permission.EXPORT,
    "maintenance.exporting_child.zip_child": Permission.EXPORT,
    "maintenance.retention_outlook.preview_run": Permission.ERASE,
    "maintenance.retention_rules.preview_rule": Permission.SET_RETENTION,
    "maintenance.retention_rules.remove_rule": Permission.SET_RETENTION,
    "maintenance.retention_rules.set_rule": Permission.SET_RETENTION,
    "maintenance.retention_run.run": Permission.ERASE,
    "maintenance.receipts.all_receipts": Permission.ERASE,
    "maintenance.receipts.receipt": Permission.ERASE,
    "maintenance.module_fetch.fetch": Permission.FETCH_MODULES,
    "maintenance.module_fetch_job.resume": Permission.FETCH_MODULES,
    "maintenance.module_fetch_job.start": Permission.FETCH_MODULES,
    "maintenance.exporting_dataset.dataset": Permission.EXPORT,
    "maintenance.counts_check.check_counts": Permission.BACK_UP,
    "maintenance.storage_check.check_storage": Permission.BACK_UP,
    "maintenance.stored_backups.make_backup": Permission.BACK_UP,
    "maintenance.stored_backups.restore_backup": Permission.RESTORE,
    "maintenance.stored_backups.stored_backups": Permission.BACK_UP,
    "maintenance.stored_backups.verify_backup": Permission.BACK_UP,
    "maintenance.table_export.export_labels": Permission.EXPORT,
    "maintenance.table_export.export_predictions": Permission.EXPORT,
    "maintenance.audit_export.filtered_table": Permission.READ_AUDIT,
    "maintenance.audit_export.whole_log": Permission.READ_AUDIT,
    "maintenance.screen_exports.labels_table": Permission.EXPORT,
    "maintenance.screen_exports.predictions_table": Permission.EXPORT,
    "overview.warning_watch.dismiss": Permission.DISMISS_WARNINGS,
    "overview.warning_watch.show_again": Permission.DISMISS_WARNINGS,
    "paper.cross_validation.resume": Permission.CROSS_VALIDATE,
    "paper.cross_validation.start": Permission.CROSS_VALIDATE,
    "retraining.learning_curve.resume": Permission.RETRAIN,
    "retraining.learning_curve.start": Permission.RETRAIN,
    "retraining.refresh_set.choose_systems": Permission.CHANGE_PROTOCOLS,
    "retraining.model_history.delete_model": Permission.DELETE_MODELS,
    "retraining.model_history.zip_model": Permission.DOWNLOAD_MODELS,
    "retraining.retraining.resume": Permission.RETRAIN,
    "retraining.retraining.start": Permission.RETRAIN,
    "search.hyperparameter_search.resume": Permission.SEARCH,
    "search.hyperparameter_search.retrain": Permission.RETRAIN,
    "search.hyperparameter_search.start": Permission.SEARCH,
}
ASKED_ABOUT = {  # these are the question
    "accounts.authorisation.require",
    "accounts.authorisation.require_confirmed",
    "accounts.authorisation.require_confirmed_first",
    "accounts.authorisation.require_first",
    "accounts.authorisation.require_recent_proof",
    "importing.server_paths.are_offered",
    "importing.server_paths.permitted",
}
STEPS_OF_AN_ERASURE = {"maintenance.erasure.stop_jobs", "maintenance.erasure.train_again"}  # which has asked
OF_EVERYBODY = {"accounts.audit_log.record_event"}  # also what was refused to somebody who may do nothing
JUDGES_VERBS = {"next_assignments", "record_judgement", "undo_judgement", "skip_recording", "save_preferences"}
JUDGES_READING = {"next_items", "newest_labels", "is_qualification_item", "preferences_of", "audio_for"}
STEPS_OF_VERBS = {"record_answer"}  # of `record_judgement`
SECRET = "correct horse battery"

pytestmark = pytest.mark.usefixtures("database")


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in pkgutil.walk_packages(core.workflows.__path__, "core.workflows."):
        room = importlib.import_module(module.name)
        for name, function in inspect.getmembers(room, inspect.isfunction):
            if function.__module__ == module.name and not name.startswith("_"):
                yield f"{module.name.removeprefix('core.workflows.')}.{name}", function


def verbs() -> dict[str, Callable[..., Any]]:
    """Public functions with an actor; what is handed a transaction is a step of a verb that has asked."""
    found = {}
    for name, function in public_functions():
        parameters = list(inspect.signature(function).parameters)
        if (
            "actor" in parameters
            and parameters[0] != "tx"
            and name not in ASKED_ABOUT | OF_EVERYBODY | STEPS_OF_AN_ERASURE
        ):
            found[name] = function
    return found


def call(verb: Callable[..., Any], who: Actor) -> None:
    """With nothing sensible: a verb that asks first never looks at it."""
    needed = [name for name, one in inspect.signature(verb).parameters.items() if one.default is one.empty]
    verb(**(dict.fromkeys(needed, 0) | {"actor": who}))


def test_every_verb_with_an_actor_is_in_the_table() -> None:
    assert set(verbs()) == set(VERBS)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verb_refuses_every_role_that_may_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in Role:
        who = actor(person(role.value, role))
        if may(role, VERBS[name]):
            monkeypatch.setitem(PERMISSIONS, role, PERMISSIONS[role] - {VERBS[name]})
        with pytest.raises(NotAllowed, match=f"{role.value} may not {VERBS[name]}"):
            call(verbs()[name], who)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verb_refuses_an_account_that_was_closed_or_never_was(name: str) -> None:
    closed = person("anna", Role.ADMIN)
    with session.writing() as tx:
        accounts.set_active(tx, closed.id, is_active=False)
    for who in (actor(closed), Actor(closed.id + 1, "nobody")):
        with pytest.raises(NotAllowed):
            call(verbs()[name], who)


def test_the_account_as_it_stands_now_counts_and_not_as_it_was() -> None:
    anna, boss = person("anna", Role.STAFF), person("boss", Role.ADMIN)
    protocols.set_desk(protocols.DeskProtocol(waveform=False), actor=actor(anna))
    accounts_workflow.set_role(anna.id, Role.JUDGE, actor=confirmed(boss))
    with pytest.raises(NotAllowed, match="anna may not change the rules: that is for pedagogy staff and admin"):
        protocols.set_desk(protocols.DeskProtocol(), actor=actor(anna))


def test_the_command_line_may_do_everything() -> None:
    with session.reading() as tx:
        for permission in Permission:
            authorisation.require(tx, COMMAND_LINE, permission)


def test_a_job_asks_for_what_its_kind_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    staff = actor(person("staff", Role.STAFF))
    for kind, permission in permissions.OF_JOBS.items():
        monkeypatch.setitem(PERMISSIONS, Role.STAFF, frozenset(Permission) - {permission})
        with pytest.raises(NotAllowed, match=permission.value):
            job_launch.begin_job(kind, print, parameters={}, plan=[], actor=staff)


def test_everybody_changes_the_own_language_and_ends_the_own_sign_ins_but_nobody_elses() -> None:
    anna, bert = person("anna"), person("bert")
    assert accounts_workflow.set_language(anna.id, "fr", actor=actor(anna)).speaks == "fr"
    accounts_workflow.sign_out_everywhere(anna.id, actor=actor(anna))
    with pytest.raises(NotAllowed):
        accounts_workflow.set_language(bert.id, "fr", actor=actor(anna))
    with pytest.raises(NotAllowed):
        accounts_workflow.sign_out_everywhere(bert.id, actor=actor(anna))


def test_a_judge_cannot_become_an_administrator_by_asking() -> None:
    anna = person("anna")
    with pytest.raises(NotAllowed):
        accounts_workflow.set_role(anna.id, Role.ADMIN, actor=actor(anna))
    with pytest.raises(NotAllowed):
        accounts_workflow.create("second", SECRET, Role.ADMIN, actor=actor(anna))
    assert [one.name for one in accounts_workflow.all_accounts()] == ["anna"]


def test_every_function_that_takes_an_account_is_known_as_a_judges_verb_or_as_reading() -> None:
    found = set()
    for name, function in public_functions():
        first = next(iter(inspect.signature(function).parameters.values()), None)
        if first is not None and first.annotation == "Account" and name.startswith("annotation."):
            found.add(name.rsplit(".", 1)[1])
    assert found == JUDGES_VERBS | JUDGES_READING | STEPS_OF_VERBS


def judge_everything(judge: Account, recording_id: int) -> list[Callable[[], object]]:
    return [
        lambda: judge_desk.next_assignments(judge, session_id="tab"),
        lambda: give(judge, recording_id, Label.NOISE, request="new"),
        lambda: judge_desk.undo_judgement(judge, session_id="tab"),
        lambda: judge_desk.skip_recording(judge, recording_id=recording_id, round=1, session_id="tab"),
        lambda: desk_preferences.save_preferences(judge, DeskPreferences()),
    ]


def test_a_judge_whose_account_was_closed_meanwhile_changes_nothing() -> None:
    anna = person("anna")
    only, other = add_recordings(2)
    give(anna, only)
    with session.writing() as tx:
        accounts.set_active(tx, anna.id, is_active=False)
    for verb in judge_everything(anna, other):
        with pytest.raises(NotAllowed, match="'anna' is not active or may not judge"):
            verb()


@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_may_not_judge_does_not(role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    who, (only,) = person("anna", role), add_recordings(1)
    monkeypatch.setitem(PERMISSIONS, role, PERMISSIONS[role] - {Permission.JUDGE})
    for verb in judge_everything(who, only):
        with pytest.raises(NotAllowed):
            verb()


def test_a_judge_who_may_not_judge_reads_so_in_the_own_language() -> None:
    anna = replace(person("anna"), speaks="fr", is_active=False)
    with pytest.raises(NotAllowed, match="Le compte «\u00a0anna\u00a0»"):
        judge_desk.next_assignments(anna, session_id="tab")


def test_a_decision_names_a_person_so_the_command_line_makes_none() -> None:
    with pytest.raises(NotAllowed, match="names the person"):
        adjudication.adjudicate(1, Label.NOISE, "why", actor=COMMAND_LINE)
    with pytest.raises(NotFound):
        adjudication.undo_adjudication(1, actor=COMMAND_LINE)
