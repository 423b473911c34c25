"""Uncertainty sampling: the recordings whose label would teach most, those of which a model is least sure.

Margin sampling (Scheffer, Decomain and Wrobel, "Active hidden Markov models for information extraction", 2001): the
smaller the lead of the likeliest class over the second, the more useful a label.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def margin(p_accepted: Floats, p_noise: Floats, p_speechless: Floats) -> Floats:
    """The lead of the likeliest class, in [0, 1].

    Parameters
    ----------
    p_accepted : np.ndarray [shape=(n,)] in [0, 1].
    p_noise, p_speechless : np.ndarray [shape=(n,)]; NaN where the model does not separate Noise from Speechless;
        there it is the lead between Accepted and Rejected.
    """
    ranked = np.sort(np.stack([p_accepted, p_noise, p_speechless]), axis=0)  # NaN comes last
    of_three = ranked[2] - ranked[1]
    return np.where(np.isnan(of_three), np.abs(2.0 * p_accepted - 1.0), of_three)


def least_certain_first(recording_ids: npt.NDArray[np.int64], margins: Floats) -> list[int]:
    """Recordings by margin, the smallest first; equal ones by their number."""
    return [int(recording_id) for recording_id in recording_ids[np.lexsort((recording_ids, margins))]]
