"""Verdicts of comparisons, as enums. Their sentences are made in `core.sentences` and on screens."""

from __future__ import annotations

from enum import StrEnum


class GateVerdict(StrEnum):
    """A new model against the one in force."""

    BETTER = "better"
    ALIKE = "alike"
    UNSURE = "unsure"  # a loss that may be chance
    WORSE = "worse"
    UNKNOWN = "unknown"  # a class has no recordings

    @property
    def is_offered(self) -> bool:
        """Whether the model may be deployed without insisting."""
        return self in (GateVerdict.BETTER, GateVerdict.ALIKE)


class GainVerdict(StrEnum):
    """What the expected gain means for whoever decides about more labels."""

    PAYS = "pays"
    SATURATED = "saturated"
    UNSURE = "unsure"


class PaperClaim(StrEnum):
    """What the paper concludes."""

    VGGISH_BEATS_MFCC = "vggish-beats-mfcc"
    VGGISH_DNN_BEATS_MFCC_RNN = "vggish-dnn-beats-mfcc-rnn"
    RNN_BEATS_DNN_ON_MFCC = "rnn-beats-dnn-on-mfcc"
    RNN_BEATS_DNN_ON_VGGISH = "rnn-beats-dnn-on-vggish"
    MERGING_HELPS_ON_MFCC = "merging-helps-on-mfcc"
    MERGING_IS_NO_HELP_ON_VGGISH = "merging-is-no-help-on-vggish"
    TRAINS_FASTER_ON_VGGISH = "trains-faster-on-vggish"
    RNN_EPOCH_FASTER_ON_VGGISH = "rnn-epoch-faster-on-vggish"

    @property
    def is_about_vggish(self) -> bool:
        return self not in (PaperClaim.RNN_BEATS_DNN_ON_MFCC, PaperClaim.MERGING_HELPS_ON_MFCC)

    @property
    def is_about_time(self) -> bool:
        """A ratio of seconds; otherwise a difference of f(0.10)."""
        return self in (PaperClaim.TRAINS_FASTER_ON_VGGISH, PaperClaim.RNN_EPOCH_FASTER_ON_VGGISH)


class ClaimVerdict(StrEnum):
    """What the systems here say to a claim of the paper."""

    HOLDS = "holds"
    IN_PART = "in part"
    OPPOSITE = "opposite"
    NOT_SO = "not so"
    CANNOT_TELL = "cannot tell"
