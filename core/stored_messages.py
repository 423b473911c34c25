"""Messages as the database stores them: the template and its values, never the sentence alone.

What is stored so is translated where it is read. Texts of versions before stand in English and are recognised by
their templates (`core.translation.translate_stored`), and so are those that no message of ours is.
"""

from __future__ import annotations

from datetime import date

from core.messages import Message
from core.translation import translate_message, translate_stored


def as_json(message: Message) -> dict[str, object]:
    """`{"template": "{n} files were refused.", "values": {"n": 3}}`; a message among the values likewise."""
    return {"template": message.template, "values": {name: _as_json(value) for name, value in message.values.items()}}


def from_json(stored: object) -> Message | None:
    """The message; None for anything that is none, such as what an earlier version left out."""
    template = stored.get("template") if isinstance(stored, dict) else None
    if not isinstance(stored, dict) or not isinstance(template, str):
        return None
    values = stored.get("values")
    inner = values if isinstance(values, dict) else {}
    return Message(template, {str(name): _from_json(value) for name, value in inner.items()})


def translate_reason(language: str, message: Message | None, text: str) -> str:
    """A stored reason in a language: from its message, where there is one that can be filled in; else from its text.

    text : the English sentence, which is stored beside the message for programs
    """
    if message is not None and message.values:
        try:
            return translate_message(language, message)
        except (KeyError, IndexError, ValueError):  # an erasure may have replaced a word of the template
            pass
    return translate_stored(language, text)


def _as_json(value: object) -> object:
    if isinstance(value, Message):
        return as_json(value)
    return value.isoformat() if isinstance(value, date) else value


def _from_json(value: object) -> object:
    return from_json(value) or value
