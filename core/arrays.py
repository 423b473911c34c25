"""Types of NumPy arrays, by their elements. Shapes are given in the docstrings of functions and dataclasses.

Only for annotations: nothing here checks or converts anything.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Float64Array: TypeAlias = npt.NDArray[np.float64]
Float32Array: TypeAlias = npt.NDArray[np.float32]
FloatArray: TypeAlias = npt.NDArray[np.floating]
"""Either precision: features, waveforms, whatever is converted before it is computed with."""
Complex128Array: TypeAlias = npt.NDArray[np.complex128]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
IntArray: TypeAlias = npt.NDArray[np.integer]
StringArray: TypeAlias = npt.NDArray[np.str_]
AnyArray: TypeAlias = npt.NDArray[np.generic]
"""Values that are only compared, such as the child of each recording."""
