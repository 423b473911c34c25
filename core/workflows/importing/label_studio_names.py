"""File names of the recordings of Label Studio's tasks. Opens no database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

_UPLOADED = re.compile(r"^[0-9a-f]{8}-")  # what Label Studio puts before the name of an uploaded file


def file_names(data: Mapping[str, object]) -> tuple[str, ...]:
    """The file names that a task's recording may have, likeliest first: its name, or the end of the sound's address.

    People and programs write addresses with + and & as they are, or encoded: the raw name is the first to be tried.
    """
    if data.get("filename"):
        return (str(data["filename"]),)
    address = str(data.get("audio") or data.get("url") or _only_address(data))
    if not address:
        return ()
    _, is_local, raw = address.partition("?d=")
    if is_local:
        encoded = parse_qs(urlsplit(address).query).get("d", [])
        return _distinct(raw, unquote(raw), unquote_plus(raw), *encoded)
    last = [name.rsplit("/", 1)[-1] for whole in (address, urlsplit(address).path) for name in (whole, unquote(whole))]
    return _distinct(*(_UPLOADED.sub("", name) for name in last), *(name for name in last))


def _only_address(data: Mapping[str, object]) -> str:
    """The address in a project whose sound has another name: the only value that is one."""
    values = [value for value in data.values() if isinstance(value, str) and ("/data/" in value or "://" in value)]
    return values[0] if len(values) == 1 else ""


def _distinct(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
