"""Claims and verdicts as sentences, for screens, the command line and `paper --json`."""

from __future__ import annotations

from core.domain.verdicts import ClaimVerdict, PaperClaim
from core.number_words import decimal, signed
from core.translation import DEFAULT_LANGUAGE, mark, translate
from core.workflows.paper.claim_results import NEGLIGIBLE, ClaimResult

SHARE = "95 %"  # of the intervals; a value, as "% f" in a message counts as a place of C's printf
CANNOT_TELL = mark("Cannot tell from this many recordings")
TEXTS = {
    PaperClaim.VGGISH_BEATS_MFCC: mark("VGGish features do better than MFCC, network for network"),
    PaperClaim.VGGISH_DNN_BEATS_MFCC_RNN: mark("A DNN on VGGish features does better than an RNN on MFCC"),
    PaperClaim.RNN_BEATS_DNN_ON_MFCC: mark("On MFCC, RNNs do better than DNNs"),
    PaperClaim.RNN_BEATS_DNN_ON_VGGISH: mark("On VGGish features, RNNs do a little better than DNNs"),
    PaperClaim.MERGING_HELPS_ON_MFCC: mark("On MFCC, merged models do better than single ones"),
    PaperClaim.MERGING_IS_NO_HELP_ON_VGGISH: mark("On VGGish features, merging does not help"),
    PaperClaim.TRAINS_FASTER_ON_VGGISH: mark("Networks on VGGish features train three to five times faster"),
    PaperClaim.RNN_EPOCH_FASTER_ON_VGGISH: mark("An epoch of an RNN is three to five times faster on VGGish features"),
}
CLAIMS = {text: claim for claim, text in TEXTS.items()}
VERDICTS = {
    ClaimVerdict.HOLDS: mark("holds"),
    ClaimVerdict.IN_PART: mark("in part"),
    ClaimVerdict.OPPOSITE: mark("opposite"),
    ClaimVerdict.NOT_SO: mark("not so"),
    ClaimVerdict.CANNOT_TELL: mark("cannot tell"),
}


def claim_text(claim: PaperClaim, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """The claim as a sentence."""
    return translate(speaks, TEXTS[claim])


def verdict_word(verdict: ClaimVerdict, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """`holds`, `cannot tell`."""
    return translate(speaks, VERDICTS[verdict])


def verdict_text(result: ClaimResult, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """What becomes of a claim here, with its figures."""
    if not result.is_trained:
        sentence = translate(
            speaks, "Cannot tell: the systems it compares are not all trained here on the same labels."
        )
    elif result.claim.is_about_time:
        sentence = _of_time(result, speaks)
    else:
        sentence = _of_figures(result, speaks)
    if not result.is_stand_in:
        return sentence
    return translate(speaks, "With a stand-in, not with VGGish itself: {sentence}", sentence=sentence)


def _of_figures(result: ClaimResult, speaks: str) -> str:
    cannot_tell = translate(speaks, CANNOT_TELL)
    if result.value is None or result.interval is None:
        words = mark("{cannot_tell}: good readings or bad recordings are missing.")
        return translate(speaks, words, cannot_tell=cannot_tell)
    low, high = result.interval
    points = translate(
        speaks,
        "{points} points of f(0.10), {share} from {low} to {high}",
        share=SHARE,
        points=signed(100 * result.value, speaks=speaks),
        low=signed(100 * low, speaks=speaks),
        high=signed(100 * high, speaks=speaks),
    )
    is_of_no_help = result.claim is PaperClaim.MERGING_IS_NO_HELP_ON_VGGISH
    if result.verdict is ClaimVerdict.NOT_SO:
        return translate(speaks, "Not so here, merging helps: {points}.", points=points)
    if result.verdict is ClaimVerdict.HOLDS and is_of_no_help:
        words = mark("Holds here: {points}, so at most {n} points are to be gained.")
        return translate(speaks, words, points=points, n=f"{100 * NEGLIGIBLE:.0f}")
    if result.verdict is ClaimVerdict.HOLDS:
        return translate(speaks, "Holds here: {points}.", points=points)
    if result.verdict is ClaimVerdict.OPPOSITE:
        words = mark("The opposite holds here: {points}; {repeated}.")
        return translate(speaks, words, points=points, repeated=_repeated(result, speaks))
    if result.seems_opposite:
        words, repeated = mark("{cannot_tell}: {points}, but {repeated}."), _repeated(result, speaks)
        return translate(speaks, words, cannot_tell=cannot_tell, points=points, repeated=repeated)
    words = mark("{cannot_tell}: {points}, which leaves room for no difference at all.")
    if is_of_no_help:
        words = mark("{cannot_tell}: {points}, which leaves room for nothing and for something.")
    return translate(speaks, words, cannot_tell=cannot_tell, points=points)


def _repeated(result: ClaimResult, speaks: str) -> str:
    """What other trainings say of a difference that seems to be the opposite of a claim."""
    if result.repeats is None:
        return translate(
            speaks,
            "from one training each; a cross-validation tries other seeds, other training sets, and half of them",
        )
    return translate(
        speaks,
        "{others} with other seeds and training sets, and {half} with half of the children to learn from",
        others=", ".join(signed(100 * difference, speaks=speaks) for difference in result.repeats.others),
        half=signed(100 * result.repeats.half, speaks=speaks),
    )


def _of_time(result: ClaimResult, speaks: str) -> str:
    cannot_tell, ratio = translate(speaks, CANNOT_TELL), decimal(result.value, speaks=speaks)
    if result.interval is None:
        words = mark("{cannot_tell}: {ratio} times faster, from one training each; folds give an interval.")
        return translate(speaks, words, cannot_tell=cannot_tell, ratio=ratio)
    low, high = (decimal(end, speaks=speaks) for end in result.interval)
    words = mark("{ratio} times faster, {share} from {low} to {high} over the folds")
    times = translate(speaks, words, share=SHARE, ratio=ratio, low=low, high=high)
    verdicts = {
        ClaimVerdict.CANNOT_TELL: mark("{cannot_tell}: {times}, which leaves room for no difference at all."),
        ClaimVerdict.OPPOSITE: mark("The opposite holds here: {times}."),
        ClaimVerdict.IN_PART: mark("Faster here, but less so: {times}."),
        ClaimVerdict.HOLDS: mark("Holds here: {times}."),
    }
    return translate(speaks, verdicts[result.verdict], cannot_tell=cannot_tell, times=times)
