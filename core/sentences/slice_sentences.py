"""Sentences about groups of recordings: first what cannot be known of them."""

from __future__ import annotations

from collections.abc import Sequence

from core.metrics.slices import LEAST, Slice, SliceShare
from core.number_words import counted


def unknown_slice_sentences(slices: Sequence[Slice]) -> list[str]:
    """A sentence for each group whose wrong refusals cannot be known at all, or that cannot be compared, and why.

    Good readings come first: a group without any may be treated worse without anybody seeing it.
    """
    return [
        f"{compared.kind} {compared.name}: {_why(share, noun)}, so whether {question} cannot be known."
        for kind in (0, 1)
        for compared in slices
        for share, noun, question in (_questions(compared)[kind],)
        if _is_unknown(share)
    ]


def _questions(compared: Slice) -> tuple[tuple[SliceShare, str, str], tuple[SliceShare, str, str]]:
    return (
        (compared.am, "good reading", "they are wrongly refused more often"),
        (compared.rcc, "bad recording", "fewer of them are caught"),
    )


def _is_unknown(share: SliceShare) -> bool:
    return share.n < LEAST or share.n_children < 2


def _why(share: SliceShare, noun: str) -> str:
    if not share.n:
        return f"no {noun}"
    return f"only {counted(share.n, noun)} of {counted(share.n_children, 'child', 'children')}"
