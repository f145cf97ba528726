"""``pledge questionnaires publish``: what staff do on their page, for whoever runs the site."""

import re
from pathlib import Path

import click
import msgspec

from pledge.command_line import refuse, with_database
from pledge.questionnaires.answer_files import RefusedError
from pledge.questionnaires.command_parts import print_json, read_file, refusing, say
from pledge.questionnaires.commands import questionnaires
from pledge.questionnaires.installed import read_folder, read_installed
from pledge.questionnaires.loading import Loaded, kind_of, load
from pledge.questionnaires.yamltext import MAX_BYTES
from pledge.words.text import join_and


@questionnaires.command()
@click.argument("questionnaire", metavar="ID|FILE")
@click.option("--dry-run", is_flag=True, help="Say what it would change, and publish nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")
@refusing
@with_database
async def publish(questionnaire: str, dry_run: bool, as_json: bool) -> None:
    """Publish a new version, or a corrected text, of a questionnaire, and say what it changes.

    Give the id of a questionnaire of the questionnaires folder, or a file that is to take the place of the one there.
    It must pass the check beside the others. Whoever begins from now on answers it, without a restart; whoever has
    begun an older version finishes that, or moves when they choose to. It cannot be undone.

    Exit code: 0 published (or it was already), 2 refused: nothing was changed.
    """
    from pledge.assessments.versions import publishing, telling
    from pledge.database.unit import read, write
    from pledge.questionnaires.checks.changes import changes
    from pledge.refusals import Refusal

    file = _file(questionnaire)
    texts = await read(lambda: publishing.texts_of(file.id))
    before, new = publishing.current(texts), file.definition
    old = before.loaded.definition if before else None
    assert new is not None
    published = False
    try:
        publishing.allowed(file, texts)
        if not dry_run:
            published = await write(lambda: publishing.publish(file, "command"))
    except Refusal as error:
        refuse(error.message, "cannot-follow")
    found = changes(old, new) if old else ()
    if as_json:
        what = {"id": file.id, "version": file.version, "revision": file.revision, "published": published}
        asked = before.version if before else None
        print_json({**what, "before": asked, "changes": msgspec.to_builtins(found)})
        return
    edition = f"{file.id} {file.version}{f', text {file.revision}' if file.revision > 1 else ''}"
    if old is not None and (published or dry_run):
        say(f"{old.id} {old.version} → {edition}: {telling.summary(old, new)}")
    for change in found:
        say(f"{change.kind}: {change.where}: {change.message}")
    if published:
        say(f"Published {edition}. Whoever begins now answers it.")
    elif dry_run:
        say("Nothing was published: that was a dry run.")
    else:
        say(f"Published already: {edition}. Nothing was changed.")


def _file(name: str) -> Loaded:
    """Return the questionnaire that an id or a file's path names, once it passed the check beside the others.

    Raises ContentError with every problem, and RefusedError when there is no such questionnaire or file.
    """
    files = read_folder()
    there = {load(kept).id for kept in files.values() if kind_of(kept) == "questionnaire"}
    if not re.fullmatch(r"[a-z0-9_-]+", name) or Path(name).is_file():
        data = read_file(Path(name), MAX_BYTES)
        own = load(data).id
        if own and own not in there:
            message = (
                f"“{own}” is no questionnaire that Pledge asks; those are {join_and(sorted(filter(None, there)))}."
            )
            raise RefusedError("unknown-questionnaire", message)
        files = {path: kept for path, kept in files.items() if not own or load(kept).id != own} | {name: data}
        name = own
    found = read_installed(files)
    if name not in found:
        message = (
            f"There is no questionnaire “{name}”; there are {', '.join(sorted(found))}. For a file, give its path."
        )
        raise RefusedError("unknown-questionnaire", message)
    return found[name]
