"""The Disagreements screen: hear, decide with a reason, take back, put aside."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Label, Role
from core.workflows.accounts import accounts
from core.workflows.annotation import adjudication, judging_progress, rounds, third_judge
from core.workflows.evaluation import doubtful_labels
from core.workflows.importing import import_recordings
from db import recordings, schema, session
from tests import audio_files
from tests.annotation.hearing import LONG_S, send_sound, settle
from tests.pages import seeding
from tests.pages.looking import component_data, components


@pytest.fixture
def ids(database, signed_in) -> list[int]:
    signed_in(Role.STAFF)
    made = seeding.seed_recordings()
    seeding.seed_judgements(made, differ=3)
    return made


def heard(test, *recording_ids: int):
    """The screen after its player has reported these as heard to the end."""
    staff = next(account for account in accounts.all_accounts() if account.role is Role.STAFF)
    for recording_id in recording_ids:
        send_sound(recording_id, staff.id)
    test.session_state["heard_s"] = dict.fromkeys(recording_ids, LONG_S)
    return test.run()


def because(test, recording_id: int, reason: str = "Nobody speaks"):
    test.button_group(key=f"reason_{recording_id}").set_value(reason)
    return test


def shown(test) -> dict:
    return component_data(test, "earshot_player")["items"][0]


def test_both_labels_are_shown_but_not_whose(ids, screen):
    test = screen("disagreements")
    assert not test.exception
    item = shown(test)
    assert item["id"] == ids[0]
    assert [chip["label"] for chip in item["chips"]] == ["Accepted", "Noise"]
    assert {chip["who"] for chip in item["chips"]} == {""}


def test_a_decision_is_stored_with_its_reason_and_the_next_one_comes(ids, screen):
    test = heard(screen("disagreements"), ids[0])
    because(test, ids[0], "Clear when heard again").button(key="decide_noise").click().run()
    assert not test.exception
    newest = adjudication.adjudicated()[0]
    assert (newest.recording.id, newest.decision.label) == (ids[0], Label.NOISE)
    assert newest.decision.reason == "Clear when heard again"
    assert shown(test)["id"] == ids[1]


def test_nothing_is_settled_unheard_and_no_reason_is_chosen_beforehand(ids, screen):
    test = screen("disagreements")
    assert all(test.button(key=f"decide_{label.name.lower()}").disabled for label in Label)
    assert component_data(test, "earshot_player")["heard_first"] == {"needed_s": 1.5, "answers": [*map(str, Label)]}
    assert test.button_group(key=f"reason_{ids[0]}").value is None
    test = heard(test, ids[0])
    test.button(key="decide_noise").click().run()
    assert adjudication.adjudicated() == []  # a reason is missing
    because(test, ids[0]).run()
    assert adjudication.adjudicated()[0].decision.reason == "Nobody speaks"


def test_own_words_count_before_the_common_reason(ids, screen):
    test = heard(screen("disagreements"), ids[0])
    test.text_input(key="own_reason").set_value("A door slams over the word")
    test.button(key="decide_accepted").click().run()
    assert adjudication.adjudicated()[0].decision.reason == "A door slams over the word"
    assert test.text_input(key="own_reason").value == ""


def test_the_last_decision_can_be_taken_back(ids, screen):
    test = heard(screen("disagreements"), ids[0])
    because(test, ids[0]).button(key="decide_accepted").click().run()
    test.button(key="undo_last").click().run()
    assert not test.exception
    assert judging_progress.count_progress().disagreed == 3
    assert shown(test)["id"] == ids[0]


def test_one_put_aside_comes_again_after_the_others(ids, screen):
    test = screen("disagreements")
    seen = []
    for _ in range(4):
        seen.append(shown(test)["id"])
        test.button(key="later").click().run()
    assert seen == [*ids[:3], ids[0]]


def test_what_is_left_is_counted(ids, screen):
    assert "3 recordings" in screen("disagreements").markdown[0].value


def test_a_decision_of_somebody_else_is_said_not_overwritten(ids, screen):
    test = heard(screen("disagreements"), ids[0])
    other = Actor.of(accounts.create("eve", None, Role.ADMIN, actor=COMMAND_LINE))
    settle(ids[0], Label.SPEECHLESS, "Nobody speaks", actor=other)
    because(test, ids[0]).button(key="decide_accepted").click().run()
    assert "not to settle" in test.error[0].value
    assert adjudication.adjudicated()[0].decision.label is Label.SPEECHLESS


def test_nothing_to_settle_is_good_news(database, signed_in, screen):
    signed_in(Role.STAFF)
    seeding.seed_judgements(seeding.seed_recordings(), differ=0)
    assert screen("disagreements").info[0].proto.title == "Nothing to settle"


def test_before_any_judging_it_says_what_to_do(database, signed_in, screen):
    signed_in(Role.ADMIN)
    assert screen("disagreements").info[0].proto.title == "Nothing is judged twice yet"


def test_a_judge_may_not_see_it(ids, signed_in, screen):
    signed_in(Role.JUDGE)
    test = screen("disagreements")
    assert "This screen is for" in test.error[0].value
    assert not components(test, "earshot_player")


def test_nobody_takes_back_what_somebody_else_decided(ids, screen):
    other = Actor.of(accounts.create("eve", None, Role.ADMIN, actor=COMMAND_LINE))
    settle(ids[0], Label.SPEECHLESS, "Nobody speaks", actor=other)
    test = screen("disagreements")
    assert not any(button.key == "undo_last" for button in test.button)
    assert any("decided" in one.value and "by eve" in one.value for one in test.markdown)


def say(recording_id: int, name: str, label: Label, **how) -> None:
    """One more label on a recording, with how it was heard."""
    judge = accounts.create(name, None, Role.JUDGE, actor=COMMAND_LINE)
    with session.writing() as tx:
        given = {"recording_id": recording_id, "account_id": judge.id, "label": str(label), "origin": "annotate"}
        tx.execute(insert(schema.judgements).values(given | {"decided_at": session.now(), "round": 1} | how))


def test_how_each_judge_heard_it_is_shown_without_names(database, signed_in, screen):
    signed_in(Role.STAFF)
    only = seeding.seed_recordings()[0]
    say(only, "ada", Label.NOISE, seconds_heard=1.2, replays=2, decision_s=3.4, comment="a *door* slams", flag=True)
    say(only, "ben", Label.ACCEPTED, seconds_heard=1.5)
    test = screen("disagreements")
    assert not test.exception
    everything = " ".join(one.value for one in [*test.markdown, *test.caption])
    assert "heard 1.2 of 1.5 s · played again 2 times · decided after 3.4 s" in everything
    assert "“a \\*door\\* slams”" in everything
    assert "not sure" in everything
    assert "ada" not in everything
    assert "ben" not in everything


def test_the_figures_of_the_sound_are_shown(database, signed_in, screen, tmp_path):
    signed_in(Role.STAFF)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "tone.wav").write_bytes(audio_files.encode(audio_files.tone(440, 1.0)))
    (tmp_path / "in" / "manifest.csv").write_text("filename,judge_1,judge_2\ntone.wav,Noise,Accepted\n")
    import_recordings.import_path(tmp_path / "in", actor=COMMAND_LINE)
    figures = next(one.value for one in screen("disagreements").caption if "dBFS" in one.value)
    assert figures.startswith("1.0 s · peak −")
    assert "clipped 0.0 %" in figures


def test_only_the_chosen_kind_is_heard(ids, screen):
    test = screen("disagreements")
    assert test.button_group(key="kind").options[:4] == [
        "All · 3",
        "Accepted against Noise · 1",
        "Accepted against Speechless · 1",
        "Noise against Speechless · 1",
    ]
    test.button_group(key="kind").set_value("Noise against Speechless").run()
    assert not test.exception
    assert [chip["label"] for chip in shown(test)["chips"]] == ["Noise", "Speechless"]
    number = shown(test)["id"]
    because(heard(test, number), number).button(key="decide_noise").click().run()
    assert "None of this kind" in test.info[0].value


def test_a_third_judge_is_asked_instead_of_deciding_and_called_back(ids, screen):
    test = screen("disagreements")
    test.button(key="third").click().run()
    assert not test.exception
    assert [one.disagreement.recording.id for one in third_judge.open_requests()] == [ids[0]]
    assert shown(test)["id"] == ids[1]
    assert "to a third judge" in test.button(key="undo_last").label
    test.button(key=f"call_back_{ids[0]}").click().run()
    assert third_judge.open_requests() == []
    assert judging_progress.count_progress().disagreed == 3


def test_undo_takes_back_whatever_was_done_last(ids, screen):
    test = heard(screen("disagreements"), ids[0])
    because(test, ids[0]).button(key="decide_noise").click().run()
    test.button(key="third").click().run()
    test.button(key="undo_last").click().run()
    assert (third_judge.open_requests(), len(adjudication.adjudicated())) == ([], 1)
    test.button(key="undo_last").click().run()
    assert adjudication.adjudicated() == []


def test_three_that_differ_are_not_sent_to_a_fourth(ids, screen):
    with session.writing() as tx:
        recordings.set_round(tx, ids[0], round_=1, wanted=3)
    say(ids[0], "cleo", Label.SPEECHLESS)
    test = screen("disagreements")
    assert shown(test)["id"] == ids[0]
    assert not any(button.key == "third" for button in test.button)


def test_what_a_model_doubts_is_sent_back_to_two_judges(database, signed_in, screen):
    signed_in(Role.STAFF)
    seeding.seed_all()
    for recording_id, p in ((6, 0.97), (7, 0.02)):  # Speechless and Accepted, by both judges
        own = update(schema.probabilities).where(schema.probabilities.c.recording_id == recording_id)
        with session.writing() as tx:
            tx.execute(own.values(p_accepted=p))
    doubted = [one.judged.recording.id for one in doubtful_labels.doubtful()]
    assert doubted[:2] == [7, 6]
    test = screen("disagreements", view="With a model")
    assert not test.exception
    data = component_data(test, "earshot_player")
    assert [item["id"] for item in data["items"]] == doubted
    assert data["actions"] == [{"text": "Judge again", "choice": "again", "key": ""}]
    assert {chip["who"] for item in data["items"] for chip in item["chips"]} == {""}
    test.button(key="doubts_all").click().run()
    assert not test.exception
    assert doubtful_labels.doubtful() == []
    assert len(rounds.open_rounds()) == len(doubted)
    test.button(key=f"back_{doubted[0]}").click().run()
    assert len(rounds.open_rounds()) == len(doubted) - 1


def test_before_there_is_a_model_it_doubts_nothing(ids, screen):
    assert screen("disagreements", view="With a model").info[0].proto.title == "No model is trained yet"
