"""What the check of a hub module found, in the reader's language. It is stored in English, as sentences in a row."""

from __future__ import annotations

from core.translation import DEFAULT_LANGUAGE, mark, translate_stored

SENTENCES = (
    mark("This is not VGGish, and figures made with it must not be called VGGish's. {rest}"),
    mark("This is VGGish, {version}. {rest}"),
    mark("It has {parameters} parameters, in the published layers. {rest}"),
    mark("It has {parameters} parameters, not the published layers with {published}. {rest}"),
    mark(
        "A 1 kHz sine made at {rate} Hz gives an embedding of mean {mean} and deviation {deviation}; the nearest "
        "published ones are {published_mean} and {published_deviation}, and a difference of {allowed} is allowed in "
        "either."
    ),
)
VERSIONS = (
    mark("as exported for TensorFlow Hub"),
    mark("as released since 2023, before the last activation"),
    mark("as first released, after the last activation"),
)


def check_words(stored: str, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """The check's sentences; one that is not recognised stays English."""
    return translate_stored(speaks, stored)
