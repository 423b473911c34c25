"""Models in a backup: each is written, and put into its folder, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path

from core.config import settings
from core.errors import NotFound
from core.workflows.importing.import_sources import inside
from core.workflows.training import model_folders, shared_folders


def write_models(archive: zipfile.ZipFile) -> int:
    """Write every published model; how many. One that is deleted meanwhile is left out, whole."""
    return sum(_write_model(archive, model_id) for model_id in model_folders.names())


def _write_model(archive: zipfile.ZipFile, model_id: str) -> bool:
    try:
        folder = model_folders.folder_of(model_id)
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")]
        files = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]
    except (FileNotFoundError, NotFound):
        return False
    for name, data in files:
        archive.writestr(f"models/{model_id}/{name}", data, zipfile.ZIP_DEFLATED)
    return bool(files)


def new_models(archive: zipfile.ZipFile) -> list[Path]:
    """Folders of the models of a backup that are not there."""
    names = {name.split("/")[1] for name in archive.namelist() if name.startswith("models/") and name.count("/") > 1}
    there, folder = set(model_folders.names()), settings().models
    new = [folder / name for name in sorted(names) if name not in there and name not in (".", "..", "")]
    return [model for model in new if not model.exists()]


def restore_models(archive: zipfile.ZipFile) -> int:
    """Put models into their folder, each by one rename; those that are there already are left as they are."""
    names = [inside(name) for name in archive.namelist() if name.startswith("models/") and not name.endswith("/")]
    models = sorted({name.split("/")[1] for name in names})
    folder = settings().models
    folder.mkdir(parents=True, exist_ok=True)
    there = set(model_folders.names())
    for model in models:
        if model not in there:
            _restore_model(archive, [name for name in names if name.split("/")[1] == model], folder)
    return len(models)


def _restore_model(archive: zipfile.ZipFile, names: list[str], folder: Path) -> None:
    part = Path(tempfile.mkdtemp(dir=folder, prefix=".restore-"))
    try:
        for name in names:
            file = part / Path(name).relative_to("models")
            file.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, file.open("wb") as target:
                shutil.copyfileobj(source, target)
        model = next(part.iterdir())
        shared_folders.replace(model, folder / model.name)
        model_folders.share(model.name)
    finally:
        shutil.rmtree(part, ignore_errors=True)
