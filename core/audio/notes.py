"""Irregularities of a recording that is accepted nevertheless, as figures; `str` gives the sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.messages import Message
from core.translation import mark


class NoteKind(Enum):
    """The kind of an irregularity."""

    DURATION_PROMISED = "duration promised"  # the header's clock claims more than there is to decode, in seconds
    SIZE_PROMISED = "size promised"  # the header counts more bytes of sound than there are, all of which are there
    UNUSUAL_HEADER = "unusual header"  # deviates from its standard; browsers get a copy
    CHANNELS_CANCEL = "channels cancel"  # mixing would silence the voice; the stronger channel is taken
    END_MARK_MISSING = "end mark missing"  # every page is whole, but none is marked as the last
    PACKETS_DAMAGED = "packets damaged"  # some of many could not be decoded


_SENTENCES = {
    NoteKind.DURATION_PROMISED: mark("its clock says {promised:.2f} s, its sound lasts {actual:.2f} s; it is whole"),
    NoteKind.SIZE_PROMISED: mark(
        "its header promises {promised:,.0f} bytes of sound, {actual:,.0f} are there; it is whole"
    ),
    NoteKind.UNUSUAL_HEADER: mark("its header is not built as the standard says; it was read all the same"),
    NoteKind.CHANNELS_CANCEL: mark("one channel is the other upside down; the stronger of {promised:.0f} is taken"),
    NoteKind.END_MARK_MISSING: mark("it has no mark of its end; perhaps the last part is missing"),
    NoteKind.PACKETS_DAMAGED: mark("{actual:.0f} of its {promised:.0f} packets are damaged and were left out"),
}


@dataclass(frozen=True)
class SoundNote:
    """One irregularity. `promised` and `actual` are in seconds, bytes, packets or channels, by its kind; else 0."""

    kind: NoteKind
    promised: float = 0.0
    actual: float = 0.0

    def __str__(self) -> str:
        return str(self.message)

    @property
    def message(self) -> Message:
        """A sentence for people, about a file that is named before it."""
        return Message(_SENTENCES[self.kind], {"promised": self.promised, "actual": self.actual})
