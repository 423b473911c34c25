"""How much room is left on the disks that Earshot writes to, each disk once."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.config import settings
from core.domain.standing_warnings import DiskFigures


def disks() -> list[DiskFigures]:
    """The disks of storage, models and backups, by the first folder that lies on each.

    A folder that is not there yet is looked for on the disk of the nearest one above. A storage with an address has no
    disk of ours.
    """
    values = settings()
    folders = [values.local_folder, values.models]
    folders += [Path(values.backup_folder)] if values.backup_folder else []
    by_device: dict[int, DiskFigures] = {}
    for folder in folders:
        there = _nearest(folder)
        if there is None:
            continue
        usage, device = shutil.disk_usage(there), there.stat().st_dev
        by_device.setdefault(device, DiskFigures(str(folder), usage.free, usage.total))
    return list(by_device.values())


def _nearest(folder: Path) -> Path | None:
    return next((path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir()), None)
