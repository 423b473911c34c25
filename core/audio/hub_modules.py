"""Pre-trained networks as TensorFlow Hub modules: their numbers, how they are loaded and called.

A module is a function of a waveform, mono 16 kHz in [-1, 1]: VGGish gives [n, 128], a row for every 0.96 s; YAMNet
gives (scores, embeddings [n, 1024], log mel), a row for every 0.48 s. Loading costs seconds and imports TensorFlow:
once a process and module, by whichever thread is first.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.addresses import scrubbed, shown
from core.arrays import Float32Array, FloatArray
from core.audio import lite_modules, vggish_network
from core.audio.module_types import HubModule
from core.audio.vggish_network import VggishOutput
from core.errors import EarshotError, Unavailable

_IDENTIFYING_FILES = ("saved_model.pb", "fingerprint.pb", "variables/variables.index")


@dataclass(frozen=True)
class TransferSpec:
    """Every number that changes the result, but for the module itself; none may change without training again.

    window_samples, hop_samples : of a row of the module (a window of YAMNet is 15,600; with exact multiples its own
        padding, computed in float32, sometimes adds a row of zeros, so it gets a sample less)
    min_tail_samples : the last row is dropped when less of it than this is sound and the rest padding: silence that
        nobody recorded would otherwise move the mean over time (a second of sound would be half silence)
    """

    name: str
    setting: str
    n_values: int
    window_samples: int
    hop_samples: int
    min_tail_samples: int
    gain_percentile: float = 99.9
    gain_target: float = 0.5
    quietest: float = 1e-4  # -80 dB: what is quieter is silence, and is not amplified any further


@dataclass(frozen=True)
class VggishLayerSpec(TransferSpec):
    """VGGish with another output than its module gives."""

    output: VggishOutput = VggishOutput.ACTIVATED


VGGISH = TransferSpec("VGGish", "EARSHOT_VGGISH", 128, 15_600, 15_360, min_tail_samples=3_840)
VGGISH_ACTIVATED = VggishLayerSpec("VGGish", "EARSHOT_VGGISH", 128, 15_600, 15_360, min_tail_samples=3_840)
VGGISH_CONVOLUTIONS = VggishLayerSpec(
    "VGGish", "EARSHOT_VGGISH", 512, 15_600, 15_360, min_tail_samples=3_840, output=VggishOutput.CONVOLUTIONS
)
YAMNET = TransferSpec("YAMNet", "EARSHOT_YAMNET", 1024, 15_599, 7_680, min_tail_samples=8_000)


_loaded: dict[tuple[TransferSpec, str], HubModule] = {}
_loading = threading.RLock()  # an output of a module loads the module


def load(spec: TransferSpec, address: str) -> HubModule:
    """The module, loaded once, after a probe with silence has shown that it is of the right kind.

    Raises
    ------
    Unavailable
        It cannot be loaded, takes no waveform, or gives other shapes; the message tells how to install it by hand.
    """
    with _loading:
        key = (spec, address)
        if key not in _loaded:
            module = _layer(spec, address) if isinstance(spec, VggishLayerSpec) else _load(spec, address)
            _probe(module, spec, address)
            _loaded[key] = module
        return _loaded[key]


def rows(module: HubModule, samples: Float32Array) -> FloatArray:
    """The embeddings [shape=(n_rows, n_values)], whether alone (VGGish) or as the second of three results (YAMNet)."""
    output = module(samples)
    return np.asarray(output[1] if isinstance(output, tuple | list) else output)


def fingerprint(address: str) -> str:
    """Identifies a module: its address, or for a folder the digest of its graph and of its weights' index.

    The index holds a checksum of every weight, so the weights themselves need not be read.
    """
    files = [Path(address, name) for name in _IDENTIFYING_FILES]
    stamps = tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.is_file())
    return _digest(stamps) if stamps else address


@lru_cache(maxsize=16)
def _digest(stamps: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for path, _, size in stamps:
        digest.update(f"{Path(path).name} {size}\n".encode() + Path(path).read_bytes())
    return digest.hexdigest()


def folder_of(address: str) -> Path:
    """The folder with the SavedModel of a module that was loaded from an address."""
    if Path(address).is_dir():
        return Path(address)
    import tensorflow_hub as hub

    return Path(hub.resolve(address))


def _layer(spec: VggishLayerSpec, address: str) -> HubModule:
    module = load(VGGISH, address)
    if spec.output is VggishOutput.ACTIVATED:
        return lambda samples: np.maximum(rows(module, samples), 0.0)
    try:
        return vggish_network.convolutions_of(folder_of(address), lambda samples: rows(module, samples))
    except EarshotError as error:
        raise Unavailable(
            "The convolution layers of VGGish cannot be taken from {address}: {error}",
            address=shown(address),
            error=error,
        ) from None


def _load(spec: TransferSpec, address: str) -> HubModule:
    try:
        if lite_modules.is_lite(address):
            return lite_modules.load(Path(address), spec)
        import tensorflow_hub as hub

        module: HubModule = hub.load(address)
    except Exception as error:  # the hub raises whatever its network, archive and file layers raise
        raise Unavailable(_by_hand(spec, address, str(error))) from None
    return module


def _probe(module: HubModule, spec: TransferSpec, address: str) -> None:
    try:
        shape = rows(module, np.zeros(spec.window_samples, np.float32)).shape
    except Exception as error:  # any SavedModel may lie there, and fail in any way
        raise Unavailable(_by_hand(spec, address, f"it takes no waveform: {error}")) from None
    if len(shape) != 2 or shape[1] != spec.n_values:
        raise Unavailable(_by_hand(spec, address, f"it gives {list(shape)}, expected [n, {spec.n_values}]"))


def _by_hand(spec: TransferSpec, address: str, reason: str) -> str:
    words = scrubbed(reason, [address]).strip()
    first_line = words.splitlines()[0][:200] if words else "no reason given"
    return f"{spec.name} cannot be loaded from {shown(address)}: {first_line.rstrip('.')}. {by_hand(spec)}"


def by_hand(spec: TransferSpec) -> str:
    """How a module is brought in where this machine cannot download it."""
    name = spec.name.lower()
    checkpoint = ", or the original checkpoint vggish_model.ckpt" if spec.name == VGGISH.name else ""
    return (
        f"To bring it in by hand: on a machine with internet open https://tfhub.dev/google/{name}/1, download the "
        f"TensorFlow 2 SavedModel as a .tar.gz{checkpoint}, and run `python -m core fetch {name} --from FILE` here; or "
        f"unpack it to a folder that then holds saved_model.pb, and set {spec.setting} to that folder."
    )
