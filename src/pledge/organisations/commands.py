"""``pledge user``: who has a role, given from the server."""

import json
from datetime import datetime
from functools import partial
from typing import Any

import click

from pledge.command_line import refuse, with_database


@click.group()
def user() -> None:
    """Give people their roles, and help those who cannot get in."""


@user.command()
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(["staff", "organiser", "operator"]), help="What they may do.")
@click.option("--organiser", metavar="NAME", help="The body they organise for: a chamber, for instance.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")
@with_database
async def add(email: str, role: str, organiser: str | None, as_json: bool) -> None:
    """Give EMAIL a role, with an account if they have none, and print a link.

    The link works once, for 24 hours. On its page they choose a name and a password, and then set up an app as the
    second step when they sign in. Doing it again gives another link, in place of the first; the rest stays as it is.

    Exit code: 0 done, 2 refused.
    """
    from pledge.database.unit import write
    from pledge.organisations.people import appointing
    from pledge.settings import load

    _require_address(email)
    if (organiser is None) == (role == "organiser"):
        refuse(
            "Name the body they organise for, with --organiser NAME."
            if role == "organiser"
            else "--organiser belongs to --role organiser only."
        )
    try:
        made = await write(partial(appointing.appoint, email, role, organiser))
    except appointing.CannotAppoint as error:
        refuse(str(error))
    link = load().base_url + made.path
    if as_json:
        _print(
            {
                "email": made.email,
                "role": role,
                "organiser": organiser,
                "added": made.added,
                "link": link,
                "expires": made.expires,
            }
        )
        return
    click.echo(f"{made.email} {'has an account now and ' if made.added else ''}is {_WORDS[role]}. They go on here:")
    click.echo(link)
    click.echo("The link works once, for 24 hours. Give it to them yourself, in a way that nobody else reads.")


_WORDS = {"staff": "partnership staff", "organiser": "an organiser", "operator": "an operator"}


@user.command("reset-factor")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")
@with_database
async def reset_factor(email: str, as_json: bool) -> None:
    """Take the second step off the account of EMAIL, who has lost the app and the recovery codes.

    Make sure first that it is really them: ring a number that you know. They are signed out everywhere and told by
    e-mail.

    Exit code: 0 done, 1 they had none, 2 refused.
    """
    from pledge.database.unit import write
    from pledge.organisations.people import appointing

    _require_address(email)
    try:
        removed = await write(partial(appointing.reset_factor, email))
    except appointing.CannotAppoint as error:
        refuse(str(error))
    if as_json:
        _print({"email": email, "removed": removed})
    else:
        click.echo("The second step is removed." if removed else "That account has no second step.")
    if not removed:
        raise SystemExit(1)


def _require_address(email: str) -> None:
    from email_validator import EmailNotValidError

    from pledge.accounts.people import email_key

    try:
        if not email.isprintable():
            raise EmailNotValidError
        email_key(email)
    except EmailNotValidError:
        refuse(f"“{' '.join(email.split())}” is no e-mail address. Write it like name@example.org.")


def _print(found: dict[str, Any]) -> None:
    click.echo(json.dumps(found, ensure_ascii=False, default=datetime.isoformat))
