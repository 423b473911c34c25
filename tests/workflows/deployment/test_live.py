"""Drawing in class: only with consent and retention, kept after the answer, blind among others, erased like others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ModelsChoice
from core.domain.labels import Label
from core.domain.live_sampling import LivePlan
from core.errors import Refused
from core.workflows.annotation import judge_desk
from core.workflows.deployment import (
    decision_log,
    decision_records,
    deployment_control,
    live_alarms,
    live_drawing,
    live_figures,
    live_keeping,
    live_plan,
    live_watch,
)
from core.workflows.deployment.live_plan import SamplingObstacle
from core.workflows.importing.import_single import StatedFacts
from core.workflows.maintenance import erasure, retention_rules
from db import decisions, schema, session
from tests.annotation.people import add_recordings, give, people
from tests.audio_files import encode, tone
from tests.workflows import trained
from tests.workflows.in_class import SOUNDS, agreed, decide, decided, nothing_waits, program, score_by_name

__all__ = ["agreed", "decided", "nothing_waits", "program"]
pytestmark = pytest.mark.usefixtures("nothing_waits")


def stored() -> list[tuple[str, str, str]]:
    """(source, language, file name) of what is not of the beginning."""
    with session.reading() as tx:
        table = schema.recordings
        query = select(table.c.source, table.c.language, table.c.filename).where(table.c.source != "")
        return [tuple(row) for row in tx.execute(query)]


def test_what_is_drawn_becomes_an_ordinary_recording_without_the_files_name(agreed, program):
    (decision_id,) = decide(program, "good")
    assert stored() == [("school", "fr", f"class {decision_id[:8]}")]
    logged = decision_log.look_up(decision_id, actor=COMMAND_LINE)
    assert logged.record.inclusion == 1.0
    assert logged.sampled is not None
    assert (logged.sampled.sample.probability, logged.sampled.label) == (1.0, None)


def test_every_decision_has_its_chance_drawn_or_not(agreed, program):
    live_plan.set_plan(LivePlan(20), actor=COMMAND_LINE)
    decide(program, *["good"] * 6)
    with session.reading() as tx:
        chances = {record.inclusion for record in decisions.newest(tx, limit=10)}
    assert len(chances) == 1
    assert chances.pop() == pytest.approx(0.01)  # ten recordings of the usual thousand


@pytest.mark.parametrize(
    ("prepare", "obstacle"),
    [
        (lambda: live_plan.set_consent("school", "", actor=COMMAND_LINE), SamplingObstacle.NO_CONSENT),
        (lambda: retention_rules.remove_rule("school", actor=COMMAND_LINE), SamplingObstacle.NO_RETENTION),
        (lambda: live_plan.set_plan(LivePlan(0), actor=COMMAND_LINE), SamplingObstacle.NO_BUDGET),
    ],
)
def test_without_consent_retention_or_budget_nothing_is_kept(
    agreed, program, prepare: Callable[[], None], obstacle: SamplingObstacle
):
    live_plan.set_consent("other", "contract 8", actor=COMMAND_LINE)
    prepare()
    live_plan._rates.cache_clear()
    decide(program, "good", "bad")
    assert not stored()
    (plan,) = [plan for plan in live_plan.source_plans() if plan.source == "school"]
    assert (plan.obstacle, plan.rate) == (obstacle, None)


def test_a_source_that_never_agreed_leaves_records_alone(agreed, program):
    (decision_id,) = decide(program, "good", facts=StatedFacts(source="elsewhere"))
    assert not stored()
    assert decision_log.look_up(decision_id, actor=COMMAND_LINE).record.inclusion is None


def test_consent_that_is_taken_back_meanwhile_counts(agreed, program, monkeypatch):
    ask = live_keeping.keep

    def take_back_first(*arguments: object) -> None:
        live_plan.set_consent("school", "", actor=COMMAND_LINE)
        ask(*arguments)

    monkeypatch.setattr(live_keeping, "keep", take_back_first)
    decide(program, "good")
    assert not stored()


def test_people_and_the_command_line_are_no_class(agreed):
    decide(COMMAND_LINE, "good")
    answers = score_by_name([("good", SOUNDS[0])])
    assert len(decision_records.record_answers(answers, source="school", actor=COMMAND_LINE)) == 1
    assert not stored()


@pytest.mark.parametrize("fault", [OSError("disk full"), Refused("no sound")])
def test_a_failure_is_logged_and_the_answer_stands(agreed, program, monkeypatch, caplog, fault):
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(live_keeping, "keep", fail)
    with caplog.at_level(logging.WARNING):
        assert len(decide(program, "good")) == 1
    assert caplog.records
    assert not stored()


def test_a_broken_plan_never_breaks_an_answer(agreed, program, monkeypatch):
    def fail(_source: str) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(live_plan, "rate_of", fail)
    assert len(decide(program, "good")) == 1


def test_judges_get_it_among_others_and_see_no_difference(agreed, program):
    ana, _ = people("ana", "ben")
    add_recordings(30)
    decide(program, "good", "bad", "good")
    items = judge_desk.next_assignments(ana, session_id="tab", count=20).items
    with session.reading() as tx:
        reasons = set(tx.execute(select(schema.claims.c.brought_by)).scalars())
        drawn = set(tx.execute(select(schema.live_samples.c.recording_id)).scalars())
    mine = [item.recording_id in drawn for item in items]
    assert 1 <= sum(mine) <= 3
    assert len(reasons) == 1
    assert not all(mine[: sum(mine)]) or sum(mine) == 1  # not all in front


def test_labels_become_am_and_rcc_in_class(agreed, program):
    ana, ben = people("ana", "ben")
    decide(program, "good", "bad", "bad")
    with session.reading() as tx:
        drawn = list(tx.execute(select(schema.live_samples.c.recording_id)).scalars())
    for recording_id, label in zip(drawn, (Label.ACCEPTED, Label.ACCEPTED, Label.NOISE), strict=True):
        for judge in (ana, ben):
            give(judge, recording_id, label)
    report = live_figures.report()
    assert (report.n_drawn, report.n_judged, report.recent.am.value, report.recent.rcc.value) == (3, 3, 0.5, 1.0)
    assert report.recent.am.has_few_children
    assert list(report.by_source) == ["school"]
    assert [count.refused for count in report.today] == [2]


def test_another_threshold_is_tried_on_what_was_stored(agreed, program):
    decide(program, "good", "bad", "bad")
    week = live_figures.last_week()
    assert [week.at(threshold).refused for threshold in (0.1, 0.5, 0.9)] == [0, 2, 3]


def test_erasing_a_child_takes_its_samples_and_decision_records(agreed, program):
    of_kim = decide(program, "good")
    of_lou = decide(program, "bad", "bad", facts=StatedFacts(source="school", child="lou"))
    erasure.erase_child("kim", actor=COMMAND_LINE)
    with session.reading() as tx:
        assert decisions.get(tx, of_kim[0]) is None
        assert decisions.get(tx, of_lou[1]) is not None
        assert set(tx.execute(select(schema.live_samples.c.decision_id)).scalars()) == {of_lou[1]}


def test_an_alarm_is_stored_once_and_stands(agreed, program, monkeypatch):
    ana, ben = people("ana", "ben")
    for number in range(12):
        sound = encode(tone(300 + number, 0.4))
        facts = StatedFacts(source="school", child=f"child {number}")
        decision_records.decide([("bad", sound)], source="school", facts=facts, actor=program)
    live_drawing.wait_until_kept()
    with session.reading() as tx:
        drawn = list(tx.execute(select(schema.live_samples.c.recording_id)).scalars())
    assert live_alarms.look().alarms == ()
    for recording_id in drawn:
        for judge in (ana, ben):
            give(judge, recording_id, Label.ACCEPTED)
    first = live_alarms.look()
    assert [alarm.source for alarm in first.alarms] == [None]
    assert first.capital >= first.needed == 20
    assert live_alarms.look().alarms == first.alarms
    deployment_control.deploy("m-1", 0.20, actor=COMMAND_LINE)
    assert live_alarms.look().alarms == ()


def test_labels_from_class_teach_with_their_weights(agreed, program):
    before = trained.freeze()
    ana, ben = people("ana", "ben")
    decide(program, "good", "bad", "bad")
    with session.writing() as tx:
        drawn = list(tx.execute(select(schema.live_samples.c.recording_id)).scalars())
        first = schema.live_samples.c.recording_id == drawn[0]
        tx.execute(update(schema.live_samples).where(first).values(probability=0.1))
    for recording_id in drawn:
        for judge in (ana, ben):
            give(judge, recording_id, Label.ACCEPTED)
    now = trained.freeze()
    of_class = {item.recording_id: item.weight for item in now.items if item.recording_id in drawn}
    assert of_class[drawn[0]] == pytest.approx(2.5)  # 10 over the average of 10, 1 and 1
    assert of_class[drawn[1]] == pytest.approx(1 / 4)
    assert {item.weight for item in before.items} == {1.0}
    assert trained.freeze().hash == now.hash


def test_a_source_is_known_in_whatever_form_its_name_comes(agreed, program):
    live_plan.set_consent("\u00e9cole", "contract 9", actor=COMMAND_LINE)
    retention_rules.set_rule("\u00e9cole", 30, ModelsChoice.WITHDRAW, actor=COMMAND_LINE)
    decide(program, "good", facts=StatedFacts(source="e\u0301cole"))
    assert [source for source, _, _ in stored()] == ["\u00e9cole"]


@pytest.mark.parametrize("facts", [StatedFacts("school", "x" * 200), StatedFacts("school", language="klingon!")])
def test_what_cannot_be_stated_of_a_recording_never_breaks_an_answer(agreed, program, facts):
    assert len(decide(program, "good", facts=facts)) == 1
    assert not stored()


def test_the_same_sound_twice_is_one_recording_and_two_samples(agreed, program):
    first = decide(program, "good")
    again = decide(program, "good")
    assert len(stored()) == 1
    samples = [decision_log.look_up(each, actor=COMMAND_LINE).sampled for each in (*first, *again)]
    assert samples[0].recording_id == samples[1].recording_id


def test_records_go_when_their_time_is_over_though_nobody_asks_any_more(agreed, program):
    (old,) = decide(program, "good")
    (new,) = decide(program, "bad")
    with session.writing() as tx:
        long_ago = session.now() - timedelta(days=91)
        tx.execute(update(schema.decisions).where(schema.decisions.c.id == old).values(decided_at=long_ago))
    assert decision_records.forget_old() == 1
    with session.reading() as tx:
        assert [record.id for record in decisions.newest(tx, limit=5)] == [new]


def test_what_breaks_while_watching_is_logged(caplog):
    def fail() -> None:
        raise RuntimeError("broken")

    with caplog.at_level(logging.ERROR):
        live_watch._attempt(fail)
    assert "Watching the class broke" in caplog.text
