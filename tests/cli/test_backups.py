"""Backup and restore from a terminal, with a passphrase that is never an argument."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import config
from core.sealing.passphrases import Argon2Cost
from core.workflows.annotation import recording_search
from core.workflows.maintenance import backup_envelope
from tests.cli.conftest import Json, Run
from tests.encryption_keys import KEY, PASSPHRASE, put_in_force
from tests.old_backups import old_installation
from tests.workflows.recorded import folder_with_manifest, recording


@pytest.fixture
def house(said: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(backup_envelope, "COST", Argon2Cost(passes=1, memory_kib=64, lanes=1))
    said("import", str(folder_with_manifest(tmp_path / "in", [{"filename": "a.wav", "child": "c1"}])))
    return tmp_path / "house.zip"


def test_the_passphrase_is_asked_for_twice_and_once_to_restore(house: Path, run: Run, tmp_path, monkeypatch) -> None:
    made = run("backup", str(house), "--passphrase", standard_input=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert (made.exit_code, "opens with its passphrase only" in made.stderr) == (0, True)
    read = run("backup", str(house), "--verify", "--passphrase", standard_input=f"{PASSPHRASE}\n")
    assert read.exit_code == 0
    monkeypatch.setenv("EARSHOT_STORAGE", str(tmp_path / "new"))
    config.settings.cache_clear()
    back = run("restore", str(house), "--passphrase", standard_input=f"{PASSPHRASE}\n")
    assert back.exit_code == 0, back.stderr
    assert recording_search.original_audio(1).data == recording(0)
    assert PASSPHRASE not in made.output + read.output + back.output


def test_a_passphrase_that_was_mistyped_is_asked_for_again(house: Path, run: Run) -> None:
    typed = f"{PASSPHRASE}\nother words than before\n{PASSPHRASE}\n{PASSPHRASE}\n"
    assert run("backup", str(house), "--passphrase", standard_input=typed).exit_code == 0


def test_the_passphrase_may_be_the_first_line_of_a_file(house: Path, said: Json, tmp_path: Path) -> None:
    (tmp_path / "words").write_text(f"{PASSPHRASE}\nnot this\n")
    words = ("--passphrase-file", str(tmp_path / "words"))
    assert said("backup", str(house), *words)["opens_with"] == "passphrase"
    assert said("backup", str(house), "--verify", *words)["recordings"] == 1


def test_without_a_terminal_nobody_is_asked_and_the_message_says_what_is_missing(house: Path, run: Run) -> None:
    run("backup", str(house), "--passphrase", standard_input=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    for words in (["backup", str(house), "--verify"], ["restore", str(house)]):
        refused = run(*words)
        assert (refused.exit_code, "encrypted with a passphrase" in refused.stderr) == (1, True)


@pytest.mark.parametrize(("content", "words"), [("", "is empty"), ("short\n", "too short")])
def test_a_file_without_a_good_passphrase_is_refused(house: Path, run: Run, tmp_path, content, words) -> None:
    (tmp_path / "words").write_text(content)
    refused = run("backup", str(house), "--passphrase-file", str(tmp_path / "words"))
    assert (refused.exit_code, words in refused.stderr, house.exists()) == (1, True, False)


def test_an_option_with_the_passphrase_itself_does_not_exist(house: Path, run: Run) -> None:
    assert run("backup", str(house), f"--passphrase={PASSPHRASE}").exit_code == 2


def test_a_plain_backup_says_that_it_is_not_encrypted(house: Path, run: Run) -> None:
    assert "It is not encrypted" in run("backup", str(house)).stderr


def test_a_key_of_the_storage_protects_a_backup_by_itself(house: Path, said: Json, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    assert said("backup", str(house))["opens_with"] == "storage key"


def test_a_backup_of_an_earlier_version_is_read_through_and_restored(run: Run, said: Json, tmp_path: Path) -> None:
    old = old_installation(tmp_path / "old", "0012").write_backup(tmp_path / "old.zip")
    assert "An earlier version of Earshot made it, with tables 0012" in run("backup", str(old), "--verify").stderr
    assert said("restore", str(old))["made_with"] == "0012"
    assert recording_search.search_recordings().total == 3
