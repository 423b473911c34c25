"""What SQL computes in bulk is what the rules of the domain give, on random histories of recordings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, update

from core.domain.consensus import consensus
from core.domain.judgements import DeskSession
from core.domain.labelling import LabellingState, can_count_again, capacity, obstacle
from core.domain.labels import JudgingState, Label, Role
from core.domain.rounds import Round
from core.workflows.annotation.setting_aside import may_count
from db import accounts, children, engines, judged_recordings, judgements, queue, schema, set_asides
from db.sqlite_engine import WRITES

NOW = datetime(2026, 1, 1, 12)
N_RECORDINGS, N_JUDGES = 2, 4
LANGUAGES = ("en", "fr")


@dataclass
class Aside:
    """Labels that were set aside at once, by round and judge; those that count again are gone from it."""

    number: int
    is_for_others: bool
    labels: dict[tuple[int, int], Label]


@dataclass
class History:
    """What happened to one recording, as the rules see it."""

    language: str
    now: Round = field(default_factory=Round)
    labels: dict[tuple[int, int], Label] = field(default_factory=dict)  # (round, judge) of those in force
    decisions: dict[int, Label] = field(default_factory=dict)
    claims: dict[tuple[int, int], bool] = field(default_factory=dict)  # (round, judge): whether it takes a place
    aside: list[Aside] = field(default_factory=list)  # the newest last

    def of_this_round(self) -> dict[int, Label]:
        return {judge: label for (round_, judge), label in self.labels.items() if round_ == self.now.number}

    def state_for(self, judge: int) -> LabellingState:
        n_others = sum(other != judge for other in self.of_this_round())
        is_settled = self.now.number in self.decisions
        key = (self.now.number, judge)
        is_barred = any(aside.is_for_others and key in aside.labels for aside in self.aside)
        return LabellingState(self.now.number, is_settled, n_others, self.now.wanted, self.language, 1.0, is_barred)

    def is_open_to(self, judge: int, languages: tuple[str, ...]) -> bool:
        reserved = sum(
            takes_place and round_ == self.now.number and other != judge
            for (round_, other), takes_place in self.claims.items()
        )
        has_own_label = judge in self.of_this_round()
        state = self.state_for(judge)
        found = obstacle(
            state, round_=state.round, languages=languages, has_own_label=has_own_label, n_reserved=reserved
        )
        return found is None

    def may_count(self, key: tuple[int, int]) -> bool:
        n_labels = sum(round_ == key[0] for round_, _ in self.labels)
        places = capacity(key[0], newest_round=self.now.number, wanted=self.now.wanted)
        return can_count_again(n_labels, places, has_own_label=key in self.labels)

    def standing(self) -> tuple[JudgingState, Label | None]:
        labels = list(self.of_this_round().values())
        return consensus(labels, self.decisions.get(self.now.number), wanted=self.now.wanted)


RECORDING = st.integers(0, N_RECORDINGS - 1)
JUDGE = st.integers(0, N_JUDGES - 1)
LABEL = st.sampled_from(list(Label))
EVENT = st.one_of(
    st.tuples(st.just("judge"), RECORDING, JUDGE, LABEL, st.booleans()),
    st.tuples(st.just("judge"), RECORDING, JUDGE, LABEL, st.just(False)),
    st.tuples(st.just("set aside"), RECORDING, JUDGE, st.booleans()),
    st.tuples(st.just("count again"), RECORDING),
    st.tuples(st.just("decide"), RECORDING, LABEL, st.booleans()),
    st.tuples(st.just("next round"), RECORDING),
    st.tuples(st.just("third judge"), RECORDING),
    st.tuples(st.just("claim"), RECORDING, JUDGE, st.booleans(), st.booleans()),
)
HISTORIES = st.tuples(
    st.lists(EVENT, min_size=3, max_size=20),
    st.lists(st.sampled_from(LANGUAGES), min_size=N_RECORDINGS, max_size=N_RECORDINGS),
    st.lists(st.sets(st.sampled_from(LANGUAGES)), min_size=N_JUDGES, max_size=N_JUDGES),
)


class Stage:
    """The same events, played to the database and to the rules."""

    def __init__(self, tx: Connection, languages: list[str]) -> None:
        self.tx = tx
        self.judges = [accounts.add(tx, f"judge {number}", Role.JUDGE, None).id for number in range(N_JUDGES)]
        self.staff = accounts.add(tx, "staff", Role.STAFF, None).id
        self.histories = [History(language) for language in languages]
        child = children.find_or_add(tx, "child")
        self.ids = [self.add_recording(number, child.id, language) for number, language in enumerate(languages)]

    def add_recording(self, number: int, child_id: int, language: str) -> int:
        known = {"sha256": f"{number:064x}", "extension": "wav", "filename": f"{number}.wav", "child_id": child_id}
        sizes = {"duration_s": 1.0, "sample_rate_hz": 16_000, "size_bytes": 1, "imported_at": NOW}
        row = insert(schema.recordings).values(known | sizes | {"language": language})
        return self.tx.execute(row.returning(schema.recordings.c.id)).scalar_one()

    def play(self, event: tuple) -> None:
        kind, number, *rest = event
        getattr(self, "_" + kind.replace(" ", "_"))(number, self.histories[number], *rest)

    def _judge(self, number: int, history: History, judge: int, label: Label, is_undone: bool) -> None:
        key = (history.now.number, judge)
        if not is_undone and key in history.labels:
            return  # the database refuses it
        values = self.row(number, history, judge) | {"label": str(label), "origin": "import"}
        values |= {"decided_at": self.moment(number)}
        self.tx.execute(insert(schema.judgements).values(values | {"undone_at": NOW if is_undone else None}))
        if not is_undone:
            history.labels[key] = label

    def _set_aside(self, number: int, history: History, judge: int, is_for_others: bool) -> None:
        of_judge = {key: label for key, label in history.labels.items() if key[1] == judge}
        if not of_judge:
            return
        moment = self.moment(number)  # labels of other recordings have another
        row = {"account_id": None, "begins_at": moment, "ends_at": moment, "reason": "tired", "at": NOW}
        new, n_labels = set_asides.add(self.tx, self.judges[judge], is_for_others=is_for_others, **row)
        assert n_labels == len(of_judge)
        history.aside.append(Aside(new, is_for_others, of_judge))
        history.labels = {key: label for key, label in history.labels.items() if key not in of_judge}

    def _count_again(self, number: int, history: History) -> None:
        """The newest that was set aside: SQL's figures beside those of the history."""
        if not history.aside:
            return
        newest = history.aside[-1]
        by_sql = {label.id: may_count(label) for label in set_asides.labels_of(self.tx, newest.number)}
        set_asides.count_again(self.tx, [label_id for label_id, may in by_sql.items() if may])
        again = {key for key in newest.labels if history.may_count(key)}
        assert (sum(by_sql.values()), len(by_sql)) == (len(again), len(newest.labels))
        history.labels |= {key: newest.labels.pop(key) for key in again}

    @staticmethod
    def moment(number: int) -> datetime:
        return NOW + timedelta(seconds=number)

    def _decide(self, number: int, history: History, label: Label, is_undone: bool) -> None:
        if not is_undone and history.now.number in history.decisions:
            return
        values = {"recording_id": self.ids[number], "account_id": self.staff, "round": history.now.number}
        values |= {"label": str(label), "decided_at": NOW, "undone_at": NOW if is_undone else None}
        self.tx.execute(insert(schema.adjudications).values(values))
        if not is_undone:
            history.decisions[history.now.number] = label

    def _next_round(self, number: int, history: History) -> None:
        self.set_round(number, history, history.now.next_round())

    def _third_judge(self, number: int, history: History) -> None:
        self.set_round(number, history, history.now.with_third_judge())

    def _claim(self, number: int, history: History, judge: int, is_live: bool, is_repeat: bool) -> None:
        key = (history.now.number, judge)
        if key in history.claims:
            return
        expires_at = NOW + timedelta(minutes=1 if is_live else -1)
        values = {"sitting": "tab", "brought_by": "repeat" if is_repeat else "shuffle", "expires_at": expires_at}
        self.tx.execute(insert(schema.claims).values(self.row(number, history, judge) | values))
        history.claims[key] = is_live and not is_repeat

    def row(self, number: int, history: History, judge: int) -> dict[str, int]:
        return {
            "recording_id": self.ids[number],
            "account_id": self.judges[judge],
            "round": history.now.number,
        }

    def set_round(self, number: int, history: History, new: Round) -> None:
        table = schema.recordings
        values = {"round": new.number, "wanted": new.wanted}
        self.tx.execute(update(table).where(table.c.id == self.ids[number]).values(values))
        history.now = new


