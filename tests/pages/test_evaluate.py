"""The Evaluate screen: what it shows for a target, and how a target is deployed."""

from __future__ import annotations

import pytest

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Role
from core.metrics.slices import Slice, SliceShare
from core.workflows.annotation import qualification_items, rounds
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import confusion, model_comparison, model_evaluation, slices
from core.workflows.evaluation.confusion import CELLS
from pages.components.evaluate.decided_recordings import _act
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


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("7", 0.4),
        ("-1", 0.0),
        ("ten", 0.1),
        ("nan", 0.1),
        ("0.123", 0.125),
        ("1e999", 0.4),
        ("-inf", 0.0),
        ("9" * 400, 0.4),
        ("٢", 0.4),
    ],
)
def test_a_target_that_cannot_be_used_is_brought_in_range(written, read, models, screen):
    assert component_data(screen("evaluate", am=written), "earshot_operating_curve")["am"] == read


def test_the_address_says_what_is_shown(models, screen):
    test = screen("evaluate")
    assert test.query_params["am"] == "0.1"
    assert test.query_params["model"] == model_evaluation.champion().id


def test_every_place_of_the_handle_shows_what_a_report_computes(models, screen):
    rungs = component_data(screen("evaluate", model=models[0]), "earshot_operating_curve")["rungs"]
    for rung in rungs[::20]:
        report = model_evaluation.report(models[0], rung["am_target"])
        assert rung["threshold"] == report.threshold
        assert (rung["test"]["rcc"], rung["test"]["am"]) == pytest.approx((report.test.rcc, report.test.am))
        assert rung["test"]["refused"]["accepted"] == report.test.confusion.accepted_refused
        assert rung["test"]["rcc_interval"] == pytest.approx(report.test.rcc_interval)
        assert rung["promise"]["upper"] == pytest.approx(report.promise.upper)


def test_the_judges_stand_beside_the_curve(models, screen):
    judges = component_data(screen("evaluate"), "earshot_operating_curve")["judges"]
    assert [one["judge"] for one in judges] == ["ada", "ben"]
    assert all(0 < one["rcc"] < 1 for one in judges)


@pytest.mark.parametrize("name", ["accepted_refused", "noise_passed", "speechless_passed", "accepted_passed"])
def test_a_cell_opens_its_recordings_worst_first(name, models, screen):
    test = screen("evaluate", model=models[0])
    test.button(key=f"cell_{name}").click().run()
    assert not test.exception
    assert test.query_params["cell"] == name
    page = confusion.recordings_of_cell(models[0], model_evaluation.report(models[0], 0.1).threshold, CELLS[name])
    expected = [one.judged.recording.id for one in page.items]
    assert expected, "the seeded model should have recordings in each cell"
    assert [item["id"] for item in component_data(test, "earshot_player")["items"]] == expected
    assert test.button(key=f"cell_{name}").label.endswith(f"· {page.total}")


def test_examples_show_both_judgements_and_the_probabilities_of_both_models(models, screen):
    deployment_control.deploy(models[1], 0.2, actor=COMMAND_LINE)
    item = component_data(screen("evaluate", model=models[0]), "earshot_player")["items"][0]
    assert [chip["who"] for chip in item["chips"]] == ["ada", "ben"]
    assert [bar["name"] for bar in item["bars"]] == ["Accepted", "Noise", "Speechless", "in force"]
    assert item["bars"][0]["mark"] == pytest.approx(model_evaluation.report(models[0], 0.2).threshold, abs=1)
    assert item["bars"][3]["mark"] == deployment_control.current_deployment().operating_point.threshold


def test_a_big_cell_has_pages_that_stand_in_the_address(models, screen, monkeypatch):
    monkeypatch.setattr("pages.components.evaluate.decided_recordings.PAGE_SIZE", 2)
    monkeypatch.setattr("pages.components.evaluate.confusion_view.PAGE_SIZE", 2)
    test = screen("evaluate", model=models[0], cell="accepted_passed")
    first = [item["id"] for item in component_data(test, "earshot_player")["items"]]
    assert test.button(key="cell_before").disabled
    test.button(key="cell_next").click().run()
    second = [item["id"] for item in component_data(test, "earshot_player")["items"]]
    assert test.query_params["from"] == "2"
    assert len(first) == 2
    assert not set(first) & set(second)


def test_every_group_is_shown_and_one_can_be_heard(models, screen):
    test = screen("evaluate", model=models[0], tab="groups", slice="language:fr")
    assert not test.exception
    assert "No group is treated so much worse" in test.success[0].value
    assert test.query_params["slice"] == "language:fr"
    items = component_data(test, "earshot_player")["items"]
    assert items
    assert {item["language"] for item in items} == {"fr"}


@pytest.mark.parametrize("begin", ["99999980", "9" * 30, "-20", "nan", "²", "1e3", " 7"])
@pytest.mark.parametrize(
    "view",
    [{"tab": "groups", "slice": "language:fr"}, {"cell": "accepted_passed"}, {"tab": "models", "right": "other"}],
)
def test_an_address_beyond_the_end_shows_the_last_page(models, screen, view, begin):
    test = screen("evaluate", model=models[0], **view, **{"from": begin})
    assert not test.exception
    assert not test.error
    assert component_data(test, "earshot_player")["items"]


def test_a_model_that_the_address_makes_up_is_named_as_it_is(models, screen):
    test = screen("evaluate", model="[click](http://x)" + "9" * 300)
    assert not test.exception
    assert "[click]" not in test.warning[0].value


