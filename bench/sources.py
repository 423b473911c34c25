"""A threshold for each source, measured: the model in EARSHOT_MODELS on a folder of conditions that chose nothing.

    python -m bench.sources FOLDER [--am 0.10] [--draws 20]

FOLDER has a manifest.csv with `filename`, `condition`, `child`, `judge_1`, `judge_2`. For each condition: AM on agreed
recordings, AM with disagreements, and RCC, at the frozen threshold, at the one without labels, and with 60 and 120
judged. What was not drawn is measured, over several draws; all recordings where too few are left for that.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays import Float64Array, IntArray, StringArray
from core.audio import decoding
from core.domain.labels import Label, Split
from core.metrics import judged_source, rejection, source_threshold, whole_stream
from core.metrics.source_threshold import Reference
from core.workflows.evaluation import model_evaluation, predictions
from core.workflows.training import feature_families, model_folders
from db import session


@dataclass(frozen=True)
class Condition:
    """The recordings of one condition: votes (share of judges that say Accepted), p and children; [shape=(n,)]."""

    name: str
    votes: Float64Array
    p: Float64Array
    children: StringArray

    def figures(self, threshold: float, among: IntArray) -> list[float]:
        """AM on agreed recordings, AM of the stream, RCC; in percent."""
        votes, p = self.votes[among], self.p[among]
        agreed = votes != 0.5
        am = rejection.am_at(votes[agreed] == 1, p[agreed], threshold)
        rcc = rejection.rcc_at(votes[agreed] == 1, p[agreed], threshold)
        return [100 * am, 100 * whole_stream.am_at(votes, p, threshold), 100 * rcc]

    def judged(self, n: int, reference: Reference, draws: int) -> list[float]:
        """The mean over draws; what was not drawn is measured where enough is left."""
        measured = []
        for seed in range(draws):
            places = judged_source.spread_draw(self.p, n, seed=seed)
            chosen = judged_source.choose_with_labels(
                self.p,
                places,
                self.votes[places],
                self.children[places],
                am_target=reference.am_target,
                common=reference.threshold,
            )
            rest = np.setdiff1d(np.arange(len(self.p)), places)
            measured.append(self.figures(chosen.threshold, rest if len(rest) >= n else np.arange(len(self.p))))
        return [float(value) for value in np.mean(measured, axis=0)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--am", type=float, default=0.10)
    parser.add_argument("--draws", type=int, default=20)
    arguments = parser.parse_args()
    model = model_folders.load(model_evaluation.model_or_champion(None).id)
    reference = _reference(model.id, arguments.am)
    table = []
    print(f"{model.id}, AM target {arguments.am:.0%}: AM / with disagreements / RCC")
    for condition in _conditions(arguments.folder, model):
        everything = np.arange(len(condition.p))
        alone = source_threshold.choose_without_labels(condition.p, reference)
        cells = [condition.figures(threshold, everything) for threshold in (reference.threshold, alone.threshold)]
        cells += [condition.judged(n, reference, arguments.draws) for n in (60, 120) if len(condition.p) >= n]
        table.append(cells)
        _print(condition.name, cells)
    _print("mean", np.mean(table, axis=0).tolist())
    _print("worst AM", np.max(table, axis=0).tolist())


def _reference(model_id: str, am_target: float) -> Reference:
    with session.reading() as tx:
        validation = predictions.predictions_of_split(tx, model_id, Split.VALIDATION)
    return Reference.of(validation.is_accepted, validation.p, am_target=am_target)


def _conditions(folder: Path, model: model_folders.LoadedModel) -> list[Condition]:
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = list(dict.fromkeys(row["condition"] for row in rows))
    return [_condition(name, [row for row in rows if row["condition"] == name], folder, model) for name in names]


def _condition(name: str, rows: Sequence[dict[str, str]], folder: Path, model: model_folders.LoadedModel) -> Condition:
    waveforms = [decoding.decode((folder / row["filename"]).read_bytes()).samples for row in rows]
    p = model.predict(lambda family: feature_families.family(family).extract_many(waveforms)).p_accepted
    accepted = Label.ACCEPTED.value
    votes = np.array([((row["judge_1"] == accepted) + (row["judge_2"] == accepted)) / 2 for row in rows])
    return Condition(name, votes, p, np.array([row["child"] for row in rows]))


def _print(name: str, cells: Sequence[Sequence[float]]) -> None:
    print(f"{name:12}", " | ".join(f"{am:3.0f} {stream:3.0f} {rcc:3.0f}" for am, stream, rcc in cells))


if __name__ == "__main__":
    main()
