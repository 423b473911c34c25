"""Checks of judges on simulated judges: how soon random clicking is found, how often a careful judge is accused.

    python -m bench.judges [--runs 400] [--labels 2000]

Recordings come in runs of one child, some children hard to judge. A careful judge gives the true label with a chance of
0.95 (0.88 a mediocre one), of 0.65 where the child is hard; repeats come at 5 of 100, and staff settle a third of the
disagreements, right nine times of ten. Random clicking gives any label, at 1,500 an hour instead of 500. Exits with 1
when a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from core.annotation import judge_verdicts
from core.annotation.judge_verdicts import JudgeStanding, JudgeVerdict
from core.annotation.sequential_checks import Comparison, ReferenceKind
from core.domain.labels import Label

LABELS, SHARES = list(Label), (0.45, 0.35, 0.20)
BEGIN = datetime(2026, 1, 1)
HARD, HARD_SKILL = 0.15, 0.65
REPEATS, SETTLED, STAFF_SKILL = 0.05, 1 / 3, 0.9
PER_HOUR, HASTY_PER_HOUR = 500.0, 1500.0
GOAL_LABELS, GOAL_FALSE = 40, 0.01
LOOK_EVERY = 5


@dataclass(frozen=True)
class SimulatedJudge:
    """skill : chance of the true label. random_from : from this label of hers on, clicks at random; None: never."""

    name: str
    skill: float = 0.95
    random_from: int | None = None
    per_hour: float = PER_HOUR


@dataclass(frozen=True)
class Judged:
    """What one simulation gives: the comparisons of each judge, and their paces."""

    comparisons: dict[str, list[Comparison]]
    paces: dict[str, float]


def simulate(judges: list[SimulatedJudge], n_recordings: int, rng: np.random.Generator) -> Judged:
    """Every recording goes to two of the judges, in turns."""
    comparisons: dict[str, list[Comparison]] = {judge.name: [] for judge in judges}
    n_labels = {judge.name: 0 for judge in judges}
    is_hard = False
    for number in range(n_recordings):
        if number % 8 == 0:  # another child
            is_hard = rng.random() < HARD
        truth = int(rng.choice(3, p=SHARES))
        first, second = (judges[k] for k in rng.choice(len(judges), 2, replace=False))
        labels = {judge.name: _label(judge, truth, is_hard, n_labels, rng) for judge in (first, second)}
        at = BEGIN + timedelta(seconds=number)
        for judge, other in ((first, second), (second, first)):
            own, beside = labels[judge.name], labels[other.name]
            kind = ReferenceKind.OTHER_JUDGE
            comparisons[judge.name].append(Comparison(at, number, own, beside, kind, other.name))
            if rng.random() < REPEATS:
                again = _label(judge, truth, is_hard, n_labels, rng)
                comparisons[judge.name].append(Comparison(at, number, again, own, ReferenceKind.OWN_EARLIER))
        if len(set(labels.values())) > 1 and rng.random() < SETTLED:
            settled = LABELS[truth] if rng.random() < STAFF_SKILL else LABELS[int(rng.integers(3))]
            for judge in (first, second):
                own = labels[judge.name]
                comparisons[judge.name].append(Comparison(at, number, own, settled, ReferenceKind.SETTLED))
    return Judged(comparisons, {judge.name: judge.per_hour for judge in judges})


def _label(
    judge: SimulatedJudge, truth: int, is_hard: bool, n_labels: dict[str, int], rng: np.random.Generator
) -> Label:
    n_labels[judge.name] += 1
    if judge.random_from is not None and n_labels[judge.name] > judge.random_from:
        return LABELS[int(rng.integers(3))]
    if rng.random() < min(judge.skill, HARD_SKILL if is_hard else 1.0):
        return LABELS[truth]
    return LABELS[(truth + int(rng.integers(1, 3))) % 3]


def verdict_of(judged: Judged, name: str) -> JudgeVerdict:
    return next(each for each in judge_verdicts.judge_verdicts(judged.comparisons, judged.paces) if each.judge == name)


def labels_until(judged: Judged, name: str, wanted: set[JudgeStanding], *, since: int = 0) -> int | None:
    """How many of a judge's labels that others have judged too, after the first `since`, come before such a verdict."""
    shared = [each for each in judged.comparisons[name] if each.kind is ReferenceKind.OTHER_JUDGE]
    for n in range(since + LOOK_EVERY, len(shared) + 1, LOOK_EVERY):
        until = shared[n - 1].at
        before = {who: [each for each in of if each.at <= until] for who, of in judged.comparisons.items()}
        if verdict_of(Judged(before, judged.paces), name).verdict in wanted:
            return n - since
    return None


