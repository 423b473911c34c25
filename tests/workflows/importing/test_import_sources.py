from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from core import config
from core.errors import Refused
from core.workflows.importing.import_archive import ArchiveSource
from core.workflows.importing.import_sources import FolderSource, UploadSource, inside


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    config.settings.cache_clear()


def test_a_folder_lists_everything_below_it_but_hidden_files(tmp_path: Path) -> None:
    for name in ("b.wav", "deep/er/a.wav", ".hidden.wav", ".git/c.wav", "__MACOSX/d.wav"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert FolderSource(tmp_path).names() == ["b.wav", "deep/er/a.wav"]


def test_a_folder_gives_nothing_from_outside_itself(tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(b"x")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.wav").symlink_to(tmp_path / "secret.wav")
    for name in ("../secret.wav", str(tmp_path / "secret.wav"), "link.wav"):
        with pytest.raises(Refused, match="leads out"):
            FolderSource(tmp_path / "in").read(name)


def test_a_missing_file_and_a_too_large_one_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setting(monkeypatch, "EARSHOT_MAX_RECORDING_MB", "0.001")
    (tmp_path / "large.wav").write_bytes(b"x" * 1001)
    with pytest.raises(Refused, match="no such file"):
        FolderSource(tmp_path).read("missing.wav")
    for place in (
        FolderSource(tmp_path),
        UploadSource([("large.wav", b"x" * 1001)]),
        ArchiveSource(zipped({"large.wav": b"x" * 1001})),
    ):
        with pytest.raises(Refused, match="too large"):
            place.read("large.wav")


@pytest.mark.parametrize("name", ["/etc/passwd", "../a.wav", "a/../../b.wav", "C:\\a.wav", "c:a.wav", "..\\a.wav", ""])
def test_paths_that_climb_out_are_refused(name: str) -> None:
    with pytest.raises(Refused, match="leads out"):
        inside(name)


def test_plain_paths_come_with_plain_slashes() -> None:
    assert inside("a\\b/./c.wav") == "a/b/c.wav"


def test_an_archive_lists_what_climbs_out_and_refuses_it_when_read() -> None:
    archive = ArchiveSource(
        zipped({"../out.wav": b"x", "/abs.wav": b"x", "in.wav": b"inside", "__MACOSX/in.wav": b"x"})
    )
    assert archive.names() == ["../out.wav", "/abs.wav", "in.wav"]
    assert archive.read("in.wav") == b"inside"
    for name in ("../out.wav", "/abs.wav"):
        with pytest.raises(Refused, match="leads out"):
            archive.read(name)


def test_a_link_in_an_archive_is_refused() -> None:
    file = io.BytesIO()
    entry = zipfile.ZipInfo("link.wav")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(Refused, match="link"):
        ArchiveSource(file.getvalue()).read("link.wav")


def test_an_entry_that_swells_is_refused() -> None:
    archive = ArchiveSource(zipped({"bomb.wav": bytes(6_000_000), "silence.wav": bytes(100_000)}))
    with pytest.raises(Refused, match="swells"):
        archive.read("bomb.wav")
    assert archive.read("silence.wav") == bytes(100_000)


def test_an_entry_that_hides_its_size_is_refused_before_it_has_swollen() -> None:
    data = bytearray(zipped({"liar.wav": bytes(5_000_000)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(signature) + offset, 1000)
    with pytest.raises(Refused, match="damaged"):
        ArchiveSource(bytes(data)).read("liar.wav")


def test_what_is_beyond_the_limit_of_an_archive_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    setting(monkeypatch, "EARSHOT_MAX_ARCHIVE_MB", "0.002")
    archive = ArchiveSource(zipped({"a.wav": b"a" * 1500, "b.wav": b"b" * 1500}))
    assert archive.read("a.wav") == b"a" * 1500
    with pytest.raises(Refused, match="unpacks to more than"):
        archive.read("b.wav")


def test_unusual_packing_and_damage_are_refused() -> None:
    with pytest.raises(Refused, match="plain zip"):
        ArchiveSource(zipped({"a.wav": b"a"}, zipfile.ZIP_LZMA)).read("a.wav")
    data = zipped({"a.wav": b"sound" * 100}, zipfile.ZIP_STORED).replace(b"soundsound", b"noisenoise", 1)
    with pytest.raises(Refused, match="damaged"):
        ArchiveSource(data).read("a.wav")
    with pytest.raises(Refused, match="cannot be read"):
        ArchiveSource(b"no zip at all")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_files_with_one_name_the_second_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.wav", b"first")
        archive.writestr("a.wav", b"second")
    archive_read = ArchiveSource(file.getvalue())
    assert archive_read.read("a.wav") == b"first"
    with pytest.raises(Refused, match="twice"):
        archive_read.read("a.wav (again)")
