"""Device copies: the same wherever they are computed, and another chain for another copy."""

from __future__ import annotations

import numpy as np

from core.audio import device_copies, steady_dynamics
from core.audio.device_copies import DeviceCopySpec
from core.audio.features import FAMILIES, copies_of, family
from tests.audio_files import noise

FIRST, SECOND = (DeviceCopySpec(number) for number in (1, 2))


def test_a_copy_is_the_same_each_time() -> None:
    np.testing.assert_array_equal(device_copies.extract(noise(0.5), FIRST), device_copies.extract(noise(0.5), FIRST))


def test_recordings_and_copies_go_through_many_chains() -> None:
    drawn = {spec.chain_of(noise(0.05, seed=seed)) for seed in range(40) for spec in (FIRST, SECOND)}

    assert len(drawn) > len(FIRST.chains) / 2


def test_a_copy_is_a_family_of_its_own_that_nobody_chooses() -> None:
    hashes = {family(name, vggish="", yamnet="").spec_hash for name in ("steady", *copies_of("steady"))}

    assert len(hashes) == 1 + len(copies_of("steady")) > 1
    assert not set(copies_of("steady")) & set(FAMILIES)
    assert copies_of("mfcc") == ()
    assert len(device_copies.extract(noise(0.2), SECOND)) == len(steady_dynamics.NAMES)
