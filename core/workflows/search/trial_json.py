"""Trials of a search as JSON: in the results that programs read, and in the files of checkpoints."""

from __future__ import annotations

from dataclasses import asdict

from core.domain.json_types import (
    JsonObject,
    list_of,
    number_of,
    number_or_none,
)
from core.learning.grid import NAMES, ParameterPair
from core.learning.trial_comparison import Point as Point
from core.learning.trial_comparison import Trial as Trial  # both for screens

STORED_LOSS = "heard"  # the name of `best_validation_loss` in the files of trials


def pair_as_json(pair: ParameterPair) -> JsonObject:
    return {
        "first": pair.first,
        "second": pair.second,
        "first_values": [*pair.first_values],
        "second_values": [*pair.second_values],
    }


def trial_as_json(trial: Trial) -> JsonObject:
    return point_as_json(trial.point) | {
        "loss": trial.loss,
        "f10": trial.f10,
        "parameters": trial.n_parameters,
        "seconds": trial.seconds,
        "epochs": trial.epochs,
    }


def trial_from_json(stored: JsonObject) -> Trial:
    """The trial that `trial_as_json` gave; what that leaves out has its usual value."""
    return Trial(
        point=point_from_json(stored),
        loss=number_or_none(stored.get("loss")),
        f10=number_or_none(stored.get("f10")),
        n_parameters=int(number_of(stored.get("parameters"), 0)),
        seconds=number_of(stored.get("seconds"), 0.0),
        epochs=int(number_of(stored.get("epochs"), 0)),
    )


def trial_to_file(trial: Trial) -> JsonObject:
    """All of a trial, as its file stores it."""
    values = asdict(trial)
    return {STORED_LOSS if name == "best_validation_loss" else name: value for name, value in values.items()}


def trial_from_file(stored: JsonObject, point: Point) -> Trial:
    """The trial that `trial_to_file` stored."""
    return Trial(
        point=point,
        loss=number_or_none(stored["loss"]),
        f10=number_or_none(stored["f10"]),
        n_parameters=int(number_of(stored["n_parameters"], 0)),
        seconds=number_of(stored["seconds"], 0.0),
        epochs=int(number_of(stored["epochs"], 0)),
        best_validation_loss=number_or_none(stored[STORED_LOSS]),
        child_losses=tuple(number_of(value, 0.0) for value in list_of(stored["child_losses"])),
        child_counts=tuple(int(number_of(value, 0)) for value in list_of(stored["child_counts"])),
    )


def point_as_json(point: Point) -> JsonObject:
    """The numbers of a network by their names."""
    return dict(zip(NAMES, point, strict=True))


def point_from_json(stored: JsonObject) -> Point:
    return tuple(number_of(stored.get(name), 0.0) for name in NAMES)
