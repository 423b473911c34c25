"""A threshold for each source, measured: the model in EARSHOT_MODELS on a folder of conditions that chose nothing.

    python -m bench.sources FOLDER [--am 0.10] [--draws 20]

FOLDER has a manifest.csv with `filename`, `condition`, `child`, `judge_1`, `judge_2`. For each condition: AM on agreed
recordings, AM with disagreements, and RCC, at the frozen threshold, at the one without labels, and with 60 and 120
judged. What was not drawn is measured, over several draws; all recordings where too few are left for that.
`bench.robustness` has the same of models that it trains itself.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from bench import robustness_data, source_conditions
from bench.source_conditions import Condition
from core.audio import decoding
from core.domain.labels import Split
from core.metrics.source_threshold import Reference
from core.workflows.evaluation import model_evaluation, predictions
from core.workflows.training import feature_families, model_folders
from db import session


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--am", type=float, default=0.10)
    parser.add_argument("--draws", type=int, default=20)
    arguments = parser.parse_args()
    model = model_folders.load(model_evaluation.model_or_champion(None).id)
    reference = _reference(model.id, arguments.am)
    conditions = _conditions(arguments.folder, model)
    print(f"{model.id}, AM target {arguments.am:.0%}: {source_conditions.HEAD}")
    print("\n".join(source_conditions.lines(conditions, reference, draws=arguments.draws)))


def _reference(model_id: str, am_target: float) -> Reference:
    with session.reading() as tx:
        validation = predictions.predictions_of_split(tx, model_id, Split.VALIDATION)
    return Reference.of(validation.is_accepted, validation.p, am_target=am_target)


def _conditions(folder: Path, model: model_folders.LoadedModel) -> list[Condition]:
    stream = robustness_data.stream_of_folder(folder)
    waveforms = [decoding.decode(recording.data()).samples for recording in stream.corpus.recordings]
    p = model.predict(lambda family: feature_families.family(family).extract_many(waveforms)).p_accepted
    return source_conditions.by_condition(stream, np.asarray(p, np.float64))


if __name__ == "__main__":
    main()
