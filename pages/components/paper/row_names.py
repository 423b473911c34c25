"""What the systems of the paper's tables are called on the Paper screen."""

from __future__ import annotations

from core.domain import catalogue
from core.workflows.paper.paper_rows import LanguageRow, TableRow
from pages.components import formatting

TABLE_NUMBERS = {"mfcc": 3, "vggish": 4}
BEYOND = "Beyond the paper"


def system_name(row: TableRow | LanguageRow) -> str:
    """`Double binary (RNN)`, `Merged: mean (RNN)`: the name of a row within its table."""
    is_merged = row.system in catalogue.MERGED_SYSTEMS
    name = f"Merged: {row.system}" if is_merged else row.system.capitalize()
    return f"{name} ({catalogue.CLASSIFIER_NAMES.get(row.network, row.network)})"


def row_name(row: TableRow) -> str:
    """The name of a row anywhere."""
    product = " · the product's own" if row.is_product else ""
    return f"{catalogue.family_name(row.features)} · {system_name(row)}{product}"


def table_title(features: str) -> str:
    """The title of a family's table; of a stand-in, Table 4's title names it as such."""
    family = catalogue.without_stand_in(features)
    if family not in TABLE_NUMBERS:
        return BEYOND
    name = catalogue.FAMILY_NAMES[family]
    if catalogue.is_stand_in(features):
        return f"In the place of Table {TABLE_NUMBERS[family]}: a stand-in for {name}"
    return f"Table {TABLE_NUMBERS[family]}: {name}"


def is_papers(row: TableRow) -> bool:
    """Whether the paper has a row of this system."""
    return catalogue.without_stand_in(row.features) in TABLE_NUMBERS and row.network in catalogue.PAPER_NETWORKS


def with_interval(value: float | None, interval: tuple[float, float] | None) -> str | None:
    """`72.4  (68 to 76)`, in percent."""
    if value is None:
        return None
    return f"{formatting.in_hundred(value)}  ({formatting.interval(interval, of=value).removesuffix(' %')})"


def figures_pair(f_am_m: float | None, am_m: float | None) -> str | None:
    """f(AM_m) / AM_m, as the paper writes it."""
    if f_am_m is None or am_m is None:
        return None
    return f"{formatting.in_hundred(f_am_m, 0)} / {formatting.in_hundred(am_m, 0)}"
