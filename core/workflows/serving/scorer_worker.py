"""The process that decides on recordings: `python -m core.workflows.serving.scorer_worker PARENT`.

It loads one model, answers on its standard output what comes on its standard input, and ends with the process that
started it. Bytes from outside are decoded here, as in `core.audio.decoding_worker`: little memory and processor
time for each recording, no file can be written, no setting and no database is in sight. Neither side unpickles
anything.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Mapping

import numpy as np

from core.audio import acoustic_summary, decoding, encoding, sound_profile, steady_dynamics
from core.audio.sounds import SAMPLE_RATE_HZ
from core.domain.json_types import JsonObject
from core.errors import EarshotError, UndecodableAudio
from core.piped_process import own_pipes, read, write
from core.process_limits import MB, end_with, limit_cpu, limit_memory, resident_bytes
from core.workflows.serving import scorer_order
from core.workflows.serving.scored_sound import SoundScorer
from core.workflows.serving.scorer_order import ScorerLimits, ScorerOrder

NATIVE_LIBRARIES_MB: Mapping[str, int] = {"tensorflow": 2048, "ai_edge_litert": 256}  # their threads take address space


def main() -> None:
    end_with(int(sys.argv[1]))
    with own_pipes() as (requests, answers):
        _load_all_but_a_model()
        message = read(requests)
        if message is None:
            return
        order = ScorerOrder.from_json(message[0])
        try:
            scorer = scorer_order.load(order)
            scorer.score(decoding.decode(_noise()))
        except EarshotError as error:
            write(answers, {"unloadable": error.message.as_json()})
            return
        except Exception as error:  # of whichever library reads the folder
            write(answers, {"unloadable": f"{type(error).__name__}: {error}"})
            return
        limit_memory((order.limits.memory_mb + _of_libraries_mb()) * MB)
        write(answers, {"ready": True, "resident": resident_bytes()})
        while (request := read(requests)) is not None:
            limit_cpu(order.limits.decoding_s)
            write(answers, _answer(scorer, request[1], order.limits))


def _load_all_but_a_model() -> None:
    """What is imported when it is first needed, before anybody waits for it."""
    samples = decoding.decode(_noise()).samples
    for measure in (steady_dynamics.extract, acoustic_summary.hear, sound_profile.describe):
        measure(samples)


def _answer(scorer: SoundScorer, data: bytes, limits: ScorerLimits) -> JsonObject:
    begun = time.perf_counter()
    try:
        sound = decoding.decode(data, max_duration_s=limits.max_duration_s, min_duration_s=limits.min_duration_s)
        answer: JsonObject = scorer.score(sound).as_json()
    except UndecodableAudio as error:
        answer = {"refused": error.message.as_json()}
    except MemoryError:
        answer = {"exhausted": True}
    except Exception:  # a fault of ours, or of a library: the server's log has it, and the next recording its turn
        answer = {"fault": traceback.format_exc()}
    return {**answer, "seconds": time.perf_counter() - begun, "resident": resident_bytes()}


def _noise() -> bytes:
    """A second of noise."""
    rng = np.random.default_rng(0)
    return encoding.flac(rng.uniform(-0.1, 0.1, SAMPLE_RATE_HZ).astype(np.float32))


def _of_libraries_mb() -> int:
    return sum(extra for name, extra in NATIVE_LIBRARIES_MB.items() if name in sys.modules)


if __name__ == "__main__":
    main()
