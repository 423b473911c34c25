"""Large dense layers cut off the end of a converted module, for `lite_dense` to run.

A module ends in them where its last operators are FULLY_CONNECTED ones in a row, each with constant float32 weights and
no activation or a ReLU, and nothing else uses what goes from one to the next. What does not end so stays whole.

Source: schema.fbs of TensorFlow Lite, by the classes that LiteRT brings for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.arrays import Float32Array, IntArray
from core.audio import lite_dense
from core.audio.lite_dense import DenseLayer

LEAST_WEIGHTS = 4_000_000  # of all layers together: 16 MB, below which two copies disturb nobody
IDENTIFIER = b"TFL3"


class _Tensor(Protocol):
    shape: IntArray
    type: int
    buffer: int


class _Buffer(Protocol):
    data: npt.NDArray[np.uint8] | None


class _DenseOptions(Protocol):
    fusedActivationFunction: int  # noqa: N815  the schema's name
    weightsFormat: int  # noqa: N815


class _Operator(Protocol):
    opcodeIndex: int  # noqa: N815
    inputs: IntArray
    outputs: IntArray
    builtinOptions: _DenseOptions  # noqa: N815


class _Graph(Protocol):
    tensors: list[_Tensor]
    operators: list[_Operator]
    inputs: IntArray
    outputs: IntArray


class _OperatorCode(Protocol):
    builtinCode: int  # noqa: N815
    deprecatedBuiltinCode: int  # noqa: N815


class _Module(Protocol):
    subgraphs: list[_Graph]
    buffers: list[_Buffer]
    operatorCodes: list[_OperatorCode]  # noqa: N815
    signatureDefs: list[object] | None  # noqa: N815

    def Pack(self, builder: object) -> int: ...  # noqa: N802


@dataclass(frozen=True)
class CutModule:
    """A `.tflite` that gives what goes into the first of the layers; without layers it is the module itself."""

    module: bytes
    layers: Sequence[DenseLayer] = ()


def cut(converted: bytes) -> CutModule:
    """The dense layers off the end of a module; the module as it is where they hold few weights."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    module: _Module = schema.ModelT.InitFromPackedBuf(converted, 0)
    if len(module.subgraphs) != 1:
        return CutModule(converted)
    graph = module.subgraphs[0]
    operators = _dense_at_the_end(module, graph, schema.BuiltinOperator.FULLY_CONNECTED)
    n_weights = sum(int(np.prod(graph.tensors[operator.inputs[1]].shape)) for operator in operators)
    if n_weights < LEAST_WEIGHTS or len(operators) == len(graph.operators):
        return CutModule(converted)
    layers = [_layer(module, graph, operator) for operator in operators]
    graph.outputs = np.array([operators[0].inputs[0]], np.int32)
    graph.operators = graph.operators[: -len(operators)]
    module.signatureDefs = None
    for number in _buffers(graph, operators) - _buffers(graph, graph.operators):
        module.buffers[number].data = None
    builder = flatbuffers.Builder()
    builder.Finish(module.Pack(builder), IDENTIFIER)
    return CutModule(bytes(builder.Output()), layers)


def _dense_at_the_end(module: _Module, graph: _Graph, fully_connected: int) -> list[_Operator]:
    """The longest row of them that ends in the module's output, first to last."""
    dense: list[_Operator] = []
    wanted = list(graph.outputs)
    for operator in reversed(graph.operators):
        is_next = len(wanted) == 1 and list(operator.outputs) == wanted
        if not is_next or _code(module, operator) != fully_connected or not _is_plain(module, graph, operator):
            break
        if dense and sum(wanted[0] in each.inputs for each in graph.operators) != 1:
            break
        dense.insert(0, operator)
        wanted = [operator.inputs[0]]
    return dense


def _buffers(graph: _Graph, operators: Sequence[_Operator]) -> set[int]:
    """Of all that goes into them."""
    return {graph.tensors[tensor].buffer for operator in operators for tensor in operator.inputs if tensor >= 0}


def _code(module: _Module, operator: _Operator) -> int:
    code = module.operatorCodes[operator.opcodeIndex]
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def _is_plain(module: _Module, graph: _Graph, operator: _Operator) -> bool:
    """Whether it is a matrix of float32 constants, with biases or without, and an activation that is known here."""
    from ai_edge_litert import schema_py_generated as schema

    options, tensors = operator.builtinOptions, [graph.tensors[number] for number in operator.inputs if number >= 0]
    return (
        options.fusedActivationFunction in {schema.ActivationFunctionType.NONE, schema.ActivationFunctionType.RELU}
        and options.weightsFormat == schema.FullyConnectedOptionsWeightsFormat.DEFAULT
        and all(tensor.type == schema.TensorType.FLOAT32 for tensor in tensors)
        and len(tensors) >= 2
        and all(module.buffers[tensor.buffer].data is not None for tensor in tensors[1:])
    )


def _layer(module: _Module, graph: _Graph, operator: _Operator) -> DenseLayer:
    from ai_edge_litert import schema_py_generated as schema

    weights = _constant(module, graph.tensors[operator.inputs[1]])
    has_biases = len(operator.inputs) > 2 and operator.inputs[2] >= 0
    biases = _constant(module, graph.tensors[operator.inputs[2]]) if has_biases else np.zeros(len(weights), np.float32)
    is_rectified = operator.builtinOptions.fusedActivationFunction == schema.ActivationFunctionType.RELU
    return lite_dense.in_16_bits(weights, biases, is_rectified=is_rectified)


def _constant(module: _Module, tensor: _Tensor) -> Float32Array:
    data = module.buffers[tensor.buffer].data
    if data is None:
        raise ValueError("a constant without a value")
    return np.frombuffer(data.tobytes(), "<f4").reshape(tensor.shape)
