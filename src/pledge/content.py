"""Where the questionnaires and the pledge are, and what is said when content cannot be used."""

from pathlib import Path

from pledge import settings
from pledge.resources import resource


class ContentError(Exception):
    """Content cannot be used. ``problems`` has a sentence for each reason, naming the file and what to do."""

    def __init__(self, *problems: str, code: str = "content") -> None:
        self.problems, self.code = list(problems), code
        super().__init__("\n".join(problems))


def content_folder() -> Path:
    """Return the folder that PLEDGE_QUESTIONNAIRES names, or the one that comes with Pledge. Raises ContentError."""
    try:
        return settings.questionnaires_folder() or resource("questionnaires")
    except (settings.SettingsError, FileNotFoundError) as error:
        raise ContentError(str(error), code="no-questionnaires") from None
