"""What the systems of the paper's tables are called on the Paper screen."""

from __future__ import annotations

from core.domain import catalogue
from core.translation import mark
from core.workflows.paper.paper_rows import LanguageRow, TableRow
from pages.components import formatting
from pages.components.system_names import classifier_title, family_title, task_title
from pages.components.words import say

TABLE_NUMBERS = {"mfcc": 3, "vggish": 4}
OTHERS = mark("other languages")
BEYOND = mark("Beyond the paper")


def system_name(row: TableRow | LanguageRow) -> str:
    """`Double binary (RNN)`, `Merged: mean (RNN)`: the name of a row within its table."""
    return f"{task_title(row.system)} ({classifier_title(row.network)})"


def row_name(row: TableRow) -> str:
    """The name of a row anywhere."""
    parts = [family_title(row.features), system_name(row)]
    if row.is_product:
        parts.append(say("the product's own"))
    return " · ".join(parts)


def table_title(features: str) -> str:
    """The title of a family's table; of a stand-in, Table 4's title names it as such."""
    family = catalogue.without_stand_in(features)
    if family not in TABLE_NUMBERS:
        return say(BEYOND)
    name = family_title(family)
    if catalogue.is_stand_in(features):
        return say("In the place of Table {n}: a stand-in for {family}", n=TABLE_NUMBERS[family], family=name)
    return say("Table {n}: {family}", n=TABLE_NUMBERS[family], family=name)


def language_title(language: str) -> str:
    """A language as recordings name it, or that none is named."""
    return say(language) if language == OTHERS else language or say("no language")


def is_papers(row: TableRow) -> bool:
    """Whether the paper has a row of this system."""
    return catalogue.without_stand_in(row.features) in TABLE_NUMBERS and row.network in catalogue.PAPER_NETWORKS


def with_interval(value: float | None, interval: tuple[float, float] | None) -> str | None:
    """`72.4  (68 to 76)`, in percent."""
    if value is None:
        return None
    return f"{formatting.in_hundred(value)}  ({formatting.interval(interval, of=value, has_sign=False)})"


def figures_pair(f_am_m: float | None, am_m: float | None) -> str | None:
    """f(AM_m) / AM_m, as the paper writes it."""
    if f_am_m is None or am_m is None:
        return None
    return f"{formatting.in_hundred(f_am_m, 0)} / {formatting.in_hundred(am_m, 0)}"
