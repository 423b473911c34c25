"""The numbers of a trained model as JSON for `js/tablet_model.js`.

Support vectors, which are nearly all of it, are 16-bit whole numbers: standardised values lie within `inputs.CLIP`, so
the step is 0.0003 deviations. Everything else is as precise as it is used.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from core.arrays import FloatArray, IntArray
from core.domain.json_types import JsonObject
from core.errors import Refused
from core.learning import inputs
from core.learning.calibration import Calibration
from core.learning.classical import TrainedClassical
from core.learning.scorers import SupportVectors, Trees

LARGEST_INT16 = 32_767


def pack_members(members: Sequence[TrainedClassical], fusion: Calibration) -> JsonObject:
    """A fusion's members and weights.

    Raises
    ------
    Refused
        A member is no support vector machine and no boosted trees on the three labels.
    """
    return {"members": [_packed(member) for member in members], "fusion": _calibration(fusion)}


def _packed(member: TrainedClassical) -> JsonObject:
    if member.task != "multiclass":
        raise Refused(f"A classifier of the task {member.task} cannot run on a tablet: expected multiclass.")
    prepared: JsonObject = {
        "kind": member.spec.kind,
        "calibration": _calibration(member.calibration),
        "mean": _float32(member.preparation.mean),
        "deviation": _float32(member.preparation.deviation),
    }
    scorer = member.scorer
    return prepared | (_vectors(scorer) if isinstance(scorer, SupportVectors) else _trees(scorer))


def _vectors(scorer: SupportVectors) -> JsonObject:
    step = inputs.CLIP / LARGEST_INT16
    return {
        "gamma": float(scorer.gamma),
        "intercepts": [float(value) for value in scorer.intercepts],
        "vectors": {**_int16(np.rint(scorer.vectors / step)), "scale": step},
        "coefficients": _float32(scorer.coefficients),
    }


def _trees(scorer: Trees) -> JsonObject:
    return {
        "classes": int(scorer.shape[0]),
        "depth": int(scorer.shape[1]),
        "of_class": [int(number) for number in scorer.of_class],
        "feature": _int16(scorer.feature),
        "left": _int16(scorer.left),
        "right": _int16(scorer.right),
        "threshold": {"float64": _base64(scorer.threshold, "<f8")},
        "value": {"float64": _base64(scorer.value, "<f8")},
    }


def _calibration(calibration: Calibration) -> JsonObject:
    return {"weights": list(calibration.weights), "biases": list(calibration.biases)}


def _float32(values: FloatArray) -> JsonObject:
    return {"float32": _base64(values, "<f4")}


def _int16(values: FloatArray | IntArray) -> JsonObject:
    return {"int16": _base64(values, "<i2")}


def _base64(values: FloatArray | IntArray, dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype).tobytes()).decode("ascii")
