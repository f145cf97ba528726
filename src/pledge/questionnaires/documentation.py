"""The parts of the documentation that follow from the code.

``python -m pledge.questionnaires.documentation`` writes them into ``docs/``; a test fails while they differ.
"""

import json
from pathlib import Path

from pledge.questionnaires.definition import json_schema
from pledge.questionnaires.problems import CODES
from pledge.questionnaires.translations import translation
from pledge.words.reading import HARDEST

_CHECKS = """# What the questionnaire checker reports

`pledge questionnaires check [FILE…]` reads each file to its end and reports every problem at once: its
line, its place in words and one of these codes. Codes are stable, so scripts may rely on them. An error
stops the file from being used; a warning does not. The shape of a file is also written down for editors,
in [questionnaire.schema.json](questionnaire.schema.json), that of a translation in
[translation.schema.json](translation.schema.json).

`--json` prints one object: `files`, each with its `problems`, and `alone`. That is true where files were named: then
nothing was looked for that goes wrong between the files of a folder. Without a name it is false.

| code | severity | the rule |
|---|---|---|
"""

_GRADES = f"""
## How hard it is to read

`pledge questionnaires grades [ID|FILE…]` prints a line for each text that people see (the words of questions, hints,
options, actions and their reasons, and what is said beside a field): its file and line, its reading grade, its place
and the text, the hardest first. Then there is a line for each file, with the average of its texts. Without a name it
reads every questionnaire of the questionnaires folder.

The grade is that of Flesch and Kincaid, in US school years: 0.39 × words ÷ sentences + 11.8 × syllables ÷ words −
15.59. A colon or a semicolon ends no sentence, and a hyphen parts two words. It says little of a single word: “Never”
has 8.4. Above {HARDEST} a text is too hard: use shorter sentences and plainer words. The command ends with 0 when
none is, with 1 when some are, and with 2 when a file cannot be read. `--json` prints one object: `hardest` (the bound),
`files` with `file`, `texts` (how many), `average` and `too_hard` (how many), and `texts` with `file`, `line`, `where`,
`grade` and `text`, the hardest first.
"""


def documents() -> dict[str, str]:
    """Return each generated document: its name in ``docs/``, and its text."""
    rows = "".join(f"| `{name}` | {code.severity} | {code.rule} |\n" for name, code in CODES.items())
    return {
        "questionnaire-checks.md": _CHECKS + rows + _GRADES,
        "questionnaire.schema.json": _json(json_schema()),
        "translation.schema.json": _json(translation.json_schema()),
    }


def _json(schema: object) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Write the generated documents into ``folder``."""
    for name, text in documents().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path("docs"))
