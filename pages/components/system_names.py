"""What can be trained, in the language of whoever looks."""

from __future__ import annotations

from core.sentences import system_sentences
from pages.components.words import language


def family_title(features: str) -> str:
    """`VGGish`, `Signal dynamics+MFCC`, `Stand-in for VGGish`: a family, or several."""
    return system_sentences.family_words(features, speaks=language())


def kind_title(kind: str) -> str:
    """`DNN`, `Boosted trees`."""
    return system_sentences.kind_words(kind, speaks=language())


def classifier_title(kind: str) -> str:
    """`DNN`, `boosting`: the short name, beside others."""
    return system_sentences.classifier_words(kind, speaks=language())


def task_title(system: str) -> str:
    """`Double binary`, `Merged: mean`."""
    return system_sentences.task_words(system, speaks=language())


def spec_title(features: str, kind: str, task: str) -> str:
    """`MFCC DNN double binary`."""
    return system_sentences.spec_words(features, kind, task, speaks=language())
