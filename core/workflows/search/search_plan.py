"""The steps of a search, with the seconds that each takes as a rule."""

from __future__ import annotations

from core.learning import grid, networks
from core.learning.networks import NetworkKind
from core.messages import Message
from core.workflows.jobs import job_launch
from core.workflows.search.search_results import SearchParameters, pair_name

KINDS: dict[str, NetworkKind] = {"dnn": "dnn", "rnn": "rnn"}
LABELS, CHOICE = "Labels", "Choice"
USUAL_S = {LABELS: 0.5, "features": 30.0, CHOICE: 0.1, "dnn": 6.0, "rnn": 40.0}


def planned_steps(parameters: SearchParameters) -> job_launch.Plan:
    network, minutes = parameters.network, parameters.minutes
    pairs = grid.pairs(grid.point_of(networks.RECOMMENDED[KINDS[network]]))
    cells = sum(pair.n_cells for pair in pairs)
    of_pairs = []
    for pair, share in zip(pairs, grid.trials_per_pair(parameters.trials, pairs), strict=True):
        usual_s = share * USUAL_S[network]
        at_most_s = usual_s if minutes is None else 60.0 * minutes * pair.n_cells / cells
        of_pairs.append((pair_name(pair), min(usual_s, at_most_s)))
    return [
        (LABELS, USUAL_S[LABELS]),
        (features_step(parameters.features), USUAL_S["features"]),
        *of_pairs,
        (CHOICE, USUAL_S[CHOICE]),
    ]


def features_step(family: str) -> Message:
    return Message("Features: {family}", {"family": family})
