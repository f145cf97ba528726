"""The content files as plain data, every value a text: these tests do not depend on the loader."""

from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "questionnaires"


def _read(name: str) -> dict[str, Any]:
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@pytest.fixture(scope="session")
def files() -> dict[str, dict[str, Any]]:
    """Both questionnaire files, by id."""
    return {name: _read(name) for name in ("procurement", "recruitment")}


@pytest.fixture(scope="session")
def questions(files) -> dict[str, dict[str, Any]]:
    """Every question of both files, by id."""
    return {
        question["id"]: question
        for content in files.values()
        for section in content["sections"]
        for question in section["questions"]
    }


@pytest.fixture(scope="session")
def pledge() -> dict[str, Any]:
    """The pledge file."""
    return _read("pledge")
