"""An exported model gives the decision of Python, in JavaScript."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples

from core.audio import steady_dynamics
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.errors import NotFound, Refused
from core.workflows.deployment import deployment_control, model_export
from core.workflows.deployment.model_export import ExportRequest
from core.workflows.training.model_folders import LoadedModel
from db import audit, session
from tests.tablet.fused_model import LABELS, publish_fusion, sound_of
from tests.tablet.node import JavaScriptError, running_node
from tests.tablet.waveforms import WaveformRecipe, recipes
from tests.workflows import trained

MODULE = "earshot-model.js"
SAME = 1e-4


@pytest.fixture
def model(database: Path) -> LoadedModel:
    trained.label_recordings()
    fusion = publish_fusion("m1")
    deployment_control.deploy("m1", 0.10, actor=COMMAND_LINE)
    return fusion


def p_of(model: LoadedModel, samples: np.ndarray) -> list[float]:
    p = model.predict(lambda _: [steady_dynamics.extract(samples)])
    assert p.p_noise is not None
    assert p.p_speechless is not None
    return [float(p.p_accepted[0]), float(p.p_noise[0]), float(p.p_speechless[0])]


def test_the_module_decides_as_python_does(model: LoadedModel, tmp_path: Path) -> None:
    chosen = model_export.export_tablet_model(tmp_path, ExportRequest()).threshold
    with running_node(tmp_path / MODULE) as node:
        for seed, label in enumerate(LABELS * 4, start=100):
            samples = sound_of(label, seed)
            answer, p = node.ask("decide", samples), p_of(model, samples)
            assert [answer["p_accepted"], answer["p_noise"], answer["p_speechless"]] == pytest.approx(p, abs=SAME)
            assert answer["decision"] == ("accepted" if p[0] >= chosen.threshold else "rejected")
            assert answer["reason"] in ((None,) if p[0] >= chosen.threshold else ("noise", "speechless"))


@given(recipe=recipes(min_samples=1_600, max_samples=48_000))
@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_waveform_has_the_p_of_python(model: LoadedModel, tmp_path: Path, recipe: WaveformRecipe) -> None:
    model_export.export_tablet_model(tmp_path, ExportRequest())
    with running_node(tmp_path / MODULE) as node:
        assert node.ask("decide", recipe.samples())["p_accepted"] == pytest.approx(
            p_of(model, recipe.samples())[0], abs=1e-3
        )


@pytest.mark.parametrize(
    ("samples", "rate_hz", "words"),
    [
        (np.zeros(0), 16_000, "there is no sound in this recording: 0 samples"),
        (np.zeros(1_599), 16_000, "is 0.100 s long; at least 0.1 s"),
        (np.zeros(16_000 * 30 + 1), 16_000, "too long; at most 30 s"),
        (np.full(8_000, np.nan), 16_000, "no numbers"),
        (np.full(8_000, np.inf), 48_000, "no numbers"),
        (np.zeros(8_000), 3_999, "3999 samples a second"),
        (np.zeros(8_000), 44_100.5, "44100.5 samples a second"),
        (np.zeros(20), 48_000, "at least 0.1 s"),
    ],
)
def test_what_python_refuses_is_refused_in_words(
    model: LoadedModel, tmp_path: Path, samples: np.ndarray, rate_hz: float, words: str
) -> None:
    model_export.export_tablet_model(tmp_path, ExportRequest())
    with running_node(tmp_path / MODULE) as node, pytest.raises(JavaScriptError, match=words) as refused:
        node.ask("decide", samples, rate_hz)
    assert refused.value.name == "RecordingRefused"


def test_an_export_names_its_model_threshold_and_days(model: LoadedModel, tmp_path: Path) -> None:
    last = date.today() + timedelta(days=30)
    exported = model_export.export_tablet_model(tmp_path, ExportRequest(expires_on=last))
    module = (tmp_path / MODULE).read_text()
    assert exported.n_bytes == len(module.encode()) < 2_000_000
    for fact in ('"id":"m1"', f'"threshold":{exported.threshold.threshold}', f'"expires_on":"{last}"'):
        assert fact in module
    with session.reading() as tx:
        assert audit.entries(tx, limit=1)[0][0].action == "export model"


def test_an_expired_module_refuses_to_decide(model: LoadedModel, tmp_path: Path) -> None:
    today = date.today()
    model_export.export_tablet_model(tmp_path, ExportRequest(expires_on=today))
    module = tmp_path / MODULE
    for stored, words in ((f'"expires_on":"{today}"', "decides until"), (f'"exported_on":"{today}"', "clock")):
        moved = today - timedelta(days=2) if "expires" in stored else today + timedelta(days=3)
        changed = tmp_path / "changed.mjs"
        changed.write_text(module.read_text().replace(stored, stored.replace(str(today), str(moved))))
        with running_node(changed) as node, pytest.raises(JavaScriptError, match=words) as refused:
            node.ask("decide", np.zeros(16_000))
        assert refused.value.name == "ModelExpired"


def test_only_a_fusion_on_steady_features_goes_onto_a_tablet(model: LoadedModel, tmp_path: Path) -> None:
    trained.add_model("other")
    with pytest.raises(NotFound, match="folder of model 'other'"):
        model_export.export_tablet_model(tmp_path, ExportRequest("other", 0.10))
    with pytest.raises(Refused, match="has passed"):
        model_export.export_tablet_model(tmp_path, ExportRequest(expires_on=date(2020, 1, 1)))
    card = settings().models / "m1" / "card.json"
    card.write_text(card.read_text().replace('"kind": "fusion"', '"kind": "svm"'))
    with pytest.raises(Refused, match="does not run on a tablet"):
        model_export.export_tablet_model(tmp_path, ExportRequest())


def test_a_model_that_is_not_in_force_needs_a_target(model: LoadedModel, tmp_path: Path) -> None:
    publish_fusion("m2")
    with pytest.raises(Refused, match="--am"):
        model_export.export_tablet_model(tmp_path, ExportRequest("m2"))
    chosen = model_export.export_tablet_model(tmp_path, ExportRequest("m2", 0.10)).threshold
    assert (chosen.model_id, chosen.am_target) == ("m2", 0.10)
