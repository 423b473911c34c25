"""Keys and encryption at rest from a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.sealing.keys import parse_keys
from tests.cli.conftest import Json, Run
from tests.encryption_keys import KEY, OTHER_KEY, put_in_force
from tests.workflows.recorded import folder_with_manifest

OWN, OTHER = (key.id for key in parse_keys(f"{KEY},{OTHER_KEY}"))


@pytest.fixture
def plain(said: Json, tmp_path: Path) -> None:
    said("import", str(folder_with_manifest(tmp_path / "in", [{"filename": "a.wav"}, {"filename": "b.wav"}])))


def test_a_fresh_key_can_be_used_as_it_is_printed(run: Run) -> None:
    assert len(parse_keys(run("encryption", "new-key").stdout)) == 1


@pytest.mark.usefixtures("plain")
def test_a_storage_is_encrypted_rotated_and_decrypted(said: Json, monkeypatch) -> None:
    assert said("encryption", "status") == {"first_key": None, "n_plain": 2, "n_by_key": {}, "unknown_keys": []}
    put_in_force(monkeypatch, KEY)
    assert said("encryption", "encrypt")["status"]["n_by_key"] == {OWN: 2}
    put_in_force(monkeypatch, OTHER_KEY, KEY)
    assert said("encryption", "rotate")["changed"] == 2
    put_in_force(monkeypatch, OTHER_KEY)
    assert said("encryption", "status")["n_by_key"] == {OTHER: 2}
    assert said("encryption", "decrypt", "--yes")["status"]["n_plain"] == 2


@pytest.mark.usefixtures("plain")
def test_decrypting_asks_first(run: Run, said: Json, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    said("encryption", "encrypt")
    assert run("encryption", "decrypt", standard_input="n\n").exit_code != 0
    assert said("encryption", "status")["n_plain"] == 0


@pytest.mark.usefixtures("plain")
def test_status_says_which_key_is_missing_and_ends_with_1(run: Run, said: Json, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    said("encryption", "encrypt")
    put_in_force(monkeypatch, OTHER_KEY)
    status = run("encryption", "status")
    assert (status.exit_code, f"Key {OWN}, which EARSHOT_ENCRYPTION_KEY does not have: 2 files" in status.stdout) == (
        1,
        True,
    )
    refused = run("models")
    assert (refused.exit_code, OWN in refused.stderr, KEY in refused.output) == (1, True, False)


@pytest.mark.usefixtures("plain")
def test_a_file_that_could_not_be_written_anew_is_named_and_ends_with_1(run: Run, storage: Path, monkeypatch) -> None:
    put_in_force(monkeypatch, KEY)
    file = next((storage / "recordings").rglob("*.wav"))
    file.write_bytes(b"RIFF of somebody else")
    result = run("encryption", "encrypt")
    assert (result.exit_code, file.name in result.stderr) == (1, True)
    assert "1 file written anew" in result.stdout
