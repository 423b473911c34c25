"""What the database's files still hold of removed rows: the log until it is emptied, and copies of moved rows."""

from __future__ import annotations

from collections.abc import Sequence

from core.workflows.maintenance.erased_rows import Erased
from db import erasure_records, removed_bytes, row_texts, session
from db.row_texts import RemovedTexts

SEARCHED_BYTES = 60  # of a text: the beginning of a long one lies in one place


def empty(*, erased: Sequence[Erased] = (), patience_s: float = removed_bytes.PATIENCE_S) -> bool:
    """Bring the log into the database's file and cut it, with all that was removed; whether nobody kept it busy.

    erased : what the file is searched for, and rewritten only where it holds any of it. Without it, it is rewritten.
    """

    def is_removed(data: bytes) -> bool:
        return any(each.words.by_people.is_in_file(data) or _has_text(data, each.texts) for each in erased)

    if not removed_bytes.forget_removed(is_removed=is_removed if erased else None, patience_s=patience_s):
        return False
    with session.writing() as tx:
        if erasure_records.has_pending(tx):
            erasure_records.mark_log_empty(tx)
    return True


def finish(*, patience_s: float = 0.0) -> bool:
    """Empty the log where an erasure could not, because somebody was reading; whether nothing is left to do."""
    with session.reading() as tx:
        is_pending = erasure_records.has_pending(tx)
    return not is_pending or empty(patience_s=patience_s)


def _has_text(data: bytes, texts: RemovedTexts) -> bool:
    """Whether a text is there that only removed rows had."""
    there = {
        column: {text for text in some if text.encode(errors="surrogatepass")[:SEARCHED_BYTES] in data}
        for column, some in texts.items()
    }
    there = {column: some for column, some in there.items() if some}
    return bool(there) and bool(set().union(*there.values()) - row_texts.stand_elsewhere(there))
