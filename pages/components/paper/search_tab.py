"""The search for a network's numbers: start it, watch it, see what it tried, what it chose, and retrain with that."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.jobs import Job
from core.translation import mark
from core.workflows.jobs import job_status
from core.workflows.search import hyperparameter_search, search_results
from core.workflows.search.search_results import SearchedPair, SearchParameters, SearchReport, Trial
from core.workflows.training import label_counts
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.paper.search_heat_map import heat_map
from pages.components.retrain.job_progress import job_row, render_ended_job, render_live_job
from pages.components.system_names import family_title, task_title
from pages.components.words import language, say, say_count

DRAW_EVERY_S = 3.0
FIGURES = {"loss": mark("Cross-entropy"), "f10": mark("f(0.10) in %")}
ABOUT = mark(
    "As in the paper, two numbers vary at a time, all others stay at the best so far: units and hidden layers, then "
    "learning rate and dropout, then batch size and input noise. Networks learn from the training children and are "
    "compared on the validation children; recordings of test children are not opened."
)


def render_search(account: Account) -> None:
    """The whole tab, for staff."""
    actor = Actor.of(account)
    st.caption(say(ABOUT))
    job = job_status.current_job(job_status.SEARCH)
    is_live = job is not None and job_status.is_live(job)
    _form(actor, is_live=is_live)
    if job is None:
        st.info(
            say("What a search tried and what it chose will stand here."), title=say("Nothing was searched for yet")
        )
        return
    st.header(_title(job), anchor=False)
    if is_live:
        render_live_job(job.id, actor=actor)
        st.fragment(run_every=DRAW_EVERY_S)(_growing)(job.id)
    else:
        render_ended_job(job, actor=actor, resume=hyperparameter_search.resume)
        report = search_results.report(job)
        _choice(report, actor)
        _maps(report.pairs)
        _table(report.trials)
    _history()


def _form(actor: Actor, *, is_live: bool) -> None:
    has_labels = bool(label_counts.count_labels().now)
    choices = hyperparameter_search.SearchChoices()
    with st.form("search_form", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            features = st.selectbox(say("Features"), choices.features, format_func=family_title, key="search_features")
            network = st.selectbox(say("Network"), choices.networks, format_func=str.upper, key="search_network")
            task = st.selectbox(say("Task"), choices.tasks, format_func=task_title, key="search_task")
            trials = st.number_input(
                say("Trials"),
                min_value=1,
                max_value=500,
                value=hyperparameter_search.TRIALS,
                key="search_trials",
                width=120,
            )
            minutes = st.number_input(
                say("Minutes at most"),
                min_value=1,
                value=None,
                placeholder=say("no limit"),
                key="search_minutes",
                width=140,
            )
        clicked = st.form_submit_button(
            say("Search"),
            type="primary",
            icon=":material/grid_on:",
            disabled=is_live or not has_labels,
            key="search_start",
        )
    if not has_labels:
        st.caption(
            say("There is no label to learn from yet: two judges must agree on a recording, or staff settle it.")
        )
    if clicked:

        def begin() -> None:
            hyperparameter_search.start(
                features=features, network=network, task=task, trials=int(trials), minutes=minutes, actor=actor
            )

        with st.spinner(say("Handing it to a worker")):
            attempt(begin)
        st.rerun()


def _growing(job_id: str) -> None:
    """The maps of a live search, drawn anew while it goes on."""
    _maps(search_results.report(job_status.get_job(job_id)).pairs)


def _choice(report: SearchReport, actor: Actor) -> None:
    """What was chosen beside what is used now, and the way to a retraining with it."""
    if report.chosen is None:
        return
    columns = st.columns(2, gap="medium")
    pairs = zip(columns, (say("Chosen"), say("Used now")), (report.chosen, report.in_use), strict=True)
    for column, title, trial in pairs:
        with column.container(border=True, height="stretch"):
            _network(title, trial)
    st.caption(say("Criterion: {criterion}.", criterion=say(search_results.CRITERION)))
    if not report.changes:
        st.success(say("What is used now is as good as anything that was tried."), icon=":material/check_circle:")
        return
    if not report.is_better:
        st.info(
            say(
                "What is used now is within noise of the best that was tried, on these validation children: nothing "
                "speaks for a change."
            ),
            icon=":material/balance:",
        )
    changes = search_results.describe_changes(report.changes, speaks=language())
    st.markdown(say("**It would change:** {changes}.", changes=changes))
    if st.button(say("Retrain with these"), icon=":material/model_training:", key="search_retrain"):

        def begin() -> str:
            hyperparameter_search.retrain(report.job_id, actor=actor)
            return say("The retraining has begun: see Retrain.")

        with st.spinner(say("Handing it to a worker")):
            attempt(begin)
        st.rerun()
    st.code(f"python -m core search --retrain {report.job_id}", language="bash")


def _network(title: str, trial: Trial | None) -> None:
    st.markdown(f"**{title}**")
    if trial is None:
        st.caption(say("It was not tried."))
        return
    with st.container(horizontal=True):
        st.metric(say("Cross-entropy"), formatting.decimal(trial.loss, 3))
        st.metric("f(0.10)", formatting.percent(trial.f10))
        st.metric(say("Parameters"), formatting.grouped(trial.n_parameters))
    network = search_results.describe_network(trial.point, speaks=language())
    st.caption(say("{network}. On validation children.", network=network))


def _maps(pairs: Sequence[SearchedPair]) -> None:
    """A heat map a pair: the first and largest on the left, the others beside it."""
    if not pairs:
        return
    figure = st.segmented_control(
        say("On the cells"),
        FIGURES,
        format_func=lambda name: say(FIGURES[name]),
        default="loss",
        key="search_figure",
        width="stretch",
    )
    left, right = st.columns(2, gap="medium")
    for number, pair in enumerate(pairs):
        with (right if number else left).container(border=True):
            name = say(pair.name)
            st.markdown(f"**{name}**")
            st.plotly_chart(
                heat_map(pair, figure=figure or "loss"),
                key=f"search_map_{number}",
                config={"displayModeBar": False},
                alt=say_count("{pair}: {n} network tried", "{pair}: {n} networks tried", len(pair.trials), pair=name),
            )
    st.caption(
        say(
            "The frame is what was chosen. An empty cell was not tried; × was given up, much worse than the best so "
            "far."
        )
    )


def _table(trials: Sequence[Trial]) -> None:
    with st.expander(say("Every network that was tried ({n})", n=len(trials)), icon=":material/table_rows:"):
        st.dataframe(
            [_row(trial) for trial in trials],
            hide_index=True,
            placeholder=formatting.DASH,
            column_config={"f(0.10)": st.column_config.NumberColumn(format=formatting.column_format("%.1f %%"))},
            alt=say("Every network with its numbers and what it reached on the validation children"),
        )


def _row(trial: Trial) -> dict[str, object]:
    numbers = {
        say(title).capitalize(): search_results.value_at(trial.point, name)
        for name, title in search_results.PARAMETER_NAMES.items()
    }
    return {
        **numbers,
        say("Cross-entropy"): None if trial.loss is None else round(trial.loss, 4),
        "f(0.10)": formatting.points(trial.f10),
        say("Parameters"): trial.n_parameters,
        say("Epochs"): trial.epochs,
        say("Seconds"): round(trial.seconds, 1),
    }


def _history() -> None:
    searches = search_results.history()
    if len(searches) < 2:
        return
    with st.expander(say("Searches so far"), icon=":material/history:"):
        st.dataframe([_history_row(job) for job in searches], hide_index=True, alt=say("Searches, newest first"))


def _history_row(job: Job) -> dict[str, object]:
    row, report = job_row(job), search_results.report(job)
    chosen = report.chosen
    return {
        say("When"): row[say("When")],
        say("By"): row[say("By")],
        say("Searched"): _title(job),
        say("Tried"): len(report.trials),
        say("Chose"): _chose(report),
        say("Cross-entropy"): round(chosen.loss, 4) if chosen and chosen.loss is not None else None,
        say("Took"): row[say("Took")],
        say("State"): row[say("State")],
    }


def _title(job: Job) -> str:
    parameters = SearchParameters.from_json(job.parameters)
    task = task_title(parameters.task).lower()
    return f"{family_title(parameters.features)} {parameters.network.upper()} {task}"


def _chose(report: SearchReport) -> str | None:
    if not report.chosen:
        return None
    return search_results.describe_changes(report.changes, speaks=language()) or say("what is used now")
