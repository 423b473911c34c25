"""Sentences about groups of recordings: first what cannot be known of them."""

from __future__ import annotations

from collections.abc import Sequence

from core.metrics.slices import LEAST, Slice, SliceShare
from core.translation import DEFAULT_LANGUAGE, mark, translate, translate_count

# what stands on screens of the kinds and names that Earshot makes itself; columns of a manifest keep their names
KINDS = (
    mark("language"),
    mark("source"),
    mark("word length"),
    mark("duration"),
    mark("loudness"),
    mark("SNR as measured"),
    mark("time of day"),
)
NAMES = (
    mark("1 to 3 letters"),
    mark("4 or 5 letters"),
    mark("6 to 8 letters"),
    mark("9 letters or more"),
    mark("up to 2 s"),
    mark("2 to 4 s"),
    mark("longer than 4 s"),
    mark("quiet"),
    mark("middling"),
    mark("loud"),
    mark("SNR below 10 dB"),
    mark("SNR 10 to 20 dB"),
    mark("SNR 20 to 30 dB"),
    mark("SNR above 30 dB"),
    mark("before 9"),
    mark("9 to 12"),
    mark("12 to 15"),
    mark("15 or later"),
)


def kind_words(kind: str, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """What a kind of group is called."""
    return translate(speaks, kind) if kind in KINDS else kind


def name_words(compared: Slice, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """What a group is called; what people wrote in a manifest stays as it is."""
    return translate(speaks, compared.name) if compared.kind in KINDS and compared.name in NAMES else compared.name


def unknown_slice_sentences(slices: Sequence[Slice], *, speaks: str = DEFAULT_LANGUAGE) -> list[str]:
    """A sentence for each group whose wrong refusals cannot be known at all, or that cannot be compared, and why.

    Good readings come first: a group without any may be treated worse without anybody seeing it.
    """
    good = [_good_unknown(each, speaks) for each in slices if _is_unknown(each.am)]
    return good + [_bad_unknown(each, speaks) for each in slices if _is_unknown(each.rcc)]


def _good_unknown(compared: Slice, speaks: str) -> str:
    group = _group(compared, speaks)
    if not compared.am.n:
        return translate(
            speaks,
            "{group}: no good reading, so whether they are wrongly refused more often cannot be known.",
            group=group,
        )
    return translate_count(
        speaks,
        "{group}: only {n} good reading of {children}, so whether they are wrongly refused more often cannot be known.",
        "{group}: only {n} good readings of {children}, so whether they are wrongly refused more often cannot be "
        "known.",
        compared.am.n,
        group=group,
        children=_children(compared.am, speaks),
    )


def _bad_unknown(compared: Slice, speaks: str) -> str:
    group = _group(compared, speaks)
    if not compared.rcc.n:
        return translate(
            speaks, "{group}: no bad recording, so whether fewer of them are caught cannot be known.", group=group
        )
    return translate_count(
        speaks,
        "{group}: only {n} bad recording of {children}, so whether fewer of them are caught cannot be known.",
        "{group}: only {n} bad recordings of {children}, so whether fewer of them are caught cannot be known.",
        compared.rcc.n,
        group=group,
        children=_children(compared.rcc, speaks),
    )


def _group(compared: Slice, speaks: str) -> str:
    return f"{kind_words(compared.kind, speaks=speaks)} {name_words(compared, speaks=speaks)}"


def _children(share: SliceShare, speaks: str) -> str:
    return translate_count(speaks, "{n} child", "{n} children", share.n_children)


def _is_unknown(share: SliceShare) -> bool:
    return share.n < LEAST or share.n_children < 2
