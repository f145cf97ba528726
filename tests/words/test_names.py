"""Names carry no web address and no telephone number to an e-mail address that nobody has confirmed."""

import re

import pytest
from tests.events.programme.test_calendars import BASE, NOW, an_event, entry, parsed
from tests.support.firms import MAILROOM

from pledge.events.programme import calendars
from pledge.events.programme.event import Guest
from pledge.resources import resource
from pledge.words.names import problem, unlinked

LONG = "Win " * 40
UNCONFIRMED = ("confirm", "invitation", "supplier_asked", "new_email", "organiser_invited")
SAID_BY_STRANGERS = (
    r"\{\{ ?(name|organisation_name|invited_by|by|body|contact|booking\.name|booking\.organisation_name|guest\.name)\b"
    r"(?! \| unlinked)"
)


@pytest.mark.parametrize(
    "name",
    [
        "go to bit.ly/3abc", "evil.example.com/pay", "hmrc-refund.co.uk", "https://1.2.3.4/x", "WWW.evil", "x@evil.com",
        "hmrc-refund.example.com/claim", "a.com and b.com", "evil。com/pay", "(evil.com/x)", "пример.рф/x",
    ],
)  # fmt: skip
def test_a_name_with_a_web_address_is_refused_for_people_and_firms(name):
    assert "has a web address in it" in problem(name) and "has a web address in it" in problem(name, firm=True)


@pytest.mark.parametrize(
    "name", ["call 0900 123456", "0900123456", "Ring +44 (0)20 7946 0018", "1234567", "192.168.100.1"]
)
def test_a_name_with_a_telephone_number_is_refused(name):
    assert "has a telephone number in it" in problem(name) and "has a telephone number in it" in problem(
        name, firm=True
    )


@pytest.mark.parametrize(
    "name",
    [
        "J.R. Smith Ltd", "J.R.R. Tolkien", "St. Anne's C.E. School", "A.B.C. Cleaning", "3M UK", "24/7 Security",
        "No. 1 Catering", "Müller & Söhne", "Friends of the 1914-1918 Memorial", "1914 – 1918 Society", "123456 Ltd",
        "1st4Print 2.0", "O’Brien, Dr. A.", "Anne-Marie d’Arcy",
    ],
)  # fmt: skip
def test_names_that_are_so_pass(name):
    assert problem(name) == problem(name, firm=True) == ""


@pytest.mark.parametrize("name", ["Booking.com Ltd", "W.H.Smith", "Node.js Consultants (Moneysupermarket)"])
def test_only_a_firm_is_called_like_a_web_address_and_a_person_is_told_what_to_do(name):
    assert problem(name, firm=True) == ""
    assert problem(name).endswith("Enter a name without one, or put a space after each full stop.")


def test_in_a_mail_a_name_is_short_and_no_link():
    assert unlinked("Booking.com Ltd") == "Booking.\u2060com Ltd" and unlinked("J.R. Smith") == "J.R. Smith"
    assert unlinked("a.b.co.uk") == "a.b.\u2060co.\u2060uk"
    assert unlinked(LONG).endswith("…") and len(unlinked(LONG)) <= 60 and unlinked("x" * 60) == "x" * 60


def test_mails_to_unconfirmed_addresses_print_names_so():
    told = {"name": LONG, "organisation_name": "Booking.com", "path": "/t/x"}
    mail = MAILROOM.write("a@example.org", "confirm", **told)
    assert "Booking.com" not in mail.body and "Booking.\u2060com" in mail.body and LONG not in mail.body
    asked = MAILROOM.write("a@example.org", "supplier_asked", **told, by=LONG, contact="bit.ly", until=NOW)
    assert "bit.ly" not in asked.body and "Booking.com" not in asked.body and LONG not in asked.body


def test_every_mail_to_an_unconfirmed_address_does_so():
    folder = resource("templates") / "mail"
    files = [folder / f"{name}.txt" for name in UNCONFIRMED] + sorted(folder.glob("event_*.txt"))
    found = [(file.name, match[0]) for file in files for match in re.finditer(SAID_BY_STRANGERS, file.read_text())]
    assert len(files) > 12 and found == []


def test_the_calendar_entry_of_a_guest_does_so():
    found = entry(parsed(calendars.message(an_event(), Guest(f"bit.ly {LONG}", "g@example.org"), BASE, NOW)))
    name = found["ATTENDEE"].params["CN"]
    assert name.startswith("bit.\u2060ly Win") and len(name) <= 61
