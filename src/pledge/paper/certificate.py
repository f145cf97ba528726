"""The certificate of a signature: one page that says what was signed, until when, and where anybody can check it."""

from datetime import date
from xml.sax.saxutils import quoteattr

import msgspec

from pledge.accounts.totp import qr
from pledge.personal import ERASED
from pledge.pledges.standing import Standing
from pledge.pledges.text import PledgeText
from pledge.words.dates import uk_date

TITLE = "Certificate of signature"


class Certificate(msgspec.Struct, frozen=True):
    """All words of a certificate. ``facts`` are pairs of a name and its value; ``code`` is the QR code as SVG.

    ``label`` says that nobody checked; it is printed as large as everything else. ``alt`` says what the code is.
    """

    title: str
    publisher: str
    firm: str
    signed: str
    facts: tuple[tuple[str, str], ...]
    label: str
    meaning: tuple[str, ...]
    check: tuple[str, ...]
    address: str
    code: str
    alt: str


def certificate_of(
    firm: str, signature: Standing, text: PledgeText, *, publisher: str, address: str, today: date
) -> Certificate:
    """Return the certificate of a current signature of this text. ``address`` is that of the register’s entry."""
    status = text.status(signature.status)
    until = uk_date(signature.expires_on)
    return Certificate(
        title=TITLE,
        publisher=publisher,
        firm=firm,
        signed=f"signed “{text.title}” of {publisher}.",
        facts=(
            ("Signed on", uk_date(signature.signed_on)),
            ("Valid until", until),
            ("Signed by", _signer(signature, text)),
            ("Text of the pledge", f"Version {signature.version}"),
            (f"Status on {uk_date(today)}", status.title),
            ("This certificate was made on", uk_date(today)),
        ),
        label=text.register.label,
        meaning=(
            status.text,
            "This paper shows that the pledge was signed. It does not say how the firm works, or that it is free of "
            "modern slavery. No firm can be sure of that.",
        ),
        check=(
            "The public list says whether the pledge is current. If it says something else than this paper, the list "
            "is right.",
            "Scan the code, or type in this address:",
        ),
        address=address,
        code=_drawn(address),
        alt=f"QR code with the address of the entry in the public list: {address}",
    )


def _signer(signature: Standing, text: PledgeText) -> str:
    """Return who signed and with what authority: by name only as far as the signer chose to be shown."""
    if signature.role == ERASED:
        who = "Somebody whose account is gone"
    elif signature.name_public:
        who = f"{signature.name}, {signature.role}"
    else:
        who = f"{signature.role} of the firm (the name is not shown, as the signer chose)"
    return f"{who}. The signer said: “{text.signing.authority}”"


def _drawn(address: str) -> str:
    side, path = qr(address)
    square = f'<rect width="{side}" height="{side}" fill="#fff"/><path d={quoteattr(path)} fill="#000"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">{square}</svg>'