@contextmanager
def stage_of(played: tuple) -> Iterator[tuple[Stage, list[tuple[str, ...]]]]:
    """The database after these events; nothing of it stays."""
    events, languages, may_judge = played
    with engines.engine().connect().execution_options(**{WRITES: True}) as tx, tx.begin() as transaction:
        stage = Stage(tx, languages)
        for event in events:
            stage.play(event)
        yield stage, [tuple(sorted(some)) for some in may_judge]
        transaction.rollback()


check = settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.usefixtures("any_database")
@check
@given(HISTORIES)
def test_the_state_and_the_label_that_sql_finds_are_those_of_the_rule(played: tuple) -> None:
    with stage_of(played) as (stage, _):
        now = judgements.standing()
        rows = stage.tx.execute(select(now.c.recording_id, now.c.standing, now.c.consensus)).all()
        by_sql = {row[0]: (JudgingState(row[1]), None if row[2] is None else Label(row[2])) for row in rows}
        one_by_one = judged_recordings.by_ids(stage.tx, stage.ids)
        for recording_id, history in zip(stage.ids, stage.histories, strict=True):
            assert by_sql[recording_id] == history.standing()
            judged = one_by_one[recording_id]
            assert (judged.judging_state, judged.consensus) == history.standing()


@pytest.mark.usefixtures("any_database")
@check
@given(HISTORIES)
def test_what_sql_opens_to_a_judge_is_what_the_rule_opens(played: tuple) -> None:
    with stage_of(played) as (stage, may_judge):
        for judge, languages in enumerate(may_judge):
            desk = DeskSession(stage.judges[judge], "tab", NOW, languages)
            expected = {
                recording_id
                for recording_id, history in zip(stage.ids, stage.histories, strict=True)
                if history.is_open_to(judge, languages)
            }
            assert set(queue.open_ids(stage.tx, desk)) == expected
            assert queue.count_open(stage.tx, desk) == len(expected)


@pytest.mark.usefixtures("any_database")
@check
@given(HISTORIES)
def test_the_state_that_a_label_is_checked_against_is_that_of_the_history(played: tuple) -> None:
    with stage_of(played) as (stage, _):
        for judge, judge_id in enumerate(stage.judges):
            for recording_id, history in zip(stage.ids, stage.histories, strict=True):
                assert queue.labelling_state(stage.tx, judge_id, recording_id) == history.state_for(judge)
