"""TensorFlow in this process, so that the same data and seed give the same network.

`prepare` comes before anything else touches TensorFlow: threads can be set only until its first operation. Importing
takes seconds and some hundred MB, so it happens here, on the first call, and never when a room is imported.
"""

from __future__ import annotations

import os
from functools import lru_cache
from types import ModuleType

# Sums split over another number of threads round differently. Two, because the machine that this must run on has two
# cores; the small networks of this project gain nothing from more.
THREADS = 2


@lru_cache(maxsize=1)
def prepare() -> ModuleType:
    """Import TensorFlow with deterministic operations and a fixed number of threads; once a process.

    Returns
    -------
    The module `tensorflow`. Where another part of the process has used TensorFlow first, its threads stay as they are:
    results are then still the same from run to run on that machine.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # a machine without a GPU is not an error worth a line
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(THREADS)
        tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    except RuntimeError:  # already initialised: see above
        pass
    tf.config.experimental.enable_op_determinism()
    module: ModuleType = tf
    return module


def seed_everything(seed: int) -> None:
    """Start every random number of this process anew: Python's, NumPy's and TensorFlow's."""
    prepare()
    import keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed % 2**32)


def versions() -> dict[str, str]:
    """The versions of what computes a network."""
    tf = prepare()
    import keras
    import numpy as np

    return {"tensorflow": tf.__version__, "keras": keras.__version__, "numpy": np.__version__}
