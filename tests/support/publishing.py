"""Publishing the questionnaires of the folder in a test, as the start does, and then staff."""

import re

from pledge.assessments import definitions
from pledge.assessments.versions import publishing
from pledge.database.unit import read, write
from pledge.questionnaires.installed import installed
from pledge.refusals import Refusal


def as_version(text: str, version: str) -> str:
    """Return a questionnaire's text as another version of it."""
    return re.sub("^version: .*", f'version: "{version}"', text, count=1, flags=re.MULTILINE)


async def publish_all() -> list[str]:
    """Publish whatever is installed and can be, and return the names and versions of what was not published before."""

    async def unit() -> list[str]:
        done = await publishing.at_start()
        for name, file in installed().items():
            try:
                if await publishing.publish(file, "command"):
                    done.append(f"{name} {file.version}")
            except Refusal:  # an older version: the other is asked
                continue
        return done

    done = await write(unit)
    await read(definitions.catch_up)
    return done
