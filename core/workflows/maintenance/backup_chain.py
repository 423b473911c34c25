"""Backups that build on earlier ones: a recording that lies in an earlier archive is not written again.

An archive names those before it, the oldest first, by file name and by the hash of what they record about themselves;
all of a chain lie in one folder. Rows and models are in every archive, so each is the whole installation at its
moment, together with the recordings of those before it. A whole backup is a chain of one.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.domain.backups import BackupProtection
from core.domain.json_types import JsonObject, JsonValue, list_of, object_of, text_of
from core.errors import NotFound, Refused
from core.workflows.maintenance import backup_envelope
from core.workflows.maintenance.archived_recordings import RECORDINGS, Holders, recordings_of_rows
from core.workflows.maintenance.backup_archive import CARD, read_card

EARLIER = "earlier"  # in the card


@dataclass(frozen=True)
class Link:
    """An earlier archive of a chain: its file name, and the hash of its card."""

    name: str
    card_sha256: str

    def as_json(self) -> dict[str, JsonValue]:
        return {"name": self.name, "card_sha256": self.card_sha256}

    @staticmethod
    def from_json(stored: JsonObject) -> Link:
        return Link(text_of(stored.get("name")), text_of(stored.get("card_sha256")))


@dataclass(frozen=True)
class Earlier:
    """What a new archive builds on: the archives before it, the oldest first, and the recordings in them."""

    links: tuple[Link, ...] = ()
    recordings: frozenset[str] = frozenset()

    def as_json(self) -> JsonObject:
        links: list[JsonValue] = [link.as_json() for link in self.links]
        return {EARLIER: links} if links else {}


def earlier_of(last: Path, out: Path, passphrase: str | None) -> Earlier:
    """What a new archive `out` builds on, when it comes after `last`.

    Raises
    ------
    NotFound, Refused
        `last`, or one that it builds on, is not there, not in the folder of `out`, damaged, or does not open.
    """
    if last.resolve().parent != out.resolve().parent:
        raise Refused(
            "{last} is not in the folder of {out}: the backups of a chain lie in one folder.",
            last=last,
            out=out,
        )
    if not last.is_file():
        raise NotFound(
            "There is no file {last}.",
            last=last,
        )
    with (
        backup_envelope.archive_to_read(last, _passphrase_of(last, passphrase)) as archive,
        opened_chain(archive, last, passphrase) as holders,
    ):
        links = (*links_of(archive), Link(last.name, _card_sha256(archive)))
        return Earlier(links, frozenset(holders))


def links_of(archive: zipfile.ZipFile) -> tuple[Link, ...]:
    """The archives that one builds on, the oldest first; none of a whole backup."""
    return tuple(Link.from_json(object_of(link)) for link in list_of(read_card(archive).get(EARLIER, [])))


@contextmanager
def opened_chain(archive: zipfile.ZipFile, path: Path, passphrase: str | None) -> Iterator[Holders]:
    """For each recording of a backup the archive that holds it: this one, or one before it.

    Raises
    ------
    Refused
        An earlier archive is missing, is another one, or does not open.
    """
    links = links_of(archive)
    if not links:
        yield dict.fromkeys(_recordings_in(archive), archive)
        return
    wanted = recordings_of_rows(archive)
    with ExitStack() as stack:
        archives = [stack.enter_context(_opened_link(link, path, passphrase)) for link in links]
        yield {name: each for each in (*archives, archive) for name in _recordings_in(each) if name in wanted}


@contextmanager
def _opened_link(link: Link, path: Path, passphrase: str | None) -> Iterator[zipfile.ZipFile]:
    file = path.parent / Path(link.name).name
    if not file.is_file():
        raise Refused(
            "{path} builds on the backup {name}, which is not beside it. Put it there.",
            path=path,
            name=link.name,
        )
    with backup_envelope.archive_to_read(file, _passphrase_of(file, passphrase)) as archive:
        if _card_sha256(archive) != link.card_sha256:
            raise Refused(
                "{path} builds on another backup than the {name} that is beside it.",
                path=path,
                name=link.name,
            )
        yield archive


def require_whole(holders: Holders, archive: zipfile.ZipFile, left_out: Sequence[str]) -> None:
    """Refuse a chain in which a recording of the rows is nowhere, though it was not left out."""
    if not links_of(archive):
        return
    lacking = recordings_of_rows(archive) - set(holders) - {f"{RECORDINGS}{name}" for name in left_out}
    if lacking:
        raise Refused(
            "The backup is damaged: {n_lacking} recordings of it are in no archive of its chain, such as {lacking}.",
            n_lacking=len(lacking),
            lacking=min(lacking),
        )


def own_of(holders: Mapping[str, zipfile.ZipFile], archive: zipfile.ZipFile) -> int:
    """How many of the recordings lie in this archive itself."""
    return sum(1 for holder in holders.values() if holder is archive)


def _passphrase_of(file: Path, passphrase: str | None) -> str | None:
    """None for an archive of the chain that has none: the first may have been made before there was one."""
    return passphrase if backup_envelope.protection_of(file) is BackupProtection.PASSPHRASE else None


def _recordings_in(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.startswith(RECORDINGS)]


def _card_sha256(archive: zipfile.ZipFile) -> str:
    return hashlib.sha256(archive.read(CARD)).hexdigest()
