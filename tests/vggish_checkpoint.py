"""A checkpoint of VGGish with the published names and shapes, as first released; the weights are drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.audio.vggish_layers import LAYERS


def write_checkpoint(file: Path) -> None:
    """Write it; imports TensorFlow."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        variables = {}
        for layer in LAYERS:
            for part, shape in (("weights", layer.weights_shape), ("biases", layer.biases_shape)):
                scale = np.sqrt(2 / np.prod(shape[:-1])) if len(shape) > 1 else 0.1
                values = (scale * rng.standard_normal(shape)).astype(np.float32)
                variables[f"{layer.name}/{part}"] = tf.compat.v1.Variable(values)
        session.run(tf.compat.v1.global_variables_initializer())
        saver = tf.compat.v1.train.Saver(variables, write_version=1)
        saver.save(session, str(file), write_meta_graph=False, write_state=False)
