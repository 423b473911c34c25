"""Careless judges are found soon, careful ones seldom accused. `python -m bench.judges` measures it at length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest

from bench import judges as simulated
from bench.judges import SimulatedJudge, careful, clicking
from core.annotation.judge_evidence import VERDICT_RULE, Ground
from core.annotation.judge_verdicts import JudgeStanding, judge_verdicts
from core.annotation.sequential_checks import RULE, Comparison, ReferenceKind, evidence_against
from core.domain.labels import Label

LABELS = list(Label)
BEGIN = datetime(2026, 3, 2, 9)


def compared(
    pairs: Sequence[tuple[int, int]], kind: ReferenceKind = ReferenceKind.OTHER_JUDGE, other: str = "bert"
) -> list[Comparison]:
    return [
        Comparison(BEGIN + timedelta(seconds=k), k, LABELS[own], LABELS[reference], kind, other)
        for k, (own, reference) in enumerate(pairs)
    ]


def at_random(n: int, seed: int = 0) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in np.random.default_rng(seed).integers(0, 3, (n, 2))]


def test_no_comparison_is_no_evidence() -> None:
    nothing = evidence_against([])
    assert (nothing.n, nothing.strongest) == (0, 1.0)


def test_the_evidence_never_falls_below_none_and_finds_where_it_begins() -> None:
    good = [(k % 3, k % 3) for k in range(400)]
    evidence = evidence_against(compared(good + at_random(80)))
    assert evidence.strongest > 200
    assert 380 <= evidence.begins <= 420
    assert evidence_against(compared(good)).strongest < 2


def test_always_the_same_label_is_chance_however_common_the_label_is() -> None:
    rng = np.random.default_rng(3)
    always = [(0, int(rng.random() > 0.6)) for _ in range(150)]  # 60 of 100 labels are the same
    assert evidence_against(compared(always)).strongest > 200


def test_the_average_evidence_of_a_judge_at_the_limit_is_at_most_none() -> None:
    """What Ville's inequality rests on: seldom above 20 where the agreement is just what a careful judge has."""
    rng, n_above = np.random.default_rng(8), 0
    for _ in range(200):
        same = rng.random(300) < 0.685  # a third by chance, and 0.75 of 0.7 of the rest
        reference = rng.integers(0, 3, 300)
        own = np.where(same, reference, (reference + rng.integers(1, 3, 300)) % 3)
        pairs = [(int(a), int(b)) for a, b in zip(own, reference, strict=True)]
        n_above += evidence_against(compared(pairs)).strongest >= 20
    assert n_above <= 200 / 20


def test_random_clicking_is_named_within_forty_labels() -> None:
    found = simulated.delays([clicking(), *careful(0.95)], "clicks", {JudgeStanding.IN_DOUBT}, runs=20)
    known = sorted(n for n in found if n is not None)
    assert len(known) == 20
    assert known[10] <= 40


def test_random_clicking_after_a_thousand_good_labels_is_found() -> None:
    judges = [clicking(1000), *careful(0.95)]
    assert all(
        n is not None and n <= 80
        for n in simulated.delays(judges, "clicks", {JudgeStanding.IN_DOUBT}, runs=3, since=1000)
    )


@pytest.mark.parametrize("skills", [(0.95, 0.95), (0.88, 0.88), (0.95, 0.88, 0.88)])
def test_careful_judges_are_not_accused(skills: tuple[float, ...]) -> None:
    assert simulated.share_accused(careful(*skills), labels=800, runs=15) == (0.0, 0.0)


def test_who_clicks_accuses_no_careful_colleague() -> None:
    rng = np.random.default_rng(4)
    judged = simulated.simulate([clicking(0, 500.0), *careful(0.95, 0.95)], 300, rng)
    verdicts = {each.judge: each for each in judge_verdicts(judged.comparisons, judged.paces)}
    assert verdicts["clicks"].verdict is JudgeStanding.IN_DOUBT
    assert {verdicts[name].verdict for name in ("careful 0", "careful 1")} == {JudgeStanding.IN_ORDER}


def test_of_two_judges_at_one_pace_it_is_one_of_them_and_the_hasty_one_where_one_is() -> None:
    pairs = at_random(60)
    both = {"ana": compared(pairs, other="ben"), "ben": compared([(b, a) for a, b in pairs], other="ana")}
    alike = judge_verdicts(both, {"ana": 500.0, "ben": 450.0})
    assert {(each.judge, each.verdict, each.others) for each in alike} == {
        ("ana", JudgeStanding.ONE_OF_TWO, ("ben",)),
        ("ben", JudgeStanding.ONE_OF_TWO, ("ana",)),
    }
    first, second = judge_verdicts(both, {"ana": 1500.0, "ben": 450.0})
    assert (first.judge, first.verdict, first.grounds) == ("ana", JudgeStanding.IN_DOUBT, (Ground.AGREEMENT,))
    assert second.verdict is not JudgeStanding.IN_DOUBT


@pytest.mark.parametrize(
    ("kind", "ground"),
    [
        (ReferenceKind.OWN_EARLIER, Ground.REPEATS),
        (ReferenceKind.SETTLED, Ground.SETTLED),
        (ReferenceKind.KNOWN, Ground.KNOWN),
    ],
)
def test_repeats_settled_and_known_answers_speak_of_one_judge_alone(kind: ReferenceKind, ground: Ground) -> None:
    wrong = [(k % 3, (k + 1) % 3) for k in range(60)]
    (only,) = judge_verdicts({"ana": compared(wrong, kind, "")}, {})
    assert (only.verdict, only.grounds, only.begins_at) == (JudgeStanding.IN_DOUBT, (ground,), BEGIN)


def test_known_answers_name_random_clicking_soon_and_leave_a_careful_judge_alone() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 60)
    careful = np.where(rng.random(60) < 0.92, truth, (truth + 1) % 3)
    for labels, verdict in ((rng.integers(0, 3, 60), JudgeStanding.IN_DOUBT), (careful, JudgeStanding.IN_ORDER)):
        pairs = list(zip(labels.tolist(), truth.tolist(), strict=True))
        (only,) = judge_verdicts({"ana": compared(pairs, ReferenceKind.KNOWN, "")}, {})
        assert only.verdict is verdict


def test_too_few_labels_are_said_to_be_too_few() -> None:
    few = compared([(0, 0)] * (VERDICT_RULE.least - 1))
    (only,) = judge_verdicts({"ana": few}, {})
    assert only.verdict is JudgeStanding.TOO_FEW


def test_only_the_newest_comparisons_are_looked_at() -> None:
    many = compared([(k % 3, k % 3) for k in range(RULE.newest + 50)])
    assert evidence_against(many).n == RULE.newest


def test_a_simulated_judge_who_never_clicks_at_random_keeps_her_skill() -> None:
    rng = np.random.default_rng(0)
    judged = simulated.simulate([SimulatedJudge("a", 0.95), SimulatedJudge("b", 0.95)], 500, rng)
    with_other = [each for each in judged.comparisons["a"] if each.kind is ReferenceKind.OTHER_JUDGE]
    assert 0.8 < np.mean([each.is_same for each in with_other]) < 0.95
