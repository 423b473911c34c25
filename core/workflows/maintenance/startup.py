"""What every start begins with, of the web server and of the command line."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
from pathlib import Path

from core.audio import storage_files
from core.config import settings
from core.workflows.jobs import cluster_security, local_cluster, worker_check
from core.workflows.maintenance import database_log, encryption
from core.workflows.training import model_folders
from db import session

OWNER_ONLY_UMASK = 0o077
LOG = logging.getLogger("earshot")
UNPROTECTED_CLUSTER = (
    "EARSHOT_DASK_SCHEDULER is set without EARSHOT_DASK_TLS_CA, _CERT and _KEY: whoever reaches that scheduler can run "
    "code as Earshot. Give it TLS (the guide says how), or make sure that only Earshot reaches it."
)
SIGNS_ALONE = (
    "EARSHOT_SECRET_KEY is empty and the storage is elsewhere: this machine signs with a secret of its own. Set the "
    "same on all servers, else who signs in at one is a stranger to the other."
)
LOSES_COMMITS = (
    "PostgreSQL's synchronous_commit or fsync is off: what was answered may be gone after a power cut. Set both to on."
)


def prepare() -> None:
    """Check the settings, let only the owner read what is written, and bring the tables to the newest version.

    Safe to call at every start.

    Raises
    ------
    SettingsError
        An EARSHOT_* variable cannot be used, or the key of an encrypted storage is missing; the message names it.
    Unavailable
        The database or the storage does not answer, or its bucket is not there.
    """
    os.umask(OWNER_ONLY_UMASK)
    values = settings()
    if cluster_security.is_unprotected():
        LOG.warning(UNPROTECTED_CLUSTER)
    if values.dask_scheduler:
        worker_check.remember_code()
    if "://" in values.storage and not values.secret_key:
        LOG.warning(SIGNS_ALONE)
    storage_files.require_driver(values.storage)
    storage_files.require_there(values.storage)
    encryption.require_keys()
    session.prepare()
    model_folders.forget_removed()
    if session.may_lose_commits():
        LOG.warning(LOSES_COMMITS)
    database_log.finish()
    for path in (
        values.local_folder,
        values.models,
        *values.local_folder.glob("earshot.db*"),
        local_cluster.log_file(),
    ):
        _close_to_others(path)


def _close_to_others(path: Path) -> None:
    """Take away what an earlier version let every local user do. A group keeps what somebody gave it."""
    with contextlib.suppress(OSError):  # gone, or of another owner
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & stat.S_IRWXO:
            path.chmod(mode & ~stat.S_IRWXO)
