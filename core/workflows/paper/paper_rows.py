"""Rows of the paper's tables as screens and programs read them, with the keys of `paper --json`.

Shares are between 0 and 1, None where they are not known.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from core.domain.catalogue import is_stand_in
from core.domain.json_types import (
    JsonObject,
    json_of,
    number_of,
    number_or_none,
    object_of,
    pair_or_none,
    text_of,
    whole_or_none,
)
from core.domain.model_cards import FIGURES, Interval, figures_from_json
from core.metrics.published_results import PublishedFigures

Key = tuple[str, str, str]
"""(features, network, system) of a row."""


ALL_LANGUAGES = "all"


NAMES = ("features", "network", "system")


@dataclass(frozen=True)
class RowFigures:
    """f(0.10), f(0.15), f(AM_m) and AM_m with 95 % intervals over children, and f(0.10) on the exact grid."""

    f10: float | None = None
    f15: float | None = None
    f_am_m: float | None = None
    am_m: float | None = None
    f10_interval: Interval | None = None
    f15_interval: Interval | None = None
    f_am_m_interval: Interval | None = None
    am_m_interval: Interval | None = None
    f10_exact: float | None = None

    @staticmethod
    def from_json(stored: JsonObject) -> RowFigures:
        f10, f15, f_am_m, am_m = figures_from_json(stored)
        ends = [pair_or_none(stored.get(f"{name}_interval")) for name in FIGURES]
        f10_exact = number_or_none(stored.get("f10_exact"))
        return RowFigures(f10, f15, f_am_m, am_m, ends[0], ends[1], ends[2], ends[3], f10_exact)


@dataclass(frozen=True)
class TableRow:
    """A system of the paper's tables, or beyond them; without figures where it is not trained.

    trained_on : the language that it learned from, or `ALL_LANGUAGES`
    published : the paper's figures of it
    """

    features: str
    network: str
    system: str
    figures: RowFigures
    seconds_per_epoch: float | None
    seconds: float | None
    n_parameters: int | None
    is_product: bool
    published: PublishedFigures | None
    trained_on: str

    @property
    def key(self) -> Key:
        return self.features, self.network, self.system

    @property
    def is_trained(self) -> bool:
        return self.figures.f10 is not None

    @property
    def is_stand_in(self) -> bool:
        return is_stand_in(self.features)

    @property
    def published_figures(self) -> RowFigures:
        """The paper's figures of it; nothing is known of a system that the paper does not have."""
        published = self.published
        return RowFigures(published.f10, published.f15, published.f_am_m, published.am_m) if published else RowFigures()

    @staticmethod
    def from_json(stored: JsonObject) -> TableRow:
        features, network, system = (text_of(stored[name]) for name in NAMES)
        published = object_of(stored.get("published"))
        return TableRow(
            features,
            network,
            system,
            figures=RowFigures.from_json(stored),
            seconds_per_epoch=number_or_none(stored.get("seconds_per_epoch")),
            seconds=number_or_none(stored.get("seconds")),
            n_parameters=whole_or_none(stored.get("n_parameters")),
            is_product=bool(stored.get("is_product")),
            published=PublishedFigures(*(number_of(published[name], 0.0) for name in FIGURES)) if published else None,
            trained_on=text_of(stored.get("trained_on"), ALL_LANGUAGES),
        )

    def as_json(self) -> JsonObject:
        return {
            "features": self.features,
            "network": self.network,
            "system": self.system,
            **object_of(json_of(asdict(self.figures))),
            "seconds_per_epoch": self.seconds_per_epoch,
            "seconds": self.seconds,
            "n_parameters": self.n_parameters,
            "is_stand_in": self.is_stand_in,
            "is_product": self.is_product,
            "published": {**asdict(self.published)} if self.published else None,
            "trained_on": self.trained_on,
        }


@dataclass(frozen=True)
class LanguageRow:
    """f(0.10) of a row on the recordings of one language; `accepted` of its `recordings` are Accepted."""

    features: str
    network: str
    system: str
    language: str
    recordings: int
    accepted: int
    f10: float | None
    f10_interval: Interval | None
    trained_on: str

    @staticmethod
    def from_json(stored: JsonObject) -> LanguageRow:
        features, network, system = (text_of(stored[name]) for name in NAMES)
        return LanguageRow(
            features,
            network,
            system,
            language=text_of(stored["language"]),
            recordings=int(number_of(stored["recordings"], 0)),
            accepted=int(number_of(stored["accepted"], 0)),
            f10=number_or_none(stored["f10"]),
            f10_interval=pair_or_none(stored["f10_interval"]),
            trained_on=text_of(stored.get("trained_on"), ALL_LANGUAGES),
        )

    def as_json(self) -> JsonObject:
        return object_of(json_of(asdict(self)))
