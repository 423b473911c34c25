"""Evaluate, Retrain, Paper and Live, as somebody sees them who reads French: no English word is left."""

from __future__ import annotations

import pytest

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.jobs import JobStep
from core.domain.labels import Role
from core.messages import Message
from core.sentences import job_sentences
from core.translation import translate_count
from core.workflows.accounts import accounts
from core.workflows.deployment import deployment_control, promotion_gate
from core.workflows.evaluation import platform_volume
from core.workflows.jobs import job_status
from core.workflows.paper import claim_repeats, cross_validation_plan
from core.workflows.retraining import learning_curve, retraining, retraining_steps
from core.workflows.search import search_plan
from core.workflows.training.model_specs import ClassifierSpec
from db import jobs as jobs_table
from db import session
from tests.pages import seeding
from tests.pages.french import english_words
from tests.workflows import trained
from tests.workflows.in_class import agreed, decide, decided, nothing_waits, program
from tests.workflows.paper import crossed_rows

__all__ = ["agreed", "decided", "nothing_waits", "program"]
VIEWS = ("hear", "groups", "sources", "models", "sure", "elsewhere", "report")
LIVE_VIEWS = ("judged", "decisions", "threshold", "drift", "plan")


@pytest.fixture
def reader(database, signed_in) -> Actor:
    """Staff who read French."""
    account = signed_in(Role.STAFF, "marie")
    return Actor.of(accounts.set_language(account.id, "fr", actor=COMMAND_LINE))


