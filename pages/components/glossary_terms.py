"""The words of the screens, each with its meaning: what the glossary shows. `docs/glossary.md` is that of the code."""

from __future__ import annotations

from dataclasses import dataclass

from core.translation import mark


@dataclass(frozen=True)
class Term:
    """A word and its meaning, in English."""

    word: str
    meaning: str


LABELS = (
    Term(mark("Accepted"), mark("A child's voice is heard, clear enough for speech recognition.")),
    Term(mark("Noise"), mark("It is too noisy, or others talk over the child.")),
    Term(mark("Speechless"), mark("The child who should read is not heard.")),
    Term(mark("Rejected"), mark("Noise or Speechless: a bad recording.")),
)
JUDGING = (
    Term(mark("Judge"), mark("Somebody who hears recordings and gives each a label.")),
    Term(mark("Judgement"), mark("A label that a judge gave once, with how the recording was heard.")),
    Term(
        mark("Consensus"), mark("The label that counts: of both judges, of two of three, or of staff who settled it.")
    ),
    Term(mark("Disagreement"), mark("A recording whose judges gave different labels.")),
    Term(mark("To settle, settled"), mark("Staff hear a disagreement and decide which label is right, with a reason.")),
    Term(mark("Round"), mark("A fresh start of judging a recording. Only the newest one counts.")),
    Term(mark("Repeat"), mark("The same judge hears a recording again, unannounced: how far one agrees with oneself.")),
    Term(mark("Set aside"), mark("Labels that staff no longer count, with a reason. They stay stored.")),
    Term(
        mark("Kappa, alpha"),
        mark("How far judges agree beyond chance: 1 is complete agreement, 0 is chance. Kappa is for two judges."),
    ),
)
DECIDING = (
    Term(mark("p"), mark("The probability that a model gives to “Accepted”, from 0 to 1.")),
    Term(mark("Threshold"), mark("A recording is accepted when p is at least the threshold.")),
    Term("AM", mark("Of the good recordings, the share that is wrongly refused. The child has to read again.")),
    Term("RCC", mark("Of the bad recordings, the share that is caught. The others are let through.")),
    Term(mark("AM target"), mark("The share of good recordings that staff allow to be refused.")),
    Term(mark("Certainty"), mark("The chance that the AM target holds with other children too.")),
    Term(mark("Operating point"), mark("A model with an AM target and the threshold that follows from it.")),
    Term(mark("Deployed, in force"), mark("The operating point that decides now.")),
    Term(mark("Source"), mark("Where recordings come from: a school, a device, an app.")),
    Term(mark("Interval (95 %)"), mark("With other children the figure would most likely lie within it.")),
)
LEARNING = (
    Term(mark("Model"), mark("What has learned from the labels and gives p. It has a name such as “Fusion 7”.")),
    Term(
        mark("Training, validation and test children"),
        mark(
            "A model learns from the first, thresholds are chosen on the second, figures are measured on the third. A "
            "child belongs to one of them for good."
        ),
    ),
    Term(
        mark("Retrain"), mark("Train new models on the labels as they are now, and compare them with the one in force.")
    ),
    Term(mark("Unlike"), mark("A recording or a source that sounds different from what the model learned from.")),
)
GROUPS = {
    mark("Labels"): LABELS,
    mark("Judging"): JUDGING,
    mark("Deciding"): DECIDING,
    mark("Learning"): LEARNING,
}
