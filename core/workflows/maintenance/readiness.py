"""Whether all is there that a decision needs: database, storage, model, scorer; what is away, without secrets."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from cachetools import TTLCache, cached

from core.audio import store
from core.config import settings
from core.errors import NotFound
from core.workflows.deployment import deployment_control, warm_model
from core.workflows.deployment.warm_model import ScorerState
from core.workflows.training import model_folders
from db import deployments, session

LOG = logging.getLogger("earshot")
PATIENCE_S = 5.0
REMEMBERED_S = 2.0
PROBE = "recordings"


class Service(StrEnum):
    """What is looked at, in this order."""

    DATABASE = "database"
    STORAGE = "storage"
    MODEL = "model"
    SCORER = "scorer"


@dataclass(frozen=True)
class ServiceState:
    """`trouble` is empty where the service is there; without addresses and without the words of its errors."""

    service: Service
    trouble: str = ""


@cached(TTLCache(maxsize=1, ttl=REMEMBERED_S), key=lambda: settings().database, lock=Lock())
def look() -> tuple[ServiceState, ...]:
    """Every service's state, each looked at for a few seconds at most, all at once; remembered for a moment.

    Anybody may ask as often as they like: it costs no more than one look.
    """
    pool = ThreadPoolExecutor(len(LOOKS), thread_name_prefix="readiness")
    try:
        waiting = [(service, away, pool.submit(check)) for service, (check, away) in LOOKS.items()]
        return tuple([ServiceState(service, _trouble(future.result, away)) for service, away, future in waiting])
    finally:
        pool.shutdown(wait=False)


def _trouble(result: Callable[[float], str], away: str) -> str:
    try:
        return result(PATIENCE_S)
    except StillRunning:
        return f"{away} It has not answered for {PATIENCE_S:g} s."
    except Exception as error:  # of whichever driver; its words may hold an address
        LOG.warning("%s %s", away, type(error).__name__)
        return away


def _check_database() -> str:
    with session.reading() as tx:
        deployments.newest(tx)
    return ""


def _check_storage() -> str:
    storage = settings().storage
    if "://" in storage:
        store.folders(storage, PROBE)
    elif not os.access(storage, os.R_OK | os.W_OK | os.X_OK):
        raise FileNotFoundError(storage)
    return ""


def _check_model() -> str:
    deployment = deployment_control.current_deployment()
    if deployment is None:
        return "No model is deployed; deploy one on the Evaluate screen."
    try:
        model_folders.read_card(model_folders.folder_of(deployment.operating_point.model_id))
    except NotFound:
        return "The folder of the deployed model is gone."
    return ""


def _check_scorer() -> str:
    """Of this process; where nothing is deployed, the model is what is missing."""
    if deployment_control.current_deployment() is None:
        return "No scorer has a model loaded."
    return warm_model.warm_model().state().trouble


def scorer_state() -> ScorerState:
    """Which model the scorers of this process have loaded, and how many are alive; asks no database."""
    return warm_model.warm_model().state()


LOOKS: dict[Service, tuple[Callable[[], str], str]] = {
    Service.DATABASE: (_check_database, "The database does not answer."),
    Service.STORAGE: (_check_storage, "The storage does not answer."),
    Service.MODEL: (_check_model, "The deployed model cannot be read."),
    Service.SCORER: (_check_scorer, "The scorers do not answer."),
}
