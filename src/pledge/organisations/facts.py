"""The facts that decide what is asked, as a form has them: read in one place for every page that asks for them."""

from pledge.organisations.profile import FIELDS, Profile
from pledge.organisations.sections import sections
from pledge.web.forms import Form
from pledge.words.text import all_of

ASKED = tuple(name for name, field in FIELDS.items() if field.steers and field.asked)


def read(form: Form, *, needed: bool = False) -> Profile:
    """Return the facts in a form, without where the organisation is. ``needed``: each must be answered."""

    def message(words: str) -> str | None:
        return words if needed else None

    found = Profile(
        kind=form.choice("kind", FIELDS["kind"].values, message("Choose what you are")),
        sector=form.choice("sector", sections(), message("Choose the work that is most of what you do")),
        risk_sectors=tuple(form.choices("risk_sectors", FIELDS["risk_sectors"].offered)),
        headcount_band=form.choice(
            "headcount_band", FIELDS["headcount_band"].values, message("Choose how many people work for you")
        ),
        turnover_36m=form.yes_no("turnover_36m", message("Choose yes or no for turnover")),
        labour=tuple(form.choices("labour", FIELDS["labour"].values)),
        outside_work=tuple(form.choices("outside_work", FIELDS["outside_work"].values)),
        goods_abroad=form.yes_no("goods_abroad", message("Choose yes or no for goods from abroad")),
        goods_bought=tuple(form.choices("goods_bought", FIELDS["goods_bought"].values)),
    )
    if needed and found.headcount_band == "0" and found.labour and "agency" not in found.labour:
        ticked = all_of([f"“{FIELDS['labour'].values[value]}”" for value in found.labour])
        form.fail("labour", f"You ticked {ticked}, and said that nobody but the owner works for you. {_WHICH}")
    return found


# With an agency ticked they may all be its workers, and how they live and are paid must not stay unsaid.
_WHICH = (
    "If you pay them, choose how many they are. If an agency or a labour provider does, tick that too. Otherwise take "
    "these ticks away."
)
