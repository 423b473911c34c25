"""A path from a browser reads nothing but what lies below the root of imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import NotAllowed, NotFound, Refused
from core.workflows.importing import import_recordings, previewing, server_paths
from tests.annotation.people import actor, person
from tests.workflows.recorded import folder_with_manifest

ROWS = [{"filename": "a.wav", "child": "c1"}]
SECRET_LINE = "root:x:0:0"


@pytest.fixture
def root(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of imports with one folder in it; beside it a secret table."""
    folder = tmp_path / "root"
    folder_with_manifest(folder / "class", ROWS)
    (tmp_path / "root-secret").mkdir()
    (tmp_path / "root-secret" / "secret.csv").write_text(f"{SECRET_LINE}\nx\n")
    monkeypatch.setenv("EARSHOT_IMPORT_ROOT", str(folder))
    settings.cache_clear()
    return folder


@pytest.mark.parametrize("verb", [import_recordings.import_path, previewing.preview_path])
def test_paths_out_of_the_root_are_refused_without_a_look(root: Path, verb, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = actor(person("boss", Role.ADMIN))
    (root / "link").symlink_to(root.parent / "root-secret")
    (root / "circle").symlink_to(root / "circle")
    secret = root.parent / "root-secret" / "secret.csv"
    attacks = [
        "../root-secret/secret.csv",
        str(secret),
        f"class/../../{secret.parent.name}/secret.csv",
        "link/secret.csv",
        "/etc/passwd",
        "/etc/no-such-file",
        "..",
        "/",
        "class/\0",
        "circle/a",
    ]
    for attack in attacks:
        with pytest.raises((Refused, NotFound)) as refusal:
            verb(attack, actor=admin)
        assert SECRET_LINE not in str(refusal.value)


@pytest.mark.parametrize("verb", [import_recordings.import_path, previewing.preview_path])
def test_links_in_a_folder_that_lead_out_are_refused(root: Path, verb) -> None:
    (root / "class" / "deep").mkdir()
    (root / "class" / "deep" / "b.csv").symlink_to(root.parent / "root-secret" / "secret.csv")
    admin = actor(person("boss", Role.ADMIN))
    for path in ("class", "class/manifest.csv"):
        with pytest.raises(Refused, match="link that leads out"):
            verb(path, actor=admin)


@pytest.mark.parametrize("verb", [import_recordings.import_path, previewing.preview_path])
def test_staff_read_no_path_of_the_server_whether_or_not_it_is_there(root: Path, verb) -> None:
    staff = actor(person("staff", Role.STAFF))
    for path in ("class", "no-such", "/etc/passwd"):
        with pytest.raises(NotAllowed, match="import from folders of the server"):
            verb(path, actor=staff)


def test_administrators_import_from_below_the_root_and_the_command_line_from_anywhere(root: Path) -> None:
    admin = actor(person("boss", Role.ADMIN))
    assert import_recordings.import_path("class", actor=admin).recordings == 1
    assert import_recordings.import_path(root / "class", actor=admin).known == 1
    outside = folder_with_manifest(root.parent / "elsewhere", ROWS)
    assert import_recordings.import_path(outside, actor=COMMAND_LINE).known == 1


def test_without_a_root_nothing_is_offered(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, staff = actor(person("boss", Role.ADMIN)), actor(person("staff", Role.STAFF))
    assert (server_paths.are_offered(admin), server_paths.are_offered(staff)) == (True, False)
    monkeypatch.setenv("EARSHOT_IMPORT_ROOT", "")
    settings.cache_clear()
    assert not server_paths.are_offered(admin)
    with pytest.raises(NotAllowed, match="EARSHOT_IMPORT_ROOT"):
        import_recordings.import_path(root / "class", actor=admin)
