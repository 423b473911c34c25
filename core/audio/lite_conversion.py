"""Conversion of a hub module for LiteRT: `python -m core.audio.lite_conversion vggish|yamnet ADDRESS FILE.tflite`.

It loads TensorFlow, hence a process of its own. What is converted is compared with the module on test signals: only
where each row's cosine is at least `LEAST_COSINE` the file comes to stand under its name, with `FILE.json` beside it;
otherwise that says why not. Large dense layers at its end go into 16 bits (`lite_cutting`), unless only the whole
module gives what it should.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.arrays import Float32Array, FloatArray
from core.audio import hub_modules, lite_cutting, lite_dense, lite_modules, transfer
from core.audio.hub_modules import VGGISH, YAMNET, TransferSpec
from core.audio.lite_cutting import CutModule
from core.audio.module_types import HubModule
from core.domain.json_types import JsonObject, number_of, text_of
from core.errors import EarshotError
from core.process_limits import end_with

SPECS: Mapping[str, TransferSpec] = {"vggish": VGGISH, "yamnet": YAMNET}
KIND = 2  # of what a conversion gives; raised with every change of that, since conversions are stored
LEAST_COSINE = 0.999
QUIET_NORM = 1e-3  # of a row that is nothing but rounding: it has no direction
NICENESS = 10
SECONDS = (0.1, 0.5, 1.0, 1.46, 3.0, 7.3)


@dataclass(frozen=True)
class Conversion:
    """sha256 : of the file, "" where there is none; cosine : the smallest of any row; why_not : in words

    why_whole : why its dense layers were left in it, in words; "" where they were taken off, or were too small for it
    """

    sha256: str
    cosine: float
    why_not: str = ""
    why_whole: str = ""

    def as_json(self) -> JsonObject:
        return {**asdict(self)}

    @staticmethod
    def from_json(stored: JsonObject) -> Conversion:
        return Conversion(
            sha256=text_of(stored.get("sha256")),
            cosine=number_of(stored.get("cosine"), 0.0),
            why_not=text_of(stored.get("why_not")),
            why_whole=text_of(stored.get("why_whole")),
        )


def convert(spec: TransferSpec, address: str, file: Path) -> Conversion:
    """Convert a module and compare the two; the file is written only where they agree."""
    module = hub_modules.load(spec, address)
    candidates, why = _candidates(_converted(module))
    cosine = 0.0
    unchecked = file.with_name(f".{os.getpid()}{lite_modules.ENDING}")
    try:
        for candidate in candidates:
            unchecked.write_bytes(candidate.module)
            lite_dense.append(unchecked, candidate.layers)
            cosine = smallest_cosine(module, lite_modules.load(unchecked, spec), spec)
            if cosine >= LEAST_COSINE:
                unchecked.replace(file)
                return Conversion(_sha256(file), cosine, why_whole=why)
            why = f"the smallest cosine of its rows is {cosine:.5f}, below {LEAST_COSINE:g}"
    finally:
        unchecked.unlink(missing_ok=True)
    return Conversion("", cosine, why)


def smallest_cosine(module: HubModule, converted: HubModule, spec: TransferSpec) -> float:
    """Of all rows of the test signals; 0 where the two give different numbers of rows, or one is silent alone."""
    smallest = 1.0
    for samples in test_signals():
        padded = transfer.pad(transfer.normalise_gain(samples, spec)[0], spec)
        first, second = hub_modules.rows(module, padded), hub_modules.rows(converted, padded)
        if first.shape != second.shape:
            return 0.0
        smallest = min([smallest, *map(_cosine, first, second)])
    return smallest


def test_signals() -> list[Float32Array]:
    """Noise, tones, sweeps, bursts and silence of several lengths; seeded."""
    rng, signals = np.random.default_rng(16), [np.zeros(48_000, np.float32)]
    for seconds in SECONDS:
        t = np.arange(round(seconds * 16_000)) / 16_000
        noise = rng.standard_normal(len(t))
        bursts = noise * (np.sin(2 * np.pi * 3 * t) > 0)
        sweep = np.sin(2 * np.pi * (100 + 900 * t) * t)
        voiced = sum(np.sin(2 * np.pi * 220 * k * t) / k for k in range(1, 12)) * (0.55 + 0.45 * np.sin(25 * t))
        signals += [np.asarray(0.1 * each, np.float32) for each in (noise, bursts, sweep, voiced, voiced + 0.3 * noise)]
    return signals


def _candidates(converted: bytes) -> tuple[list[CutModule], str]:
    """What may be stored, the smallest first; and why its dense layers cannot be taken off, in words."""
    whole = CutModule(converted)
    try:
        smaller = lite_cutting.cut(converted)
    except Exception as error:  # of a reader that is written for no schema but its own
        return [whole], f"{type(error).__name__}: {error}"
    return ([smaller, whole] if smaller.layers else [whole]), ""


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _cosine(first: FloatArray, second: FloatArray) -> float:
    norms = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    if max(norms) < QUIET_NORM:
        return 1.0
    return float(first @ second) / (norms[0] * norms[1]) if min(norms) else 0.0


def _converted(module: HubModule) -> bytes:
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec([lite_modules.WINDOW_SAMPLES], tf.float32)])  # type: ignore[untyped-decorator]
    def embeddings(waveform: object) -> object:
        output = module(waveform)  # type: ignore[arg-type]  # traced, with TensorFlow's own arrays
        return output[1] if isinstance(output, tuple | list) else output

    converter = tf.lite.TFLiteConverter.from_concrete_functions([embeddings.get_concrete_function()], module)
    return bytes(converter.convert())


def main() -> None:
    name, address, file = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    end_with(os.getppid())
    os.nice(NICENESS)
    try:
        result = convert(SPECS[name], address, file)
    except EarshotError as error:
        result = Conversion("", 0.0, str(error))
    except Exception as error:  # of the converter, which raises whatever it likes
        result = Conversion("", 0.0, f"{type(error).__name__}: {str(error)[:300]}")
    file.with_suffix(".json").write_text(json.dumps(result.as_json()))


if __name__ == "__main__":
    main()
