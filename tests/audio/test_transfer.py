"""Gain, level, padding and the self-check are plain arithmetic; the modules themselves are tried where they lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.audio import hub_modules, transfer
from core.audio.hub_modules import VGGISH, YAMNET
from core.errors import Unavailable
from tests.audio_files import noise, silence, tone
from tests.conftest import SHARED


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Stand-ins instead of modules: address -> function of a waveform."""
    at: dict[str, object] = {}
    monkeypatch.setattr(hub_modules, "_load", lambda spec, address: at[address])
    monkeypatch.setattr(hub_modules, "_loaded", {})
    transfer._is_separable.cache_clear()
    return at


@pytest.mark.parametrize("gain", [0.001, 0.1, 1.0])
def test_the_gain_is_taken_out_and_told_as_the_level(gain: float) -> None:
    normalised, level_db = transfer.normalise_gain(gain * tone(440, 1.0, amplitude=1.0), VGGISH)

    assert np.percentile(np.abs(normalised), 99.9) == pytest.approx(0.5, rel=1e-3)
    assert level_db == pytest.approx(20 * np.log10(gain), abs=0.01)


def test_silence_stays_silence_at_the_lowest_level() -> None:
    normalised, level_db = transfer.normalise_gain(silence(1.0), VGGISH)

    assert not normalised.any()
    assert level_db == pytest.approx(-80)


@pytest.mark.parametrize(
    ("n_samples", "vggish_rows", "yamnet_rows"),
    [(1, 1, 1), (15_600, 1, 1), (16_000, 1, 2), (19_199, 1, 2), (19_200, 2, 2), (30_960, 2, 3), (31_200, 2, 4)],
)
def test_tails_are_padded_to_whole_rows_unless_hardly_there(n_samples: int, vggish_rows: int, yamnet_rows: int) -> None:
    for spec, rows in ((VGGISH, vggish_rows), (YAMNET, yamnet_rows)):
        padded = transfer.pad(np.ones(n_samples, np.float32), spec)
        assert len(padded) == spec.window_samples + (rows - 1) * spec.hop_samples


