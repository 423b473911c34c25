"""Dense layers are cut off the end of a module where that changes nothing, and left where it would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from core.audio import lite_cutting, lite_dense

RELU, NONE, RELU6 = (getattr(schema.ActivationFunctionType, name) for name in ("RELU", "NONE", "RELU6"))
WIDTHS = (12, 40, 30, 6)


@dataclass
class Dense:
    """of_layer : whose output goes in, by default that of the one before"""

    activation: int = RELU
    has_biases: bool = True
    of_layer: int | None = None


def module(layers: Sequence[Dense]) -> bytes:
    """A module of nothing but dense layers, with drawn weights."""
    rng, built, graph = np.random.default_rng(4), schema.ModelT(), schema.SubGraphT()
    built.version, built.description, built.subgraphs, built.buffers = 3, "drawn", [graph], [schema.BufferT()]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.FULLY_CONNECTED
    built.operatorCodes, graph.tensors, graph.operators = [code], [], []

    def tensor(shape: Sequence[int], *, is_drawn: bool) -> int:
        made = schema.TensorT()
        made.shape, made.type, made.name, made.buffer = list(shape), schema.TensorType.FLOAT32, f"{len(shape)}", 0
        if is_drawn:
            buffer, made.buffer = schema.BufferT(), len(built.buffers)
            buffer.data = rng.standard_normal(shape).astype("<f4").view(np.uint8).ravel()
            built.buffers.append(buffer)
        graph.tensors.append(made)
        return len(graph.tensors) - 1

    between = [tensor([1, WIDTHS[0]], is_drawn=False)]
    for number, layer in enumerate(layers):
        source = number if layer.of_layer is None else layer.of_layer
        weights = tensor([WIDTHS[number + 1], WIDTHS[source]], is_drawn=True)
        biases = tensor([WIDTHS[number + 1]], is_drawn=True) if layer.has_biases else -1
        between.append(tensor([1, WIDTHS[number + 1]], is_drawn=False))
        operator, options = schema.OperatorT(), schema.FullyConnectedOptionsT()
        options.fusedActivationFunction = layer.activation
        operator.inputs, operator.outputs = [between[source], weights, biases], [between[-1]]
        operator.builtinOptionsType = schema.BuiltinOptions.FullyConnectedOptions
        operator.builtinOptions = options
        graph.operators.append(operator)
    graph.inputs, graph.outputs = [between[0]], [between[-1]]
    builder = flatbuffers.Builder()
    builder.Finish(built.Pack(builder), lite_cutting.IDENTIFIER)
    return bytes(builder.Output())


def run(content: bytes, samples: np.ndarray) -> np.ndarray:
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], samples)
    interpreter.invoke()
    return np.asarray(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))


@pytest.fixture(autouse=True)
def few_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lite_cutting, "LEAST_WEIGHTS", 1)


@pytest.mark.parametrize(
    ("layers", "n_cut"),
    [
        ([Dense(RELU6), Dense(), Dense(NONE)], 2),
        ([Dense(RELU6), Dense(), Dense()], 2),
        ([Dense(), Dense(RELU6), Dense(has_biases=False)], 1),
        ([Dense(), Dense(), Dense(RELU6)], 0),
        ([Dense(), Dense(), Dense()], 0),  # a module of nothing would be left
        ([Dense(), Dense(), Dense(of_layer=1)], 1),  # the second leads nowhere
    ],
)
def test_what_is_cut_and_what_is_left_give_together_what_the_whole_gives(layers: list[Dense], n_cut: int) -> None:
    whole = module(layers)
    cut = lite_cutting.cut(whole)
    assert len(cut.layers) == n_cut
    samples = np.random.default_rng(5).standard_normal((1, WIDTHS[0])).astype(np.float32)
    expected = run(whole, samples)
    together = lite_dense.through(cut.layers, run(cut.module, samples))
    np.testing.assert_allclose(together, expected, atol=1e-3 * np.abs(expected).max())
    assert (cut.module == whole) == (n_cut == 0)
    assert len(cut.module) <= len(whole)


def test_small_layers_stay_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lite_cutting, "LEAST_WEIGHTS", 100_000)
    whole = module([Dense(RELU6), Dense(), Dense()])
    assert lite_cutting.cut(whole) == lite_cutting.CutModule(whole)


def test_what_is_behind_a_module_does_not_disturb_it(tmp_path: Path) -> None:
    cut = lite_cutting.cut(module([Dense(RELU6), Dense(), Dense(NONE)]))
    file = tmp_path / "module.tflite"
    file.write_bytes(cut.module)
    lite_dense.append(file, cut.layers)
    samples = np.ones((1, WIDTHS[0]), np.float32)
    np.testing.assert_array_equal(run(file.read_bytes(), samples), run(cut.module, samples))
