"""Place by place on Evaluate, unlike sources on Overview."""

from __future__ import annotations

import pytest

from core.domain.labels import Role
from core.domain.sound_differences import SoundDifference
from core.domain.sources import ThresholdBasis
from core.workflows.deployment import adaptation_preview, source_watch
from core.workflows.deployment.source_watch import WatchedSource
from tests.workflows import sourced


@pytest.fixture
def source(database, signed_in) -> str:
    signed_in(Role.STAFF)
    sourced.deployed_with_source()
    return sourced.SOURCE


def in_force() -> ThresholdBasis:
    return adaptation_preview.preview(sourced.SOURCE).in_force.basis


def test_a_source_gets_its_own_threshold_and_goes_back(source, screen):
    test = screen("evaluate", tab="sources")
    assert not test.exception
    assert any("as everywhere else" in each.value for each in test.markdown)
    test.text_input(key="source_reason").set_value("new tablets").run()
    test.button(key="adapt_unlabelled").click().run()
    assert in_force() is ThresholdBasis.UNLABELLED
    assert any("chosen without labels from 120 recordings" in each.value for each in test.markdown)
    test.button(key="use_common").click().run()
    assert in_force() is ThresholdBasis.COMMON


def test_drawing_and_judging_lead_to_a_judged_threshold(source, screen):
    test = screen("evaluate", tab="sources")
    test.button(key="draw_source").click().run()
    test.button(key="adapt_judged").click().run()
    assert not test.exception
    assert in_force() is ThresholdBasis.JUDGED


def test_overview_names_an_unlike_source_and_what_differs(source, screen, monkeypatch):
    differences = (SoundDifference.SUPPRESSED, SoundDifference.QUIETER)
    watched = WatchedSource("school *9*", 140, 0.6, 0.3, 0.9, "2026-11-01", differences, is_known=True)
    monkeypatch.setattr(source_watch, "watched_sources", lambda: [watched])
    warning = screen("overview").warning[0].value
    assert "noise suppression, quieter" in warning
    assert "noiseSuppression: false" in warning
    assert r"\*9\*" in warning
