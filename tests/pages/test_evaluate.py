"""The Evaluate screen: what it shows for a target, and how a target comes into force."""

from __future__ import annotations

import pytest

from core.labels import Role, Split
from core.workflows import deploying, evaluating, rounds
from core.workflows.actor import COMMAND_LINE
from pages.parts.operating_curve import TARGETS, ladder
from tests.pages import seeding
from tests.pages.looking import component_data


@pytest.fixture
def models(database, signed_in) -> list[str]:
    signed_in(Role.STAFF)
    return seeding.seed_all()


def test_without_a_model_it_says_what_to_do(database, signed_in, screen):
    signed_in(Role.STAFF)
    test = screen("evaluate")
    assert not test.exception
    assert "No model is trained yet" in test.info[0].proto.title
    assert test.page_link[0].value == "Train the first model"


def test_a_judge_may_not_see_it(database, signed_in, screen):
    signed_in(Role.JUDGE)
    test = screen("evaluate")
    assert "This screen is for" in test.error[0].value
    assert not test.selectbox


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
def test_it_opens_for_staff_and_administrators(role, models, signed_in, screen):
    signed_in(role)
    test = screen("evaluate")
    assert not test.exception
    assert component_data(test, "earshot_operating_curve")["am"] == 0.1
    assert test.button(key="use_point").label.endswith("10.0 %")


def test_the_address_restores_model_and_target(models, screen):
    test = screen("evaluate", am="0.2", model=models[1], children="validation")
    assert test.selectbox(key="model").value == models[1]
    data = component_data(test, "earshot_operating_curve")
    assert (data["am"], data["split"]) == (0.2, "validation")


@pytest.mark.parametrize(("written", "read"), [("7", 0.4), ("-1", 0.0), ("ten", 0.1), ("nan", 0.1), ("0.123", 0.125)])
def test_a_target_that_cannot_be_used_is_brought_in_range(written, read, models, screen):
    assert component_data(screen("evaluate", am=written), "earshot_operating_curve")["am"] == read


def test_the_address_says_what_is_shown(models, screen):
    test = screen("evaluate")
    assert test.query_params["am"] == "0.1"
    assert test.query_params["model"] == evaluating.champion().id


def test_every_rung_shows_what_a_report_computes(models):
    steps = ladder(evaluating.drag_points(models[0]), evaluating.curve_points(models[0], Split.VALIDATION))
    for am in (TARGETS[0], 0.1, 0.15, 0.355, TARGETS[-1]):
        rung, report = steps.at(am), evaluating.report(models[0], am)
        assert rung.threshold == report.threshold
        assert (rung.test.rcc, rung.test.am) == pytest.approx((report.test.rcc, report.test.am))
        assert rung.test.rejected_caught == report.test.confusion.rejected_caught
        assert rung.validation.accepted_refused == report.validation.confusion.accepted_refused


@pytest.mark.parametrize("cell", ["accepted_refused", "noise_passed", "speechless_passed"])
def test_a_cell_opens_its_recordings_worst_first(cell, models, screen):
    test = screen("evaluate", model=models[0])
    test.button(key=f"cell_{cell}").click().run()
    assert not test.exception
    wrong = evaluating.confusions(models[0], evaluating.report(models[0], 0.1).threshold, split=Split.TEST)
    expected = [mistake.probability.recording_id for mistake in getattr(wrong, cell)]
    assert expected, "the seeded model should make mistakes of each kind"
    assert [item["id"] for item in component_data(test, "earshot_player")["items"]] == expected


def test_examples_show_both_judgements_and_the_probabilities(models, screen):
    item = component_data(screen("evaluate", model=models[0]), "earshot_player")["items"][0]
    assert [chip["who"] for chip in item["chips"]] == ["ada", "ben"]
    assert [bar["name"] for bar in item["bars"]] == ["Accepted", "Noise", "Speechless"]
    assert item["bars"][0]["mark"] == pytest.approx(evaluating.report(models[0], 0.1).threshold)


def test_using_a_point_deploys_it_with_its_reason(models, screen):
    test = screen("evaluate", am="0.15", model=models[1])
    test.button(key="use_point").click().run()
    test.text_area(key="reason_to_use").set_value("Children get frustrated")
    test.button(key="confirm_use").click().run()
    assert not test.exception
    now = deploying.deployed()
    assert (now.operating_point.model_id, now.operating_point.am_target) == (models[1], 0.15)
    assert now.reason == "Children get frustrated"
    assert "In force from now on" in test.toast[0].value


def test_rolling_back_asks_first(models, screen):
    for am in (0.1, 0.2):
        deploying.use(models[0], am, actor=COMMAND_LINE)
    test = screen("evaluate")
    test.button(key="roll_back").click().run()
    assert deploying.deployed().operating_point.am_target == 0.2
    test.button(key="confirm_roll_back").click().run()
    assert deploying.deployed().operating_point.am_target == 0.1


def test_an_unknown_model_in_the_address_is_named(models, screen):
    assert "gone" in screen("evaluate", model="gone").warning[0].value


def test_it_opens_at_the_target_in_force(models, screen):
    deploying.use(models[1], 0.2, actor=COMMAND_LINE)
    test = screen("evaluate")
    assert test.selectbox(key="model").value == models[1]
    assert component_data(test, "earshot_operating_curve")["am"] == 0.2


def test_what_goes_wrong_is_sent_back_to_two_judges(models, screen):
    test = screen("evaluate")
    data = component_data(test, "earshot_player")
    shown = [item["id"] for item in data["items"]]
    assert data["action"]["words"] == "Judge again"
    test.button(key="examples_all").click().run()
    assert not test.exception
    assert sorted(one.judged.recording.id for one in rounds.under_way()) == sorted(shown)
    notes = [item["note"] for item in component_data(test, "earshot_player")["items"]]
    assert set(notes) == {"Round 2, being judged again."}