def delays(
    judges: list[SimulatedJudge], name: str, wanted: set[JudgeStanding], *, runs: int, since: int = 0, seed: int = 0
) -> list[int | None]:
    """`labels_until` of many runs; None where nothing was raised within 200 labels."""
    rng = np.random.default_rng(seed)
    n_recordings = int((since + 200) * len(judges) / 2)
    return [labels_until(simulate(judges, n_recordings, rng), name, wanted, since=since) for _ in range(runs)]


def share_accused(judges: list[SimulatedJudge], *, labels: int, runs: int, seed: int = 1) -> tuple[float, float]:
    """Of the judges, all careful: the share in doubt at the end, and the share of which one of two is.

    The evidence of a judge is the highest that there ever was, so the end speaks for all times before.
    """
    rng, n_recordings = np.random.default_rng(seed), labels * len(judges) // 2
    verdicts = [
        each.verdict
        for _ in range(runs)
        for judged in (simulate(judges, n_recordings, rng),)
        for each in judge_verdicts.judge_verdicts(judged.comparisons, judged.paces)
    ]
    return float(np.mean([v is JudgeStanding.IN_DOUBT for v in verdicts])), float(
        np.mean([v is JudgeStanding.ONE_OF_TWO for v in verdicts])
    )


def careful(*skills: float) -> list[SimulatedJudge]:
    return [SimulatedJudge(f"careful {k}", skill) for k, skill in enumerate(skills)]


def clicking(random_from: int = 0, per_hour: float = HASTY_PER_HOUR) -> SimulatedJudge:
    return SimulatedJudge("clicks", random_from=random_from, per_hour=per_hour)


def main() -> None:
    parser = argparse.ArgumentParser(description="How soon careless judges are found, how often careful ones accused.")
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--labels", type=int, default=2000)
    arguments = parser.parse_args()
    n_missed = _careless(arguments.runs // 4) + _careful(arguments.runs, arguments.labels)
    sys.exit(1 if n_missed else 0)


def _careless(runs: int) -> int:
    print(f"Random clicking: labels that another judge has judged too, before the warning; {runs} runs of each")
    named, raised = {JudgeStanding.IN_DOUBT}, {JudgeStanding.IN_DOUBT, JudgeStanding.ONE_OF_TWO}
    scenes = [
        ("beside one careful judge, hasty: named", [clicking(), *careful(0.95)], named, 0, True),
        ("beside one careful judge, at their pace: one of two", [clicking(0, 500.0), *careful(0.95)], raised, 0, True),
        ("beside two careful judges: named", [clicking(0, 500.0), *careful(0.95, 0.95)], named, 0, False),
        ("beside two mediocre judges: raised", [clicking(0, 500.0), *careful(0.88, 0.88)], raised, 0, False),
        ("after 1,000 good labels, hasty: named", [clicking(1000), *careful(0.95)], named, 1000, False),
    ]
    n_missed = 0
    for words, judges, wanted, since, is_goal in scenes:
        after = delays(judges, "clicks", wanted, runs=runs if not since else max(runs // 4, 5), since=since)
        known = sorted(999 if n is None else n for n in after)
        median, late = known[len(known) // 2], known[int(0.95 * (len(known) - 1))]
        n_missed += is_goal and median > GOAL_LABELS
        print(f"  {words}: median {median}, 95 of 100 within {late}, never {sum(n is None for n in after)}", flush=True)
    return n_missed


def _careful(runs: int, labels: int) -> int:
    print(f"Careful judges, {labels} labels each; {runs} runs of each")
    n_missed = 0
    for words, judges in (
        ("two, 0.95", careful(0.95, 0.95)),
        ("two, 0.88", careful(0.88, 0.88)),
        ("three, 0.95", careful(0.95, 0.95, 0.95)),
        ("four, 0.95 to 0.88", careful(0.95, 0.95, 0.88, 0.88)),
    ):
        in_doubt, one_of_two = share_accused(judges, labels=labels, runs=max(runs // len(judges), 1))
        n_missed += in_doubt + one_of_two > GOAL_FALSE
        print(f"  {words}: {100 * in_doubt:.2f} % in doubt, {100 * one_of_two:.2f} % one of two", flush=True)
    rng = np.random.default_rng(2)
    beside = [simulate([*careful(0.95, 0.95), clicking()], labels * 3 // 2, rng) for _ in range(max(runs // 10, 1))]
    accused = [verdict_of(judged, "careful 0").verdict is JudgeStanding.IN_DOUBT for judged in beside]
    print(f"  two, 0.95, beside one who clicks: {100 * np.mean(accused):.2f} % of the first in doubt")
    return n_missed + int(np.mean(accused) > GOAL_FALSE)


if __name__ == "__main__":
    main()
