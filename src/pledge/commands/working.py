"""``pledge worker``: background work in a process of its own."""

import asyncio
import gc
import signal
from concurrent.futures import ThreadPoolExecutor

import click

from pledge.command_line import with_database
from pledge.commands.preparing import content_first
from pledge.commands.serving import end_with
from pledge.priority import give_way
from pledge.settings import load


@click.command()
@click.option("--parent", type=int, hidden=True, help="Stop when the process with this number is gone.")
@content_first
@with_database
async def worker(parent: int | None) -> None:
    """Run background work on its own: mail, imports, the audit chain, retention."""
    from pledge.app import log_to_stderr
    from pledge.app import worker as build

    settings = load()
    log_to_stderr(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # What it does on threads (checking and rating rows) stands back; its writing does not: others wait for that.
    loop.set_default_executor(ThreadPoolExecutor(initializer=give_way))
    # Looking for cycles 700 objects at a time is a tenth of what reading and keeping the rows of a file takes.
    gc.set_threshold(20_000)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if parent is not None:
        end_with(parent)
    found = build(settings)
    gc.collect()
    gc.freeze()  # what is loaded now stays: nobody has to look through it again
    await found.run(stop)
