"""Whether a file may stand beside what is published: of a published version only the text changes, safely. Pure."""

from collections.abc import Iterator

from pledge.questionnaires.checks.changes import changes
from pledge.questionnaires.loading import Loaded
from pledge.questionnaires.problems import Path, Problem, quoted
from pledge.questionnaires.yamltext import parse


def beside(file: Loaded, published: Loaded) -> tuple[Problem, ...]:
    """Return what stops a questionnaire from being published after ``published``, an earlier text of the same one.

    An older revision than the published one stops nothing: it is only not published. Both can be used.
    """
    if file.hash == published.hash or file.version != published.version or file.revision < published.revision:
        return ()
    source = parse(file.text.encode())
    for code, path, message in _problems(file, published):
        source.report(code, path, message)
    return tuple(source.problems)


def _problems(file: Loaded, published: Loaded) -> Iterator[tuple[str, Path, str]]:
    if file.revision == published.revision:
        message = (
            f"Version {quoted(file.version)}, revision {file.revision}, is published with another text, and what is "
            "published never changes. Give the file a new version, or the next revision if all its changes are safe."
        )
        yield "changed-version", ("version",), message
        return
    assert file.definition is not None and published.definition is not None
    for change in changes(published.definition, file.definition):
        if change.kind != "safe":
            message = (
                f"A revision cannot change this ({change.kind}): {change.where}: {change.message}. "
                "Give the file a new version."
            )
            yield "unsafe-revision", ("revision",), message
