"""The columns of a supplier list that we understand, and the headings people give them. Pure.

The headings (``data/headings.csv``) were collected from published council, police and fire service spend files,
factory lists and the exports of accounts packages. Earlier in a list is a better match; headings are compared after
``text.fold``.
"""

from typing import NamedTuple

from pledge.suppliers.words.data_files import read_table


class Field(NamedTuple):
    """One thing we can know about a supplier. ``title`` is its heading in the template."""

    name: str
    title: str
    meaning: str
    required: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings under which we look for this field, the best first."""
        return (self.title, *_HEADINGS[self.name], self.name)


_HEADINGS = {row["field"]: row["headings"].split("|") for row in read_table("headings")}

FIELDS = (
    Field("name", "Supplier name", "The name of the business or person you buy from.", required=True),
    Field("goods_or_service", "What they supply", "The goods or the work you buy, in a few words."),
    Field("company_number", "UK company number", "Eight characters from Companies House, for example 01234567."),
    Field("sic_code", "SIC code", "What the business does, as a five-digit code from Companies House."),
    Field("country_of_supply", "Country they supply from", "Where the supplier is, not where the goods were made."),
    Field("country_of_origin", "Country made or grown", "Where the goods were made or grown. Several may be given."),
    Field("spend", "Spend in a year (£)", "What you pay them, in pounds. Payments to one supplier are added up."),
    Field("labour", "Whose workers", "employees, agency, subcontract, mixed or unknown."),
    Field("on_site", "Work on your site", "yes if their crews work at your place: cleaners, builders, guards."),
    Field("subcontracts", "Passes work on", "yes if they use subcontractors for your work."),
    Field(
        "licence_number",
        "Licence number",
        "For labour in farming, food packing or shellfish: their gangmaster licence.",
    ),
    Field("town", "Town", "The town they work from."),
    Field("postcode", "Postcode", "UK postcode."),
    Field("email", "E-mail", "An address for questions, better a shared one than a person's."),
    Field("website", "Website", "Their address on the web."),
    Field("reference", "Your code for them", "Your own code or account number for this supplier."),
    Field("last_checked", "Last checked", "The day you last looked into how they treat workers."),
    Field("owner", "Your contact person", "Who in your firm looks after this supplier."),
)

FIELD_BY_NAME = {field.name: field for field in FIELDS}
