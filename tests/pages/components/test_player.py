"""What the player is told about a recording."""

from __future__ import annotations

from types import SimpleNamespace

from core.domain.labels import Label
from pages.components import colours
from pages.components.playback.playable_rows import judgement_chips, label_chip, playable, probability_bars

RECORDING = SimpleNamespace(
    id=7, word="", filename="class/3.wav", child="kim", source="tablet", duration_s=1.25, language="fr"
)


def test_where_no_word_is_known_the_file_is_named():
    item = playable(RECORDING)
    assert (item.title, item.detail) == ("3.wav", "kim · tablet · 1.2 s")


def test_a_chip_without_a_name_tells_nobody():
    assert label_chip(Label.NOISE).who == ""
    assert label_chip(Label.NOISE).colour == colours.NOISE


def test_what_staff_decided_stands_beside_both_judgements():
    said = [SimpleNamespace(label=Label.NOISE, judge="a", comment="")]
    settled = SimpleNamespace(label=Label.ACCEPTED, reason="clear")
    chips = judgement_chips(SimpleNamespace(judgements=said, adjudication=settled))
    assert [(chip.label, chip.who) for chip in chips] == [("Noise", "a"), ("Accepted", "settled")]


def test_classes_that_a_task_does_not_tell_apart_have_no_bar():
    binary = SimpleNamespace(p_accepted=0.3, p_noise=None, p_speechless=None)
    bars = probability_bars(binary, threshold=0.5)
    assert [(bar.name, bar.mark) for bar in bars] == [("Accepted", 0.5)]
