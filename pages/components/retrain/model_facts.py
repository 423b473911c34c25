"""What the card of a model says in tables: its figures, what it learned from, how it was trained."""

from __future__ import annotations

from core.domain.labels import Label, Split
from core.domain.model_cards import CardFamily, ModelCard
from core.translation import mark
from core.workflows.retraining.model_history import ModelRecord
from pages.components import formatting
from pages.components.system_names import family_title
from pages.components.words import say

OF_CHILDREN = {Split.VALIDATION: mark("validation children"), Split.TEST: mark("test children")}
SHORT = 12  # digits of a hash


def figures_rows(record: ModelRecord) -> list[dict[str, str]]:
    rows = []
    for split in (Split.VALIDATION, Split.TEST):
        figures = record.figures(split)
        rows.append(
            {
                say("Figure"): say(OF_CHILDREN[split]),
                "f(0.10)": formatting.percent(figures.f10),
                say("95 %"): formatting.interval(figures.f10_interval, of=figures.f10),
                "f(0.15)": formatting.percent(figures.f15),
                "f(AMm) / AMm": f"{formatting.percent(figures.f_am_m)} / {formatting.percent(figures.am_m)}",
            }
        )
    return rows


def learned_rows(card: ModelCard) -> list[dict[str, str]]:
    return [
        {say("Split"): say(split.value), say("Children"): formatting.grouped(counts.n_children)}
        | {say(label.value): formatting.grouped(counts.labels[label]) for label in Label}
        | {say("Languages"): ", ".join(name or formatting.DASH for name in counts.languages) or formatting.DASH}
        for split, counts in card.counts.items()
    ]


def training_facts(card: ModelCard) -> dict[str, str]:
    rows = {
        say("Features"): ", ".join(_family(family) for family in card.families),
        say("Networks"): str(len(card.classifiers)),
        say("Seed"): formatting.DASH if card.seed is None else str(card.seed),
        say("Labels, frozen"): card.snapshot_hash[:SHORT] or formatting.DASH,
        say("Features took"): formatting.duration(card.feature_seconds),
        say("Training took"): formatting.duration(card.training_seconds),
    }
    return {name: formatting.plain(value) for name, value in {**rows, **card.versions}.items()}


def _family(family: CardFamily) -> str:
    name = family_title(family.name) if family.name else formatting.DASH
    return name if family.is_genuine else say("{family} (a stand-in for the module)", family=name)
