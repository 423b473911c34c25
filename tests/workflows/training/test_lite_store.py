"""Converted modules are found again by what they were made of and by their kind."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from core.audio.lite_conversion import KIND, Conversion
from core.workflows.training import lite_store


@pytest.fixture
def of_before(database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module that was converted when conversions had no number, and that fails to be converted anew."""
    monkeypatch.setattr(lite_store, "_convert", lambda _name, _address, file: put(file, b"", why_not="no TensorFlow"))
    lite_store.lite_address("vggish", "somewhere")
    (failed,) = database.parent.rglob(f"lite/vggish-*-{KIND}.json")
    file = failed.with_name(failed.name.replace(f"-{KIND}.json", ".tflite"))
    put(file, b"of before")
    return file


def put(file: Path, content: bytes, *, why_not: str = "") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    conversion = Conversion(hashlib.sha256(content).hexdigest(), 1.0, why_not)
    file.with_suffix(".json").write_text(json.dumps(conversion.as_json()))


def test_a_module_of_the_kind_before_serves_where_the_new_kind_cannot_be_made(of_before: Path) -> None:
    assert lite_store.lite_address("vggish", "somewhere") == str(of_before)


def test_a_module_of_the_kind_before_is_not_taken_for_one_of_now(
    of_before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_before.with_name(f"{of_before.stem}-{KIND}.json").unlink()
    monkeypatch.setattr(lite_store, "_convert", lambda _name, _address, file: put(file, b"of now"))
    address = lite_store.lite_address("vggish", "somewhere")
    assert address is not None
    assert Path(address).read_bytes() == b"of now"
    assert of_before.read_bytes() == b"of before"


def test_a_file_that_was_changed_is_not_taken(of_before: Path) -> None:
    of_before.write_bytes(b"changed")
    assert lite_store.lite_address("vggish", "somewhere") is None
