"""Texts as the database stores them: in English, which programs read, and as the message that they are translated from.

A text of a version before has no message: it is recognised by its template (`core.translation.translate_stored`).
"""

from __future__ import annotations

from core.messages import Message
from core.translation import translate_message, translate_stored


def translate_text(language: str, message: Message | None, text: str) -> str:
    """A stored text in a language: from its message, where there is one that can be filled in; else from its English.

    text : the English sentence, which is stored beside the message for programs
    """
    if message is not None:
        try:
            return translate_message(language, message)
        except (KeyError, IndexError, ValueError):  # an erasure may have replaced a word of the template
            pass
    return translate_stored(language, text)
