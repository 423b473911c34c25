"""Verdicts follow from figures, and sentences from verdicts: never the other way round."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.verdicts import ClaimVerdict, PaperClaim
from core.workflows.paper import claim_texts
from core.workflows.paper.claim_results import ClaimRepeats, ClaimResult
from core.workflows.paper.paper_report import PaperReport, claim_as_json

FASTER, NO_HELP = PaperClaim.TRAINS_FASTER_ON_VGGISH, PaperClaim.MERGING_IS_NO_HELP_ON_VGGISH
BETTER = PaperClaim.RNN_BEATS_DNN_ON_MFCC


@pytest.mark.parametrize(
    ("claim", "interval", "verdict", "begins"),
    [
        (BETTER, (0.01, 0.05), ClaimVerdict.HOLDS, "Holds here: +3.0 points"),
        (BETTER, (-0.05, -0.01), ClaimVerdict.CANNOT_TELL, "Cannot tell from this many recordings"),
        (BETTER, (-0.01, 0.05), ClaimVerdict.CANNOT_TELL, "Cannot tell from this many recordings"),
        (NO_HELP, (0.01, 0.05), ClaimVerdict.NOT_SO, "Not so here, merging helps"),
        (NO_HELP, (-0.05, 0.02), ClaimVerdict.HOLDS, "Holds here"),
        (NO_HELP, (-0.01, 0.05), ClaimVerdict.CANNOT_TELL, "Cannot tell from this many recordings"),
        (FASTER, (3.5, 4.0), ClaimVerdict.HOLDS, "Holds here"),
        (FASTER, (1.5, 2.9), ClaimVerdict.IN_PART, "Faster here, but less so"),
        (FASTER, (0.5, 0.9), ClaimVerdict.OPPOSITE, "The opposite holds here"),
        (FASTER, (0.9, 5.0), ClaimVerdict.CANNOT_TELL, "Cannot tell from this many recordings"),
        (FASTER, None, ClaimVerdict.CANNOT_TELL, "Cannot tell from this many recordings"),
    ],
)
def test_a_verdict_follows_from_the_interval(
    claim: PaperClaim, interval: Any, verdict: ClaimVerdict, begins: str
) -> None:
    result = ClaimResult(claim, 0.03 if not claim.is_about_time else 3.6, interval)
    assert result.verdict is verdict
    assert claim_texts.verdict_text(result).startswith(begins)


@pytest.mark.parametrize(
    ("others", "half", "verdict"),
    [
        ((-0.2, -0.25), -0.2, ClaimVerdict.OPPOSITE),
        ((-0.2, -0.25), -0.1, ClaimVerdict.OPPOSITE),  # it grows with the recordings
        ((-0.2, 0.01), -0.2, ClaimVerdict.CANNOT_TELL),  # another seed says otherwise
        ((-0.2, -0.25), -0.4, ClaimVerdict.CANNOT_TELL),  # gone after two doublings
    ],
)
def test_the_opposite_is_said_only_when_other_trainings_say_it_too(
    others: tuple[float, ...], half: float, verdict: ClaimVerdict
) -> None:
    result = ClaimResult(BETTER, -0.22, (-0.3, -0.1), repeats=ClaimRepeats(others, half))

    assert result.verdict is verdict
    text = claim_texts.verdict_text(result)
    assert f"{100 * others[0]:.1f}".replace("-", "") in text
    assert "with half of the children" in text
    stored = claim_as_json(result)
    report = PaperReport.from_json({"rows": [], "claims": [stored], "languages": [], "made": {}, "modules": []})
    assert report.claims == (result,)


def test_one_training_each_never_says_the_opposite() -> None:
    text = claim_texts.verdict_text(ClaimResult(BETTER, -0.22, (-0.3, -0.1)))
    assert "a cross-validation tries other seeds" in text


def test_every_claim_has_a_text_of_its_own() -> None:
    assert set(claim_texts.TEXTS) == set(PaperClaim)
    assert len(claim_texts.CLAIMS) == len(PaperClaim)


@pytest.mark.parametrize("is_old", [True, False])
def test_a_stored_claim_is_read_by_its_id_or_by_its_text(is_old: bool) -> None:
    result = ClaimResult(FASTER, 2.5, (1.5, 2.9))
    stored = claim_as_json(result)
    if is_old:
        stored = {name: value for name, value in stored.items() if name not in ("id", "outcome")}
    report = PaperReport.from_json({"rows": [], "claims": [stored], "languages": [], "made": {}, "modules": []})
    assert report.claims == (result,)


def test_a_stand_in_is_named_in_front_of_the_verdict() -> None:
    text = claim_texts.verdict_text(ClaimResult(FASTER, 3.6, (3.1, 4.0), is_stand_in=True))
    assert text.startswith("With a stand-in, not with VGGish itself: Holds here")
