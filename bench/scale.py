"""Times of the screens, of judging and of exports on many recordings, beside their goals, and how they grow.

    python -m bench.scale [20000 200000 1000000] [--database sqlite|postgresql] [--folder DIR] [--only PART]

Each size is a database of its own (`bench.scale_data`), in a folder that is used again the next time. A screen's time
is that of the functions its page calls, a second time, after one more label came in: what a person waits for while
others judge. PostgreSQL is a server of its own on this machine, as it is installed: what it answers is on the disk.

Exits with 1 when a goal is missed at the largest size.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from bench.goals import is_missed
from core import config
from tests.postgres import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (20_000, 200_000, 1_000_000)
GOALS = {
    "Overview, s": 0.5,
    "Recordings, any filter, s": 0.7,
    "Agreement, s": 1.5,
    "Disagreements, s": 1.0,
    "Retrain, what changed, s": 1.0,
    "Paper, s": 1.5,
    "freezing a snapshot, s": 5.0,
    "freezing a snapshot, writer waits, s": 0.1,
    "erasing a child, writer waits, s": 0.1,
    "8 judges: desk with figures p95, s": 0.15,
    "8 judges: label p95, s": 0.05,
    "8 judges: labels a second": 200.0,
    "Recordings sent to the browser, kB": 100.0,
    "export of labels, peak MB": 300.0,
    "export of labels, s": 60.0,
}
AT_LEAST = frozenset({"8 judges: labels a second"})
PARTS = ("screens", "freeze", "judges", "export", "erase")
Figures = dict[str, float]


def main() -> None:
    arguments = _arguments()
    if arguments.one:
        print(json.dumps(_one(arguments.one, arguments.sizes[0])))
        return
    folder = Path(arguments.folder)
    by_size: dict[int, Figures] = {}
    with _database(arguments.database, folder) as environment:
        for size in arguments.sizes:
            by_size[size] = _measure(size, arguments.only or PARTS, environment, folder)
    sys.exit(_report(by_size))


def _measure(size: int, parts: tuple[str, ...], environment: dict[str, str], folder: Path) -> Figures:
    """Each part in a process of its own: a part's memory and caches are none of another's."""
    home = folder / str(size)
    home.mkdir(parents=True, exist_ok=True)
    own = os.environ | environment | {"EARSHOT_STORAGE": str(home / "storage"), "EARSHOT_MODELS": str(home / "models")}
    if url := environment.get("EARSHOT_DATABASE_URL"):
        own["EARSHOT_DATABASE_URL"] = url.replace("/postgres?", f"/scale_{size}?")
    figures: Figures = {}
    for part in ("fill", *parts):
        start = time.perf_counter()
        words = [sys.executable, "-m", "bench.scale", str(size), "--one", part]
        done = subprocess.run(words, env=own, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"{part} at {size:,} recordings ended with {done.returncode}")
        figures |= json.loads(done.stdout.splitlines()[-1])
        print(f"{size:,}: {part} took {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    return figures


def _one(part: str, size: int) -> Figures:
    from bench import scale_parts

    config.settings.cache_clear()
    function: Callable[[int], Figures] = getattr(scale_parts, part)
    return function(size)


def _report(by_size: dict[int, Figures]) -> int:
    """The table, the growth from size to size, and 1 when a goal is missed at the largest size."""
    sizes = sorted(by_size)
    names = [name for name in by_size[sizes[-1]] if name in GOALS]
    print("| | " + " | ".join(f"{size:,}" for size in sizes) + " | growth | goal |")
    print("|---" * (len(sizes) + 3) + "|")
    for name in names:
        values = [by_size[size].get(name, float("nan")) for size in sizes]
        growth = " ".join(f"x{late / max(early, 1e-9):.1f}" for early, late in pairwise(values))
        print(f"| {name} | " + " | ".join(f"{value:.3g}" for value in values) + f" | {growth} | {GOALS[name]:g} |")
    print(f"at {sizes[-1]:,} recordings:")
    largest = by_size[sizes[-1]]
    for name, value in largest.items():
        if name not in GOALS:
            print(f"  {name}: {value:.3g}")
    missed = [is_missed(name, largest[name], GOALS[name], is_least=name in AT_LEAST, digits=".3g") for name in names]
    return int(any(missed))


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[dict[str, str]]:
    if kind == "sqlite":
        yield {}
        return
    with running_server(folder / "postgresql", is_durable=True) as url:
        yield {"EARSHOT_DATABASE_URL": url}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Times on many recordings.")
    parser.add_argument("sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--folder", default="/tmp/earshot-scale")
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
