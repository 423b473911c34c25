"""Archives that somebody made to do harm, and those that are only damaged."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from core.errors import Refused
from core.workflows.maintenance import module_archive
from tests.module_server import tarball

MODULE = {"saved_model.pb": b"graph", "variables/variables.index": b"index"}


def unpacked(data: bytes, tmp_path: Path) -> Path:
    (tmp_path / "module.tar.gz").write_bytes(data)
    (tmp_path / "into").mkdir()
    return module_archive.unpack(tmp_path / "module.tar.gz", tmp_path / "into")


@pytest.mark.parametrize("above", ["", "./", "vggish/"])
def test_a_module_lies_at_the_top_or_in_one_folder(above: str, tmp_path: Path) -> None:
    folder = unpacked(tarball({above + name: content for name, content in MODULE.items()}), tmp_path)

    assert (folder / "variables/variables.index").read_bytes() == b"index"


@pytest.mark.parametrize(
    "name", ["../evil", "/tmp/evil", "variables/../../evil", "a\\..\\evil", "C:evil", "a/" * 9 + "b"]
)
def test_a_path_that_leads_out_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="leads out of it"):
        unpacked(tarball(MODULE | {name: b"evil"}), tmp_path)
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(kind: bytes, tmp_path: Path) -> None:
    member = tarfile.TarInfo("variables/link")
    member.type, member.linkname = kind, "/etc/passwd"

    with pytest.raises(Refused, match="no file and no folder"):
        unpacked(tarball(MODULE, members=[member]), tmp_path)


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_archive, "MAX_UNPACKED_BYTES", 3_000_000)
    bomb = tarball(MODULE | {f"variables/{number}": bytes(1_000_000) for number in range(9)})

    with pytest.raises(Refused, match="more than 3 MB"):
        unpacked(bomb, tmp_path)
    assert sum(file.stat().st_size for file in (tmp_path / "into").rglob("*") if file.is_file()) <= 3_000_000


def test_a_bomb_behind_the_last_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr(module_archive, "MAX_UNPACKED_BYTES", 3_000_000)
    with pytest.raises(Refused, match="more than 3 MB"):
        unpacked(gzip.compress(gzip.decompress(tarball(MODULE)) + bytes(9_000_000)), tmp_path)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="more than 500 files"):
        unpacked(tarball(MODULE | {f"variables/{number}": b"" for number in range(600)}), tmp_path)


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="twice"):
        unpacked(tarball(MODULE | {"./saved_model.pb": b"another"}), tmp_path)


@pytest.mark.parametrize("left", [20, 100])
def test_half_an_archive_is_refused(left: int, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not whole"):
        unpacked(tarball(MODULE)[:left], tmp_path)


def test_a_flipped_byte_is_refused(tmp_path: Path) -> None:
    data = bytearray(tarball({**MODULE, "variables/data": bytes(range(256)) * 400}))
    data[len(data) // 2] ^= 0x10

    with pytest.raises(Refused, match="damaged"):
        unpacked(bytes(data), tmp_path)


def test_an_archive_without_a_module_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no saved_model\.pb at its top"):
        unpacked(tarball({"readme.txt": b"hello"}), tmp_path)
