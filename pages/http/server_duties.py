"""What every web server of Earshot does while it runs, with screens or without; and how it ends.

It keeps scorers warm, stores what is noted between requests, brings kept figures up to date, and looks whether
recordings are due to be erased or models to be trained; several servers may look at once. At its end the requests that
it has are answered (by uvicorn), then what waits is stored and every scorer ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from anyio import to_thread

from core.config import without_secrets
from core.errors import EarshotError
from core.workflows.deployment import live_drawing, live_watch, warm_model
from core.workflows.jobs import cluster
from core.workflows.maintenance import kept_figures, retention_run
from core.workflows.retraining import automatic_retraining
from core.workflows.webhooks import delivery
from pages.http import audit_events, no_delay, request_log

STORE_EVERY_S = 1.0
KEEPING_AT_END_S = 10.0  # what is drawn for judges and not stored by then is lost

Store = Callable[[], int | None]
log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def fulfilled(stores: Sequence[Store] = ()) -> AsyncIterator[None]:
    """While the server runs. `stores`: what else waits to be stored, each second and at the end."""
    no_delay.send_at_once()
    request_log.install()
    gc.collect()
    gc.freeze()  # else each full collection looks at all that was imported: a sixth of a second without an answer
    warm_model.warm_model()
    watches = (
        automatic_retraining.watch_labels(),
        retention_run.watch(),
        live_watch.watch(),
        delivery.watch_deliveries(),
        _store_what_waits(stores),
    )
    tasks = [asyncio.create_task(watch) for watch in watches]
    yield
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    last_counts: Store = partial(audit_events.store_counts, is_last=True)
    for store in (*stores, last_counts):
        with contextlib.suppress(EarshotError):
            await to_thread.run_sync(store)
    await to_thread.run_sync(live_drawing.wait_until_kept, KEEPING_AT_END_S)
    await to_thread.run_sync(warm_model.close)
    cluster.release()


async def _store_what_waits(stores: Sequence[Store]) -> None:
    """Every second, store what was only noted so far; without a database, later. What breaks is logged, and retried."""
    counts: Store = audit_events.store_counts
    while True:
        await asyncio.sleep(STORE_EVERY_S)
        for store in (*stores, counts, kept_figures.bring_up_to_date):
            try:
                await to_thread.run_sync(store)
            except EarshotError:
                continue  # whoever asks the database meets it, in words
            except Exception:
                log.error("Storing what waits broke\n%s", without_secrets(traceback.format_exc()))
