"""Backups that build on earlier ones: each recording is written once, and the chain restores the whole."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core import config
from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ModelsChoice
from core.errors import NotFound, Refused
from core.sealing.passphrases import Argon2Cost
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.maintenance import backup, backup_envelope, backup_restore, erasure
from tests.workflows.recorded import recording

PASSPHRASE = "five words drawn at random"


@pytest.fixture
def chain(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Path]]:
    """Makes three backups, with a recording more in each, every one on top of the one before."""
    monkeypatch.setattr(backup_envelope, "COST", Argon2Cost(passes=1, memory_kib=64, lanes=1))

    def make(passphrase: str | None = None) -> list[Path]:
        made: list[Path] = []
        for number in range(3):
            add(number, tmp_path)
            made.append(tmp_path / "backups" / f"{number}.zip")
            backup.backup(made[-1], since=made[-2] if number else None, passphrase=passphrase)
        return made

    return make


def add(number: int, folder: Path) -> None:
    manifest = folder / f"in-{number}" / "manifest.csv"
    manifest.parent.mkdir()
    (manifest.parent / f"{number}.wav").write_bytes(recording(number))
    manifest.write_text(f"filename,child\n{number}.wav,child-{number}\n")
    assert import_recordings.import_path(manifest, actor=COMMAND_LINE).recordings == 1


def move_to(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_STORAGE", str(place / "storage"))
    monkeypatch.setenv("EARSHOT_MODELS", str(place / "models"))
    config.settings.cache_clear()


def recordings_in(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(1 for name in archive.namelist() if name.startswith("recordings/"))


def names() -> list[str]:
    return sorted(item.recording.filename for item in recording_search.search_recordings().items)


def test_a_recording_is_written_once(chain: Callable[..., list[Path]]) -> None:
    assert [recordings_in(path) for path in chain()] == [1, 1, 1]


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_each_of_a_chain_brings_back_its_own_moment(
    chain: Callable[..., list[Path]], passphrase: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = chain(passphrase)
    for number, path in enumerate(made):
        verified = backup_restore.verify(path, passphrase=passphrase)
        assert (verified.recordings, verified.n_earlier, verified.missing) == (number + 1, number, [])
        move_to(tmp_path / f"new-{number}", monkeypatch)
        assert backup_restore.restore(path, passphrase=passphrase).recordings == number + 1
        assert names() == [f"{each}.wav" for each in range(number + 1)]
        assert recording_search.original_audio(number + 1).data == recording(number)


def test_a_chain_with_a_hole_or_a_stranger_in_it_is_refused(
    chain: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = chain()
    move_to(tmp_path / "new", monkeypatch)
    kept = first.read_bytes()
    first.unlink()
    with pytest.raises(Refused, match=r"builds on the backup 0\.zip, which is not beside it"):
        backup_restore.restore(third)
    first.write_bytes(second.read_bytes())
    with pytest.raises(Refused, match="builds on another backup"):
        backup_restore.verify(third)
    first.write_bytes(kept.replace(b"fLaC", b"fLaX").replace(b"RIFF", b"RIFX"))
    with pytest.raises(Refused, match="damaged"):
        backup_restore.verify(third)
    with pytest.raises(Refused, match="damaged"):
        backup_restore.restore(third)
    assert not list((tmp_path / "new" / "storage").rglob("*.wav"))


def test_what_was_erased_since_does_not_come_back_from_an_older_archive(
    chain: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = chain()
    erasure.erase_child("child-0", models=ModelsChoice.WITHDRAW, actor=COMMAND_LINE)
    last = made[0].with_name("last.zip")
    result = backup.backup(last, since=made[-1])
    assert (result.recordings, result.n_earlier) == (2, 2)
    move_to(tmp_path / "new", monkeypatch)
    assert backup_restore.restore(last).recordings == 2
    assert names() == ["1.wav", "2.wav"]
    assert len(list((tmp_path / "new" / "storage" / "recordings").rglob("*.wav"))) == 2


def test_what_it_builds_on_must_be_there_beside_it_and_open(chain: Callable[..., list[Path]], tmp_path: Path) -> None:
    made = chain(PASSPHRASE)
    with pytest.raises(NotFound, match="no file"):
        backup.backup(made[0].with_name("x.zip"), since=made[0].with_name("none.zip"))
    with pytest.raises(Refused, match="lie in one folder"):
        backup.backup(tmp_path / "x.zip", since=made[0])
    with pytest.raises(Refused, match="passphrase"):
        backup.backup(made[0].with_name("x.zip"), since=made[-1])
    assert not made[0].with_name("x.zip").exists()
