"""The scorers of this process follow the deployment in force.

A thread looks at the database several times a second, so that a model that is deployed anywhere is loaded soon, and
before anybody asks. Until it is, the model of before decides, at its own threshold, unless it was withdrawn. A model
that cannot be loaded leaves the one of before in force; `state` says so.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from core.config import settings
from core.domain.models import Deployment, OperatingPoint
from core.errors import EarshotError, Unavailable
from core.workflows.deployment import source_watch
from core.workflows.evaluation import sound_reference
from core.workflows.serving import scorer_order
from core.workflows.serving.scorer_pool import ScorerPool
from core.workflows.serving.warm_scorers import WarmScorers
from db import deployments, models, session

LOG = logging.getLogger("earshot")
LOOK_EVERY_S = 0.2
TRY_AGAIN_S = 30.0
FIRST_LOAD_S = 60.0
STORE_EVERY_S = 1.0


@dataclass(frozen=True)
class ScorerState:
    """model_id : that is loaded; trouble : in words, empty where the model in force is loaded and alive"""

    model_id: str | None
    n_alive: int
    trouble: str


@dataclass(frozen=True)
class _Failure:
    """A deployment whose model could not be loaded, and when that was tried."""

    deployment_id: int
    words: str
    at_s: float


class WarmModel:
    """The scorers of one storage, with the thread that keeps them."""

    def __init__(self) -> None:
        self.scorers = WarmScorers(processes=settings().scorers, queue=settings().scorer_queue)
        self._changed = threading.Condition()
        self._loaded: Deployment | None = None
        self._failure: _Failure | None = None
        self._is_wanted = threading.Event()
        self._is_closed = False
        self._thread = threading.Thread(target=self._stay_in_step, name="scorer keeper", daemon=True)
        self._thread.start()

    @contextlib.contextmanager
    def deciding(self, wanted: Deployment) -> Iterator[tuple[ScorerPool, OperatingPoint]]:
        """The pool that decides, with its operating point: of `wanted`, or of the model before while that is loaded.

        Raises
        ------
        Unavailable
            None is loaded, and the model in force cannot be, or not yet.
        """
        point = self._point_of_loaded(wanted)
        with self.scorers.pool_in_use() as pool:
            yield pool, point if pool.order.model_id == point.model_id else self._point_after_switch(pool, wanted)

    def state(self) -> ScorerState:
        pool, failure = self.scorers.pool, self._failure
        model_id = None if pool is None else pool.order.model_id
        n_alive = 0 if pool is None else pool.n_alive
        if failure is not None:
            stays = f"{model_id} goes on deciding" if model_id else "nothing decides"
            return ScorerState(model_id, n_alive, f"The deployed model cannot be loaded: {failure.words} So {stays}.")
        if pool is None:
            return ScorerState(None, 0, "No scorer has a model loaded.")
        return ScorerState(model_id, n_alive, "" if n_alive else f"No scorer is alive. {pool.trouble}".strip())

    def close(self) -> None:
        """End the thread and every process."""
        self._is_closed = True
        self._is_wanted.set()
        self.scorers.close()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=1)
        with contextlib.suppress(EarshotError):
            source_watch.store_waiting()

    def _point_of_loaded(self, wanted: Deployment) -> OperatingPoint:
        loaded = self._loaded
        if loaded is not None and loaded.operating_point.model_id == wanted.operating_point.model_id:
            return wanted.operating_point
        self._is_wanted.set()
        if loaded is not None and not _is_withdrawn(loaded.operating_point.model_id):
            return loaded.operating_point
        before = _model_of(loaded)
        with self._changed:
            self._changed.wait_for(lambda: self._is_settled(wanted, before), FIRST_LOAD_S)
            now, failure = self._loaded, self._failure
        if now is not None and _model_of(now) != before:
            return now.operating_point
        words = failure.words if failure else "loading it takes long; try again."
        raise Unavailable(
            "The model in force is not loaded: {words}",
            words=words,
        )

    def _is_settled(self, wanted: Deployment, before: str | None) -> bool:
        """Whether another model than that of before is loaded, or the wanted one cannot be."""
        is_failed = self._failure is not None and self._failure.deployment_id == wanted.id
        return self._is_closed or is_failed or _model_of(self._loaded) not in (None, before)

    def _point_after_switch(self, pool: ScorerPool, wanted: Deployment) -> OperatingPoint:
        """Another model took over between two looks."""
        for known in (wanted, self._loaded):
            if known is not None and known.operating_point.model_id == pool.order.model_id:
                return known.operating_point
        raise Unavailable("Another model is taking over; try again.")

    def _stay_in_step(self) -> None:
        stored_at_s = 0.0
        while not self._is_closed:
            try:
                self._look()
                if time.monotonic() - stored_at_s >= STORE_EVERY_S:
                    stored_at_s = time.monotonic()
                    source_watch.store_waiting()
            except EarshotError as error:  # the database is away: the model that is loaded goes on
                LOG.debug("The deployment in force is not known: %s", error)
            except Exception:
                LOG.exception("The scorers could not follow the deployment in force.")
            self._is_wanted.wait(LOOK_EVERY_S)
            self._is_wanted.clear()

    def _look(self) -> None:
        self.scorers.mend()
        with session.reading() as tx:
            newest = deployments.newest(tx)
        if newest is None:
            self.scorers.unload()
            self._settle(None, None)
        elif newest.operating_point.model_id == self.scorers.model_id:
            self._settle(newest, None)
        elif not self._was_tried(newest):
            self._load(newest)

    def _was_tried(self, newest: Deployment) -> bool:
        failure = self._failure
        is_same = failure is not None and failure.deployment_id == newest.id
        return failure is not None and is_same and time.monotonic() - failure.at_s < TRY_AGAIN_S

    def _load(self, deployment: Deployment) -> None:
        model_id = deployment.operating_point.model_id
        try:
            self.scorers.switch_to(scorer_order.order_for(model_id, sound_reference.stored_reference(model_id)))
        except (EarshotError, OSError, ValueError, KeyError) as error:  # of whatever lies in the folder
            LOG.warning("Model %s cannot be loaded: %s", model_id, error)
            words = str(error) if isinstance(error, EarshotError) else f"{type(error).__name__}."
            self._settle(self._loaded, _Failure(deployment.id, words, time.monotonic()))
        else:
            self._settle(deployment, None)

    def _settle(self, loaded: Deployment | None, failure: _Failure | None) -> None:
        with self._changed:
            self._loaded, self._failure = loaded, failure
            self._changed.notify_all()


def warm_model() -> WarmModel:
    """The scorers of this process under the settings in force, started when first asked for."""
    key = (os.getpid(), settings().database, str(settings().models.absolute()))
    with _LOCK:
        if key not in _WARM:
            _WARM[key] = WarmModel()
        return _WARM[key]


def close() -> None:
    """End every scorer of this process."""
    with _LOCK:
        ending = [warm for (pid, *_), warm in _WARM.items() if pid == os.getpid()]
        _WARM.clear()
    for warm in ending:
        warm.close()


_LOCK = threading.Lock()
_WARM: dict[tuple[int, str, str], WarmModel] = {}
atexit.register(close)


def _model_of(deployment: Deployment | None) -> str | None:
    return None if deployment is None else deployment.operating_point.model_id


def _is_withdrawn(model_id: str) -> bool:
    with session.reading() as tx:
        model = models.get(tx, model_id)
    return model is None or model.withdrawn_at is not None
