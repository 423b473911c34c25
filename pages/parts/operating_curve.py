"""The trade-off to drag: an AM target, and what it gives, moving with the pointer.

Everything that changes while dragging is computed beforehand, one `Rung` per AM target; the browser only looks it up.
The threshold of a rung is the one that the validation children give for the target; the figures of both splits are
exact.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.labels import Split
from pages.parts.colours import ACCEPTED, NOISE, REFUSED

HERE = Path(__file__).parent
STEP = 0.005
AM_MAX = 0.40
TARGETS = tuple(round(STEP * k, 3) for k in range(round(AM_MAX / STEP) + 1))
KEY = "trade_off"

HTML = f"""
<div class="frame"><div class="trade-off" style="--accepted: {ACCEPTED}; --noise: {NOISE}; --refused: {REFUSED}">
  <p class="sentence">Of 100 good readings, <b class="asked"></b> are asked again; of 100 bad recordings,
    <b class="caught"></b> are caught.</p>
  <div class="body">
    <div>
      <div class="curve"><svg role="img" aria-label="Bad recordings caught against good readings asked again">
        <g class="grid"></g><path class="validation"/><path class="test"/><line class="at-target"/>
        <g class="marker"><circle class="halo" r="16"/><circle r="8"/></g>
      </svg></div>
      <div class="legend"><span class="shown"></span><span class="other"></span></div>
      <div class="handle">
        <label for="am-target"><span>How many good readings may be asked again</span>
          <span class="target"></span></label>
        <input id="am-target" type="range" min="0" step="1" value="0">
      </div>
    </div>
    <div class="panel">
      <div class="figures">
        <div class="figure rcc"><div class="name">caught · RCC</div><div class="value"></div></div>
        <div class="figure am"><div class="name">asked again · AM</div><div class="value"></div></div>
        <div class="figure threshold"><div class="name">threshold</div><div class="value"></div></div>
      </div>
      <p class="elsewhere"></p>
      <div class="pictures">
        <figure><svg class="picture good" viewBox="0 0 200 50" aria-hidden="true"></svg>
          <figcaption>100 good readings, red: asked again</figcaption></figure>
        <figure><svg class="picture bad" viewBox="0 0 200 50" aria-hidden="true"></svg>
          <figcaption>100 bad recordings, orange: would pass</figcaption></figure>
      </div>
      <table>
        <thead><tr><th></th><th>let through</th><th>asked again</th></tr></thead>
        <tbody>
          <tr><th scope="row">good</th>
            <td><div class="cell right" data-cell="accepted_kept"><b></b>kept</div></td>
            <td><button type="button" class="cell wrong" data-cell="accepted_refused"><b></b>refused</button></td></tr>
          <tr><th scope="row">bad</th>
            <td><button type="button" class="cell wrong" data-cell="rejected_passed"><b></b>would pass</button></td>
            <td><div class="cell right" data-cell="rejected_caught"><b></b>caught</div></td></tr>
        </tbody>
      </table>
    </div>
  </div>
</div></div>
"""

_COMPONENT = st.components.v2.component(
    "earshot_operating_curve",
    html=HTML,
    css=(HERE / "operating_curve.css").read_text(encoding="utf-8"),
    js=(HERE / "operating_curve.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Figures:
    """What one threshold does in one split: shares (None where a class is empty), counts of recordings."""

    rcc: float | None
    am: float | None
    accepted_refused: int
    rejected_caught: int


@dataclass(frozen=True)
class Rung:
    """One AM target, the threshold that validation gives for it, and what it does in both splits."""

    am_target: float
    threshold: float
    validation: Figures
    test: Figures


@dataclass(frozen=True)
class Ladder:
    """All rungs, rising; `totals` are (accepted, rejected) recordings of each split."""

    rungs: tuple[Rung, ...]
    totals: dict[Split, tuple[int, int]]

    def at(self, am_target: float) -> Rung:
        """The rung nearest to a target; what the browser shows for it."""
        return self.rungs[min(max(round(am_target / STEP), 0), len(self.rungs) - 1)]


def ladder(drag: Any, validation: Any) -> Ladder:
    """The rungs of a model.

    Parameters
    ----------
    drag : `evaluating.DragData`; must have at least one entry
    validation : `evaluating.CurveData` of the validation children, for their counts
    """
    rungs = [_rung(drag, validation, target) for target in TARGETS]
    rejected = drag.test_noise + drag.test_speechless
    totals = {
        Split.VALIDATION: (validation.accepted, validation.rejected),
        Split.TEST: (drag.test_accepted, rejected),
    }
    return Ladder(tuple(rungs), totals)


def operating_curve(
    steps: Ladder,
    lines: Mapping[Split, Sequence[tuple[float, float]]],
    *,
    split: Split,
    am: float,
    on_cell: Callable[[], None],
) -> float:
    """Show the trade-off and return the AM target that was last let go of.

    Parameters
    ----------
    lines : (AM, RCC) of each split's curve, with rising thresholds; empty where a class has no recordings
    am : the target to begin with; afterwards the component's own state is the truth
    on_cell : called when a cell of the table of counts is clicked; its name is `st.session_state[KEY].cell`
    """
    at = float(st.session_state.get(KEY, {}).get("am", am))
    data = {
        "am": at,
        "am_max": AM_MAX,
        "split": split.value,
        "rungs": [_as_data(rung) for rung in steps.rungs],
        "totals": {name.value: {"accepted": n[0], "rejected": n[1]} for name, n in steps.totals.items()},
        "lines": {name.value: [list(point) for point in line] for name, line in lines.items()},
    }
    shown = _COMPONENT(
        key=KEY,
        data=data,
        default={"am": at},
        on_am_change=lambda: None,
        on_cell_change=on_cell,
    )
    return float(shown.am)


def _rung(drag: Any, validation: Any, target: float) -> Rung:
    k = bisect_right(drag.validation_am, target) - 1
    am, rcc = drag.validation_am[k], drag.validation_rcc[k]
    passed = drag.test_noise_passed[k] + drag.test_speechless_passed[k]
    return Rung(
        am_target=target,
        threshold=drag.thresholds[k],
        validation=Figures(rcc, am, round(am * validation.accepted), round((rcc or 0.0) * validation.rejected)),
        test=Figures(
            drag.test_rcc[k],
            drag.test_am[k],
            drag.test_accepted_refused[k],
            drag.test_noise + drag.test_speechless - passed,
        ),
    )


def _as_data(rung: Rung) -> dict[str, Any]:
    threshold = None if math.isnan(rung.threshold) else rung.threshold
    return asdict(rung) | {"threshold": threshold}