@pytest.fixture
def clicks_in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest looks a choice up outside of the run, where nobody looks and words are English."""
    monkeypatch.setattr("pages.components.words.language", lambda: "fr")
    monkeypatch.setattr("pages.components.formatting.language", lambda: "fr")


@pytest.fixture
def models(reader) -> list[str]:
    return seeding.seed_all()


def test_none_is_singular_in_french():
    forms = ("{n} child", "{n} children")
    assert translate_count("fr", *forms, 0) == "0 enfant"
    assert translate_count("en", *forms, 0) == "0 children"


@pytest.mark.parametrize(
    ("template", "values", "shown"),
    [
        ("{n} recordings", {"n": 160}, "160 enregistrements"),
        ("{size:.1f} MB", {"size": 290.06}, "290,1 Mo"),
        ("{system}, fold {fold}", {"system": "mfcc DNN binary", "fold": 2}, "MFCC DNN binaire, pli 2"),
        ("of somebody else", {}, "of somebody else"),
    ],
)
def test_the_note_of_a_step_is_read_in_french(template, values, shown):
    message = Message(template, values)
    step = JobStep.from_json(JobStep("Labels").noted(message).as_json())
    assert job_sentences.note_words(step, speaks="fr") == shown
    assert job_sentences.note_words(step) == str(message)


def test_the_name_of_a_step_is_read_in_french():
    classifier = ClassifierSpec("steady", "svm", "double binary")
    step = JobStep.from_json(JobStep.planned(retraining_steps.training_step(classifier), weight=1.0).as_json())
    assert step.name == "Train: steady SVM double binary"
    assert job_sentences.step_words(step, speaks="fr") == "Entraînement\u00a0: Dynamique stable SVM double binaire"


@pytest.mark.parametrize("name", ["{n} of {total}.wav", "a, fold 1 of 2; " * 60 + ".wav", "is there", "a {b"])
def test_a_name_that_no_template_could_recognise_is_no_hindrance(name):
    note = Message("{n} recordings; left out, because their files are lost: {files}", {"n": 3, "files": name})
    step = JobStep.from_json(JobStep("Labels").noted(note).as_json())
    words = job_sentences.note_words(step, speaks="fr")
    assert words == f"3 enregistrements\u202f; laissés de côté, car leurs fichiers sont perdus\u00a0: {name}"


def test_what_an_earlier_version_stored_of_a_job_is_recognised():
    stored = {"name": "Labels", "state": "done", "note": "fold 2 of 5, epoch 3, at most 40"}
    assert job_sentences.note_words(JobStep.from_json(stored), speaks="fr") == "pli 2 sur 5, époque 3, au plus 40"


@pytest.mark.parametrize(
    "step",
    [
        retraining.LABELS,
        retraining.PUBLISH,
        retraining.POOL,
        learning_curve.STEP,
        promotion_gate.STEP,
        claim_repeats.STEP,
        search_plan.CHOICE,
        cross_validation_plan.MODULES,
        cross_validation_plan.EPOCHS,
        cross_validation_plan.TABLES,
    ],
)
def test_each_step_of_a_job_has_a_french_name(step):
    assert step in job_sentences.STEPS
    assert job_sentences.step_words(JobStep(step), speaks="fr")


def test_an_english_word_would_be_noticed(database, signed_in, screen):
    signed_in(Role.STAFF)
    seeding.seed_all()
    assert {"wrongly", "threshold", "children"} <= english_words(screen("evaluate")).keys()


@pytest.mark.parametrize("name", ["evaluate", "retrain", "paper", "live"])
def test_an_empty_screen_is_french(reader, screen, name):
    test = screen(name)
    assert not test.exception
    assert english_words(test) == {}


@pytest.mark.parametrize("tab", VIEWS)
def test_each_view_of_evaluate_is_french(models, reader, screen, tab):
    deployment_control.deploy(models[1], 0.1, reason="parce que", anyway=True, actor=reader)
    deployment_control.deploy(models[0], 0.2, reason="pour voir", anyway=True, actor=reader)
    platform_volume.set_volume(platform_volume.PlatformVolume(1000, 0.5), actor=reader)
    test = screen("evaluate", tab=tab)
    assert not test.exception
    assert english_words(test) == {}


@pytest.mark.usefixtures("clicks_in_french")
def test_the_dialogs_of_evaluate_are_french(models, reader, screen):
    deployment_control.deploy(models[1], 0.1, anyway=True, reason="parce que", actor=reader)
    deployment_control.deploy(models[0], 0.2, anyway=True, reason="pour voir", actor=reader)
    for key in ("use_point", "roll_back"):
        test = screen("evaluate", am="0.3")
        test.button(key=key).click().run()
        assert not test.exception
        assert english_words(test) == {}, key


@pytest.mark.usefixtures("clicks_in_french")
def test_retrain_with_models_and_a_comparison_is_french(models, reader, screen):
    deployment_control.deploy(models[1], 0.1, reason="parce que", anyway=True, actor=reader)
    test = screen("retrain")
    test.selectbox(key="card_of").select(models[0]).run()
    assert not test.exception
    assert english_words(test) == {}


@pytest.mark.parametrize("state", ["running", "failed", "succeeded", "cancelled"])
def test_a_job_is_shown_in_french(reader, screen, monkeypatch, state):
    monkeypatch.setattr("core.workflows.jobs.cluster.submit", lambda function, job_id, key: None)
    seeding.seed_judgements(seeding.seed_recordings())
    job = retraining.start(actor=reader)
    if state != "running":
        with session.writing() as tx:
            jobs_table.end(tx, job.id, state, error=None if state == "succeeded" else Message(job_status.INTERRUPTED))
    test = screen("retrain")
    assert not test.exception
    assert english_words(test) == {}


def test_the_tables_of_the_paper_are_french(reader, screen, monkeypatch):
    trained.label_recordings(n_children=20)
    crossed_rows.without_training(monkeypatch)
    crossed_rows.cross()
    test = screen("paper")
    assert not test.exception
    assert english_words(test) == {}


@pytest.mark.usefixtures("nothing_waits")
@pytest.mark.parametrize("tab", LIVE_VIEWS)
def test_each_view_of_live_is_french(agreed, program, reader, screen, tab):
    decide(program, "good", "bad", "bad")
    test = screen("live", tab=tab)
    assert not test.exception
    assert english_words(test) == {}
