"""VGGish is told by its layers and by a sine; either alone is not enough."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from core.arrays import FloatArray
from core.audio import vggish_check
from core.audio.vggish_check import PUBLISHED, PublishedSine, VggishCheck, VggishVersion
from core.audio.vggish_layers import LAYERS, N_PARAMETERS, are_published
from core.messages import Message
from core.stored_messages import translate_text
from tests.audio_files import noise

LAYER_SHAPES = {
    f"{layer.name}/{part}": shape
    for layer in LAYERS
    for part, shape in (("weights", layer.weights_shape), ("biases", layer.biases_shape))
}


def embedding(mean: float, deviation: float) -> np.ndarray:
    values = noise(3 * 128 / 16_000, seed=3).reshape(3, 128)
    return mean + deviation * (values - values.mean()) / values.std()


def check(output: FloatArray, shapes: dict[str, tuple[int, ...]] = LAYER_SHAPES) -> VggishCheck:
    return vggish_check.check_module(lambda samples: output, shapes)


def test_the_published_layers_have_the_published_number_of_parameters() -> None:
    assert N_PARAMETERS == 72_141_184
    assert are_published(LAYER_SHAPES)


@pytest.mark.parametrize("published", PUBLISHED)
@pytest.mark.parametrize(("of_mean", "of_deviation"), [(0, 0), (0.09, 0), (-0.09, 0.09), (0, -0.09)])
def test_a_tenth_of_the_deviation_is_allowed_and_the_version_named(
    published: PublishedSine, of_mean: float, of_deviation: float
) -> None:
    mean = published.mean + of_mean * published.deviation

    outcome = check(embedding(mean, published.deviation * (1 + of_deviation)))
    assert outcome.is_vggish
    assert str(outcome.message).startswith(f"This is VGGish, {outcome.version}.")


@pytest.mark.parametrize("published", PUBLISHED)
def test_each_version_is_told_from_the_others(published: PublishedSine) -> None:
    assert check(embedding(published.mean, published.deviation)).version is published.version


def test_a_mean_that_rounding_moved_by_itself_is_vggish_still() -> None:
    assert check(embedding(-0.000657, 0.343)).version is VggishVersion.SINCE_2023


@pytest.mark.parametrize(
    "output",
    [
        embedding(0.3, 0.343),
        embedding(0.000657, 0.5),
        embedding(0.000657, 0.2),
        embedding(0.000657, 0.343).reshape(6, 64),
        np.full((3, 128), np.nan),
        np.empty((0, 128)),
        np.zeros((3, 128)),
    ],
)
def test_another_sine_is_not_vggish(output: np.ndarray) -> None:
    outcome = check(output)

    assert not outcome.is_vggish
    assert "must not be called VGGish's" in str(outcome.message)


WITHOUT_ONE = {name: shape for name, shape in LAYER_SHAPES.items() if name != "vggish/fc2/biases"}


@pytest.mark.parametrize(
    "shapes",
    [
        {},
        WITHOUT_ONE,
        LAYER_SHAPES | {"more": (3, 3, 64, 64)},
        LAYER_SHAPES | {"vggish/fc2/weights": (128, 4_096)},
        LAYER_SHAPES | {"vggish/conv3/conv3_2/weights": (1, 9, 256, 256)},
    ],
)
def test_the_published_sine_from_other_layers_is_not_vggish(shapes: dict[str, tuple[int, ...]]) -> None:
    outcome = check(embedding(0.000657, 0.343), shapes)

    assert not outcome.is_vggish
    assert not outcome.has_published_layers


def test_the_module_is_asked_about_three_seconds_of_sine_of_both_rates() -> None:
    asked: list[np.ndarray] = []

    def module(samples: np.ndarray) -> np.ndarray:
        asked.append(samples)
        return embedding(0.0, 0.343)

    embed: Callable[[np.ndarray], np.ndarray] = module
    vggish_check.check_module(embed, LAYER_SHAPES)
    assert [samples.shape for samples in asked] == [(48_000,), (48_000,)]
    np.testing.assert_allclose(asked[0][1_000:-1_000], asked[1][1_000:-1_000], atol=2e-3)


def test_what_a_check_came_to_is_read_in_french_from_its_message() -> None:
    message = check(np.full((3, 128), 0.25, np.float32), {"w": (2_000, 3)}).message
    stored = Message.from_json(json.loads(json.dumps(message.as_json(), allow_nan=False)))
    words = translate_text("fr", stored, str(message))
    assert words.startswith("Ce n'est pas VGGish")
    assert "6\u202f000 paramètres" in words
    assert "de moyenne 0,250000" in words


def test_a_module_that_gives_no_embedding_is_described_all_the_same() -> None:
    message = check(np.full((3, 128), np.nan, np.float32), {}).message
    assert Message.from_json(json.loads(json.dumps(message.as_json(), allow_nan=False))) == message
    assert "gives no embedding" in str(message)
