"""The Paper screen: the paper's tables here, beside what it published."""

from __future__ import annotations

import pytest

from core.domain.labels import Role
from core.workflows.jobs import job_status
from tests.pages import seeding
from tests.workflows import trained
from tests.workflows.paper import crossed_rows


@pytest.fixture
def staff(database, signed_in) -> None:
    signed_in(Role.STAFF)


def test_before_any_training_the_published_figures_are_there(staff, screen):
    test = screen("paper")
    assert not test.exception
    assert test.info[0].proto.title == "None of the paper's systems is trained here yet"
    table = test.dataframe[0].value
    assert table["paper f(0.10)"].max() == pytest.approx(51)


def test_one_click_cross_validates_and_it_can_be_cancelled(staff, screen, monkeypatch):
    monkeypatch.setattr("core.workflows.jobs.cluster.submit", lambda *_, key: None)
    seeding.seed_judgements(seeding.seed_recordings())
    test = screen("paper")
    test.number_input(key="n_folds").set_value(3).run()
    test.button(key="cross").click().run()
    assert not test.exception
    assert job_status.current_job(job_status.PAPER).parameters["folds"] == 3
    assert test.button(key="cross").disabled
    test.button(key="cancel_paper").click().run()
    assert job_status.current_job(job_status.PAPER).state == "cancelled"
    test.button(key="resume_paper").click().run()
    assert job_status.current_job(job_status.PAPER).state == "queued"


def test_a_cross_validation_is_shown_before_trained_models(staff, screen, monkeypatch):
    trained.label_recordings(n_children=20)
    crossed_rows.without_training(monkeypatch)
    crossed_rows.cross()
    test = screen("paper")
    assert not test.exception
    assert test.segmented_control(key="source").value == "folds"
    assert "is not the published VGGish" in test.warning[0].proto.title
    assert [one.value for one in test.header][1] == "In the place of Table 4: a stand-in for VGGish"
    assert not test.dataframe[0].value["f(0.10)"].isna().any()


def test_there_is_nothing_to_cross_validate_without_labels(staff, screen):
    assert screen("paper").button(key="cross").disabled


def test_a_trained_system_stands_beside_the_published_one(staff, screen):
    seeding.seed_all()
    test = screen("paper")
    assert not test.exception
    table = test.dataframe[0].value.set_index("System")
    assert 0 <= table.loc["Multiclass (RNN)", "f(0.10)"] <= 100
    assert table.loc["Multiclass (RNN)", "paper f(0.10)"] == pytest.approx(48)
    assert not any("is trained here yet" in one.proto.title for one in test.info)


def test_the_tables_can_be_downloaded(staff, screen):
    assert [one.proto.label for one in screen("paper").get("download_button")] == ["CSV", "LaTeX"]


def test_every_claim_has_a_verdict(staff, screen):
    claims = screen("paper").tabs[2].get("badge") or screen("paper").tabs[2].markdown
    assert len(claims) >= 8


def test_a_judge_may_not_see_it(staff, signed_in, screen):
    signed_in(Role.JUDGE)
    test = screen("paper")
    assert "This screen is for" in test.error[0].value
    assert not test.dataframe