def test_every_row_carries_the_level_behind_the_embedding(loaded: dict[str, object]) -> None:
    loaded["here"] = lambda samples: np.ones((len(samples) // 15_360, 128), np.float32)

    (features,) = transfer.vggish([tone(440, 2.0, amplitude=0.1)], "here")
    assert features.shape == (2, 129)
    np.testing.assert_allclose(features[:, -1], -20, atol=0.01)


def test_yamnet_is_the_second_of_what_its_module_gives(loaded: dict[str, object]) -> None:
    loaded["here"] = lambda samples: (np.zeros((2, 521)), np.full((2, 1024), 7.0), np.zeros((96, 64)))

    assert (transfer.yamnet([tone(440, 1.0)], "here")[0][:, :1024] == 7).all()


def on_a_grid(spec: transfer.TransferSpec, calls: list[int]) -> Callable[[np.ndarray], np.ndarray]:
    """A module of the right kind: each row says something of its own window only. Notes how long each sound was."""
    directions = np.random.default_rng(2).standard_normal((spec.window_samples // 16, spec.n_values))

    def module(samples: np.ndarray) -> np.ndarray:
        calls.append(len(samples))
        windows = np.lib.stride_tricks.sliding_window_view(samples, spec.window_samples)
        return windows[:: spec.hop_samples, : 16 * len(directions) : 16] @ directions

    return module


LENGTHS_S = (0.3, 1.0, 2.2, 3.375, 1.1)


@pytest.mark.parametrize("spec", [VGGISH, YAMNET])
def test_recordings_that_share_a_call_give_what_each_gives_alone(
    loaded: dict[str, object], spec: transfer.TransferSpec
) -> None:
    calls: list[int] = []
    loaded["here"] = on_a_grid(spec, calls)
    recordings = [noise(seconds, seed=n) for n, seconds in enumerate(LENGTHS_S)]

    alone = [transfer.extract_many([samples], spec, "here")[0] for samples in recordings]
    n_before = len(calls)
    together = transfer.extract_many(recordings, spec, "here")
    assert len(calls) - n_before == 4  # three to see that the module keeps recordings apart, and one for all of them
    for rows, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(rows, other, rtol=1e-4, atol=1e-4)


def test_a_call_never_grows_beyond_its_rows(loaded: dict[str, object]) -> None:
    calls: list[int] = []
    loaded["here"] = on_a_grid(VGGISH, calls)

    features = transfer.extract_many([noise(9.0)] * 20, VGGISH, "here")
    assert len(features) == 20
    assert max(calls) <= transfer.ROWS_AT_ONCE * VGGISH.hop_samples


def test_a_module_that_mixes_its_rows_gets_one_recording_at_a_time(loaded: dict[str, object]) -> None:
    calls: list[int] = []
    inner = on_a_grid(VGGISH, calls)
    loaded["here"] = lambda samples: inner(samples) - inner(samples).mean(axis=0) + np.abs(samples).sum()
    recordings = [noise(seconds) for seconds in LENGTHS_S]

    alone = [transfer.extract_many([samples], VGGISH, "here")[0] for samples in recordings]
    for rows, other in zip(alone, transfer.extract_many(recordings, VGGISH, "here"), strict=True):
        np.testing.assert_array_equal(rows, other)


def test_a_module_is_loaded_once_a_process(monkeypatch: pytest.MonkeyPatch, loaded: dict[str, object]) -> None:
    loads = []
    monkeypatch.setattr(hub_modules, "_load", lambda spec, address: loads.append(address) or np.vectorize(float))
    monkeypatch.setattr(hub_modules, "_probe", lambda module, spec, address: None)

    first, second = (hub_modules.load(VGGISH, "one") for _ in range(2))
    assert first is second
    assert loads == ["one"]


def test_a_module_of_another_kind_is_named_and_not_kept(loaded: dict[str, object]) -> None:
    loaded["wrong"] = lambda samples: np.zeros((1, 64))

    with pytest.raises(Unavailable, match=r"gives \[1, 64\], expected \[n, 128\].*EARSHOT_VGGISH"):
        transfer.self_check("wrong")
    assert not hub_modules._loaded


@pytest.mark.slow
def test_a_module_that_is_not_there_says_how_to_bring_it_in_by_hand(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"YAMNet cannot be loaded.*saved_model\.pb, and set EARSHOT_YAMNET"):
        transfer.yamnet([tone(440, 1.0)], str(tmp_path / "nowhere"))


def test_two_modules_have_two_fingerprints(tmp_path: Path) -> None:
    for name, graph in (("a", b"1"), ("b", b"2"), ("c", b"1")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "saved_model.pb").write_bytes(graph)
    a, b, c = (hub_modules.fingerprint(str(tmp_path / name)) for name in "abc")

    assert a == c != b
    assert hub_modules.fingerprint("https://tfhub.dev/google/vggish/1") == "https://tfhub.dev/google/vggish/1"


@pytest.mark.slow
def test_the_stand_in_is_told_from_vggish() -> None:
    check = transfer.self_check(_shared("vggish-stand-in"))

    assert not check.is_vggish
    assert not check.has_published_layers
    assert str(check.message).startswith("This is not VGGish")


@pytest.mark.slow
def test_a_stand_in_has_no_convolution_layers_to_take() -> None:
    with pytest.raises(Unavailable, match=r"convolution layers of VGGish cannot be taken.*does not hold the layers"):
        transfer.vggish_convolutions([tone(440, 1.0)], _shared("vggish-stand-in"))


def test_after_the_last_activation_nothing_is_negative(loaded: dict[str, object]) -> None:
    loaded["here"] = lambda samples: np.tile([-1.0, 2.0], (1, 64))

    (features,) = transfer.vggish_activated([tone(440, 1.0)], "here")
    assert features[0, :2].tolist() == [0.0, 2.0]
    assert features.shape == (1, 129)


@pytest.mark.slow
@pytest.mark.parametrize(("spec", "name"), [(VGGISH, "vggish-stand-in"), (YAMNET, "yamnet")])
def test_the_modules_themselves_keep_recordings_apart(spec: transfer.TransferSpec, name: str) -> None:
    recordings = [noise(seconds, seed=n) + tone(300, seconds) for n, seconds in enumerate(LENGTHS_S)]

    together = transfer.extract_many(recordings, spec, _shared(name))
    assert transfer._is_separable(spec, _shared(name))
    for samples, rows in zip(recordings, together, strict=True):
        np.testing.assert_allclose(transfer.extract_many([samples], spec, _shared(name))[0], rows, atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "rows"), [(0.3, 1), (1.0, 2), (3.0, 6), (3.375, 6)])
def test_yamnet_itself_gives_a_row_each_hop_and_silence_is_finite(seconds: float, rows: int) -> None:
    address = _shared("yamnet")

    of_noise, of_silence = transfer.yamnet([noise(seconds), silence(seconds)], address)
    assert of_noise.shape == of_silence.shape == (rows, 1025)
    assert np.isfinite(of_silence).all()


def _shared(name: str) -> str:
    if not (SHARED / name / "saved_model.pb").is_file():
        pytest.skip(f"no module at {SHARED / name}")
    return str(SHARED / name)
