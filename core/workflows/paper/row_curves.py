"""The operating curves behind the rows of the paper's tables, on the exact grid, thinned for a chart."""

from __future__ import annotations

from collections.abc import Sequence

from core.workflows.deciding import curves
from core.workflows.deciding.curves import CurveData
from core.workflows.paper import comparing, crossed
from core.workflows.paper.tables import Key, Row


def of(keys: Sequence[Key], *, job_id: str | None) -> dict[Key, CurveData]:
    """The curve of each row by its key (features, network, system); rows that are not trained are left out.

    Parameters
    ----------
    job_id : the cross-validation whose rows are meant; None: those of the trained models
    """
    return {row.key: curves.thinned(row.test) for row in _rows(job_id) if row.key in set(keys) and row.test is not None}


def _rows(job_id: str | None) -> list[Row]:
    return comparing.rows_of_models() if job_id is None else crossed.rows(crossed.job(job_id))
