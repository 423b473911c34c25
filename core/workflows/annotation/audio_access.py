"""Access to the sound of a recording: staff may hear all of them, a judge those that came to the own desk."""

from __future__ import annotations

from core.audio import browser_copies
from core.config import settings
from core.domain.accounts import Account
from core.domain.permissions import Permission, may
from core.errors import NotFound
from core.translation import translate
from core.workflows.annotation import qualification, recording_search
from core.workflows.annotation.preconditions import NOT_ON_DESK
from core.workflows.annotation.recording_search import AudioBytes
from db import audio_access, session


def audio_for(account: Account, recording_id: int) -> AudioBytes:
    """The bytes of one recording: as they were brought in, or a lossless copy where browsers do not play them.

    Raises
    ------
    NotFound
        There is no such recording, its bytes are missing, or it is none of this judge's: the same words, so that
        nobody learns which recordings there are.
    """
    if not may(account.role, Permission.HEAR_ANY_RECORDING) and not _is_own(account, recording_id):
        raise NotFound(translate(account.speaks, NOT_ON_DESK))
    original = recording_search.original_audio(recording_id)
    data, extension = browser_copies.playable(settings().storage, original.sha256, original.extension, original.data)
    return AudioBytes(data, extension, original.sha256)


def _is_own(judge: Account, recording_id: int) -> bool:
    with session.reading() as tx:
        if audio_access.is_own(tx, judge.id, recording_id):
            return True
    return qualification.is_qualification_item(judge, recording_id)
