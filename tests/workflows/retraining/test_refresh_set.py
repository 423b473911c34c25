"""One click trains a set that staff choose once; what waits for a module is left out until it is here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.jobs import JobState, StepState
from core.domain.stored_modules import StoredModule
from core.errors import Refused
from core.workflows.annotation import protocols
from core.workflows.jobs import cluster
from core.workflows.retraining import refresh_set, retraining, retraining_job
from core.workflows.training import model_specs, module_store
from db import jobs, session

MODULE = StoredModule("vggish", "ab" * 32, 1, "", 0, "/mnt", "2026-11-25T10:00:00+00:00", is_genuine=False, words="")


@pytest.fixture(autouse=True)
def handed_over(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "submit", lambda *_, key: None)


def trained() -> list[str]:
    return [system.name for system in refresh_set.every_system() if system.is_trained]


def test_without_a_module_one_click_trains_what_it_always_did() -> None:
    assert refresh_set.specs_in_force() == (model_specs.PRODUCT, model_specs.COMPARISON)
    waiting = [each.name for each in refresh_set.every_system() if each.is_chosen and not each.is_available]
    assert waiting == ["vggish-dnn", "vggish-rnn"]


def test_vggish_joins_as_soon_as_its_module_is_there() -> None:
    module_store.record(MODULE)

    assert trained() == ["product", "mfcc-dnn", "vggish-dnn", "vggish-rnn"]
    titles = [system.title for system in refresh_set.every_system() if system.is_trained]
    assert titles[2:] == ["Stand-in for VGGish DNN", "Stand-in for VGGish RNN"]
    job = retraining.start(actor=COMMAND_LINE)
    assert retraining_job.trained_specs(job) == refresh_set.specs_in_force()


def test_a_folder_by_setting_counts_as_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"graph")
    monkeypatch.setenv("EARSHOT_VGGISH", str(tmp_path))
    config.settings.cache_clear()

    assert "vggish-rnn" in trained()


def test_staff_choose_once_and_the_automatic_rule_stays() -> None:
    protocols.set_retraining(protocols.RetrainingProtocol(True, 50), actor=COMMAND_LINE)
    refresh_set.choose_systems(["mfcc-rnn", "product"], actor=COMMAND_LINE)

    assert trained() == ["product", "mfcc-rnn"]
    rule = protocols.retraining()[1]
    assert (rule.is_automatic, rule.after) == (True, 50)
    assert retraining_job.trained_specs(retraining.start()) == refresh_set.specs_in_force()


def test_the_same_choice_twice_is_one_rule() -> None:
    for _ in range(2):
        refresh_set.choose_systems(["product"], actor=COMMAND_LINE)
        number = protocols.retraining()[0]
    assert number == 1


def test_nothing_chosen_is_the_usual_set_again() -> None:
    refresh_set.choose_systems(["product"], actor=COMMAND_LINE)
    refresh_set.choose_systems([], actor=COMMAND_LINE)

    assert refresh_set.chosen_names() == refresh_set.DEFAULT


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refused, match=r"'prosody-dnn'.*expected one of product, mfcc-dnn"):
        refresh_set.choose_systems(["prosody-dnn"], actor=COMMAND_LINE)


def test_a_set_that_waits_for_modules_alone_is_refused_at_the_click() -> None:
    refresh_set.choose_systems(["vggish-rnn"], actor=COMMAND_LINE)

    with pytest.raises(Refused, match="waits for its module"):
        retraining.start()


def test_a_wish_is_trained_instead_of_the_set() -> None:
    job = retraining.start(features=("mfcc",), networks=("rnn",))

    assert {spec.kind for spec in retraining_job.trained_specs(job)} == {"rnn"}


def test_times_are_those_of_the_newest_retraining_that_did_the_work() -> None:
    for seconds, is_reused in ((12.0, False), (0.1, True)):
        job = retraining.start(features=("mfcc",), networks=("dnn",))
        steps = [replace(step, state=StepState.DONE, seconds=seconds, is_reused=is_reused) for step in job.steps]
        with session.writing() as tx:
            jobs.take(tx, job.id, "here/1/a")
            jobs.show_life(tx, job.id, "here/1/a", [step.as_json() for step in steps])
            jobs.end(tx, job.id, JobState.SUCCEEDED)

    systems = {system.name: system for system in refresh_set.every_system()}
    assert systems["mfcc-dnn"].is_measured
    assert systems["mfcc-dnn"].seconds == 24.0  # features and training
    assert not systems["mfcc-rnn"].is_measured
