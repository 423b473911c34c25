"""Claims and verdicts as sentences, for screens, the command line and `paper --json`."""

from __future__ import annotations

from core.domain.verdicts import Claim, ClaimVerdict
from core.number_words import signed, signed_points
from core.workflows.paper.claim_results import NEGLIGIBLE, ClaimResult

CANNOT_TELL = "Cannot tell from this many recordings"
TEXTS = {
    Claim.VGGISH_BEATS_MFCC: "VGGish features do better than MFCC, network for network",
    Claim.VGGISH_DNN_BEATS_MFCC_RNN: "A DNN on VGGish features does better than an RNN on MFCC",
    Claim.RNN_BEATS_DNN_ON_MFCC: "On MFCC, RNNs do better than DNNs",
    Claim.RNN_BEATS_DNN_ON_VGGISH: "On VGGish features, RNNs do a little better than DNNs",
    Claim.MERGING_HELPS_ON_MFCC: "On MFCC, merged models do better than single ones",
    Claim.MERGING_IS_NO_HELP_ON_VGGISH: "On VGGish features, merging does not help",
    Claim.TRAINS_FASTER_ON_VGGISH: "Networks on VGGish features train three to five times faster",
    Claim.RNN_EPOCH_FASTER_ON_VGGISH: "An epoch of an RNN is three to five times faster on VGGish features",
}
CLAIMS = {text: claim for claim, text in TEXTS.items()}


def claim_text(claim: Claim) -> str:
    """The claim as a sentence."""
    return TEXTS[claim]


def verdict_text(result: ClaimResult) -> str:
    """What becomes of a claim here, with its figures."""
    if not result.is_trained:
        sentence = "Cannot tell: the systems it compares are not all trained here on the same labels."
    elif result.claim.is_about_time:
        sentence = _of_time(result)
    else:
        sentence = _of_figures(result)
    return f"With a stand-in, not with VGGish itself: {sentence}" if result.is_stand_in else sentence


def _of_figures(result: ClaimResult) -> str:
    if result.value is None or result.interval is None:
        return f"{CANNOT_TELL}: good readings or bad recordings are missing."
    low, high = result.interval
    points = f"{signed(100 * result.value)} points of f(0.10), 95 % from {signed_points(low, high)}"
    is_of_no_help = result.claim is Claim.MERGING_IS_NO_HELP_ON_VGGISH
    if result.verdict is ClaimVerdict.NOT_SO:
        return f"Not so here, merging helps: {points}."
    if result.verdict is ClaimVerdict.HOLDS:
        gain = f", so at most {100 * NEGLIGIBLE:.0f} points are to be gained" if is_of_no_help else ""
        return f"Holds here: {points}{gain}."
    if result.verdict is ClaimVerdict.OPPOSITE:
        return f"The opposite holds here: {points}; {_repeated(result)}."
    if result.seems_opposite:
        return f"{CANNOT_TELL}: {points}, but {_repeated(result)}."
    room = "nothing and for something" if is_of_no_help else "no difference at all"
    return f"{CANNOT_TELL}: {points}, which leaves room for {room}."


def _repeated(result: ClaimResult) -> str:
    """What other trainings say of a difference that seems to be the opposite of a claim."""
    if result.repeats is None:
        return "from one training each; a cross-validation tries other seeds, other training sets, and half of them"
    others = ", ".join(signed(100 * difference) for difference in result.repeats.others)
    return (
        f"{others} with other seeds and training sets, and {signed(100 * result.repeats.half)} with half of the "
        "children to learn from"
    )


def _of_time(result: ClaimResult) -> str:
    if result.interval is None:
        return f"{CANNOT_TELL}: {result.value:.1f} times faster, from one training each; folds give an interval."
    low, high = result.interval
    times = f"{result.value:.1f} times faster, 95 % from {low:.1f} to {high:.1f} over the folds"
    return {
        ClaimVerdict.CANNOT_TELL: f"{CANNOT_TELL}: {times}, which leaves room for no difference at all.",
        ClaimVerdict.OPPOSITE: f"The opposite holds here: {times}.",
        ClaimVerdict.IN_PART: f"Faster here, but less so: {times}.",
        ClaimVerdict.HOLDS: f"Holds here: {times}.",
    }[result.verdict]
