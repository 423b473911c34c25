"""Figures of a model at an AM target, from stored probabilities; the list of models, and the champion.

Never loads TensorFlow. Labels and splits are those of the snapshot that the model learned from. Shares are between 0
and 1; NaN where a class has no recordings.
"""

from __future__ import annotations

from core.domain.certainty import Certainty
from core.domain.labels import Split
from core.domain.models import Model
from core.errors import NotFound
from core.metrics.certain_threshold import is_sure
from core.workflows.evaluation import am_promises, model_figures, predictions, threshold_choice
from core.workflows.evaluation.model_figures import ModelReport
from db import deployments, jobs, session
from db import models as models_table


def models() -> list[Model]:
    """Every trained model, newest first."""
    with session.reading() as tx:
        return models_table.newest_first(tx)


def model(model_id: str) -> Model:
    """A model by its id, or by the name that screens show, such as `Fusion 7`; or NotFound."""
    with session.reading() as tx:
        model = models_table.get(tx, model_id) or models_table.named(tx, model_id)
    if model is None:
        raise NotFound(
            "There is no model {model_id!r}; the Evaluate screen and `report` name those there are.",
            model_id=model_id,
        )
    return model


def title_of(model_id: str) -> str:
    """What screens call a model, a withdrawn one too; the id itself where there is none."""
    with session.reading() as tx:
        return models_table.title_of(tx, model_id)


def titles() -> dict[str, str]:
    """What screens call each model, by its id; withdrawn ones among them."""
    with session.reading() as tx:
        return models_table.titles(tx)


def champion() -> Model | None:
    """The deployed model; while none is deployed, the best of the newest retraining by f(0.10) on validation."""
    with session.reading() as tx:
        deployment = deployments.newest(tx)
        if deployment:
            return models_table.get(tx, deployment.operating_point.model_id)
        finished = jobs.newest(tx, "retrain", state="succeeded", limit=1)
        candidates = models_table.of_job(tx, finished[0].id) if finished else models_table.newest_first(tx)
    return best_model(candidates)


def deployed_model_id() -> str | None:
    """The model that decides now."""
    with session.reading() as tx:
        deployment = deployments.newest(tx)
    return deployment.operating_point.model_id if deployment else None


def best_model(candidates: list[Model]) -> Model | None:
    """The model whose card has the highest f(0.10) on validation; NaN counts as the lowest."""
    return max(candidates, key=_validation_f10, default=None)


def report(model_id: str | None = None, am_target: float = 0.10, *, certainty: Certainty | None = None) -> ModelReport:
    """A model, by default the champion, at an AM target that is kept with a certainty.

    Where the model is in force at both, its threshold is the one in force. Without a certainty it is the one with which
    the model is in force at this target, or 50 %.

    Raises
    ------
    NotFound
        No such model, or none is trained yet.
    Refused
        The target is no share between 0 and 1.
    """
    model = model_or_champion(model_id)
    with session.reading() as tx:
        validation = predictions.predictions_of_split(tx, model.id, Split.VALIDATION)
        test = predictions.predictions_of_split(tx, model.id, Split.TEST)
        if certainty is None:
            certainty = threshold_choice.certainty_in_force(tx, model.id, am_target)
        threshold = threshold_choice.threshold_in_use(tx, model.id, am_target, certainty=certainty)
        summary = predictions.cached(
            tx,
            model.id,
            "summary",
            lambda: model_figures.paper_figures(test.children, test.is_accepted, test.p, weights=test.weights),
        )
    at_validation, at_test = (
        model_figures.in_stream(model_figures.split_figures(rows, threshold), model.id, split, threshold)
        for rows, split in ((validation, Split.VALIDATION), (test, Split.TEST))
    )
    return ModelReport(
        model=model.id,
        name=model.title,
        am_target=am_target,
        threshold=threshold,
        validation=at_validation,
        test=model_figures.with_intervals(at_test, test, threshold),
        summary=summary,
        promise=am_promises.promise_of(test, threshold, am_target),
        certainty=certainty,
        needed=threshold_choice.needed_for(validation, am_target, certainty)
        if not is_sure(threshold, certainty)
        else None,
    )


def model_or_champion(model_id: str | None) -> Model:
    """The model of that id, or the champion; NotFound with what to do when there is none."""
    if model_id:
        return model(model_id)
    best = champion()
    if best is None:
        raise NotFound("No model is trained yet; retrain on the Retrain screen or with `python -m core retrain`.")
    return best


def _validation_f10(model: Model) -> float:
    f10 = model.card.figures_of(Split.VALIDATION).f10
    return -1.0 if f10 is None else f10
