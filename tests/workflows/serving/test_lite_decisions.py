"""Decisions on the development corpus by LiteRT are those by TensorFlow Hub."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from bench.serving_models import make_vggish
from core.audio import decoding, hub_modules, lite_conversion, lite_dense, transfer
from core.audio.hub_modules import TransferSpec
from core.domain.labels import Label
from core.learning import classical_training
from core.learning.classical import ClassicalSpec
from tests.conftest import SHARED

CLOSE = 0.001
MODULES = {
    "vggish": (hub_modules.VGGISH, SHARED / "vggish-stand-in"),
    "yamnet": (hub_modules.YAMNET, SHARED / "yamnet"),
}
N_TAUGHT = 400
N_OF_THE_SIZE = 600  # recordings; each takes a tenth of a second both ways


@pytest.mark.long
@pytest.mark.parametrize("name", MODULES)
def test_decisions_on_the_corpus_differ_only_where_p_is_at_the_threshold(
    name: str, corpus: Path, tmp_path: Path
) -> None:
    spec, folder = MODULES[name]
    rows = judged_rows(corpus)
    assert len(rows) > 1000
    check_decisions(rows, corpus, spec, folder, tmp_path / "module.tflite")


@pytest.mark.long
def test_decisions_by_a_module_of_the_published_size_do_so_too(corpus: Path, tmp_path: Path) -> None:
    make_vggish(tmp_path / "vggish")
    rows = judged_rows(corpus)[:N_OF_THE_SIZE]
    file = tmp_path / "module.tflite"
    check_decisions(rows, corpus, hub_modules.VGGISH, tmp_path / "vggish", file)
    assert len(lite_dense.read(file)) == 3


def judged_rows(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "manifest.csv").open(encoding="utf-8") as opened:
        return [row for row in csv.DictReader(opened) if row["judge_1"]]


def check_decisions(rows: list[dict[str, str]], corpus: Path, spec: TransferSpec, folder: Path, file: Path) -> None:
    assert lite_conversion.convert(spec, str(folder), file).cosine >= lite_conversion.LEAST_COSINE
    sounds = [decoding.decode(_bytes(corpus, row["filename"])).samples for row in rows]
    by_hub, by_lite = (transfer.extract_many(sounds, spec, address) for address in (str(folder), str(file)))
    labels = [_label(row["judge_1"]) for row in rows]
    trained = classical_training.train(
        by_hub[:N_TAUGHT],
        labels[:N_TAUGHT],
        np.zeros(N_TAUGHT, bool),
        children=[row["child"] for row in rows[:N_TAUGHT]],
        spec=ClassicalSpec("svm"),
        task="multiclass",
        seed=0,
    )
    p, p_by_lite = (trained.predict(features).p_accepted for features in (by_hub, by_lite))
    threshold = float(np.median(p))
    differ = (p >= threshold) != (p_by_lite >= threshold)
    assert not np.any(differ & (np.abs(p - threshold) > CLOSE))


def _bytes(corpus: Path, filename: str) -> bytes:
    file = corpus / filename
    return (file if file.is_file() else corpus / "audio" / filename).read_bytes()


def _label(written: str) -> Label:
    return next(label for label in Label if label.value.lower() == written.strip().lower())
