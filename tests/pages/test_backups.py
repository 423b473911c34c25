"""Administration: making and verifying backups on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import config
from core.domain.actor import Actor
from core.domain.backups import BackupProtection
from core.domain.labels import Role
from core.errors import NotFound
from core.sealing.passphrases import Argon2Cost
from core.workflows.maintenance import backup, backup_envelope, stored_backups
from db import children, session
from tests.encryption_keys import PASSPHRASE
from tests.old_backups import old_installation


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(backup_envelope, "COST", Argon2Cost(passes=1, memory_kib=64, lanes=1))
    monkeypatch.setenv("EARSHOT_BACKUP_FOLDER", str(tmp_path / "backups"))
    config.settings.cache_clear()
    return tmp_path / "backups"


def make(test, passphrase: str = "", again: str | None = None):
    test.text_input(key="backup-passphrase").set_value(passphrase)
    test.text_input(key="backup-passphrase-again").set_value(passphrase if again is None else again)
    return next(one for one in test.button if one.label == "Make a backup").click().run()


def verify(test, passphrase: str = ""):
    test.text_input(key="verify-passphrase").set_value(passphrase)
    return next(one for one in test.button if one.label == "Read it through").click().run()


def shown(elements) -> str:
    return " ".join(element.value for element in elements).replace("\\", "")


def test_without_a_folder_the_screen_says_which_setting_is_needed(signed_in, screen) -> None:
    signed_in(Role.ADMIN)
    test = screen("administration")
    assert not test.exception
    assert "EARSHOT_BACKUP_FOLDER" in shown(test.info)


def test_a_backup_with_a_passphrase_is_made_listed_and_verified(signed_in, screen, folder: Path) -> None:
    account = signed_in(Role.ADMIN)
    test = make(screen("administration"), PASSPHRASE)
    assert not test.exception
    assert "It opens with its passphrase" in shown(test.success)
    stored = stored_backups.stored_backups(actor=Actor.of(account))
    assert [one.protection for one in stored] == [BackupProtection.PASSPHRASE]
    assert "whole" in (verify(test, PASSPHRASE).success[0].value + str(test.success[0].proto))
    assert "does not open" in shown(verify(test, "another passphrase").error)
    assert "was not given" in shown(verify(test).error)


@pytest.mark.parametrize(("passphrase", "again", "words"), [("short", None, "too short"), (PASSPHRASE, "x", "differ")])
def test_what_was_mistyped_writes_nothing(signed_in, screen, folder: Path, passphrase, again, words) -> None:
    signed_in(Role.ADMIN)
    assert words in shown(make(screen("administration"), passphrase, again).error)
    assert not folder.exists()


def test_a_backup_without_a_passphrase_says_who_can_open_it(signed_in, screen, folder: Path) -> None:
    signed_in(Role.ADMIN)
    assert "anybody who has the file" in shown(make(screen("administration")).success)


@pytest.mark.parametrize("name", ["../secret.zip", "/etc/passwd", "absent.zip", ".hidden.zip"])
def test_only_a_backup_of_the_folder_is_read(signed_in, folder: Path, name: str) -> None:
    account = signed_in(Role.ADMIN)
    backup.backup(folder / "there.zip")
    for other in (folder / ".hidden.zip", folder.parent / "secret.zip"):
        other.write_bytes((folder / "there.zip").read_bytes())
    with pytest.raises(NotFound, match="no backup"):
        stored_backups.verify_backup(name, actor=Actor.of(account))


def restore(test, again: str, passphrase: str = ""):
    test.text_input(key="restore-again").set_value(again)
    test.text_input(key="restore-passphrase").set_value(passphrase)
    return next(one for one in test.button if one.label == "Replace everything").click().run()


def test_a_backup_is_restored_when_its_name_is_typed_again(signed_in, screen, folder: Path) -> None:
    account = signed_in(Role.ADMIN)
    test = make(screen("administration"), PASSPHRASE)
    (name,) = [one.name for one in stored_backups.stored_backups(actor=Actor.of(account))]
    with session.writing() as tx:
        children.find_or_add(tx, "later")
    refused = restore(test, "another.zip", PASSPHRASE)
    assert "Nothing was changed" in shown(refused.error)
    done = restore(test, name, PASSPHRASE)
    assert not done.exception
    with session.reading() as tx:
        assert children.all_children(tx) == []


def test_a_backup_of_an_earlier_version_is_verified_and_restored(signed_in, screen, folder: Path) -> None:
    signed_in(Role.ADMIN)
    old_installation(folder.parent / "old", "0012").write_backup(folder / "old.zip")
    test = verify(screen("administration"))
    assert "with tables 0012" in shown(test.info)
    done = restore(test, "old.zip")
    assert not done.exception
    with session.reading() as tx:
        assert [child.pseudonym for child in children.all_children(tx)] == ["Zo\u00e9", "the third child"]


def test_a_backup_of_a_newer_version_says_to_upgrade(signed_in, screen, folder: Path) -> None:
    signed_in(Role.ADMIN)
    old_installation(folder.parent / "old", "0001").write_backup(folder / "new.zip", change={"version": "9999"})
    assert "newer version of Earshot made this backup, with tables 9999" in shown(
        verify(screen("administration")).error
    )
