"""The parts of the documentation that follow from the code.

``python -m pledge.questionnaires.documentation`` writes them into ``docs/``; a test fails while they differ.
"""

import json
from pathlib import Path

from pledge.questionnaires.definition import json_schema
from pledge.questionnaires.problems import CODES

_CHECKS = """# What the questionnaire checker reports

`pledge questionnaires check [FILE…]` reads each file to its end and reports every problem at once: its
line, its place in words and one of these codes. Codes are stable, so scripts may rely on them. An error
stops the file from being used; a warning does not. The shape of a file is also written down for editors,
in [questionnaire.schema.json](questionnaire.schema.json).

| code | severity | the rule |
|---|---|---|
"""


def documents() -> dict[str, str]:
    """Return each generated document: its name in ``docs/``, and its text."""
    rows = "".join(f"| `{name}` | {code.severity} | {code.rule} |\n" for name, code in CODES.items())
    return {
        "questionnaire-checks.md": _CHECKS + rows,
        "questionnaire.schema.json": json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def write(folder: Path) -> None:
    """Write the generated documents into ``folder``."""
    for name, text in documents().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path("docs"))
