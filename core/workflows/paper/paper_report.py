"""The paper's tables on these labels, as screens and programs read them, and as a cross-validation stores them.

Shares are between 0 and 1, None where they are not known. Keys and texts of the JSON are those of `paper --json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from core.domain.json_types import (
    JsonObject,
    JsonValue,
    json_of,
    list_of,
    number_of,
    number_or_none,
    object_of,
    objects_of,
    pair_or_none,
    text_of,
)
from core.domain.labels import Label, Split
from core.domain.verdicts import PaperClaim
from core.messages import Message
from core.workflows.paper import claim_texts
from core.workflows.paper.claim_results import ClaimRepeats, ClaimResult, stand_in_replaces_vggish
from core.workflows.paper.epoch_times import EpochTime
from core.workflows.paper.paper_rows import ALL_LANGUAGES, LanguageRow, TableRow


@dataclass(frozen=True)
class ClassShare:
    """The share of a class of a language in the whole and in the test set, which are meant to be alike."""

    language: str
    label: str
    whole: float | None
    test: float | None

    @staticmethod
    def from_json(stored: JsonObject) -> ClassShare:
        whole, test = number_or_none(stored["whole"]), number_or_none(stored["test"])
        return ClassShare(text_of(stored["language"]), text_of(stored["label"]), whole, test)


@dataclass(frozen=True)
class ModuleReport:
    """A module that features come from.

    words : what its check came to, in English; `message` is what they are translated from, None of an earlier version
    load_seconds : from a cold process to the first features; None if unknown
    """

    features: str
    is_genuine: bool
    words: str
    load_seconds: float | None
    message: Message | None = None

    @staticmethod
    def from_json(stored: JsonObject) -> ModuleReport:
        is_genuine, load_seconds = bool(stored["is_genuine"]), number_or_none(stored["load_seconds"])
        message = Message.from_json(stored.get("message"))
        return ModuleReport(text_of(stored["features"]), is_genuine, text_of(stored["words"]), load_seconds, message)

    def as_json(self) -> JsonObject:
        return {**asdict(self)} | {"message": self.message.as_json() if self.message else None}


@dataclass(frozen=True)
class CrossValidationFacts:
    """What a cross-validation was made of."""

    folds: int
    seed: int
    job: str
    snapshot: int
    snapshot_hash: str
    recordings: int
    children: int
    training_seconds: float
    ended_at: str
    versions: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def from_json(stored: JsonObject) -> CrossValidationFacts:
        return CrossValidationFacts(
            folds=int(number_of(stored["folds"], 0)),
            seed=int(number_of(stored["seed"], 0)),
            job=text_of(stored["job"]),
            snapshot=int(number_of(stored["snapshot"], 0)),
            snapshot_hash=text_of(stored["snapshot_hash"]),
            recordings=int(number_of(stored["recordings"], 0)),
            children=int(number_of(stored["children"], 0)),
            training_seconds=number_of(stored["training_seconds"], 0.0),
            ended_at=text_of(stored["ended_at"]),
            versions={name: text_of(version) for name, version in object_of(stored.get("versions")).items()},
        )


@dataclass(frozen=True)
class Provenance:
    """How the figures came about: by a cross-validation, or (None) from trained models on the test children."""

    trained_on: str = ALL_LANGUAGES
    folds: CrossValidationFacts | None = None

    @staticmethod
    def from_json(stored: JsonObject) -> Provenance:
        folds = CrossValidationFacts.from_json(stored) if stored.get("how") == "folds" else None
        return Provenance(text_of(stored.get("trained_on"), ALL_LANGUAGES), folds)

    def as_json(self) -> JsonObject:
        how: JsonObject = {"how": "models" if self.folds is None else "folds", "trained_on": self.trained_on}
        return how if self.folds is None else how | object_of(json_of(asdict(self.folds)))


Counts = Mapping[Split, Mapping[str, Mapping[Label, int]]]
"""Recordings by split, language and label."""


@dataclass(frozen=True)
class PaperReport:
    """All of it; `counts` and `distribution` are of the newest snapshot, None while there is none."""

    rows: tuple[TableRow, ...]
    claims: tuple[ClaimResult, ...]
    languages: tuple[LanguageRow, ...]
    counts: Counts | None
    distribution: tuple[ClassShare, ...] | None
    provenance: Provenance
    modules: tuple[ModuleReport, ...]
    epochs: tuple[EpochTime, ...] = ()

    @staticmethod
    def from_json(stored: JsonObject) -> PaperReport:
        """A report as a cross-validation stored it."""
        rows = tuple(TableRow.from_json(row) for row in objects_of(stored["rows"]))
        distribution = stored.get("distribution")
        return PaperReport(
            rows=rows,
            claims=tuple(_claim(claim, rows) for claim in objects_of(stored["claims"])),
            languages=tuple(LanguageRow.from_json(row) for row in objects_of(stored["languages"])),
            counts=_counts(object_of(stored.get("data"))),
            distribution=tuple(map(ClassShare.from_json, objects_of(distribution))) if distribution else None,
            provenance=Provenance.from_json(object_of(stored["made"])),
            modules=tuple(ModuleReport.from_json(module) for module in objects_of(stored["modules"])),
            epochs=tuple(EpochTime.from_json(time) for time in objects_of(stored.get("epochs"))),
        )

    def as_json(self) -> JsonObject:
        """What `paper --json` gives, and a cross-validation stores."""
        distribution: list[JsonValue] | None = None
        if self.distribution is not None:
            distribution = [{**asdict(share)} for share in self.distribution]
        return {
            "rows": [row.as_json() for row in self.rows],
            "claims": [claim_as_json(claim) for claim in self.claims],
            "languages": [row.as_json() for row in self.languages],
            "data": None if self.counts is None else json_of({**self.counts}),
            "distribution": distribution,
            "made": self.provenance.as_json(),
            "modules": [module.as_json() for module in self.modules],
            "epochs": [{**asdict(time)} for time in self.epochs],
        }


def claim_as_json(result: ClaimResult) -> JsonObject:
    """A claim with its verdict in words, as programs read it; `id` and `outcome` say the same as enums."""
    return {
        "id": result.claim.value,
        "claim": claim_texts.claim_text(result.claim),
        "ours": result.value,
        "interval": None if not result.is_trained else list(result.interval or (None, None)),
        "outcome": result.verdict.value,
        "verdict": claim_texts.verdict_text(result),
        "repeats": json_of(asdict(result.repeats)) if result.repeats else None,
        "unit": "times" if result.claim.is_about_time else "share",
    }


def _claim(stored: JsonObject, rows: tuple[TableRow, ...]) -> ClaimResult:
    """Older reports name a claim by its text alone; the verdict follows from the figures again."""
    known = stored.get("id")
    claim = PaperClaim(known) if isinstance(known, str) else claim_texts.CLAIMS[text_of(stored["claim"])]
    has_stand_in = stand_in_replaces_vggish([row.features for row in rows if row.is_trained])
    return ClaimResult(
        claim,
        value=number_or_none(stored.get("ours")),
        interval=pair_or_none(stored.get("interval")),
        is_trained=stored.get("interval") is not None,
        is_stand_in=has_stand_in and claim.is_about_vggish,
        repeats=_repeats(object_of(stored.get("repeats"))),
    )


def _repeats(stored: JsonObject) -> ClaimRepeats | None:
    if not stored:
        return None
    others = tuple(number_of(value, 0.0) for value in list_of(stored.get("others")))
    return ClaimRepeats(others, number_of(stored.get("half"), 0.0))


def _counts(stored: JsonObject) -> Counts | None:
    if not stored:
        return None
    return {
        Split(split): {
            language: {label: int(number_of(object_of(labels).get(label.value), 0)) for label in Label}
            for language, labels in object_of(by_language).items()
        }
        for split, by_language in stored.items()
    }
