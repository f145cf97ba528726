"""The ``pledge`` command. Sub-commands are imported only when they are used, so that ``--help`` is quick."""

import io
import os
import sys
from contextlib import suppress
from datetime import date
from importlib import import_module
from typing import Any

import click

import pledge

# name on the command line → where the click command is
COMMANDS = {
    "serve": "pledge.commands.serving:serve",
    "migrate": "pledge.commands.preparing:migrate",
    "worker": "pledge.commands.working:worker",
    "config": "pledge.commands.checking:config",
    "questionnaires": "pledge.assessments.versions.commands:questionnaires",
    "suppliers": "pledge.suppliers.commands:suppliers",
    "release": "pledge.insights.commands:release",
    "audit": "pledge.audit.commands:audit",
    "user": "pledge.organisations.commands:user",
    "prune": "pledge.commands.pruning:prune",
    "backup": "pledge.commands.archiving:backup",
    "restore": "pledge.commands.archiving:restore",
}


def _open_closed_streams() -> None:
    """Put something in the place of a standard stream that was closed, or the next file opened would be in it.

    Whoever writes to a closed standard output is told that it cannot be done; standard error goes nowhere.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, "r" if name == "stdin" else "w", closefd=False))  # noqa: SIM115


class LazyGroup(click.Group):
    """A click group that imports a sub-command when it is asked for."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line. What a stream's encoding lacks is written as an escape; a full disk is one sentence."""
        _open_closed_streams()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                with suppress(OSError):
                    stream.reconfigure(errors="backslashreplace")
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            from pledge.command_line import forget_output

            with suppress(OSError):
                click.echo(f"{error.filename or 'The command could not go on'}: {error.strerror or error}.", err=True)
            forget_output()
            sys.exit(2)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command name, in the order of ``COMMANDS``."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


def _today() -> date:
    from pledge.database import clock

    return clock.today()


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(pledge.__version__, prog_name="pledge")
@click.pass_context
def main(context: click.Context) -> None:
    """Run Pledge: the business pledge, self-assessment and events of an anti-slavery partnership."""
    context.obj = _today
