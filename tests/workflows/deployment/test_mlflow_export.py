"""MLflow loads what `export model --mlflow` wrote, and scores as Python does."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from core.audio import decoding, steady_dynamics
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label
from core.errors import Conflict, Refused
from core.workflows.deployment import deployment_control, mlflow_export
from core.workflows.deployment.model_export import ExportRequest
from core.workflows.training.model_folders import LoadedModel
from tests import audio_files
from tests.tablet.fused_model import LABELS, publish_fusion, sound_of
from tests.workflows import trained

PYTHON = Path(sys.prefix) / "mlflow" / "bin" / "python"
PROGRAM = """
import json, sys
import mlflow.pyfunc, pandas

model = mlflow.pyfunc.load_model(sys.argv[1])
sounds = [open(name, "rb").read() for name in sys.argv[2:]]
print(json.dumps(list(model.predict(pandas.DataFrame({"sound": sounds})))))
"""

PROGRAM_WITHOUT_MLFLOW = """
import json, sys
from pathlib import Path

folder, sound = map(Path, sys.argv[1:])
sys.path.insert(0, str(folder / "code"))
import core, earshot_loader

assert Path(core.__file__).is_relative_to(folder)
print(json.dumps(earshot_loader._load_pyfunc(folder / "data").decide(sound.read_bytes())))
"""


@pytest.fixture
def model(database: Path) -> LoadedModel:
    trained.label_recordings()
    fusion = publish_fusion("m1")
    deployment_control.deploy("m1", 0.10, actor=COMMAND_LINE)
    return fusion


def test_the_folder_names_its_model_and_is_written_once(model: LoadedModel, tmp_path: Path) -> None:
    exported = mlflow_export.export_mlflow_model(tmp_path / "out", ExportRequest())
    described = json.loads((tmp_path / "out" / "MLmodel").read_text())
    assert described["metadata"]["earshot_model"] == "m1"
    assert described["metadata"]["threshold"] == exported.threshold.threshold
    with pytest.raises(Conflict, match="not empty"):
        mlflow_export.export_mlflow_model(tmp_path / "out", ExportRequest())
    with pytest.raises(Refused, match="--expires"):
        mlflow_export.export_mlflow_model(tmp_path / "other", ExportRequest(expires_on=date(2100, 1, 1)))


def test_the_folder_scores_with_the_code_in_it_alone(model: LoadedModel, tmp_path: Path) -> None:
    mlflow_export.export_mlflow_model(tmp_path / "out", ExportRequest())
    file = tmp_path / "Accepted.wav"
    file.write_bytes(audio_files.encode(sound_of(Label.ACCEPTED, 200)))
    program = tmp_path / "program.py"
    program.write_text(PROGRAM_WITHOUT_MLFLOW)
    command = [sys.executable, "-P", program, tmp_path / "out", file]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    features = [steady_dynamics.extract(decoding.decode(file.read_bytes()).samples)]
    assert answer["p_accepted"] == pytest.approx(float(model.predict(lambda _: features).p_accepted[0]), abs=1e-6)


@pytest.mark.slow
def test_mlflow_loads_it_and_scores_as_python_does(model: LoadedModel, tmp_path: Path) -> None:
    if not PYTHON.exists():
        pytest.skip("no MLflow; `make mlflow` installs it into an environment of its own")
    mlflow_export.export_mlflow_model(tmp_path / "out", ExportRequest())
    files = [tmp_path / f"{label}.wav" for label in LABELS]
    for seed, (file, label) in enumerate(zip(files, LABELS, strict=True), start=200):
        file.write_bytes(audio_files.encode(sound_of(label, seed)))
    empty = tmp_path / "empty.wav"
    empty.write_bytes(b"")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [PYTHON, program, tmp_path / "out", *files, empty]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    answers = json.loads(ran.stdout.splitlines()[-1])
    features = [steady_dynamics.extract(decoding.decode(file.read_bytes()).samples) for file in files]
    p = model.predict(lambda _: features).p_accepted
    assert [answer["p_accepted"] for answer in answers[:-1]] == pytest.approx(list(p), abs=1e-6)
    assert [answer["reason"] is None for answer in answers[:-1]] == [label is Label.ACCEPTED for label in LABELS]
    assert "empty" in answers[-1]["error"]
