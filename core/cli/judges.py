"""Judges: how far their labels can be trusted, and setting labels aside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.frame import AsJson, Command, print_json, print_line, show, table
from core.domain.actor import COMMAND_LINE
from core.domain.set_asides import SetAside

if TYPE_CHECKING:
    from core.workflows.annotation.judge_trust import Evidence

Judge = Annotated[str, typer.Argument(help="The judge's name.")]

judges_app = typer.Typer(no_args_is_help=True, help="How far judges can be trusted; labels that are set aside.")


@judges_app.command("check", cls=Command)
def check(as_json: AsJson = False) -> None:
    """A verdict on each judge's labels, with the evidence."""
    from core.sentences.judge_sentences import verdict_sentences
    from core.workflows.annotation import judge_trust

    verdicts = judge_trust.verdicts()
    if as_json:
        print_json(
            {
                "judges": [
                    {
                        "judge": each.judge,
                        "verdict": str(each.verdict),
                        "grounds": [str(ground) for ground in each.grounds],
                        "others": list(each.others),
                        "since": None if each.begins_at is None else each.begins_at.isoformat(),
                        "labels_an_hour": each.pace,
                        "others_labels_an_hour": each.others_pace,
                        "agreement": _evidence(each.agreement),
                        "repeats": _evidence(each.repeats),
                        "settled": _evidence(each.settled),
                        "known_answers": _evidence(each.known),
                        "words": " ".join(verdict_sentences(each)),
                    }
                    for each in verdicts
                ]
            }
        )
        return
    for each in verdicts:
        print_line(" ".join(verdict_sentences(each)))


@judges_app.command("set-aside", cls=Command)
def set_aside(
    judge: Judge,
    reason: Annotated[str, typer.Option(help="Why; kept with the labels.")],
    begin: Annotated[datetime, typer.Option("--from", help="Labels from this moment on, UTC.")],
    end: Annotated[datetime | None, typer.Option("--to", help="Up to this moment, UTC; until now if left out.")] = None,
    same_judge: Annotated[
        bool, typer.Option("--same-judge", help="This judge may judge the recordings again as well.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Keep a judge's labels of a period, and count them no more; the recordings go out again."""
    from core.sentences.judge_sentences import set_aside_sentence
    from core.workflows.annotation import setting_aside

    until = datetime.now(UTC).replace(tzinfo=None) if end is None else end
    aside = setting_aside.set_aside(judge, begin, until, reason, is_for_others=not same_judge, actor=COMMAND_LINE)
    if as_json:
        print_json(_described(aside))
        return
    print_line(f"{aside.id}: {set_aside_sentence(aside)}")


@judges_app.command("list-aside", cls=Command)
def list_aside(as_json: AsJson = False) -> None:
    """What was set aside, the newest first."""
    from core.workflows.annotation import setting_aside

    set_asides = setting_aside.set_asides_of_all()
    if as_json:
        print_json({"set_asides": [_described(aside) for aside in set_asides]})
        return
    shown = table("number", "judge", "from", "to", "labels", "by", "reason", "counts again since")
    for aside in set_asides:
        period = f"{aside.begins_at:%Y-%m-%d %H:%M}", f"{aside.ends_at:%Y-%m-%d %H:%M}"
        undone = "" if aside.undone_at is None else f"{aside.undone_at:%Y-%m-%d %H:%M}"
        shown.add_row(str(aside.id), aside.judge, *period, str(aside.n_labels), aside.by, aside.reason, undone)
    show(shown)


@judges_app.command("count-again", cls=Command)
def count_again(
    number: Annotated[int, typer.Argument(help="Which, by the number that `list-aside` shows.")],
    as_json: AsJson = False,
) -> None:
    """Let labels that were set aside count again, where nobody has judged in their place."""
    from core.sentences.judge_sentences import counted_again_sentence
    from core.workflows.annotation import setting_aside

    again = setting_aside.count_again(number, actor=COMMAND_LINE)
    if as_json:
        print_json({"number": number, "again": again.n_again, "left": again.n_left})
        return
    print_line(counted_again_sentence(again))


def _evidence(evidence: Evidence) -> dict[str, object]:
    """`evidence`: 1 is none; it was highest after `highest_after` of the comparisons."""
    counts = {"n": evidence.n, "same": evidence.n_same, "highest_after": evidence.raised_at}
    return counts | {"evidence": evidence.strongest}


def _described(aside: SetAside) -> dict[str, object]:
    return {
        "number": aside.id,
        "judge": aside.judge,
        "from": aside.begins_at.isoformat(),
        "to": aside.ends_at.isoformat(),
        "labels": aside.n_labels,
        "reason": aside.reason,
        "by": aside.by,
        "for_others": aside.is_for_others,
        "set_at": aside.set_at.isoformat(),
        "counts_again_since": None if aside.undone_at is None else aside.undone_at.isoformat(),
    }
