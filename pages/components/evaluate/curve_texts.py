"""What the trade-off writes in the browser while it is dragged, by the keys that its JavaScript names."""

from __future__ import annotations

from core.sentences import certainty_sentences
from core.translation import decimal_sign, group_sign, mark, translate
from core.typography import percent_space

TEXTS = {
    "sentence_one": mark(
        "Of 100 good readings, {refused} is wrongly refused {am}; of 100 bad recordings, {caught} are caught {rcc}."
    ),
    "sentence_many": mark(
        "Of 100 good readings, {refused} are wrongly refused {am}; of 100 bad recordings, {caught} are caught {rcc}."
    ),
    "explain": mark("What AM and RCC mean, with a picture"),
    "am_name": mark("Wrongly refused (AM):"),
    "am_meaning": mark("good readings that a child must read again for nothing."),
    "rcc_name": mark("Caught (RCC):"),
    "rcc_meaning": mark("bad recordings that are refused, as they should be."),
    "lower": mark("A lower threshold wrongly refuses less and catches less."),
    "good_picture": mark("{n} of 100 good readings wrongly refused"),
    "bad_picture": mark("{n} of 100 bad recordings let through"),
    "rcc_figure": mark("caught · RCC"),
    "am_figure": mark("wrongly refused · AM"),
    "threshold_figure": mark("threshold"),
    "frozen": mark("frozen"),
    "curve": mark("Bad recordings caught against good readings wrongly refused"),
    "test": mark("test children"),
    "validation": mark("validation children"),
    "a_judge": mark("a judge against the others"),
    "people": mark("people say"),
    "passed_column": mark("not refused"),
    "refused_column": mark("refused"),
    "label_accepted": mark("Accepted"),
    "label_noise": mark("Noise"),
    "label_speechless": mark("Speechless"),
    "accepted": mark("rightly accepted"),
    "wrongly_refused": mark("wrongly refused"),
    "let_through": mark("let through"),
    "caught": mark("caught"),
    "am_axis": mark("good readings wrongly refused (AM)"),
    "rcc_axis": mark("bad recordings caught (RCC)"),
    "of_judge": mark("{judge} against the others: AM {am}, RCC {rcc}"),
    "spoken": mark("AM target {target}, RCC {rcc}"),
    "chosen": mark(
        "The threshold was chosen on the validation children, for a target of {target}: there {am} are wrongly refused "
        "and {rcc} caught."
    ),
    "others_test": mark("The test children, who had no part in that, get {am} and {rcc}."),
    "why_other": mark("The test children had no part in that, so they get another share: {am}."),
    "spread": mark("95 of 100 other groups of children would get {ends}."),
    "ends": mark("{low} to {high} %"),
    "too_few": mark("too few children"),
    "day": mark("On a day with {readings}: {refused}, {passed}."),
    "reading": mark("{n} reading"),
    "readings": mark("{n} readings"),
    "refused_one": mark("{n} good reading is wrongly refused"),
    "refused_many": mark("{n} good readings are wrongly refused"),
    "passed_one": mark("{n} bad recording is let through"),
    "passed_many": mark("{n} bad recordings are let through"),
    "apart": mark("Noise {noise}, Speechless {speechless}"),
    "stream": mark("with disagreements {am}"),
}


def curve_texts(speaks: str) -> dict[str, str]:
    """Every text by its key, with the signs of numbers."""
    signs = {
        "decimal_sign": decimal_sign(speaks),
        "group_sign": group_sign(speaks),
        "percent_space": percent_space(speaks),
    }
    texts = {key: translate(speaks, message) for key, message in TEXTS.items()}
    return texts | certainty_sentences.screen_texts(speaks) | signs
