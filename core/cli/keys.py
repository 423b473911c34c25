"""Keys for programs: add, list, revoke."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Annotated

import typer

from core.cli.frame import AsJson, Command, print_json, print_line, say, show, table
from core.domain.actor import COMMAND_LINE
from core.domain.api_keys import DEFAULT_PER_MINUTE, ApiKey, KeyLimits, Scope, sorted_scopes

Name = Annotated[str, typer.Argument(help="What the key is called: the program that holds it.")]
DAY = "%Y-%m-%d"

keys_app = typer.Typer(no_args_is_help=True, help="Keys for programs, and what each opens.")


@keys_app.command("add", cls=Command)
def add_key(
    name: Name,
    scope: Annotated[list[Scope], typer.Option(help="What it opens; several times for several.")],
    expires: Annotated[
        datetime | None, typer.Option(formats=[DAY], help="The last day on which it opens anything, UTC.")
    ] = None,
    per_minute: Annotated[int, typer.Option(help="Requests a minute.")] = DEFAULT_PER_MINUTE,
    network: Annotated[
        list[str] | None, typer.Option(help="Address or network it may be used from; several times for several.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Source of recordings that it may name; several times for several.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A new key. It is printed once and cannot be shown again."""
    from core.workflows.accounts import api_keys

    ends_at = None if expires is None else datetime.combine(expires.date(), time.max)
    limits = KeyLimits(per_minute, ends_at, tuple(network or ()), tuple(source or ()))
    key, secret = api_keys.create(name, scope, limits, actor=COMMAND_LINE)
    if as_json:
        print_json({**_described(key), "key": secret})
        return
    say(f"{key.name} may now: {', '.join(sorted_scopes(key.scopes))}. The key is shown this once.")
    print_line(f"key: {secret}")


@keys_app.command("list", cls=Command)
def list_keys(as_json: AsJson = False) -> None:
    """Every key: what it opens, until when, when it was used last."""
    from core.workflows.accounts import api_keys

    keys = api_keys.all_keys()
    if as_json:
        print_json({"keys": [_described(key) for key in keys]})
        return
    shown = table("name", "scopes", "state", "used", "from", "sources")
    for key in keys:
        used = key.used_at.strftime(DAY) if key.used_at else "never"
        scopes = ", ".join(sorted_scopes(key.scopes))
        networks, sources = ", ".join(key.limits.networks), ", ".join(key.limits.sources)
        shown.add_row(key.name, scopes, _state(key), used, networks or "everywhere", sources or "all")
    show(shown)


@keys_app.command("revoke", cls=Command)
def revoke_key(name: Name) -> None:
    """Take a key out of force at once, for good."""
    from core.workflows.accounts import api_keys

    print_line(f"{api_keys.revoke(name, actor=COMMAND_LINE).name} opens nothing any more.")


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:{DAY}}"
    if not key.is_in_force(datetime.now(UTC).replace(tzinfo=None)):
        return "expired"
    return f"until {key.limits.expires_at:{DAY}}" if key.limits.expires_at else "in force"


def _described(key: ApiKey) -> dict[str, object]:
    return {
        "name": key.name,
        "scopes": [str(scope) for scope in sorted_scopes(key.scopes)],
        "per_minute": key.limits.per_minute,
        "networks": list(key.limits.networks),
        "sources": list(key.limits.sources),
        "created_by": key.created_by,
        "created_at": _iso(key.created_at),
        "expires_at": _iso(key.limits.expires_at),
        "used_at": _iso(key.used_at),
        "revoked_at": _iso(key.revoked_at),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
