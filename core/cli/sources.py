"""Sources: a threshold of their own for a school, a device or a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.frame import AsJson, Command, print_json, print_line, refuse, share
from core.domain.actor import COMMAND_LINE
from core.number_words import decimal, interval
from core.sentences.certainty_sentences import source_certainty_words
from core.sentences.source_sentences import judged_certainty_sentence

if TYPE_CHECKING:
    from core.workflows.deployment.adaptation_preview import AdaptationPreview


def add_to(app: typer.Typer) -> None:
    app.command(cls=Command)(adapt)


def adapt(
    source: Annotated[str, typer.Option(help="The source, as the manifest names it.")],
    draw: Annotated[int | None, typer.Option(help="Have two judges judge so many of its recordings first.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Put its own threshold in force.")] = False,
    labels: Annotated[bool, typer.Option("--labels", help="With --apply: by the drawn and judged recordings.")] = False,
    common: Annotated[bool, typer.Option("--common", help="Put the common threshold back in force.")] = False,
    reason: Annotated[str, typer.Option(help="Why; kept with the threshold.")] = "",
    as_json: AsJson = False,
) -> None:
    """A threshold of its own for a source: shown, and with --apply put in force.

    Without labels it is the largest at which p expects no more good readings refused than the AM target. After two
    judges have judged 60 to 120 drawn recordings, --labels chooses it anew from these.
    """
    from core.workflows.deployment import adaptation_preview, source_adaptation

    if sum([draw is not None, apply, common]) > 1:
        refuse("--draw, --apply and --common do different things: give one of them.")
    source_adaptation.predict(source, actor=COMMAND_LINE)
    if draw is not None:
        source_adaptation.draw(source, draw, actor=COMMAND_LINE)
    if apply:
        source_adaptation.adapt(source, with_labels=labels, reason=reason, actor=COMMAND_LINE)
    if common:
        source_adaptation.use_common(source, reason=reason, actor=COMMAND_LINE)
    preview = adaptation_preview.preview(source)
    if as_json:
        print_json(preview.as_json())
        return
    for line in _lines(preview):
        print_line(line)


def _lines(preview: AdaptationPreview) -> list[str]:
    now, alone, judged = preview.in_force, preview.unlabelled, preview.judged
    lines = [
        f"{now.source}: {now.basis} threshold {decimal(now.threshold, 4)} in force "
        f"(common {decimal(now.point.threshold, 4)}, AM target {share(now.point.am_target)}; "
        f"{source_certainty_words(now.certainty, now.basis)}).",
        f"Without labels, from {preview.n} recordings: {decimal(alone.threshold, 4)}; expects "
        f"AM {share(alone.expected_am)}, RCC {share(alone.expected_rcc)} "
        f"({share(alone.expected_rcc_common)} at the common threshold).",
        f"{preview.n_judged} of {preview.n_drawn} drawn recordings are judged by two judges.",
    ]
    if judged is None:
        return [*lines, preview.judged_obstacle] if preview.n_drawn else lines
    return [
        *lines,
        f"By these labels: {decimal(judged.threshold, 4)}; AM {share(judged.am)} "
        f"(95 %: {interval(judged.am_interval, of=judged.am)}), "
        f"{share(judged.am_stream)} with disagreements; RCC {share(judged.rcc)} "
        f"({share(judged.rcc_common)} at the common threshold).",
        judged_certainty_sentence(judged),
    ]
