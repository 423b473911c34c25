"""A module is brought in from the hub, else from Kaggle, else by hand; then it is checked, recorded and in force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core import config
from core.audio import hub_modules
from core.errors import NotFound, Refused, Unavailable
from core.workflows.jobs import job_status
from core.workflows.maintenance import module_check, module_download, module_fetch, module_fetch_job
from core.workflows.training import feature_families, module_store
from tests.audio_files import tone
from tests.module_server import ModuleServer, archive, page, redirect, refused, serving, tarball

HUB, KAGGLE = "/google/vggish/1", "/api/v1/models/google/vggish/tensorFlow2/vggish/1/download"

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="session")
def saved_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SavedModel with the interface of VGGish, and nothing behind it."""
    import tensorflow as tf

    folder, module = tmp_path_factory.mktemp("tiny") / "module", tf.Module()
    module.directions = tf.Variable(tf.random.stateless_normal([1, 128], [1, 2]))

    def embed(waveform: object) -> object:
        patches = tf.signal.frame(waveform, 15_600, 15_360)
        return tf.math.reduce_std(patches, axis=1, keepdims=True) * module.directions

    module.__call__ = tf.function(embed, input_signature=[tf.TensorSpec([None], tf.float32)])
    tf.saved_model.save(module, str(folder))
    return folder


@pytest.fixture(scope="session")
def packed(saved_model: Path) -> bytes:
    files = [file for file in saved_model.rglob("*") if file.is_file()]
    return tarball({str(file.relative_to(saved_model)): file.read_bytes() for file in files})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleServer]:
    monkeypatch.setattr(module_download, "PAUSE_S", 0.0)
    with serving() as server:
        monkeypatch.setenv("EARSHOT_VGGISH", f"{server.address}{HUB}")
        monkeypatch.setenv("EARSHOT_KAGGLE_API", f"{server.address}/api/v1")
        config.settings.cache_clear()
        yield server


def test_the_hub_leads_to_an_archive_that_every_worker_finds(server: ModuleServer, packed: bytes) -> None:
    server.answers = {HUB: [redirect("/store/1.tar.gz")], "/store/1.tar.gz": [archive(packed)]}

    module = module_fetch.fetch("vggish")
    assert module.archive_bytes == len(packed)
    assert Path(module_store.address("vggish")).name == module.sha256
    assert module_store.is_there("vggish")
    assert not module_check.vggish().is_vggish
    (features,) = feature_families.family("vggish").extract_many([tone(440, 1.0)])
    assert features.shape == (1, 129)
    assert not list(module_store.working_folder().glob("*.download"))


@pytest.mark.parametrize("hub", [refused(403), page(), archive(b"\x1f\x8bnot an archive")])
def test_kaggle_is_asked_where_the_hub_refuses(server: ModuleServer, packed: bytes, hub: object) -> None:
    server.answers = {HUB: [hub], KAGGLE: [archive(packed)]}  # type: ignore[list-item]

    assert module_fetch.fetch("vggish").source.endswith(KAGGLE)


def test_where_both_refuse_the_message_says_how_by_hand(server: ModuleServer) -> None:
    with pytest.raises(Unavailable) as refusal:
        module_fetch.fetch("vggish")

    words = str(refusal.value)
    assert words.count("status 403") == 2
    for part in (".tar.gz", "vggish_model.ckpt", "python -m core fetch vggish --from FILE", "EARSHOT_VGGISH"):
        assert part in words
    assert not module_store.is_there("vggish")


def test_a_stand_in_is_taken_and_never_called_vggish(server: ModuleServer, packed: bytes) -> None:
    server.answers = {HUB: [archive(packed)]}

    module = module_fetch.fetch("vggish")
    assert not module.is_genuine
    assert module.words.startswith("This is not VGGish")
    assert not feature_families.is_genuine("vggish")
    assert not feature_families.is_genuine("vggish-activated")


def test_a_module_comes_from_a_folder_or_an_archive_by_hand(saved_model: Path, packed: bytes, tmp_path: Path) -> None:
    (tmp_path / "carried.bin").write_bytes(packed)

    of_folder = module_fetch.fetch("vggish", path=saved_model)
    of_archive = module_fetch.fetch("vggish", path=tmp_path / "carried.bin")
    assert of_folder.sha256 == of_archive.sha256
    assert saved_model.is_dir()


