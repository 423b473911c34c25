"""What the product's model is worth elsewhere: other devices, rooms, languages and tasks than it learned from.

    python -m bench.robustness [FOLDER] [--elsewhere FOLDER] [--models before,now] [--am 0.10] [--recordings 400]
                               [--only folder,chains,left-out,copies] [--draws 20] [--store MODEL]

FOLDER has a `manifest.csv` with two judges' labels (default: the demonstration's recordings). Four parts:

chains : three folds over children; the children of a fold as they are, and through each simulated device chain
left-out : a source, a language, what other columns of the manifest tell apart, an SNR, the longest recordings: nothing
    of it is learnt, then it is tested
copies : chains that are alike are left out of the device copies, then tested: what a device does that nobody simulated
folder : all of FOLDER teaches but the children who read in the other folder, which is tested by its `condition`; at the
    frozen threshold, and with a threshold for each condition as for a source (`source_conditions`)

The threshold is frozen at the AM target on validation children of FOLDER. Nothing is chosen here by the other folder.
`--store` writes the table of the last model beside the card of a trained model, for Evaluate.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from bench import robustness_data, robustness_rows, robustness_table, source_conditions
from bench.robustness_models import RECIPES, Teacher
from core.domain.elsewhere import ElsewhereTable, ShiftFigures
from core.workflows.evaluation import elsewhere

PARTS = ("folder", "chains", "left-out", "copies")


def main() -> None:
    arguments = _arguments()
    corpus = (
        robustness_data.of_folder(arguments.folder)
        if arguments.folder
        else robustness_data.synthesised(arguments.synthesised)
    )
    print(
        f"{len(corpus.recordings)} recordings of {len(set(corpus.children))} children, {corpus.name}", file=sys.stderr
    )
    by_source: list[str] = []
    tables = [_measure(name, corpus, arguments, by_source) for name in arguments.models.split(",")]
    print(robustness_table.side_by_side(tables))
    if by_source:
        print(f"\nA threshold for each condition of the folder ({source_conditions.HEAD}):", *by_source, sep="\n")
    if arguments.store:
        elsewhere.store_table(arguments.store, tables[-1])
        print(f"Stored with {arguments.store}: see Evaluate.")


def _measure(
    name: str, corpus: robustness_data.Corpus, arguments: argparse.Namespace, by_source: list[str]
) -> ElsewhereTable:
    """The table of one model; the lines of its thresholds by source are appended."""
    teacher, parts = Teacher(RECIPES[name], corpus), arguments.only.split(",")
    measure = robustness_rows.Measurement(teacher, am_target=arguments.am, n_of_chain=arguments.recordings)
    rows: list[ShiftFigures] = []
    if "folder" in parts and arguments.elsewhere:
        other = measure.elsewhere(robustness_data.stream_of_folder(arguments.elsewhere))
        rows += _shown(name, other.rows())
        by_source += ["", f"{name}:", *other.by_source(draws=arguments.draws)]
    if "chains" in parts:
        rows += _shown(name, measure.chains())
    if "left-out" in parts:
        rows += _shown(name, measure.left_out())
    if "copies" in parts and RECIPES[name].has_copies:
        rows += _shown(name, measure.chains_left_out())
    return ElsewhereTable(name, arguments.am, f"{len(corpus.recordings)} recordings, {corpus.name}", tuple(rows))


def _shown(name: str, rows: Iterable[ShiftFigures]) -> list[ShiftFigures]:
    """The rows, each printed to stderr as soon as it is there: a whole run takes minutes."""
    shown = []
    for row in rows:
        print(f"{name}: {robustness_table.line(row)}", file=sys.stderr, flush=True)
        shown.append(row)
    return shown


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--elsewhere", type=Path)
    parser.add_argument("--models", default="before,now", help=f"of {', '.join(RECIPES)}; the first is compared with")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--am", type=float, default=0.10)
    parser.add_argument("--draws", type=int, default=20, help="of recordings to judge, for a threshold by source")
    parser.add_argument("--recordings", type=int, default=400, help="that go through each chain at most")
    parser.add_argument("--synthesised", type=int, default=320, help="recordings, where no folder is given")
    parser.add_argument("--store", default="", help="a trained model beside whose card the table is kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
