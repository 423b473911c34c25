"""The rows of a table that lie nearest to a row, each column counted in its own spread."""

from __future__ import annotations

import numpy as np

from core.arrays import FloatArray, IntArray

MOST_APART = 4.0  # standard deviations: a single odd value does not decide alone
TINY = 1e-6  # of a column's largest value: what moves less stands still


def nearest_rows(row: FloatArray, table: FloatArray, *, count: int) -> tuple[IntArray, FloatArray]:
    """The nearest rows and how far each lies, the nearest first; the earlier row where two lie equally far.

    The distance is Euclidean, of columns divided by their standard deviation in the table: a column that never moves
    there counts for nothing, and no column for more than `MOST_APART`. An empty table gives empty arrays.

    Parameters
    ----------
    row : [shape=(n_values,), finite]
    table : [shape=(n_rows, n_values), finite]

    Returns
    -------
    places : [shape=(min(count, n_rows),)]
    distances : of these [shape as places], in standard deviations of a single column (root mean square)

    Examples
    --------
    >>> places, distances = nearest_rows(np.zeros(2), np.array([[1.0, 1.0], [0.0, 0.0], [3.0, 3.0]]), count=2)
    >>> places.tolist(), distances.round(2).tolist()
    ([1, 0], [0.0, 0.8])
    """
    count = min(count, len(table))
    if count <= 0:
        return np.array([], np.int64), np.array([], np.float64)
    deviation = table.std(axis=0, dtype=np.float64)
    moves = deviation > TINY * np.maximum(1.0, np.abs(table).max(axis=0))
    apart = (table[:, moves] - row[moves]) / deviation[moves]
    np.clip(apart, -MOST_APART, MOST_APART, out=apart)
    squares = np.einsum("ij,ij->i", apart, apart) / max(1, int(moves.sum()))
    near = np.argpartition(squares, count - 1)[:count]
    places = near[np.lexsort((near, squares[near]))]
    return places, np.sqrt(squares[places]).astype(np.float64)
