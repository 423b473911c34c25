from __future__ import annotations

from core.domain.labels import Label, Split
from core.domain.snapshots import SnapshotItem
from core.learning.linked_children import link_children, linked_children_of


def item(child: str, waveform_sha256: str | None) -> SnapshotItem:
    return SnapshotItem(1, "0" * 64, "wav", child, "en", Label.NOISE, Split.TRAIN, waveform_sha256)


def test_children_of_a_chain_of_sounds_are_one_group() -> None:
    linked = {"kim": ("a", "b"), "lou": ("b", "c"), "mia": ("c",), "tom": ("d",)}
    assert link_children(linked) == {"kim": "kim", "lou": "kim", "mia": "kim", "tom": "tom"}


def test_two_groups_become_one_when_a_later_child_links_them() -> None:
    linked = {"ann": ("a",), "bob": ("b",), "eve": ("b",), "zoe": ("a", "b")}
    assert set(link_children(linked).values()) == {"ann"}


def test_silence_and_what_was_not_hashed_link_nobody() -> None:
    silent = [item("kim", ""), item("lou", ""), item("mia", None), item("tom", None)]
    assert linked_children_of(silent) == {name: name for name in ("kim", "lou", "mia", "tom")}
