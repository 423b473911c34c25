"""Model cards: what a model is, what it learned from, how it came about, and how good it is.

A card is JSON, written once beside the model and into the database, and never changed. `ModelCard.from_json` reads the
cards of every version: what an older card lacks is empty here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.json_types import (
    JsonObject,
    list_of,
    number_of,
    number_or_none,
    object_of,
    objects_of,
    pair_or_none,
    text_of,
    whole_or_none,
)
from core.domain.labels import Label, Split

Interval = tuple[float, float]
FIGURES = ("f10", "f15", "f_am_m", "am_m")


@dataclass(frozen=True)
class CardSpec:
    """What was fitted, as `model_specs.ModelSpec`; `changes` are (name, value) of numbers that are not the usual."""

    features: str
    kind: str
    task: str
    changes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class CardFamily:
    """A family of features that the model learned from; not genuine where its module is a stand-in."""

    name: str
    spec_hash: str
    is_genuine: bool = True


@dataclass(frozen=True)
class CardClassifier:
    """A classifier of the model, and what its training cost; `folder` is its place in the model's folder."""

    folder: str
    seconds: float
    epochs: int
    n_parameters: int | None


@dataclass(frozen=True)
class CardFusion:
    """The weights of a fusion's members, as `calibration.Calibration`; `note`: what could not be learnt, in words."""

    weights: tuple[float, ...]
    biases: tuple[float, ...]
    n: int
    note: str = ""


@dataclass(frozen=True)
class CardFigures:
    """The paper's figures of a split: shares between 0 and 1, None where they are not known."""

    f10: float | None = None
    f15: float | None = None
    f_am_m: float | None = None
    am_m: float | None = None
    f10_interval: Interval | None = None

    @staticmethod
    def from_json(stored: JsonObject) -> CardFigures:
        f10, f15, f_am_m, am_m = figures_from_json(stored)
        return CardFigures(f10, f15, f_am_m, am_m, pair_or_none(stored.get("f10_interval")))


def figures_from_json(stored: JsonObject) -> tuple[float | None, float | None, float | None, float | None]:
    """The four `FIGURES`, as cards and the paper's tables store them; None where one is missing."""
    f10, f15, f_am_m, am_m = (number_or_none(stored.get(name)) for name in FIGURES)
    return f10, f15, f_am_m, am_m


@dataclass(frozen=True)
class CardBin:
    """Recordings of like p: their mean p, the share of them that are of the class, and their count."""

    mean_p: float | None
    share: float | None
    count: int


@dataclass(frozen=True)
class CardReliability:
    """The calibration curve of a class; the two errors are None without recordings."""

    bins: tuple[CardBin, ...]
    ece: float | None
    log_loss: float | None


@dataclass(frozen=True)
class CardCounts:
    """Recordings of a split by label and by language, and the number of its children."""

    labels: Mapping[Label, int]
    languages: Mapping[str, int]
    n_children: int


