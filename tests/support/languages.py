"""A made-up translation of any questionnaire: every text with “Żż” before it, so that nothing can be missed by eye."""

import dataclasses
import shutil
from typing import Any

import msgspec
import yaml

from pledge.assessments import definitions, fragments, pages
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.installed import installed
from pledge.questionnaires.translations.translation import marks_of, texts_of
from pledge.resources import resource

LANGUAGE = "/assessments/recruitment/language"

CHECKED = {"checked": {"by": "Zofia Żak", "on": "2026-11-28"}}
DRAFT = {"needs_check": "true"}
AROUND = {
    "name": "Polski",
    "draft": "Robocze tłumaczenie.",
    "report": "Raport jest po angielsku.",
    "dont_know": "Nie wiem",
    "not_applicable": "To nas nie dotyczy",
    "why_not": "Jeśli nie dotyczy, dlaczego",
    "short_form": "wersja krótka",
}


def made_up(definition: Definition, language: str = "pl", **more: Any) -> bytes:
    """Return a translation file of a questionnaire, a draft unless ``more`` says that it is checked."""
    data: dict[str, Any] = {
        "schema": "1",
        "kind": "translation",
        "id": definition.id,
        "version": definition.version,
        "language": language,
        "around": AROUND,
        **(more or DRAFT),
    }
    for path, text in texts_of(definition).items():
        here: Any = data
        for step in path[:-1]:
            if isinstance(here, dict):
                here = here.setdefault(step, {})
        here[path[-1]] = f"Żż {text}"
    data["of"] = msgspec.to_builtins(marks_of(definition, data["sections"], data["questions"]))
    for question in data["questions"].values():  # positions are a list
        if "variants" in question:
            question["variants"] = [question["variants"].get(at, {}) for at in range(max(question["variants"]) + 1)]
    return yaml.safe_dump(data, allow_unicode=True).encode()


def installing(monkeypatch, tmp_path):
    """Yield, for a fixture, a function that puts a translation beside the questionnaires that come with Pledge."""
    folder = tmp_path / "questionnaires"

    def install(questionnaire="recruitment", **more):
        definition = definitions.current(questionnaire)
        if not folder.exists():
            shutil.copytree(resource("questionnaires"), folder, ignore=shutil.ignore_patterns("*.*.yaml"))
        (folder / f"{questionnaire}.pl.yaml").write_bytes(made_up(definition, **more))
        monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(folder))
        forget()

    def forget():
        for kept in (installed.cache_clear, pages._frames.clear, fragments._kept.clear):
            kept()

    yield install
    forget()


def make_demo(site, monkeypatch):
    """Make the site the demo, for one test."""
    state = site.application.litestar.state
    monkeypatch.setattr(state, "settings", dataclasses.replace(state.settings, demo=True))


def foreign(page, within="//main"):
    """The texts of a page that are marked as Polish, and those with the made-up mark that are not."""
    marked, unmarked = [], []
    for node in page.document.xpath(f"{within}//text()[normalize-space()]"):
        parent = node.getparent() if node.is_text else node.getparent().getparent()
        polish = bool(parent.xpath("ancestor-or-self::*[@lang='pl']"))
        if polish:
            marked.append(" ".join(node.split()))
        elif "Żż" in node:
            unmarked.append(" ".join(node.split()))
    return marked, unmarked


async def choose(person, language="pl", **more):
    return await person.browser.post(LANGUAGE, {"language": language, "organisation": str(person.organisation), **more})
