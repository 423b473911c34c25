"""Programs that ask in class with a scorer that goes by the file's name, and everything drawn: for tests of Live."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.api_keys import Scope
from core.domain.erasure import ModelsChoice
from core.domain.live_sampling import LivePlan
from core.workflows.deployment import decision_records, deployment_control, live_drawing, live_plan
from core.workflows.importing.import_single import StatedFacts
from core.workflows.maintenance import retention_rules
from tests.audio_files import encode, tone
from tests.programs import key
from tests.workflows import trained

FACTS = StatedFacts(source="school", child="kim", language="fr")
SOUNDS = [encode(tone(200 + 10 * number, 0.5)) for number in range(6)]


@pytest.fixture
def decided(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployed model whose scorer accepts the longer names."""
    trained.label_recordings(n_children=30)
    trained.add_model("m-1")
    deployment_control.deploy("m-1", 0.10, actor=COMMAND_LINE)
    monkeypatch.setattr("core.workflows.deployment.scoring.score_remote", score_by_name)


def score_by_name(files, *, source=""):
    return [
        {
            "file": name,
            "decision": "accepted" if name == "good" else "rejected",
            "reason": None if name == "good" else "noise",
            "p_accepted": 0.85 if name == "good" else 0.2,
            "p_noise": 0.1,
            "p_speechless": 0.05,
            "threshold": 0.5,
            "model": "m-1",
            "duration_s": 0.5,
            "unlike": 0.99,
        }
        for name, _ in files
    ]


@pytest.fixture
def agreed(decided: None) -> None:
    """Everything that is decided on recordings of the school is drawn."""
    live_plan.set_consent("school", "contract 7", actor=COMMAND_LINE)
    retention_rules.set_rule("school", 30, ModelsChoice.WITHDRAW, actor=COMMAND_LINE)
    live_plan.set_plan(LivePlan(100_000), actor=COMMAND_LINE)


@pytest.fixture
def program(database: Path) -> Actor:
    return Actor.of_key(key(Scope.SCORE, Scope.READ_DECISIONS)[0])


def decide(program: Actor, *names: str, facts: StatedFacts = FACTS) -> list[str]:
    files = [(name, SOUNDS[place % len(SOUNDS)]) for place, name in enumerate(names)]
    outcomes = decision_records.decide(files, source=facts.source, facts=facts, actor=program)
    live_drawing.wait_until_kept()
    return [outcome.record.id for outcome in outcomes if outcome.record]


@pytest.fixture
def nothing_waits() -> Iterator[None]:
    """Rates that another test's database gave are forgotten, and what is kept is kept before the database goes."""
    live_plan._rates.cache_clear()
    yield
    live_drawing.wait_until_kept()
    live_plan._rates.cache_clear()
