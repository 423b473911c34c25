"""Sentences about the certainty of a threshold: on screens, in the report, from commands; in the reader's language."""

from __future__ import annotations

from core.domain.certainty import Certainty
from core.domain.sources import ThresholdBasis
from core.metrics.certain_threshold import ChildrenNeeded
from core.number_words import short_in_hundred
from core.translation import grouped, mark, translate

MEANINGS = {
    Certainty.EVEN: mark(
        "sure to 50 %: of 100 thresholds chosen like this, about 50 refuse more with other children (the paper's rule)"
    ),
    Certainty.MOST: mark(
        "sure to 80 %: of 100 thresholds chosen like this, at most 20 refuse more with other children"
    ),
    Certainty.HIGH: mark(
        "sure to 90 %: of 100 thresholds chosen like this, at most 10 refuse more with other children"
    ),
    Certainty.HIGHEST: mark(
        "sure to 95 %: of 100 thresholds chosen like this, at most 5 refuse more with other children"
    ),
}


def sure_words(certainty: Certainty, language: str = "en") -> str:
    """`sure to 95 %`."""
    return translate(language, "sure to {percent} %", percent=certainty.in_hundred)


def source_certainty_words(certainty: Certainty | None, basis: ThresholdBasis, language: str = "en") -> str:
    """How sure a source's threshold is: `sure to 95 %`, or why nothing is sure."""
    if certainty is not None:
        return sure_words(certainty, language)
    if basis is ThresholdBasis.JUDGED:
        return translate(language, "no certainty: too few judged recordings")
    return translate(language, "no certainty: chosen without labels")


def meaning(certainty: Certainty, language: str = "en") -> str:
    """What a certainty says of other children."""
    return translate(language, MEANINGS[certainty])


def target_words(am_target: float, certainty: Certainty, language: str = "en") -> str:
    """`at most 10 of 100 good readings wrongly refused, sure to 95 %`."""
    at_most = translate(
        language, "at most {target} of 100 good readings wrongly refused", target=_of_100(am_target, language)
    )
    return f"{at_most}, {sure_words(certainty, language)}"


def screen_texts(language: str) -> dict[str, str]:
    """What the trade-off writes while it is dragged; {places} are filled in there."""
    return {
        "target": translate(language, "At most {n} of 100 good readings refused"),
        "sure": translate(language, "How sure that is with other children"),
        "costs": translate(
            language, "That costs {points} points of RCC: of 100 bad recordings {caught} are caught, not {even}."
        ),
        "free": translate(language, "That costs nothing here: of 100 bad recordings {caught} are caught all the same."),
    }


def needed_sentence(needed: ChildrenNeeded, language: str = "en") -> str:
    """That no threshold above 0 is sure, and how many children of which kind would do."""
    values = {
        "percent": needed.certainty.in_hundred,
        "target": _of_100(needed.am_target, language),
        "children": grouped(needed.has_children, language),
        "readings": grouped(needed.has_accepted, language),
    }
    begin = translate(
        language,
        "No threshold is sure to {percent} % to refuse at most {target} of 100 good readings. Validation has "
        "{readings} good readings of {children} children: nothing would be refused.",
        **values,
    )
    return f"{begin} {_enough(needed, language)}"


def _enough(needed: ChildrenNeeded, language: str) -> str:
    if needed.n_children is None or needed.n_accepted is None:
        return translate(
            language, "No number of children could be sure of that; choose a higher share, or less certainty."
        )
    return translate(
        language,
        "About {children} children with {readings} good readings in validation would do, if they are like these and "
        "none of theirs is refused.",
        children=grouped(needed.n_children, language),
        readings=grouped(needed.n_accepted, language),
    )


def _of_100(am_target: float, language: str) -> str:
    """`10`, `12.5`."""
    return short_in_hundred(am_target, speaks=language)
