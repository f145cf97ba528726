"""UK company numbers: eight characters, no check digit, so only their shape can be checked. Pure.

Shapes as people who work with the whole Companies House file describe them; not an official list, so a prefix we
do not know is a warning and never a rejection (research: supplier spreadsheets, §8).
"""

import re

from pledge.suppliers.words.findings import NOTHING, Finding, Parsed, is_blank
from pledge.suppliers.words.text import fold, words

PREFIXES = words(
    "AC|CE|CS|FC|FE|GE|GS|IC|LP|NC|NF|NI|NL|NO|NP|OC|OE|PC|R0|RC|SA|SC|SE|SF|SG|SI|SL|SO|SR|SZ|ZC|IP|SP|RS"
)
_DIGITS = re.compile(r"[0-9]{8}")
_SHORT = re.compile(r"[0-9]{1,7}")
_PREFIXED = re.compile(r"([A-Z]{2}|R0)([0-9]{1,6})")
_SOCIETY = re.compile(r"(IP|SP|RS)([0-9A-Z]{6})")  # registered societies end in letters
_LETTER_END = re.compile(r"(SL|NI)([0-9]{5})A")
_PUNCTUATION = re.compile(r"[\s.\-–—/\\,:#()'’]+")
_DECIMAL = re.compile(r"([0-9]+)[.,]([0-9]{1,2}|[0-9]{4,})")  # three digits behind a sign are a group
_LABEL = re.compile(r"^(?:company|co|reg(?:istration|istered)?|crn|number|no)+(?=[0-9A-Z]{6,8}$)", re.IGNORECASE)
_NOT_A_COMPANY = words(
    "sole trader|soletrader|individual|self employed|partnership|not registered|charity|"
    "public body|not a company|non uk|overseas|foreign|0"
)


def parse_company_number(text: str) -> Parsed[str]:
    """Read a UK company number into its eight characters; leading zeros that a spreadsheet ate are put back."""
    if _DIGITS.fullmatch(text):
        return text, None
    if is_blank(text) or fold(text) in _NOT_A_COMPANY:
        return NOTHING
    decimal = _DECIMAL.fullmatch(text.strip())
    if decimal and int(decimal[2]):
        return _wrong(text)  # an amount: without its sign it would be the number of some other company
    number = _PUNCTUATION.sub("", decimal[1] if decimal else text).upper()
    value, finding = _shaped(number)
    if finding and finding.code == "company-number-wrong" and (bare := _LABEL.sub("", number)) != number:
        return _shaped(bare)
    return value, finding


def _shaped(number: str) -> Parsed[str]:
    if _DIGITS.fullmatch(number) or _SOCIETY.fullmatch(number) or _LETTER_END.fullmatch(number):
        return number, None
    if _SHORT.fullmatch(number):
        return (number.zfill(8), Finding("leading-zeros", number.zfill(8))) if int(number) else NOTHING
    if match := _PREFIXED.fullmatch(number):
        prefix, digits = match[1], match[2]
        full = prefix + digits.zfill(6)
        if prefix not in PREFIXES:
            return (full, Finding("company-number-prefix", prefix)) if len(digits) == 6 else _wrong(number)
        return full, None if len(digits) == 6 else Finding("leading-zeros", full)
    return _wrong(number)


def _wrong(number: str) -> Parsed[str]:
    return None, Finding("company-number-wrong", str(len(number)))
