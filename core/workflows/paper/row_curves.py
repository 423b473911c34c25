"""The operating curves behind the rows of the paper's tables, on the exact grid, thinned for a chart."""

from __future__ import annotations

from collections.abc import Sequence

from core.workflows.evaluation import operating_curves
from core.workflows.evaluation.operating_curves import CurveData
from core.workflows.paper import cross_validation_results, paper_comparison
from core.workflows.paper.paper_rows import Key
from core.workflows.paper.table_rows import PaperRow


def curves_of_rows(keys: Sequence[Key], *, job_id: str | None) -> dict[Key, CurveData]:
    """The curve of each row by its key (features, network, system); rows that are not trained are left out.

    Parameters
    ----------
    job_id : the cross-validation whose rows are meant; None: those of the trained models
    """
    return {
        row.key: operating_curves.thin_curve(row.test)
        for row in _rows(job_id)
        if row.key in set(keys) and row.test is not None
    }


def _rows(job_id: str | None) -> list[PaperRow]:
    return (
        paper_comparison.rows_of_models()
        if job_id is None
        else cross_validation_results.rows(cross_validation_results.job(job_id))
    )