def test_what_is_no_module_is_refused_and_the_one_in_force_stays(saved_model: Path, tmp_path: Path) -> None:
    before = module_fetch.fetch("vggish", path=saved_model)
    (tmp_path / "letter.txt").write_text("hello")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "saved_model.pb").write_bytes(b"no graph")

    with pytest.raises(Refused, match="does not hold the layers of VGGish"):
        module_fetch.fetch("vggish", path=tmp_path / "letter.txt")
    with pytest.raises(Refused, match="This is no VGGish"):
        module_fetch.fetch("vggish", path=tmp_path / "broken")
    with pytest.raises(NotFound, match="nothing at"):
        module_fetch.fetch("vggish", path=tmp_path / "missing.tar.gz")
    assert module_store.stored("vggish") == before


def test_a_module_of_another_kind_is_refused(saved_model: Path) -> None:
    with pytest.raises(Refused, match="This is no YAMNet"):
        module_fetch.fetch("yamnet", path=saved_model)
    assert module_store.stored("yamnet") is None


def test_a_folder_by_setting_stays_in_force(saved_model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module_fetch.fetch("vggish", path=saved_model)
    monkeypatch.setenv("EARSHOT_VGGISH", str(tmp_path))
    config.settings.cache_clear()

    assert module_store.address("vggish") == str(tmp_path)
    assert not module_store.is_there("vggish")


def test_a_machine_with_another_storage_copies_the_module(
    saved_model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EARSHOT_DATABASE_URL", config.settings().database)
    monkeypatch.setenv("EARSHOT_STORAGE", "memory://modules-test")
    config.settings.cache_clear()
    module = module_fetch.fetch("vggish", path=saved_model)
    there = Path(module_store.address("vggish"))
    for file in sorted(there.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    there.rmdir()

    again = Path(module_store.address("vggish"))
    assert module_store.digest(again)[0] == module.sha256


def test_files_that_are_gone_from_the_storage_are_named(saved_model: Path) -> None:
    module_fetch.fetch("vggish", path=saved_model)
    folder = Path(module_store.address("vggish"))
    folder.rename(folder.with_name("elsewhere"))

    with pytest.raises(Unavailable, match="fetch vggish` brings them in again"):
        module_store.address("vggish")


def test_the_job_shows_how_far_it_is_and_what_came(server: ModuleServer, packed: bytes) -> None:
    server.answers = {HUB: [archive(packed)]}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.workflows.jobs.cluster.submit", lambda run, job_id, key: run(job_id))
        job = module_fetch_job.start("vggish")
    ended = job_status.get_job(job.id)
    assert ended.state == "succeeded"
    assert ended.result["sha256"] == module_store.stored("vggish").sha256  # type: ignore[union-attr]


def test_a_download_that_fails_says_why_and_can_be_resumed(server: ModuleServer, packed: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.workflows.jobs.cluster.submit", lambda run, job_id, key: run(job_id))
        job = module_fetch_job.start("vggish")
        assert "status 403" in job_status.get_job(job.id).error
        server.answers = {KAGGLE: [archive(packed)]}
        module_fetch_job.resume(job.id)
    assert job_status.get_job(job.id).state == "succeeded"


def test_the_record_is_json_and_without_secrets(
    server: ModuleServer, packed: bytes, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARSHOT_VGGISH", f"{server.address}{HUB}?token=hushhush")
    config.settings.cache_clear()
    server.answers = {HUB: [archive(packed)]}
    module_fetch.fetch("vggish")

    text = (storage / "modules" / "vggish.json").read_text()
    assert json.loads(text)["archive_bytes"] == len(packed)
    assert "hushhush" not in text


def test_silence_of_less_than_a_patch_is_padded(saved_model: Path) -> None:
    module_fetch.fetch("vggish", path=saved_model)

    module = hub_modules.load(hub_modules.VGGISH, module_store.address("vggish"))
    assert hub_modules.rows(module, np.zeros(100, np.float32)).shape == (0, 128)
    assert feature_families.family("vggish").extract(np.zeros(100, np.float32)).shape == (1, 129)
