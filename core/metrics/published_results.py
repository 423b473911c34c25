"""The figures that the paper reports, as data: Tables 3 and 4 (test set of 2,000 recordings of children aged 5 to 7).

All values are the paper's, in percent there and shares between 0 and 1 here, on its grid of thresholds (0 to 1, step
0.01). They were measured on another corpus: beside them, figures of any other corpus show a pattern, not a rank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.domain.catalogue import MERGED_SYSTEMS, SINGLE_SYSTEMS

SYSTEMS = (*SINGLE_SYSTEMS, *MERGED_SYSTEMS)


@dataclass(frozen=True)
class PublishedFigures:
    """f(0.10), f(0.15), f(AM_m) and AM_m of a system: shares between 0 and 1."""

    f10: float
    f15: float
    f_am_m: float
    am_m: float


def _rows(*percents: tuple[int, int, int, int]) -> dict[str, PublishedFigures]:
    return {
        system: PublishedFigures(*(value / 100 for value in row)) for system, row in zip(SYSTEMS, percents, strict=True)
    }


# In the order of SYSTEMS; keys are (features, network)
TABLES: Mapping[tuple[str, str], Mapping[str, PublishedFigures]] = MappingProxyType(
    {
        # Table 3
        ("mfcc", "dnn"): _rows(
            (40, 49, 77, 33), (39, 46, 76, 34), (43, 52, 74, 28), (42, 56, 78, 29), (44, 55, 80, 33)
        ),
        ("mfcc", "rnn"): _rows(
            (48, 61, 77, 27), (46, 58, 77, 27), (50, 64, 79, 25), (51, 65, 77, 25), (50, 65, 80, 26)
        ),
        # Table 4
        ("vggish", "dnn"): _rows(
            (60, 71, 82, 22), (57, 71, 82, 22), (60, 70, 82, 22), (60, 74, 85, 24), (61, 73, 85, 24)
        ),
        ("vggish", "rnn"): _rows(
            (65, 74, 80, 18), (65, 73, 80, 18), (62, 73, 82, 21), (64, 76, 81, 19), (65, 74, 81, 19)
        ),
    }
)


def published_figures(features: str, network: str, system: str) -> PublishedFigures | None:
    """The paper's figures of a system, or None for a system that it does not have.

    Examples
    --------
    >>> published_figures("vggish", "rnn", "multiclass")
    PublishedFigures(f10=0.65, f15=0.74, f_am_m=0.8, am_m=0.18)
    >>> published_figures("dynamics", "svm", "multiclass") is None
    True
    """
    return TABLES.get((features, network), {}).get(system)
