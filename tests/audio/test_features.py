"""The table of families and the cache that can always be thrown away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.audio import feature_cache, features, store
from core.audio.features import FAMILIES, FeatureFamily
from core.errors import NotFound, Unavailable
from tests.audio_files import encode, noise, tone

WAV = encode(tone(300, 0.5) + noise(0.5, amplitude=0.01))


@pytest.fixture
def sha256(storage: Path) -> str:
    return store.put(str(storage), WAV, "wav")


def load(family: FeatureFamily, storage: Path, sha256: str) -> np.ndarray:
    return feature_cache.load_or_extract(family, str(storage), sha256, lambda: store.get(str(storage), sha256, "wav"))


@pytest.mark.parametrize("name", ["mfcc", "dynamics", "steady"])
def test_a_family_gives_the_shape_that_the_table_promises(storage: Path, sha256: str, name: str) -> None:
    array = load(FAMILIES[name], storage, sha256)

    assert array.dtype == np.float32
    assert array.ndim == 1 + FAMILIES[name].is_sequence
    assert array.shape[-1] == FAMILIES[name].n_values


@pytest.mark.parametrize("name", ["mfcc", "dynamics"])
def test_the_second_time_comes_from_the_cache_without_the_recording(storage: Path, sha256: str, name: str) -> None:
    first = load(FAMILIES[name], storage, sha256)
    store.delete(str(storage), sha256, "wav")

    np.testing.assert_array_equal(load(FAMILIES[name], storage, sha256), first)


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"PK\x03\x04 nonsense", None])
def test_a_damaged_cache_file_is_computed_again(storage: Path, sha256: str, damage: bytes | None) -> None:
    family = FAMILIES["dynamics"]
    first = load(family, storage, sha256)
    file = storage / "features" / family.spec_hash / sha256[:2] / f"{sha256}.npy"
    file.write_bytes(file.read_bytes()[:-8] if damage is None else damage)

    np.testing.assert_array_equal(load(family, storage, sha256), first)
    np.testing.assert_array_equal(np.load(file), first)


def test_the_cache_of_other_numbers_is_another_cache() -> None:
    mfcc = FAMILIES["mfcc"]
    other = replace(mfcc, spec=replace(mfcc.spec, n_mels=64))

    assert len({family.spec_hash for family in (*FAMILIES.values(), other)}) == len(FAMILIES) + 1


def test_two_modules_never_share_a_cache(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"another graph")
    named = [features.family("vggish", vggish=address, yamnet="") for address in ("https://hub", str(tmp_path))]

    assert named[0].spec_hash != named[1].spec_hash
    assert named[0].spec_hash == features.family("vggish", vggish="https://hub", yamnet="other").spec_hash


def test_a_family_without_its_module_says_which_setting_names_it() -> None:
    with pytest.raises(Unavailable, match="EARSHOT_YAMNET"):
        FAMILIES["yamnet"].extract(tone(300, 1.0))


def test_an_unknown_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match=r"'prosody'; expected one of mfcc, vggish, .*yamnet, dynamics, steady"):
        features.family("prosody", vggish="", yamnet="")


def test_what_is_missing_shares_one_call_and_what_is_there_is_left_alone(storage: Path, sha256: str) -> None:
    batch_sizes: list[int] = []

    def compute(recordings: list[np.ndarray], _address: str) -> list[np.ndarray]:
        batch_sizes.append(len(recordings))
        return [np.zeros((1, 129), np.float32) for _ in recordings]

    family = replace(FAMILIES["vggish"], module="here", compute=compute)
    load(family, storage, sha256)
    feature_cache.extract_missing(family, str(storage), {name: lambda: WAV for name in (sha256, "a" * 64, "b" * 64)})
    assert batch_sizes == [1, 2]
    assert all(feature_cache.is_cached(family, str(storage), name * 64) for name in "ab")


def test_forgetting_a_recording_empties_every_familys_cache_of_it(storage: Path, sha256: str) -> None:
    for name in ("mfcc", "dynamics"):
        load(FAMILIES[name], storage, sha256)
    other = storage / "features" / "older" / sha256[:2] / f"{'f' * 64}.npy"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"kept")

    feature_cache.delete_cached(str(storage), sha256)
    assert [path.name for path in (storage / "features").rglob("*.npy")] == [other.name]
    assert not feature_cache.is_cached(FAMILIES["mfcc"], str(storage), sha256)


def test_models_of_before_meet_the_features_that_they_learned_from() -> None:
    """Their cards name these hashes; another one refuses to load them."""
    assert FAMILIES["dynamics"].spec_hash == "56ae7eed22c74ccb"
    assert FAMILIES["mfcc"].spec_hash == "ef2b0df92cce9b2b"
