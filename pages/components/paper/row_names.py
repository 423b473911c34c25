"""What the systems of the paper's tables are called on the Paper screen."""

from __future__ import annotations

from typing import Any

from pages.components import formatting

STAND_IN = "stand-in for "
FEATURES = {"mfcc": "MFCC", "vggish": "VGGish", "yamnet": "YAMNet", "dynamics": "Dynamics"}
TABLES = {"mfcc": "Table 3: MFCC", "vggish": "Table 4: VGGish"}
NETWORKS = {"dnn": "DNN", "rnn": "RNN", "svm": "SVM"}
MERGED = ("mean", "majority")


def features_name(name: str) -> str:
    """`VGGish`, `Stand-in for VGGish`."""
    known = name.removeprefix(STAND_IN)
    plain = "+".join(FEATURES.get(part, part) for part in known.split("+"))
    return f"Stand-in for {plain}" if name.startswith(STAND_IN) else plain


def network_name(name: str) -> str:
    return NETWORKS.get(name, name)


def system_name(row: dict[str, Any]) -> str:
    """`Double binary (RNN)`, `Merged: mean (RNN)`: the name of a row within its table."""
    name = f"Merged: {row['system']}" if row["system"] in MERGED else str(row["system"]).capitalize()
    return f"{name} ({network_name(row['network'])})"


def row_name(row: dict[str, Any]) -> str:
    """The name of a row anywhere."""
    return f"{features_name(row['features'])} · {system_name(row)}" + (
        " · the product's own" if row["is_product"] else ""
    )


def table_title(name: str) -> str:
    """The title of a family's table; Table 4's of a stand-in says that it is one."""
    known = name.removeprefix(STAND_IN)
    if known not in TABLES:
        return "Beyond the paper"
    return f"In the place of Table 4: a stand-in for {FEATURES[known]}" if name.startswith(STAND_IN) else TABLES[known]


def is_papers(row: dict[str, Any]) -> bool:
    return row["features"].removeprefix(STAND_IN) in TABLES and row["network"] in ("dnn", "rnn")


def with_interval(value: float | None, interval: list[float | None] | None) -> str | None:
    """`72.4  (68 to 76)`, in percent."""
    if value is None:
        return None
    return f"{formatting.in_hundred(value)}  ({formatting.interval(interval).removesuffix(' %')})"


def figures_pair(f_am_m: float | None, am_m: float | None) -> str | None:
    """f(AM_m) / AM_m, as the paper writes it."""
    if f_am_m is None or am_m is None:
        return None
    return f"{formatting.in_hundred(f_am_m, 0)} / {formatting.in_hundred(am_m, 0)}"
