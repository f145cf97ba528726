"""The columns of a supplier list that we understand, and the headings people give them. Pure.

Headings were collected from published council, police and fire service spend files, factory lists and the exports
of accounts packages. Earlier in a list is a better match; headings are compared after ``text.fold``.
"""

from typing import NamedTuple


class Field(NamedTuple):
    """One thing we can know about a supplier. ``title`` is its heading in the template."""

    name: str
    title: str
    meaning: str
    headings: tuple[str, ...]
    required: bool = False


def _headings(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


FIELDS = (
    Field(
        "name", "Supplier name", "The name of the business or person you buy from.",
        _headings(
            "supplier name|supplier|vendor name|vendor|name of supplier|supplier final|creditor name|creditor|payee name"
            "|payee|beneficiary name|beneficiary|merchant name|merchant|contractor name|contractor|company name|business name"
            "|organisation name|organization name|trading name|legal name|registered name|supplier company|factory name"
            "|facility name|site name|producer name|provider name|provider|manufacturer name|manufacturer|account name|name"
            "|company|business|organisation|organization|firm|supplier business name|paid to|seller|supplier legal name"
            "|contact company|supplier vendor|vendor supplier|suppliers|vendors|who|supplier s name|suppliers name|a c name"
        ),
        required=True,
    ),
    Field(
        "goods_or_service", "What they supply", "The goods or the work you buy, in a few words.",
        _headings(
            "what they supply|what do they supply|what is supplied|goods or services|goods or service|goods services"
            "|goods and services|goods service|products services|products and services|product or service|product service"
            "|products supplied|goods supplied|services supplied|services provided|type of goods|type of service|supplies"
            "|product category|supplier category|supplier classification|supplier type|spend category|expenditure category"
            "|expense category|procurement category|purchase category|category|commodity|commodity description|product"
            "|products|goods|service|services|account detail|account description|nominal description|nominal name"
            "|nominal account|gl description|expense type|expenditure type|merchant category|proclass description"
            "|cpv description|subjective description|subjective|purpose|purpose of spend|description of goods"
            "|description of goods services|description|item description|item|product type|industry|sector|trade|line of business"
            "|business type|type of supply|activity|detail|details|what|nature of business|work|type of work"
        ),
    ),
    Field(
        "company_number", "UK company number", "Eight characters from Companies House, for example 01234567.",
        _headings(
            "uk company number|company number|company no|company registration number|company registration no|company reg no"
            "|company reg number|companies house number|companies house no|co number|co no|co reg no|crn|registered number"
            "|registered company number|registration number|registration no|reg no|reg number|company reg|companies house"
            "|companies house reg no|company house number|comp no|supplier company number|uk company no|company id"
            "|companynumber|company registration"
        ),
    ),
    Field(
        "sic_code", "SIC code", "What the business does, as a five-digit code from Companies House.",
        _headings(
            "sic code|sic|sic codes|sic 2007|sic2007|sic code 2007|uk sic|uk sic code|sic2007 code|sic 2007 code"
            "|industry code|siccode|nature of business sic|nature of business code|siccode sictext 1"
        ),
    ),
    Field(
        "country_of_supply", "Country they supply from", "Where the supplier is, not where the goods were made.",
        _headings(
            "country they supply from|country of supply|supplier country|vendor country|country|country name|country code"
            "|country region|country of supplier|supply country|country supplied from|supplied from|location country"
            "|iso country|iso country code|factory country|facility country|nation|country of operation|address country"
            "|country of registration|country of incorporation|based in|country based|supplier location country"
        ),
    ),
    Field(
        "country_of_origin", "Country made or grown", "Where the goods were made or grown. Several may be given.",
        _headings(
            "country made or grown|country of origin|country made grown|country made|made in|country of manufacture"
            "|manufacturing country|country of production|production country|where made|where made or grown|origin country"
            "|origin|coo|source country|country of source|country sourced|country grown|grown in|manufactured in"
            "|country goods made|goods made in|product origin|origin of goods|country of origin of goods"
        ),
    ),
    Field(
        "spend", "Spend in a year (£)", "What you pay them, in pounds. Payments to one supplier are added up.",
        _headings(
            "spend in a year|annual spend|spend|total spend|yearly spend|spend amount|spend per year|spend gbp|net amount"
            "|nett amount|amount paid|total invoice amount|invoice amount|amount|total amount|net|net value|invoice value"
            "|value|total|paid amount|payment amount|sum of amount|sum of invoice nett amount|sum of net amount|turnover"
            "|total paid|amount gbp|gross amount|gross|amount excl vat|amount ex vat|net amount excl vat|net amount gbp"
            "|transaction amount|payment value|total value|purchases|purchases ytd|ytd spend|spend ytd|cost|annual value"
            "|contract value|line amount|total net|total gross|net total|gross total|amount net|amount in gbp|amount net of vat"
            "|annual spend gbp|spend last 12 months|last 12 months spend"
        ),
    ),
    Field(
        "labour", "Whose workers", "employees, agency, subcontract, mixed or unknown.",
        _headings(
            "whose workers|labour used|labour|labor|labour type|type of labour|labour model|workforce|workforce type"
            "|type of workforce|workers|worker type|employment type|staffing|who does the work|labour source|staff type"
            "|kind of labour|labor used|labor type"
        ),
    ),
    Field(
        "on_site", "Work on your site", "yes if their crews work at your place: cleaners, builders, guards.",
        _headings(
            "work on your site|work on our site|works on our site|on site|onsite|on site work|on site y n|work on site"
            "|works on site|work done on site|work done on your site|work done on our site|site work|on our premises"
            "|works on our premises|on premises|crews on site|on site workers|work on premises"
        ),
    ),
    Field(
        "subcontracts", "Passes work on", "yes if they use subcontractors for your work.",
        _headings(
            "passes work on|subcontracts|sub contracts|uses subcontractors|use subcontractors|subcontracting|subcontractors"
            "|sub contracting|sub contractors|subcontracted|subcontractors used|passes work to others|subcontract"
            "|subcontracts work|do they subcontract"
        ),
    ),
    Field(
        "licence_number", "Licence number", "For labour in farming, food packing or shellfish: their gangmaster licence.",
        _headings(
            "licence number|license number|licence no|license no|licence|license|glaa licence|glaa number|glaa licence number"
            "|gla licence|gangmaster licence|gangmaster licence number|gangmasters licence|urn|licence urn|fwa licence"
            "|glaa urn|glaa licence no|sia licence"
        ),
    ),
    Field(
        "town", "Town", "The town they work from.",
        _headings("town|town city|city|town or city|city town|post town|location|supplier town|locality|supplier city"),
    ),
    Field(
        "postcode", "Postcode", "UK postcode.",
        _headings("postcode|post code|postal code|zip|zip code|zipcode|pcode|supplier postcode|post zip code|zip postcode"),
    ),
    Field(
        "email", "E-mail", "An address for questions, better a shared one than a person's.",
        _headings(
            "e mail|email|email address|e mail address|contact email|supplier email|mail|contact e mail|email contact"
        ),
    ),
    Field(
        "website", "Website", "Their address on the web.",
        _headings("website|web site|web|url|web address|homepage|site url|website address|company website|www"),
    ),
    Field(
        "reference", "Your code for them", "Your own code or account number for this supplier.",
        _headings(
            "your code for them|supplier code|supplier no|supplier number|supplier id|supplier ref|supplier reference"
            "|vendor code|vendor no|vendor number|vendor id|creditor code|creditor no|creditor id|creditor number"
            "|supplier account|supplier account no|account code|account number|account no|account ref|account reference"
            "|a c|a c ref|a c no|a c code|our ref|our reference|reference|ref|code|id|supplier key|supplier account number"
            "|payee id|merchant id|row id"
        ),
    ),
    Field(
        "last_checked", "Last checked", "The day you last looked into how they treat workers.",
        _headings(
            "last checked|date last checked|last check|date checked|checked on|last audit|last audited|last audit date"
            "|audit date|last reviewed|last review|review date|date of last check|date of last audit|last assessed"
            "|last visited|last visit|checked"
        ),
    ),
    Field(
        "owner", "Your contact person", "Who in your firm looks after this supplier.",
        _headings(
            "your contact person|owner|supplier owner|contract owner|relationship owner|account manager|contract manager"
            "|responsible|responsible person|buyer|buyer name|our contact|managed by|internal owner|category manager|lead"
        ),
    ),
)  # fmt: skip

FIELD_BY_NAME = {field.name: field for field in FIELDS}
