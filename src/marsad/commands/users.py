"""marsad users add, list, role, password, disable, token."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from marsad.commands.output import FORMAT, json_lines, open_settings_store, table

if TYPE_CHECKING:
    from marsad.settings import Settings

ROLE = click.Choice(["reader", "coder", "lead", "admin"])
PASSWORD = click.password_option(help="Asked for where it is not given.", metavar="TEXT")


@click.group()
def users() -> None:
    """Manage the people of a team, their roles and read tokens.

    Without people the store is yours alone, and `marsad serve` answers this machine only. With the first person, who
    must be an admin, everybody logs in. Readers read, coders also correct, leads also decide between coders and see
    private names for a reason, admins also manage people.

    \b
    Examples:
      marsad users add layla --role admin
      marsad users add huda --role coder
      marsad users list
    """


@users.command()
@click.argument("name")
@click.option("--role", type=ROLE, default="reader", show_default=True)
@PASSWORD
@click.pass_obj
def add(settings: Settings, name: str, role: str, password: str) -> None:
    """Let somebody in.

    \b
    Example:
      marsad users add huda --role coder
    """
    from marsad.store.people import People

    with open_settings_store(settings) as store:
        person = People(store).add(name, role, password, by=getpass.getuser())
    click.echo(f"{person.name} is a {person.role} now")


@users.command("list")
@FORMAT
@click.pass_obj
def list_(settings: Settings, style: str) -> None:
    """List everybody.

    \b
    Example:
      marsad users list --format jsonl
    """
    from marsad.store.people import People

    with open_settings_store(settings) as store:
        rows = [person.to_json() for person in People(store).all()]
    if style == "jsonl":
        json_lines(rows)
    else:
        table(("name", "role", "disabled", "since", "last log-in"), [tuple(row.values()) for row in rows])


@users.command()
@click.argument("name")
@click.argument("role", type=ROLE)
@click.pass_obj
def role(settings: Settings, name: str, role: str) -> None:
    """Give somebody another role; they log in again.

    \b
    Example:
      marsad users role huda lead
    """
    from marsad.store.people import People

    with open_settings_store(settings) as store:
        person = People(store).change(name, role=role, by=getpass.getuser())
    click.echo(f"{person.name} is a {person.role} now")


@users.command()
@click.argument("name")
@PASSWORD
@click.pass_obj
def password(settings: Settings, name: str, password: str) -> None:
    """Give somebody a new password; their sessions end.

    \b
    Example:
      marsad users password huda
    """
    from marsad.store.people import People

    with open_settings_store(settings) as store:
        People(store).set_password(name, password, by=getpass.getuser())
    click.echo(f"{name} has a new password")


@users.command()
@click.argument("name")
@click.option("--undo", "back", is_flag=True, help="Let them in again.")
@click.pass_obj
def disable(settings: Settings, name: str, *, back: bool) -> None:
    """Lock somebody out at once; what they did stays.

    \b
    Examples:
      marsad users disable huda
      marsad users disable huda --undo
    """
    from marsad.store.people import People

    with open_settings_store(settings) as store:
        person = People(store).change(name, disabled=not back, by=getpass.getuser())
    click.echo(f"{person.name} may {'log in again' if back else 'no longer log in'}")


@users.command()
@click.argument("name")
@click.option("--name", "label", metavar="TEXT", default="token", show_default=True, help="What it is for.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long it holds.")
@click.option("--revoke", metavar="NUMBER", type=int, help="End this token instead of making one.")
@click.option("--list", "listed", is_flag=True, help="List the tokens instead of making one.")
@click.pass_obj
def token(settings: Settings, name: str, *, label: str, days: int, revoke: int | None, listed: bool) -> None:
    """Make a token with which a program may read the API; it is shown this once.

    \b
    Examples:
      marsad users token huda --name dashboard --days 90
      marsad users token huda --list
      marsad users token huda --revoke 3
    """
    from marsad.store.people import People

    with open_settings_store(settings) as store:
        people = People(store)
        if revoke is not None:
            people.revoke(revoke, by=getpass.getuser(), of=people.get(name).name)
            click.echo(f"token {revoke} is revoked")
        elif listed:
            rows = [(t.id, t.label, t.prefix, t.made_at, t.expires_at, t.revoked) for t in people.tokens(name)]
            table(("id", "name", "begins with", "made", "expires", "revoked"), rows)
        else:
            text, _ = people.make_token(name, label, days=days, by=getpass.getuser())
            click.echo(text)