def test_a_group_that_is_treated_worse_is_said_first(models, screen, monkeypatch):
    good, bad = (SliceShare(0.3, (0.2, 0.4), 0.1, 80, 20, p=0.004, is_worse=k) for k in (True, False))
    monkeypatch.setattr(slices, "slices_at_threshold", lambda *_, **__: [Slice("language", "fr", good, bad)])
    test = screen("evaluate", model=models[0], tab="groups")
    assert "**language: fr** is treated worse: 30.0 % of its good readings" in test.warning[0].value.replace("\\", "")


def test_two_models_are_held_against_each_other(models, screen):
    test = screen("evaluate", model=models[0], against=models[1], tab="models", right="other")
    assert not test.exception
    told = " ".join(one.value for one in test.markdown)
    assert "on the same 20 test recordings" in told
    found = model_comparison.compare_models(models[0], models[1], 0.1)
    assert f"is right · {found.n_second_right}" in test.segmented_control(key="right").options[1]
    expected = model_comparison.differing_decisions(models[0], models[1], 0.1, is_first_right=False)
    shown = [item["id"] for item in component_data(test, "earshot_player")["items"]]
    assert shown == [one.decided.judged.recording.id for one in expected]


def test_how_sure_it_is_names_the_promise_and_the_judges(models, screen):
    test = screen("evaluate", tab="sure")
    assert not test.exception
    told = " ".join(one.value for one in test.markdown)
    assert "be promised" in told
    assert "design effect" in told
    assert "What people reach" in told


def test_the_report_can_be_downloaded(models, screen):
    test = screen("evaluate", tab="report", am="0.15")
    assert not test.exception
    assert "--am 0.15 --html" in test.code[0].value
    assert test.get("download_button")


def test_staff_say_how_much_is_read_and_see_it_per_day(models, screen):
    test = screen("evaluate")
    assert component_data(test, "earshot_operating_curve")["day"] is None
    test.number_input(key="volume_readings").set_value(3000)
    test.number_input(key="volume_bad").set_value(40.0)
    test.button(key="volume_set").click().run()
    assert component_data(test, "earshot_operating_curve")["day"] == {"good": 1800, "bad": 1200}


def test_using_a_point_deploys_it_with_its_reason(models, screen):
    test = screen("evaluate", am="0.15", model=models[1])
    test.button(key="use_point").click().run()
    test.text_area(key="reason_to_use").set_value("Children get frustrated")
    test.button(key="confirm_use").click().run()
    assert not test.exception
    now = deployment_control.current_deployment()
    assert (now.operating_point.model_id, now.operating_point.am_target) == (models[1], 0.15)
    assert now.reason == "Children get frustrated"
    assert "In force from now on" in test.toast[0].value
    assert now.operating_point.model_title in test.toast[0].value  # a name with its version, such as "mfcc RNN 2"
    assert now.operating_point.model_title[-1].isdigit()


def test_the_point_that_is_in_force_is_not_offered_again(models, screen):
    deployment_control.deploy(models[1], 0.15, actor=COMMAND_LINE)
    test = screen("evaluate", am="0.15", model=models[1])
    assert test.button(key="point_in_force").disabled
    assert "use_point" not in {button.key for button in test.button}
    assert screen("evaluate", am="0.2", model=models[1]).button(key="use_point")
    assert screen("evaluate", am="0.15", model=models[0]).button(key="use_point")


def test_rolling_back_asks_first(models, screen):
    for am in (0.1, 0.2):
        deployment_control.deploy(models[0], am, actor=COMMAND_LINE)
    test = screen("evaluate")
    test.button(key="roll_back").click().run()
    assert deployment_control.current_deployment().operating_point.am_target == 0.2
    test.button(key="confirm_roll_back").click().run()
    assert deployment_control.current_deployment().operating_point.am_target == 0.1


def test_after_a_roll_back_there_is_a_way_forward(models, screen):
    for am in (0.1, 0.2):
        deployment_control.deploy(models[0], am, actor=COMMAND_LINE)
    deployment_control.roll_back(reason="", actor=COMMAND_LINE)
    test = screen("evaluate")
    test.button(key="go_forward").click().run()
    test.button(key="confirm_again").click().run()
    assert not test.exception
    assert deployment_control.current_deployment().operating_point.am_target == 0.2


def test_an_unknown_model_in_the_address_is_named(models, screen):
    assert "gone" in screen("evaluate", model="gone").warning[0].value


def test_it_opens_at_the_target_in_force(models, screen):
    deployment_control.deploy(models[1], 0.2, actor=COMMAND_LINE)
    test = screen("evaluate")
    assert test.selectbox(key="model").value == models[1]
    assert component_data(test, "earshot_operating_curve")["am"] == 0.2


def test_what_goes_wrong_is_sent_back_to_two_judges(models, screen):
    test = screen("evaluate", cell="accepted_refused")
    data = component_data(test, "earshot_player")
    shown = [item["id"] for item in data["items"]]
    assert [(one["choice"], one["key"]) for one in data["actions"]] == [("again", "b"), ("example", "k")]
    test.button(key="cell_player_all").click().run()
    assert not test.exception
    assert sorted(one.judged.recording.id for one in rounds.open_rounds()) == sorted(shown)
    notes = [item["note"] for item in component_data(test, "earshot_player")["items"]]
    assert all("Round 2, being judged again." in note for note in notes)


def test_a_recording_is_kept_to_train_judges(models, signed_in, database):
    account = signed_in(Role.STAFF)
    recording_id = confusion.recordings_of_cell(models[0], 0.5, CELLS["accepted_passed"]).items[0].judged.recording.id
    _act(recording_id, "example", "any", Actor.of(account))
    assert [one.recording.id for one in qualification_items.items()] == [recording_id]
