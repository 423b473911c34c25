"""What the server does by itself for the class: look for an alarm, and drop decision records whose time is over."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable

from core.config import without_secrets
from core.errors import EarshotError
from core.workflows.deployment import decision_records, live_alarms

FIRST_LOOK_S, LOOK_EVERY_S = 90.0, 600.0

log = logging.getLogger(__name__)


async def watch() -> None:
    """Every ten minutes, for as long as the server lives. What goes wrong is logged, and tried again."""
    wait_s = FIRST_LOOK_S
    while True:
        await asyncio.sleep(wait_s)
        wait_s = LOOK_EVERY_S
        for work in (live_alarms.look, decision_records.forget_old):
            await asyncio.to_thread(_attempt, work)


def _attempt(work: Callable[[], object]) -> None:
    try:
        work()
    except EarshotError as error:
        log.warning("Watching the class: %s", error)
    except Exception:
        log.error("Watching the class broke\n%s", without_secrets(traceback.format_exc()))
