"""The Paper screen: the paper's tables here, beside what it published."""

from __future__ import annotations

import pytest

from core.labels import Role
from tests.pages import seeding


@pytest.fixture
def staff(database, signed_in) -> None:
    signed_in(Role.STAFF)


def test_before_any_training_the_published_figures_are_there(staff, screen):
    test = screen("paper")
    assert not test.exception
    assert test.info[0].proto.title == "None of the paper's systems is trained here yet"
    table = test.dataframe[0].value
    assert table["paper f(0.10)"].max() == pytest.approx(51)


def test_it_says_how_to_train_what_is_missing(staff, screen):
    commands = [one.value for one in screen("paper").code]
    assert commands == [
        f"python -m core retrain --features {name} --networks dnn,rnn --wait" for name in ("mfcc", "vggish")
    ]


def test_a_trained_system_stands_beside_the_published_one(staff, screen):
    seeding.seed_all()
    test = screen("paper")
    assert not test.exception
    table = test.dataframe[1].value.set_index("System")
    assert 0 <= table.loc["multiclass (RNN)", "f(0.10)"] <= 100
    assert table.loc["multiclass (RNN)", "paper f(0.10)"] == pytest.approx(48)
    assert not test.info


def test_the_table_can_be_downloaded(staff, screen):
    assert screen("paper").get("download_button")


def test_every_claim_has_a_verdict(staff, screen):
    claims = screen("paper").table[-1].value
    assert len(claims) >= 4
    assert (claims["Here"].str.len() > 0).all()


def test_a_judge_may_not_see_it(staff, signed_in, screen):
    signed_in(Role.JUDGE)
    test = screen("paper")
    assert "This screen is for" in test.error[0].value
    assert not test.dataframe
