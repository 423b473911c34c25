"""Children who have a sound in common: they stand together in every split and every fold.

Equal waveforms under two pseudonyms are one recording that came twice, or one child under two names. If the two stood
apart, a test would look at what training had heard.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from core.domain.snapshots import LabelledRecording, SnapshotItem


def linked_children_of(recordings: Iterable[LabelledRecording | SnapshotItem]) -> dict[str, str]:
    """The group of every child of these recordings; a waveform of silence, or one that was not hashed, links nobody."""
    waveforms: dict[str, set[str]] = {}
    for recording in recordings:
        of_child = waveforms.setdefault(recording.child, set())
        if recording.waveform_sha256:
            of_child.add(recording.waveform_sha256)
    return link_children(waveforms)


def link_children(waveforms: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Each child with the first, in alphabetical order, of those that it shares a waveform with, directly or not.

    Parameters
    ----------
    waveforms : the hashes of the waveforms of each child
    """
    group_of: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    owner: dict[str, str] = {}
    for child in sorted(waveforms):
        groups = {group_of[owner[waveform]] for waveform in waveforms[child] if waveform in owner}
        first = min(groups, default=child)
        members.setdefault(first, []).append(child)
        group_of[child] = first
        for group in groups - {first}:
            for member in members.pop(group):
                group_of[member] = first
                members[first].append(member)
        owner |= dict.fromkeys(waveforms[child], child)
    return group_of
