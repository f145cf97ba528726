"""Translations of the valid fixtures, and a folder of one's own that is installed."""

import datetime
import shutil
from pathlib import Path

import pytest

from pledge.questionnaires.installed import installed
from pledge.questionnaires.translations.reading import read_translations
from pledge.resources import resource

TRANSLATIONS = Path(__file__).parents[1] / "fixtures" / "translations"
TODAY = datetime.date(2026, 12, 1)


@pytest.fixture(scope="session")
def both(fixture_definition):
    """Return a function from the name of a fixture to it, and to its translation, which has no problem."""

    def found(name):
        original = fixture_definition(name)
        (read,) = read_translations([(TRANSLATIONS / f"{name}.pl.yaml").read_bytes()], [original], TODAY)
        assert read.problems == ()
        return original, read.translation

    return found


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A folder that is installed in place of the questionnaires, with a copy of them in it."""
    shutil.copytree(resource("questionnaires"), tmp_path / "questionnaires")
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(tmp_path / "questionnaires"))
    installed.cache_clear()
    yield tmp_path / "questionnaires"
    installed.cache_clear()
