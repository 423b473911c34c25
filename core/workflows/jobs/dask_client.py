"""Types for the part of Dask that is used: Dask itself is partly untyped, and imported only with a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from distributed.security import Security

ResultT = TypeVar("ResultT")
ResultT_co = TypeVar("ResultT_co", covariant=True)


class TaskFuture(Protocol[ResultT_co]):
    """A task that a worker runs."""

    def result(self, timeout: float | None = None) -> ResultT_co:
        """What the task returned, or its exception; TimeoutError after `timeout` seconds."""

    def done(self) -> bool:
        """Whether it has ended, well or not."""

    def cancel(self) -> None:
        """Do not run it any more."""


class DaskClient(Protocol):
    """A client of a Dask cluster, `distributed.Client`."""

    def submit(
        self, function: Callable[..., ResultT], *arguments: object, key: str | None = None, pure: bool = True
    ) -> TaskFuture[ResultT]:
        """Hand over a task."""

    def map(
        self, function: Callable[..., ResultT], *iterables: Sequence[object], pure: bool = True
    ) -> list[TaskFuture[ResultT]]:
        """Hand over a task for each tuple of arguments."""

    def cancel(self, futures: Sequence[TaskFuture[object]]) -> None:
        """Do not run these tasks any more."""

    def nthreads(self) -> Mapping[str, int]:
        """The threads of each worker."""

    def run(
        self,
        function: Callable[..., object],
        *arguments: object,
        workers: Sequence[str] | None = None,
        on_error: str = "raise",
    ) -> Mapping[str, object]:
        """Run a function on every worker, or on some; what it gave by worker, with `on_error="return"` errors too."""

    def run_on_scheduler(self, function: Callable[..., ResultT], **arguments: object) -> ResultT:
        """Run a function where the scheduler is; it gets the scheduler as `dask_scheduler`."""

    def close(self) -> None:
        """Leave the cluster."""


class ClientState(Protocol):
    """A client as the scheduler sees it."""

    @property
    def client_key(self) -> str: ...


class TaskState(Protocol):
    """A task of the scheduler; one that is `released` has no client left."""

    @property
    def state(self) -> str: ...
    @property
    def who_wants(self) -> Iterable[ClientState]: ...


class Scheduler(Protocol):
    """`distributed.Scheduler`."""

    @property
    def tasks(self) -> Mapping[str, TaskState]: ...


class Cluster(Protocol):
    """`distributed.LocalCluster`."""

    @property
    def scheduler(self) -> Scheduler: ...
    @property
    def scheduler_address(self) -> str: ...


def connect(address: str, *, timeout_s: float, security: Security | None) -> DaskClient:
    """A client of the cluster at an address.

    security : the keys for a cluster with TLS.

    Raises
    ------
    OSError, TimeoutError
        The scheduler does not answer.
    ValueError
        This is no address of Dask.
    """
    from distributed import Client

    return cast(DaskClient, Client(address, timeout=timeout_s, set_as_default=False, security=security))


def worker_client() -> DaskClient | None:
    """The client of the worker that this runs in; None outside of one."""
    from distributed import get_client

    try:
        return cast(DaskClient, get_client())
    except ValueError:
        return None


def completed(futures: Sequence[TaskFuture[ResultT]]) -> Iterator[TaskFuture[ResultT]]:
    """The tasks as they end."""
    from distributed import as_completed

    return cast("Iterator[TaskFuture[ResultT]]", iter(as_completed(futures)))


def keep_running(future: TaskFuture[object]) -> None:
    """Let a task run to its end without a client."""
    from distributed import fire_and_forget

    fire_and_forget(future)


def leave_worker_pool() -> None:
    """Let the worker take other tasks beside the one that this runs in; nothing outside of a worker."""
    from distributed import secede

    try:
        secede()
    except (ValueError, KeyError):  # not in a worker: in tests, and when a job runs in a process of its own
        return
