"""Bringing in a hub module: from the hub, else from Kaggle, else from a file that somebody carried here.

Whatever it comes as, it ends as a SavedModel in the storage, checked, and in force for every worker.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from core.addresses import shown
from core.audio import hub_modules, transfer, vggish_network
from core.audio.hub_modules import VGGISH, YAMNET, TransferSpec
from core.config import Settings, settings
from core.domain.actor import COMMAND_LINE, Actor
from core.domain.audit import AuditAction
from core.domain.permissions import Permission
from core.domain.stored_modules import StoredModule
from core.errors import Conflict, EarshotError, NotFound, Refused, Unavailable
from core.messages import Message
from core.translation import mark
from core.workflows.accounts import audit_log, authorisation
from core.workflows.maintenance import module_archive, module_download
from core.workflows.maintenance.module_download import OnBytes
from core.workflows.training import module_store

SPECS: dict[str, TransferSpec] = {"vggish": VGGISH, "yamnet": YAMNET}
KAGGLE_HANDLES = {
    "vggish": "models/google/vggish/tensorFlow2/vggish/1/download",
    "yamnet": "models/google/yamnet/tensorFlow2/yamnet/1/download",
}
COMPRESSED = "tf-hub-format=compressed"
LOCK_TIMEOUT_S = 1.0


@dataclass(frozen=True)
class _Fetched:
    """A module in a folder of its own, not yet in the storage."""

    folder: Path
    source: str
    archive_sha256: str = ""
    archive_bytes: int = 0


def sources(name: str) -> tuple[str, ...]:
    """The addresses that a module is downloaded from, in turn: TensorFlow Hub's form, then kagglehub's."""
    configured = module_store.configured_address(name)
    if not module_store.is_hub_address(configured):
        configured = str(Settings.model_fields[name].default)
    separator = "&" if "?" in configured else "?"
    return f"{configured}{separator}{COMPRESSED}", f"{settings().kaggle_api.rstrip('/')}/{KAGGLE_HANDLES[name]}"


def fetch(
    name: str, *, path: Path | None = None, actor: Actor = COMMAND_LINE, on_bytes: OnBytes = lambda done, total: None
) -> StoredModule:
    """Bring a module in and put it in force.

    Parameters
    ----------
    name : "vggish" or "yamnet"
    path : a folder with `saved_model.pb`, a `.tar.gz`, or VGGish's original checkpoint, instead of a download
    on_bytes : called while it downloads; what it raises ends the fetch, and what has arrived stays

    Raises
    ------
    NotAllowed, NotFound
        The actor may not; there is no such module, or nothing at the path.
    Refused
        What is at the path is no module, or gives other numbers than this module does.
    Unavailable
        No source gives it; the message has each source's reason, and how to bring it in by hand.
    Conflict
        Somebody else is fetching it.
    """
    authorisation.require_first(actor, Permission.FETCH_MODULES)
    module = bring_in(name, path=path, on_bytes=on_bytes)
    audit_log.record_event(
        actor, AuditAction.FETCH_MODULE, name, detail={"sha256": module.sha256, "source": module.source}
    )
    return module


def bring_in(name: str, *, path: Path | None = None, on_bytes: OnBytes = lambda done, total: None) -> StoredModule:
    """The work of `fetch`, in a job that somebody was allowed to begin."""
    module_store.configured_address(name)
    with _alone(name), tempfile.TemporaryDirectory(dir=module_store.working_folder()) as folder:
        fetched = _downloaded(name, Path(folder), on_bytes) if path is None else _carried(name, path, Path(folder))
        return _taken_in(name, fetched)


def _downloaded(name: str, folder: Path, on_bytes: OnBytes) -> _Fetched:
    reasons = []
    for number, url in enumerate(sources(name)):
        try:
            archive = module_download.download(url, on_bytes)
            into = folder / str(number)
            into.mkdir()
            unpacked = _unpacked(url, archive, into)
        except (Unavailable, Refused) as error:
            reasons.append(f"{shown(url)}: {str(error).rstrip('.')}")
            continue
        fetched = _Fetched(unpacked, shown(url), module_store.file_sha256(archive), archive.stat().st_size)
        module_download.forget(url)
        return fetched
    raise Unavailable(
        "{name} cannot be downloaded. {reasons}. {by_hand}",
        name=SPECS[name].name,
        reasons=". ".join(reasons),
        by_hand=hub_modules.by_hand(SPECS[name]),
    )


def _unpacked(url: str, archive: Path, folder: Path) -> Path:
    try:
        return module_archive.unpack(archive, folder)
    except Refused:
        module_download.forget(url)  # what is damaged is of no use to the next attempt
        raise


def _carried(name: str, path: Path, folder: Path) -> _Fetched:
    """What somebody brought: recognised by what it is, not by what it is called."""
    source = str(path.absolute())
    if path.is_dir():
        return _Fetched(Path(shutil.copytree(module_archive.find_module(path), folder / "module")), source)
    if path.is_file() and module_archive.is_gzip(path):
        unpacked = module_archive.unpack(path, folder)
        return _Fetched(unpacked, source, module_store.file_sha256(path), path.stat().st_size)
    if name == "vggish" and (path.is_file() or path.with_name(f"{path.name}.index").is_file()):
        prefix = path.with_suffix("") if path.suffix == ".index" else path
        vggish_network.convert(prefix, folder / "module")
        return _Fetched(folder / "module", source)
    if not path.exists():
        raise NotFound(
            "There is nothing at {path}.",
            path=path,
        )
    raise Refused(
        "{path} is neither a folder with saved_model.pb nor a .tar.gz.",
        path=path,
    )


def _taken_in(name: str, fetched: _Fetched) -> StoredModule:
    """Into the storage by its hash, then checked where it lies, then in force."""
    sha256, size_bytes = module_store.put(fetched.folder)
    module = StoredModule(
        name=name,
        sha256=sha256,
        size_bytes=size_bytes,
        archive_sha256=fetched.archive_sha256,
        archive_bytes=fetched.archive_bytes,
        source=fetched.source,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        is_genuine=True,
        words="",
    )
    module = _checked(module, str(module_store.local_copy(module)))
    module_store.record(module)
    return module


def _checked(module: StoredModule, folder: str) -> StoredModule:
    spec = SPECS[module.name]
    try:
        loaded = hub_modules.load(spec, folder)
        if module.name == "vggish":
            check = transfer.self_check(folder)
            return module.checked(check.message, is_genuine=check.is_vggish)
        n_rows = len(hub_modules.rows(loaded, np.zeros(spec.window_samples, np.float32)))
    except EarshotError as error:
        raise Refused(
            "This is no {name}: {error}",
            name=spec.name,
            error=error,
        ) from None
    words = mark("It has the interface of {name}: {n_rows} row of {n_values} values for 0.96 s of silence.")
    return module.checked(Message(words, {"name": spec.name, "n_rows": n_rows, "n_values": spec.n_values}))


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    lock = FileLock(module_store.working_folder() / f"{name}.lock", timeout=LOCK_TIMEOUT_S)
    try:
        with lock:
            yield
    except Timeout:
        raise Conflict(
            "{name} is being fetched by another process; wait for it.",
            name=SPECS[name].name,
        ) from None
