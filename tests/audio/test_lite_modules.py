"""Modules by LiteRT give what the hub module gives."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.audio import hub_modules, lite_conversion, lite_cutting, lite_dense, lite_modules, transfer
from core.audio.hub_modules import VGGISH, YAMNET, TransferSpec
from core.audio.lite_conversion import LEAST_COSINE
from core.errors import Unavailable
from tests.audio_files import noise
from tests.conftest import SHARED

MODULES = {"vggish": (VGGISH, SHARED / "vggish-stand-in"), "yamnet": (YAMNET, SHARED / "yamnet")}


@pytest.mark.parametrize("spec", [VGGISH, YAMNET])
def test_windows_lie_on_the_grid_of_the_module(spec: TransferSpec) -> None:
    for n in (1, 15_000, 15_600, 16_000, 31_000, 48_000, 100_001):
        padded = transfer.pad(np.arange(n, dtype=np.float32), spec)
        cut = lite_modules.windows(padded, spec)
        assert len(cut) == 1 + (len(padded) - spec.window_samples) // spec.hop_samples
        for number, window in enumerate(cut):
            assert window.shape == (lite_modules.WINDOW_SAMPLES,)
            begin = number * spec.hop_samples
            expected = padded[begin : begin + lite_modules.WINDOW_SAMPLES]
            np.testing.assert_array_equal(window[: len(expected)], expected)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "is_cut"), [("vggish", False), ("vggish", True), ("yamnet", False)])
def test_a_converted_module_gives_the_rows_of_the_hub_module(
    name: str, is_cut: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, folder = MODULES[name]
    monkeypatch.setattr(lite_cutting, "LEAST_WEIGHTS", 0 if is_cut else sys.maxsize)
    if not folder.is_dir():
        pytest.skip(f"no module at {folder}; point EARSHOT_TEST_SHARED at a folder that has one")
    file = tmp_path / "module.tflite"
    conversion = lite_conversion.convert(spec, str(folder), file)
    assert conversion.cosine >= LEAST_COSINE
    assert bool(lite_dense.read(file)) == is_cut
    sounds = [noise(seconds, seed=5) for seconds in (0.2, 1.0, 2.2, 5.0)]
    of_hub, of_lite = (transfer.extract_many(sounds, spec, address) for address in (str(folder), str(file)))
    for theirs, ours in zip(of_hub, of_lite, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-3 * np.abs(theirs).max())


def test_a_module_that_gives_other_rows_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(samples: np.ndarray) -> np.ndarray:
        return np.random.default_rng(len(samples)).normal(size=(len(lite_modules.windows(samples, VGGISH)), 128))

    monkeypatch.setattr(hub_modules, "load", lambda *_: lambda samples: np.ones_like(wrong(samples)))
    monkeypatch.setattr(lite_conversion, "_converted", lambda _module: b"x")
    monkeypatch.setattr(lite_modules, "load", lambda *_: wrong)
    conversion = lite_conversion.convert(VGGISH, "", tmp_path / "module.tflite")
    assert "cosine" in conversion.why_not
    assert not list(tmp_path.iterdir())


def test_where_only_the_whole_module_gives_its_rows_the_whole_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = lite_dense.in_16_bits(np.ones((2, 3), np.float32), np.zeros(2, np.float32), is_rectified=False)
    cosines = iter((0.9, 0.9999))
    monkeypatch.setattr(hub_modules, "load", lambda *_: None)
    monkeypatch.setattr(lite_modules, "load", lambda *_: None)
    monkeypatch.setattr(lite_conversion, "_converted", lambda _module: b"whole")
    monkeypatch.setattr(lite_cutting, "cut", lambda _converted: lite_cutting.CutModule(b"cut", [layer]))
    monkeypatch.setattr(lite_conversion, "smallest_cosine", lambda *_: next(cosines))
    file = tmp_path / "module.tflite"
    conversion = lite_conversion.convert(VGGISH, "", file)
    assert (conversion.cosine, conversion.why_not) == (0.9999, "")
    assert "0.90000" in conversion.why_whole
    assert file.read_bytes() == b"whole"


def test_a_damaged_file_is_named_and_crashes_nothing(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"x" * 5_000)):
        file = tmp_path / f"{number}.tflite"
        file.write_bytes(data)
        with pytest.raises(Unavailable, match="cannot be loaded"):
            hub_modules.load(VGGISH, str(file))


def test_whatever_goes_wrong_in_a_conversion_is_written_down(tmp_path: Path) -> None:
    file = tmp_path / "module.tflite"
    command = [sys.executable, "-m", "core.audio.lite_conversion", "nothing", str(tmp_path), str(file)]
    subprocess.run(command, check=False, capture_output=True)
    assert json.loads(file.with_suffix(".json").read_text())["why_not"]
