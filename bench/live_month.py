"""A month in class through the HTTP API: programs send recordings, two judges work at their desks, staff look.

Everything is the product but the scorer, which knows what p each recording has, and the clock, which is put forward.
What is sent, decided, drawn, kept, queued, judged and counted goes the ways that it goes in a school.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest import mock

import numpy as np
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from bench.live_world import DAYS, ClassWorld, SimulatedClass, Week
from core.audio import store
from core.domain.accounts import Account
from core.domain.actor import COMMAND_LINE
from core.domain.api_keys import KeyLimits, Scope
from core.domain.erasure import ModelsChoice
from core.domain.json_types import JsonObject
from core.domain.labels import Label
from core.domain.live_sampling import LivePlan
from core.workflows.accounts import api_keys
from core.workflows.annotation import judge_desk
from core.workflows.deployment import deployment_control, live_alarms, live_drawing, live_plan, scoring
from core.workflows.deployment.live_alarms import AlarmState
from core.workflows.maintenance import retention_rules
from db import clock, recordings, session
from pages.http import v1
from pages.http.guard import Guard
from tests.annotation.people import give, people
from tests.workflows import trained

MODEL = "champion"
BEGINNING = datetime(2026, 9, 7, 6)
RATE_HZ, SAMPLES = 8000, 2400
AT_ONCE = 20  # recordings on a desk


class PutClock:
    """A clock that stands until it is put forward."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at

    def begin_after(self, newest: datetime) -> None:
        self.at = max(self.at, newest)


@dataclass
class KnownSounds:
    """What the simulated scorer and judges know of each recording, by the hash of its bytes."""

    p: dict[str, float] = field(default_factory=dict)
    label: dict[str, Label] = field(default_factory=dict)


@dataclass(frozen=True)
class School:
    """A prepared tool: a key, two judges, sources that agreed, a plan, a deployed threshold."""

    world: ClassWorld
    simulated: SimulatedClass
    sounds: KnownSounds
    client: TestClient
    secret: str
    judges: tuple[Account, ...]
    clock: PutClock


@contextmanager
def school(world: ClassWorld, *, judgements: int, seed: int) -> Iterator[School]:
    """A tool on a fresh database; what the settings name is used."""
    at = PutClock(BEGINNING)
    sounds, simulated = KnownSounds(), SimulatedClass(world, seed)
    with mock.patch.object(clock, "_clock", at), mock.patch.object(scoring, "score_remote", _scorer(world, sounds)):
        trained.label_recordings(n_children=30)
        trained.add_model(MODEL)
        deployment_control.deploy(MODEL, 0.10, actor=COMMAND_LINE)
        for source in world.sources:
            live_plan.set_consent(source, "contract 7", actor=COMMAND_LINE)
            retention_rules.set_rule(source, 365, ModelsChoice.WITHDRAW, actor=COMMAND_LINE)
        live_plan.set_plan(LivePlan(judgements), actor=COMMAND_LINE)
        _, secret = api_keys.create("platform", {Scope.SCORE}, KeyLimits(per_minute=60_000), actor=COMMAND_LINE)
        app = Starlette(routes=v1.ROUTES, middleware=[Middleware(Guard)])
        judges = tuple(people("ana", "ben"))
        with TestClient(app, client=("127.0.0.1", 50000)) as client:
            yield School(world, simulated, sounds, client, secret, judges, at)
        live_drawing.wait_until_kept()


def live_through(school: School, number: int) -> AlarmState:
    """A week in class, from 1, and what the alarm says at its end."""
    week = school.simulated.week(number)
    begin = BEGINNING + timedelta(days=DAYS * (number - 1))
    for day in range(DAYS):
        school.clock.at = max(school.clock.at, begin + timedelta(days=day, hours=2))
        for child in np.unique(week.child[week.day == day]):
            _send(school, week, np.flatnonzero((week.day == day) & (week.child == child)))
        live_drawing.wait_until_kept()
        school.clock.at = max(school.clock.at, begin + timedelta(days=day, hours=8))
        for judge in school.judges:
            _judge_all(school, judge, f"{judge.name} {number} {day}")
    state = live_alarms.look()
    if state is None:
        raise RuntimeError("nothing is deployed")
    return state


def alarm_week_through_api(world: ClassWorld, *, weeks: int, judgements: int, seed: int) -> int:
    """The week at whose end an alarm of all sources stands for the first time; 0 when none does."""
    with school(world, judgements=judgements, seed=seed) as prepared:
        for number in range(1, weeks + 1):
            if any(alarm.source is None for alarm in live_through(prepared, number).alarms):
                return number
    return 0


def _send(school: School, week: Week, places: Iterable[int]) -> None:
    """What a child reads on a day, in one request."""
    files, source, child = [], "", 0
    for place in places:
        data = _sound(school.simulated.rng)
        sha256 = store.sha256_of(data)
        school.sounds.p[sha256], school.sounds.label[sha256] = float(week.p[place]), week.label[place]
        source, child = school.world.sources[week.source[place]], int(week.child[place])
        files.append(("files", ("reading.wav", data)))
    sent = school.client.post(
        "/v1/decisions",
        files=files,
        data={"source": source, "child": f"reader {child}", "language": "fr"},
        headers={"Authorization": f"Bearer {school.secret}"},
    )
    if sent.status_code != 200:
        raise RuntimeError(sent.text)


def _judge_all(school: School, judge: Account, desk_session: str) -> None:
    """The judge labels whatever the queue lays on the desk, until it is empty."""
    while items := judge_desk.next_assignments(judge, session_id=desk_session, count=AT_ONCE).items:
        with session.reading() as tx:
            stored = recordings.by_ids(tx, [item.recording_id for item in items])
        for item in items:
            label = school.sounds.label[stored[item.recording_id].sha256]
            give(judge, item, school.simulated.judge(label), session_id=desk_session)


def _sound(rng: np.random.Generator) -> bytes:
    """Another short sound each time."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((rng.normal(size=SAMPLES) * 3000).astype("<i2").tobytes())
    return buffer.getvalue()


def _scorer(world: ClassWorld, sounds: KnownSounds) -> object:
    """What stands in for the workers: p as it is known, decided at the world's threshold."""

    def score_remote(files: Iterable[tuple[str, bytes]], *, source: str = "") -> list[JsonObject]:
        return [_answer(name, sounds.p[store.sha256_of(data)], world.threshold) for name, data in files]

    return score_remote


def _answer(name: str, p: float, threshold: float) -> JsonObject:
    is_accepted = p >= threshold
    return {
        "file": name,
        "decision": "accepted" if is_accepted else "rejected",
        "reason": None if is_accepted else "noise",
        "p_accepted": p,
        "p_noise": 1 - p,
        "p_speechless": 0.0,
        "threshold": threshold,
        "model": MODEL,
        "duration_s": SAMPLES / RATE_HZ,
    }
