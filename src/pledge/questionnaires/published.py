"""Whether a file may stand beside what is published: a published version never changes. Pure."""

from pledge.questionnaires.loading import Loaded
from pledge.questionnaires.problems import Problem, quoted
from pledge.questionnaires.yamltext import parse


def beside(file: Loaded, published: Loaded) -> tuple[Problem, ...]:
    """Return what stops a questionnaire from being published after ``published``, an edition of the same one."""
    if file.hash == published.hash or file.version != published.version:
        return ()
    message = (
        f"Version {quoted(file.version)} is published with another text, and what is published never changes. "
        "Give the file a new version."
    )
    source = parse(file.text.encode())
    source.report("changed-version", ("version",), message)
    return (source.problems[-1],)
