"""A newer version of the installed procurement questionnaire, made by changing some plain questions of it."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from pledge.questionnaires.installed import installed
from pledge.questionnaires.loading import load
from pledge.questionnaires.visibility import effective_answers
from pledge.resources import resource
from tests.support.firms import JOINERY


class Newer:
    """A folder of questionnaires of one's own, and the newer versions that are put into it.

    By id: ``reworded`` has other words, the answer of ``recounted`` that has three points has two, that of ``narrowed``
    is not there, nor is ``gone``. ``same`` stays. ``NEW`` is asked besides. JOINERY is asked all of them.
    """

    NEW = "x-new"

    def __init__(self, folder: Path) -> None:
        shutil.copytree(
            resource("questionnaires"), folder, ignore=shutil.ignore_patterns("*.*.yaml")
        )  # no translations
        self.folder = folder
        self.path = folder / "procurement.yaml"
        self._document: dict[str, Any] = yaml.load(self.path.read_text("utf-8"), yaml.BaseLoader)
        self.now: str = self._document["version"]
        definition = load(self.path.read_bytes()).definition
        assert definition is not None
        asked = effective_answers(definition, JOINERY, {})
        everything, pledge = json.dumps(self._document), (folder / "pledge.yaml").read_text("utf-8")
        plain = [
            (section["id"], question)
            for section in self._document["sections"]
            for question in section["questions"]
            if question["id"] in asked and _plain(question) and everything.count(f'"{question["id"]}"') == 1
        ]
        ids = [question["id"] for _, question in plain]
        self.gone = next(name for name in ids if not re.search(rf"\b{name}\b", pledge))
        self.same, self.reworded, self.recounted, self.narrowed = [name for name in ids if name != self.gone][:4]
        self.section = {question["id"]: section for section, question in plain}
        self.text = {question["id"]: question["text"] for _, question in plain}

    def install(self, version: str = "2099.1", **top: str) -> bytes:
        """Put a newer version into the folder, and return the file. ``top`` are other keys at its top."""
        document = json.loads(json.dumps(self._document)) | {"version": version, **top}
        document.pop("revision", None)
        for section in document["sections"]:
            section["questions"] = [question for question in section["questions"] if question["id"] != self.gone]
            for question in section["questions"]:
                three = next((option for option in question.get("options", ()) if option.get("points") == "3"), None)
                if question["id"] == self.reworded:
                    question["text"] = "Has anybody at all thought of it, for this newer version?"
                elif question["id"] == self.recounted:
                    three["points"] = "2"
                elif question["id"] == self.narrowed:
                    question["options"].remove(three)
        first = document["sections"][0]["questions"]
        like = next(each for each in first if each["id"] in self.text)
        first.append({**like, "id": self.NEW, "text": "Is this asked since the newer version?"})
        self.put(json.dumps(document))
        return self.path.read_bytes()

    def options(self, name: str) -> list[dict[str, str]]:
        """The options of a question of the file as it is now."""
        document = json.loads(self.path.read_text("utf-8"))
        return next(
            each["options"] for part in document["sections"] for each in part["questions"] if each["id"] == name
        )

    def as_before(self) -> None:
        """Put the version back that is published."""
        shutil.copy(resource("questionnaires") / "procurement.yaml", self.path)
        installed.cache_clear()

    def put(self, text: str) -> None:
        """Put a text into the folder, as it is. A process that starts from now on reads it."""
        self.path.write_text(text, "utf-8")
        installed.cache_clear()


def _plain(question: dict[str, Any]) -> bool:
    if {"variants", "reuse_key", "not_applicable"} & set(question) or "kind" in question:
        return False
    options = question["options"]
    return not any("flag" in option for option in options) and {"2", "3", "4"} <= {o["points"] for o in options}
