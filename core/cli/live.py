"""Live: what judges' labels say of the class, how many judgements it gets, which sources agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.frame import AsJson, Command, print_json, print_line, refuse, show, table
from core.domain.actor import COMMAND_LINE
from core.domain.live_sampling import LivePlan

if TYPE_CHECKING:
    from core.workflows.deployment.live_alarms import AlarmState
    from core.workflows.deployment.live_figures import LiveReport
    from core.workflows.deployment.live_plan import SourcePlan

live_app = typer.Typer(no_args_is_help=True, help="The truth in class: AM and RCC as judged, the alarm, the plan.")


@live_app.command("status", cls=Command)
def status(as_json: AsJson = False) -> None:
    """AM and RCC in class as judged, and whether AM is above its target."""
    from core.workflows.deployment import live_alarms, live_figures

    report, alarm = live_figures.report(), live_alarms.look()
    if report is None or alarm is None:
        refuse("No model is deployed, so nothing is decided in class; deploy one on the Evaluate screen.")
    if as_json:
        raised = [{"source": each.source, "at": each.raised_at, "am": each.am, "n": each.n} for each in alarm.alarms]
        print_json({**report.as_json(), "alarms": raised, "capital": alarm.capital, "capital_needed": alarm.needed})
        return
    for line in _lines(report, alarm):
        print_line(line)


@live_app.command("plan", cls=Command)
def plan(
    judgements: Annotated[
        int | None, typer.Option(help="Judgements a week for recordings from class; 0: none.")
    ] = None,
    false_alarms: Annotated[
        float | None, typer.Option(help="The chance that an alarm is ever false: 0.01, 0.05 or 0.1.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How many judgements a week go to recordings from class, and what they will show; with options, choose it."""
    from core.sentences import live_sentences
    from core.workflows.deployment import live_figures, live_plan

    chosen = live_plan.current_plan()
    if judgements is not None or false_alarms is not None:
        chosen = LivePlan(
            chosen.judgements_a_week if judgements is None else judgements,
            chosen.false_alarms if false_alarms is None else false_alarms,
        )
        live_plan.set_plan(chosen, actor=COMMAND_LINE)
    seen = live_figures.outlook(chosen.judgements_a_week)
    if as_json:
        widths = {"half_width_week": seen.half_width_week, "half_width_month": seen.half_width_month}
        print_json({"judgements": chosen.judgements_a_week, "false_alarms": chosen.false_alarms, **widths})
        return
    print_line(f"{chosen.judgements_a_week} judgements a week; false alarms at most {chosen.false_alarms:g}.")
    print_line(live_sentences.outlook_sentence(seen.recordings_a_week, seen.half_width_week, seen.half_width_month))


@live_app.command("consent", cls=Command)
def consent(
    source: Annotated[
        str | None, typer.Option(help="The source, as programs name it; without it, all are listed.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help='What shows that it agreed: a number, or words; "": it does no more.')
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Which sources agreed that judges hear some of their recordings, and what is drawn of each."""
    from core.workflows.deployment import live_plan

    if (source is None) != (reference is None):
        refuse("--source and --reference belong together.")
    if source is not None and reference is not None:
        live_plan.set_consent(source, reference, actor=COMMAND_LINE)
    plans = live_plan.source_plans()
    if as_json:
        print_json({"sources": [_described(each) for each in plans]})
        return
    shown = table("source", "consent", "days kept", "decisions a week", "drawn a week", "why none")
    for each in plans:
        row = _described(each)
        shown.add_row(*("" if row[name] is None else str(row[name]) for name in row))
    show(shown)


def _described(plan: SourcePlan) -> dict[str, str | int | float | None]:
    return {
        "source": plan.source,
        "consent": plan.consent.reference if plan.consent else None,
        "days": plan.days,
        "decisions": plan.decisions,
        "drawn": round(plan.recordings, 1),
        "obstacle": plan.obstacle.value if plan.obstacle else None,
    }


def _lines(report: LiveReport, alarm: AlarmState) -> list[str]:
    from core.sentences import live_sentences

    target = report.deployment.operating_point.am_target
    lines = [live_sentences.alarm_sentence(each, target) for each in alarm.alarms]
    lines.append(live_sentences.judged_sentence(report.recent.am, target))
    lines.append(
        f"RCC: {live_sentences.share_words(report.recent.rcc)}, of Noise "
        f"{live_sentences.share_words(report.recent.rcc_noise)}, of Speechless "
        f"{live_sentences.share_words(report.recent.rcc_speechless)}."
    )
    n_today = sum(count.n for count in report.today)
    lines.append(f"{n_today:,} decisions today; {report.n_judged} of {report.n_drawn} drawn in 28 days are judged.")
    return lines
