"""Webhooks: add, list, test, rotate, pause, resume, remove."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from core.cli.frame import REFUSED, AsJson, Command, print_json, print_line, say, show, table
from core.domain.actor import COMMAND_LINE
from core.domain.webhooks import CHOSEN_EVENTS, LONGEST_OVERLAP, OVERLAP, DeliveryState, Webhook, WebhookEvent

Name = Annotated[str, typer.Argument(help="What the webhook is called: the program that is told.")]

HOUR = timedelta(hours=1)

webhooks_app = typer.Typer(no_args_is_help=True, help="Addresses that are told of events by signed requests.")


@webhooks_app.command("add", cls=Command)
def add_webhook(
    name: Name,
    url: Annotated[str, typer.Argument(help="Where the requests go, https://...")],
    event: Annotated[
        list[WebhookEvent] | None, typer.Option(help="What it is told of; several times for several. Default: all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A new webhook. The secret that its signatures are checked with is printed once and cannot be shown again."""
    from core.workflows.webhooks import registry

    webhook, secret = registry.add_webhook(name, url, event or CHOSEN_EVENTS, actor=COMMAND_LINE)
    if as_json:
        print_json({**_described(webhook), "secret": secret})
        return
    say(f"{webhook.name} is told of: {', '.join(webhook.events)}. The secret is shown this once.")
    print_line(f"secret: {secret}")


@webhooks_app.command("list", cls=Command)
def list_webhooks(as_json: AsJson = False) -> None:
    """Every webhook, and what became of its last deliveries."""
    from core.workflows.webhooks import registry

    webhooks, deliveries = registry.all_webhooks(), registry.last_deliveries()
    if as_json:
        attempts = [
            {"webhook": each.webhook_id, "id": each.message_id, "event": each.event, "state": each.state}
            | {"attempts": each.attempts, "at": each.created_at.isoformat(), "note": each.note}
            for each in deliveries
        ]
        print_json({"webhooks": [_described(webhook) for webhook in webhooks], "deliveries": attempts})
        return
    shown = table("name", "url", "events", "state", "last delivery")
    for webhook in webhooks:
        last = next((each for each in deliveries if each.webhook_id == webhook.id), None)
        words = f"{last.event} {last.state} {last.note}" if last else "none"
        shown.add_row(webhook.name, webhook.url, ", ".join(webhook.events), webhook.ended_reason or "in force", words)
    show(shown)


@webhooks_app.command("rotate", cls=Command)
def rotate_secret(
    name: Name,
    overlap_hours: Annotated[
        int,
        typer.Option(
            min=0,
            max=LONGEST_OVERLAP // HOUR,
            help="For how long requests are signed with the old secret too. 0: no longer at all.",
        ),
    ] = OVERLAP // HOUR,
    as_json: AsJson = False,
) -> None:
    """A new secret, printed once. With an overlap the receiver can take it over without losing a request."""
    from core.workflows.webhooks import registry

    webhook, secret = registry.rotate_secret(name, overlap=overlap_hours * HOUR, actor=COMMAND_LINE)
    if as_json:
        print_json({**_described(webhook), "secret": secret})
        return
    until = f"{webhook.old_until:%Y-%m-%d %H:%M} UTC" if webhook.old_until else ""
    old = f"Requests are signed with the old one too until {until}." if until else "The old one counts no more."
    say(f"{webhook.name} has a new secret, shown this once. {old}")
    print_line(f"secret: {secret}")


@webhooks_app.command("pause", cls=Command)
def pause_webhook(name: Name) -> None:
    """Tell it nothing until it is resumed; what happens meanwhile it is never told."""
    from core.workflows.webhooks import registry

    registry.pause_webhook(name, actor=COMMAND_LINE)
    print_line(f"{name} is told nothing until it is resumed.")


@webhooks_app.command("resume", cls=Command)
def resume_webhook(name: Name) -> None:
    """Tell it again, after a pause or after its receiver had answered 410."""
    from core.workflows.webhooks import registry

    registry.resume_webhook(name, actor=COMMAND_LINE)
    print_line(f"{name} is told again.")


@webhooks_app.command("remove", cls=Command)
def remove_webhook(name: Name) -> None:
    """Tell it nothing any more; what it was told is forgotten."""
    from core.workflows.webhooks import registry

    registry.remove_webhook(name, actor=COMMAND_LINE)
    print_line(f"{name} is told nothing any more.")


@webhooks_app.command("test", cls=Command)
def try_webhook(name: Name) -> None:
    """Send a test event at once. Ends with 1 when it was not taken."""
    from core.workflows.webhooks import registry

    delivery = registry.try_webhook(name, actor=COMMAND_LINE)
    print_line(f"{name}: {delivery.state}, {delivery.note}")
    if delivery.state is not DeliveryState.DELIVERED:
        raise typer.Exit(REFUSED)


def _described(webhook: Webhook) -> dict[str, object]:
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": [event.value for event in webhook.events],
        "created_at": webhook.created_at.isoformat(),
        "ended_reason": webhook.ended_reason or None,
        "old_secret_until": webhook.old_until.isoformat() if webhook.old_until else None,
    }
