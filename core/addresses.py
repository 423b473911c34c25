"""Addresses as people may read them: of databases (SQLAlchemy), storages (fsspec) and schedulers (Dask).

Only what is surely harmless is shown. A password that was typed without percent-encoding ends wherever its characters
say, and each library parses such an address in its own way; so what cannot be parsed without doubt is hidden whole.
Imports nothing of the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

HIDDEN = "***"

_DATABASES = frozenset({"postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle"})
"""Schemes in which a name before a password is an account; elsewhere (https, s3) it is a key or a token itself."""

_HARMLESS = frozenset(
    {
        *("sslmode", "sslrootcert", "connect_timeout", "application_name", "target_session_attrs", "channel_binding"),
        *("host", "port", "dbname", "charset", "client_encoding", "driver", "mode", "uri", "cache", "timeout"),
        *("region", "region_name", "anon", "protocol"),
    }
)
"""Parameters whose values are shown. Every other value is hidden: nobody can list all names that a secret goes by."""

_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://(?P<rest>.*)", re.DOTALL)
_PLACE = re.compile(
    r"(?:\[[0-9A-Fa-f:.]+\]|[\w.\-]*)(?::\d{1,5})?(?:,[\w.\-]+(?::\d{1,5})?)*(?:/(?:[A-Za-z]:/)?[\w.\-~/+, ()\[\]']*)?"
)
_IPV6 = re.compile(r"\[[0-9A-Fa-f:.]+\]")
_PLAIN_VALUE = re.compile(r"[\w./\-]*")
_ACCOUNT = re.compile(r"[\w.\-]+")
_PROTOCOL = re.compile(r"[a-z0-9]+")
_SECRET_NAME = re.compile(r"(?:pass|pwd|secret|token|key|sig|cred|auth)\w*\s*[=:]", re.IGNORECASE)
_FOLDER = re.compile(r"(?:/(?!/)|\./|\.\./|~|[A-Za-z]:[\\/])[^:]*")
_BETWEEN_WORDS = re.compile(r"[\s@/:?#&=%+'\"\\]+")


def shown(address: str) -> str:
    """An address without its secrets: `postgresql://me:***@host/db?sslmode=require&password=***`.

    What cannot be parsed without doubt keeps its scheme only: `postgresql://***`. A folder is shown as it is.
    """
    if "::" in _IPV6.sub("", address):
        return _chain_shown(address)
    if "://" not in address:
        return HIDDEN if _may_hold_a_secret(address) else address
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return HIDDEN
    account, is_known, place = _account_and_place(match["scheme"], match["rest"])
    where, question, query = place.partition("?")
    if not is_known or not _PLACE.fullmatch(where):
        return f"{match['scheme']}://{HIDDEN}"
    return f"{match['scheme']}://{account}{where}{question}{_query_shown(query)}"


def scrubbed(text: str, addresses: Iterable[str]) -> str:
    """A text, such as the error of a driver, without the parts of these addresses that `shown` hides."""
    for address in addresses:
        visible = shown(address)
        if visible == address:
            continue
        text = text.replace(address, visible)
        for word in sorted(_words(address) - _words(visible), key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return text


def _account_and_place(scheme: str, rest: str) -> tuple[str, bool, str]:
    """What is shown of the account with its `@`, whether the address is parsed without doubt, and what follows."""
    user_info, at, place = rest.rpartition("@")
    if not at:
        return "", True, rest
    if "?" in user_info or "#" in user_info:  # a password with these signs, or a query with an @: nobody can tell
        return "", False, rest
    name, colon, _ = user_info.partition(":")
    is_account = scheme.lower().partition("+")[0] in _DATABASES and bool(_ACCOUNT.fullmatch(name))
    if not is_account:
        return f"{HIDDEN}@", True, place
    return (f"{name}:{HIDDEN}@" if colon else f"{name}@"), True, place


def _query_shown(query: str) -> str:
    return "&".join(_parameter_shown(parameter) for parameter in query.split("&"))


def _parameter_shown(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    if not parameter or (name.lower() in _HARMLESS and _PLAIN_VALUE.fullmatch(value)):
        return parameter
    return f"{name}={HIDDEN}" if equals and _ACCOUNT.fullmatch(name) else HIDDEN


def _chain_shown(address: str) -> str:
    """Chained file systems, `simplecache::s3://bucket/folder`: as they are where no part has anything to hide."""
    parts = address.split("::")
    if all(_PROTOCOL.fullmatch(part) or ("://" in part and shown(part) == part) for part in parts):
        return address
    scheme, at, _ = address.partition("://")
    return f"{scheme}://{HIDDEN}" if at and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*", scheme) else HIDDEN


def _may_hold_a_secret(text: str) -> bool:
    """Whether what has no scheme looks like anything but a folder, or a host and a port."""
    return bool(_SECRET_NAME.search(text)) or ("@" in text and not _FOLDER.fullmatch(text))


def _words(address: str) -> set[str]:
    spellings = (address, unquote(address))
    return {word for spelling in spellings for word in _BETWEEN_WORDS.split(spelling) if word and word != HIDDEN}
