"""What was computed from rows is never served once those rows have changed, however alike their counts are."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, update

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import Label, Role, Split
from core.errors import Conflict
from core.workflows.annotation import rounds
from core.workflows.evaluation import human_baseline, predictions
from core.workflows.maintenance import erasure
from db import accounts, facets, models, ratings, schema, session
from tests import stored_snapshots
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("any_database")


def test_an_erased_child_is_not_served_when_as_many_others_come_in() -> None:
    trained.label_recordings(n_children=30)
    model = trained.add_model("a")
    with session.reading() as tx:
        before = predictions.predictions_of_split(tx, model.id, Split.TEST)
        child = tx.execute(select(schema.children.c.pseudonym).where(schema.children.c.id == int(before.children[0])))
        pseudonym = child.scalar_one()
    erased = erasure.erase_child(pseudonym, actor=COMMAND_LINE)
    unlabelled = trained.label_recordings(n_children=1, each=erased.recordings, name="later")
    with session.writing() as tx:
        models.add_probabilities(tx, model.id, [(one, 0.5, None, None) for one in unlabelled])
    with session.reading() as tx:
        after = predictions.predictions_of_split(tx, model.id, Split.TEST)
    assert len(after.p) == len(before.p) - erased.recordings
    assert not (after.children == before.children[0]).any()


def test_one_recording_sent_back_and_another_taken_back_are_a_change() -> None:
    accepted, noise, *_ = trained.label_recordings(n_children=4)
    with session.writing() as tx:
        staff = accounts.add(tx, "staff", Role.STAFF, None)
    actor = Actor(staff.id, staff.name)
    rounds.begin_rounds([noise], "a doubt", actor=actor)
    before = [(point.accepted, point.rejected) for point in human_baseline.baseline_points()]
    rounds.cancel_round(noise, actor=actor)
    rounds.begin_rounds([accepted], "a doubt", actor=actor)
    after = [(point.accepted, point.rejected) for point in human_baseline.baseline_points()]
    assert after == [(n_accepted - 1, n_rejected + 1) for n_accepted, n_rejected in before]


def test_every_change_has_a_version_of_its_own_and_a_refused_one_has_none() -> None:
    (recording_id, *_) = trained.label_recordings(n_children=1)
    seen = [_version()]
    for number in (2, 1, 2, 1):
        with session.writing() as tx:
            tx.execute(update(schema.recordings).where(schema.recordings.c.id == recording_id).values(round=number))
        seen.append(_version())
    with pytest.raises(Conflict):
        _change_and_fail()
    assert len(set(seen)) == len(seen) == 5
    assert _version() == seen[-1]


def test_what_is_computed_from_an_older_view_is_not_served_to_a_newer_one() -> None:
    trained.label_recordings(n_children=30)
    model = trained.add_model("a")

    def compute_while_another_changes() -> str:
        def change() -> None:
            with session.writing() as other:
                models.delete(other, model.id)

        thread = threading.Thread(target=change)
        thread.start()
        thread.join()
        return "before the change"

    with session.reading() as tx:
        assert predictions.cached(tx, model.id, "what", compute_while_another_changes) == "before the change"
    with session.reading() as tx:
        assert predictions.cached(tx, model.id, "what", lambda: "after it") == "after it"


def test_a_snapshot_that_gets_its_items_back_is_a_change() -> None:
    trained.label_recordings(n_children=30)
    model = trained.add_model("a")
    with session.reading() as tx:
        version = models.version_of(tx, model.id)
    with session.writing() as tx:
        stored_snapshots.store(tx, "another", [(1, Label.NOISE, Split.TRAIN)])
    with session.reading() as tx:
        assert models.version_of(tx, model.id) != version


def test_recordings_that_only_come_in_leave_those_that_are_here_as_they_were() -> None:
    (recording_id, *_) = trained.label_recordings(n_children=1)
    with session.reading() as tx:
        before, with_new = facets.version(tx), ratings.version(tx)
    trained.label_recordings(n_children=1, name="later")
    with session.reading() as tx:
        assert facets.version(tx) == before
        assert ratings.version(tx) != with_new
    with session.writing() as tx:
        tx.execute(update(schema.recordings).where(schema.recordings.c.id == recording_id).values(language="xx"))
    with session.reading() as tx:
        assert facets.version(tx) != before


def _version() -> object:
    with session.reading() as tx:
        return ratings.version(tx)


def _change_and_fail() -> None:
    with session.writing() as tx:
        tx.execute(update(schema.recordings).values(round=9))
        raise Conflict("no")
