"""Which languages people are offered. What a human translator has still to check is shown in the demo alone."""

from collections.abc import Iterable

from pledge.organisations.profile import Profile
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.rules import compile_rule
from pledge.questionnaires.translations.translation import Translation


def offered(
    definition: Definition, translations: Iterable[Translation], profile: Profile | None, *, drafts: bool
) -> list[Translation]:
    """Return the translations of a definition that an organisation of this profile is offered, by their language.

    None for ``profile``: whoever reads all questions, with no organisation in mind. ``drafts``: those too that a human
    translator has still to check.
    """
    return sorted(
        (
            each
            for each in translations
            if (each.id, each.version) == (definition.id, definition.version)
            and (drafts or each.checked is not None)
            and (profile is None or each.covers is None or compile_rule(each.covers, definition)(profile, {}))
        ),
        key=lambda each: each.language,
    )