@dataclass(frozen=True)
class ModelCard:
    """A card, parsed.

    usual : what is usual among the accepted training recordings, as `acoustic_summary` describes it
    feature_seconds, training_seconds : None where an old card does not say
    document : the whole card as it is stored
    """

    id: str = ""
    created_at: str = ""
    spec: CardSpec = CardSpec("", "", "")
    families: tuple[CardFamily, ...] = ()
    classifiers: tuple[CardClassifier, ...] = ()
    fusion: CardFusion | None = None
    seed: int | None = None
    snapshot_hash: str = ""
    counts: Mapping[Split, CardCounts] = field(default_factory=dict)
    usual: JsonObject = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    feature_seconds: float | None = None
    training_seconds: float | None = None
    figures: Mapping[Split, CardFigures] = field(default_factory=dict)
    reliability: Mapping[Split, Mapping[Label, CardReliability]] = field(default_factory=dict)
    document: JsonObject = field(default_factory=dict)

    @property
    def is_genuine(self) -> bool:
        """Whether every module that the model listens through is the published one."""
        return all(family.is_genuine for family in self.families)

    def figures_of(self, split: Split) -> CardFigures:
        """The figures of a split; of a card without them, nothing is known."""
        return self.figures.get(split, CardFigures())

    @staticmethod
    def from_json(document: JsonObject) -> ModelCard:
        """A card as it is stored."""
        seconds = object_of(document.get("seconds"))
        return ModelCard(
            id=text_of(document.get("id")),
            created_at=text_of(document.get("created_at")),
            spec=_spec(object_of(document.get("system"))),
            families=_families(document),
            classifiers=tuple(_classifier(stored) for stored in objects_of(document.get("networks"))),
            fusion=_fusion(object_of(document.get("fusion"))),
            seed=whole_or_none(document.get("seed")),
            snapshot_hash=text_of(object_of(document.get("snapshot")).get("hash")),
            counts={split: _counts(stored) for split, stored in _by_split(document.get("splits")).items()},
            usual=object_of(document.get("usual")),
            versions={name: text_of(value) for name, value in object_of(document.get("versions")).items()},
            feature_seconds=number_or_none(seconds.get("features")),
            training_seconds=number_or_none(seconds.get("training")),
            figures={
                split: CardFigures.from_json(stored) for split, stored in _by_split(document.get("figures")).items()
            },
            reliability={split: _classes(stored) for split, stored in _by_split(document.get("reliability")).items()},
            document=document,
        )


def _by_split(value: object) -> dict[Split, JsonObject]:
    stored = value if isinstance(value, dict) else {}
    return {split: object_of(stored[split.value]) for split in Split if split.value in stored}


def _spec(stored: JsonObject) -> CardSpec:
    pairs = [list_of(pair) for pair in list_of(stored.get("changes"))]
    changes = tuple((text_of(pair[0]), number_of(pair[1], 0.0)) for pair in pairs if len(pair) == 2)
    return CardSpec(text_of(stored.get("features")), text_of(stored.get("kind")), text_of(stored.get("task")), changes)


def _families(document: JsonObject) -> tuple[CardFamily, ...]:
    """Cards of before fusions know one family."""
    stored = objects_of(document.get("families")) or [object_of(document.get("features"))]
    return tuple(
        CardFamily(text_of(family.get("name")), text_of(family.get("spec_hash")), family.get("is_genuine") is not False)
        for family in stored
        if family
    )


def _classifier(stored: JsonObject) -> CardClassifier:
    course = object_of(stored.get("course"))
    return CardClassifier(
        folder=text_of(stored.get("folder"), text_of(stored.get("task"))),
        seconds=number_of(course.get("seconds"), 0.0),
        epochs=int(number_of(course.get("epochs"), 0)),
        n_parameters=whole_or_none(stored.get("n_parameters")),
    )


def _fusion(stored: JsonObject) -> CardFusion | None:
    if not stored:
        return None
    weights, biases = (
        tuple(number_of(value, 0.0) for value in list_of(stored.get(name))) for name in ("weights", "biases")
    )
    return CardFusion(weights, biases, int(number_of(stored.get("n"), 0)), text_of(stored.get("words")))


def _classes(stored: JsonObject) -> dict[Label, CardReliability]:
    return {label: _reliability(object_of(stored[label.value])) for label in Label if label.value in stored}


def _reliability(stored: JsonObject) -> CardReliability:
    bins = tuple(
        CardBin(number_or_none(each.get("mean_p")), number_or_none(each.get("share")), int(number_of(each["count"], 0)))
        for each in objects_of(stored.get("bins"))
    )
    return CardReliability(bins, number_or_none(stored.get("ece")), number_or_none(stored.get("log_loss")))


def _counts(stored: JsonObject) -> CardCounts:
    labels, languages = object_of(stored.get("labels")), object_of(stored.get("languages"))
    return CardCounts(
        labels={label: int(number_of(labels.get(label.value), 0)) for label in Label},
        languages={language: int(number_of(count, 0)) for language, count in languages.items()},
        n_children=int(number_of(object_of(stored.get("children")).get("all"), 0)),
    )
