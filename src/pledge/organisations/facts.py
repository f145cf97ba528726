"""The facts that decide what is asked, as a form has them: read in one place for every page that asks for them."""

from pledge.organisations.profile import FIELDS, Profile
from pledge.organisations.sections import sections
from pledge.web.forms import Form

ASKED = tuple(name for name, field in FIELDS.items() if field.steers and field.asked)


def read(form: Form, *, needed: bool = False) -> Profile:
    """Return the facts in a form, without where the organisation is. ``needed``: each must be answered."""

    def message(words: str) -> str | None:
        return words if needed else None

    return Profile(
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
