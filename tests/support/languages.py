"""A made-up translation of any questionnaire: every text with “Żż” before it, so that nothing can be missed by eye."""

from typing import Any

import yaml

from pledge.questionnaires.definition import Definition
from pledge.questionnaires.translations.translation import texts_of

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
    for question in data["questions"].values():  # positions are a list
        if "variants" in question:
            question["variants"] = [question["variants"].get(at, {}) for at in range(max(question["variants"]) + 1)]
    return yaml.safe_dump(data, allow_unicode=True).encode()
