"""Accounts: add, list, give a password, change a role, close and open."""

from __future__ import annotations

import secrets
import sys
from typing import Annotated

import typer

from core.cli.frame import AsJson, Command, print_json, print_line, say, show, table
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import Refused

GENERATED_BYTES = 12

Name = Annotated[str, typer.Argument(help="The name to sign in with.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]

accounts_app = typer.Typer(no_args_is_help=True, help="People and what they may do.")


@accounts_app.command("add", cls=Command)
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the account may do.")],
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """A new account. Without --password-stdin a password is made up and printed once."""
    from core.workflows.accounts import accounts

    password = _password(password_stdin)
    account = accounts.create(name, password, role, actor=COMMAND_LINE)
    if as_json:
        shown = {} if password_stdin else {"password": password}
        print_json({"name": account.name, "role": account.role} | shown)
        return
    say(f"{account.name} may now sign in as {account.role}.")
    if not password_stdin:
        print_line(f"password: {password}")


@accounts_app.command("list", cls=Command)
def list_everyone(as_json: AsJson = False) -> None:
    """Everybody, with role and state."""
    from core.workflows.accounts import accounts

    everyone = accounts.all_accounts()
    if as_json:
        rows = [
            {
                "name": account.name,
                "role": account.role,
                "active": account.is_active,
                "can_sign_in": account.can_sign_in,
            }
            for account in everyone
        ]
        print_json({"accounts": rows})
        return
    shown = table("name", "role", "state")
    for account in everyone:
        waiting = "external annotator" if account.is_external else "no password yet"
        state = "closed" if not account.is_active else "" if account.can_sign_in else waiting
        shown.add_row(account.name, account.role, state)
    show(shown)


@accounts_app.command("password", cls=Command)
def password(name: Name, password_stdin: FromStdin = False) -> None:
    """Give an account a new password; every sign-in with the old one ends."""
    from core.workflows.accounts import accounts

    new = _password(password_stdin)
    accounts.set_password(accounts.account_named(name).id, new, actor=COMMAND_LINE)
    say(f"{name} has a new password.")
    if not password_stdin:
        print_line(f"password: {new}")


@accounts_app.command("role", cls=Command)
def role(name: Name, role: Annotated[Role, typer.Argument(help="What the account may do.")]) -> None:
    """Change what an account may do."""
    from core.workflows.accounts import accounts

    changed = accounts.set_role(accounts.account_named(name).id, role, actor=COMMAND_LINE)
    print_line(f"{changed.name} is now {changed.role}.")


@accounts_app.command("close", cls=Command)
def close(name: Name) -> None:
    """Nobody can sign in to the account any more; its judgements stay."""
    from core.workflows.accounts import accounts

    print_line(f"{accounts.deactivate(accounts.account_named(name).id, actor=COMMAND_LINE).name} is closed.")


@accounts_app.command("open", cls=Command)
def reopen(name: Name) -> None:
    """Open a closed account again."""
    from core.workflows.accounts import accounts

    print_line(f"{accounts.reactivate(accounts.account_named(name).id, actor=COMMAND_LINE).name} is open.")


@accounts_app.command("reset-second-step", cls=Command)
def reset_second_step(name: Name) -> None:
    """Ask for no code any more: for somebody who lost the authenticator and the recovery codes."""
    from core.workflows.accounts import accounts, two_step

    print_line(f"{two_step.reset(accounts.account_named(name).id, actor=COMMAND_LINE).name} signs in without a code.")


@accounts_app.command("link", cls=Command)
def link(
    name: Name,
    login: Annotated[str, typer.Argument(help="E-mail, user name or number at the provider; empty: nobody.")],
) -> None:
    """Say who that is at the OpenID Connect provider (EARSHOT_OIDC_ISSUER)."""
    from core.workflows.accounts import accounts, oidc_links

    linked = oidc_links.link(accounts.account_named(name).id, login, actor=COMMAND_LINE)
    print_line(f"{linked.name} is {linked.oidc_login or 'nobody'} at the provider.")


@accounts_app.command("match", cls=Command)
def match(
    external: Annotated[str, typer.Argument(help="An external annotator, as a file names them.")],
    name: Annotated[str, typer.Argument(help="The account of the same person.")],
) -> None:
    """Say which account an external annotator is; their labels stand under the account from now on."""
    from core.workflows.accounts import external_annotators

    moved = external_annotators.match(external, name, actor=COMMAND_LINE)
    print_line(f"{external} is {name}: {moved} labels and decisions.")


def _password(from_stdin: bool) -> str:
    if not from_stdin:
        return secrets.token_urlsafe(GENERATED_BYTES)
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Refused("Standard input held no password; it is read from the first line.")
    return line
