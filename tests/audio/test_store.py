"""Bytes are kept once, whole, under their own hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.audio import store
from core.errors import NotFound

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture(params=["folder", "url"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "s") if request.param == "folder" else f"memory://{tmp_path.name}"


def test_the_name_of_a_recording_is_the_sha256_of_its_bytes(storage: Path) -> None:
    assert store.put(str(storage), b"abc", "wav") == store.sha256_of(b"abc") == ABC
    assert (storage / "recordings" / "ba" / f"{ABC}.wav").read_bytes() == b"abc"


def test_what_was_put_is_got_and_after_deleting_it_is_gone(place: str) -> None:
    sha256 = store.put(place, b"sound", "webm")
    assert store.get(place, sha256, "webm") == b"sound"

    store.delete(place, sha256, "webm")
    store.delete(place, sha256, "webm")
    with pytest.raises(NotFound, match=sha256[:12]):
        store.get(place, sha256, "webm")


def test_the_same_bytes_twice_are_one_file_that_is_not_rewritten(storage: Path) -> None:
    store.put(str(storage), b"abc", "wav")
    before = storage / "recordings" / "ba" / f"{ABC}.wav"
    inode = before.stat().st_ino

    store.put(str(storage), b"abc", "wav")
    assert before.stat().st_ino == inode
    assert [path.name for path in before.parent.iterdir()] == [before.name]


def test_a_file_that_was_torn_by_somebody_is_made_whole(storage: Path) -> None:
    store.put(str(storage), b"abc", "wav")
    (storage / "recordings" / "ba" / f"{ABC}.wav").write_bytes(b"a")

    store.put(str(storage), b"abc", "wav")
    assert store.get(str(storage), ABC, "wav") == b"abc"


@pytest.mark.parametrize(("sha256", "extension"), [("../../etc/passwd", "wav"), (ABC, "../x"), (ABC.upper(), "wav")])
def test_names_that_climb_out_are_not_found(storage: Path, sha256: str, extension: str) -> None:
    with pytest.raises(NotFound, match="expected a SHA-256"):
        store.get(str(storage), sha256, extension)
