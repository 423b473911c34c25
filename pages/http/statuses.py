"""Which HTTP status an error has: one table for every address.

400 the request itself cannot be read (its fields, its size); 401 nobody is signed in; 403 may not; 404 there is no
such thing any more; 409 somebody did it first; 422 it was read and turned away; 429 asked too often; 503 something is
out of reach just now, so that asking again later may help; 504 no answer within the time that the request set.
"""

from __future__ import annotations

from core import addresses
from core.config import settings
from core.errors import (
    Conflict,
    DeadlinePassed,
    EarshotError,
    NotAllowed,
    NotFound,
    RateExceeded,
    Refused,
    SettingsError,
    Unavailable,
)
from core.translation import DEFAULT_LANGUAGE, translate, translate_message

STATUSES: dict[type[EarshotError], int] = {
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Refused: 422,
    RateExceeded: 429,
    SettingsError: 500,
    Unavailable: 503,
    DeadlinePassed: 504,
}


def status_of(error: EarshotError) -> int:
    """The status of an error; of a class that is not in the table 503."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 503)


def words_of(error: EarshotError, language: str = DEFAULT_LANGUAGE) -> str:
    """The message of an error for a browser, in a language, without the address of the database."""
    words = translate_message(language, error.message)
    before = translate(language, "The database {place}", place="")
    for place in (addresses.shown(settings().database), settings().database, str(settings().local_folder.absolute())):
        words = words.replace(f"{before}{place} ", before).replace(place, "…")
    return words
