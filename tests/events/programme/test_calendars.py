from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from tests.events.making import NOW, an_event

from pledge.events.programme import calendars
from pledge.events.programme.event import Guest

BASE = "https://pledge.example.org"
LONDON = ZoneInfo("Europe/London")
BEA = Guest("Bea Booker", "bea@example.org")


def parsed(text: str | bytes) -> Calendar:
    calendar = Calendar.from_ical(text)
    assert not calendar.errors and not calendar.subcomponents[0].errors
    return calendar


def entry(calendar: Calendar):
    (found,) = calendar.walk("VEVENT")
    assert not found.errors
    return found


def test_a_message_asks_for_nothing_and_says_who_it_is_for():
    calendar = parsed(calendars.message(an_event(), BEA, BASE, NOW))
    found = entry(calendar)
    assert calendar["METHOD"] == "REQUEST" and found["STATUS"] == "CONFIRMED"
    assert found["ORGANIZER"] == "mailto:events@example.org"
    attendee = found["ATTENDEE"]
    assert attendee == "mailto:bea@example.org"
    assert (attendee.params["CN"], attendee.params["PARTSTAT"], attendee.params["RSVP"]) == (
        "Bea Booker", "ACCEPTED", "FALSE",
    )  # fmt: skip


def test_a_cancellation_is_of_the_same_entry_and_comes_later():
    event = an_event(sequence=2)
    before = entry(parsed(calendars.message(event, BEA, BASE, NOW)))
    calendar = parsed(calendars.message(event, BEA, BASE, NOW + timedelta(minutes=1), cancel=True))
    after = entry(calendar)
    assert calendar["METHOD"] == "CANCEL" and after["STATUS"] == "CANCELLED"
    assert after["UID"] == before["UID"] and after["SEQUENCE"] == before["SEQUENCE"] == 2
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


def test_a_file_is_a_plain_entry_that_no_program_replies_to():
    calendar = parsed(calendars.file([an_event()], BASE))
    found = entry(calendar)
    assert "METHOD" not in calendar and "ORGANIZER" not in found and "ATTENDEE" not in found
    assert found["URL"] == f"{BASE}/events/know-the-signs"
    assert found["LOCATION"] == "Guild Hall, 1 Lancaster Road, Preston, PR1 2AB"


def test_times_are_in_london_with_its_rules_beside_them():
    summer = an_event(starts=datetime(2027, 7, 1, 8, 30, tzinfo=UTC), ends=datetime(2027, 7, 1, 12, tzinfo=UTC))
    text = calendars.file([summer], BASE).decode()
    assert "DTSTART;TZID=Europe/London:20270701T093000" in text
    calendar = parsed(text)
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/London"
    assert entry(calendar)["DTSTART"].dt == datetime(2027, 7, 1, 9, 30, tzinfo=LONDON)


def test_the_rules_in_the_file_are_those_of_the_time_zone_database_for_twenty_years():
    (zone,) = parsed(calendars.file([an_event()], BASE)).walk("VTIMEZONE")
    theirs = zone.to_tz(lookup_tzid=False)
    moment = datetime(2020, 1, 1, 0, 30)  # noqa: DTZ001  a time on the wall
    while moment.year < 2040:
        known = moment.replace(tzinfo=LONDON)
        exists = known.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == moment
        if exists and known.utcoffset() == known.replace(fold=1).utcoffset():
            assert moment.replace(tzinfo=theirs).utcoffset() == known.utcoffset(), moment
        moment += timedelta(hours=7)


def test_no_entry_holds_the_link_to_join():
    online = an_event(attendance_mode="online", join_link="https://meet.example.org/secret")
    for text in (calendars.file([online], BASE).decode(), calendars.message(online, BEA, BASE, NOW)):
        assert "secret" not in text
        assert "The link to join is in the e-mail that confirms your place." in entry(parsed(text))["DESCRIPTION"]


def test_what_people_type_cannot_add_lines_to_an_entry():
    nasty = 'Eve "x"\r\nATTENDEE:mailto:evil@example.org;,\\n'
    event = an_event(title=nasty, summary=nasty, organiser_name=nasty, venue_name=nasty)
    calendar = parsed(calendars.message(event, Guest(nasty, "eve@example.org"), BASE, NOW))
    found = entry(calendar)
    assert found["ATTENDEE"] == "mailto:eve@example.org"
    assert not any(line.startswith("ATTENDEE:") for line in calendar.to_ical().decode().splitlines())


def test_a_feed_has_a_name_and_says_how_often_to_come_back():
    text = calendars.file([an_event(), an_event(uid="b", state="cancelled")], BASE, name="Pledge events").decode()
    calendar = Calendar.from_ical(text)
    assert calendar["NAME"] == "Pledge events" and "REFRESH-INTERVAL;VALUE=DURATION:PT12H" in text
    assert [found["STATUS"] for found in calendar.walk("VEVENT")] == ["CONFIRMED", "CANCELLED"]
    assert len(calendar.walk("VTIMEZONE")) == 1


STRANGE = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch; שלום, עולם \\ 😀 " + "W" * 120


def test_any_text_is_folded_and_escaped_and_comes_back_as_it_was():
    text = calendars.file([an_event(title=STRANGE, venue_name=STRANGE)], BASE)
    assert max(map(len, text.split(b"\r\n"))) <= 75  # octets, and no character is cut
    found = entry(parsed(text))
    assert found["SUMMARY"] == STRANGE and found["LOCATION"].startswith(STRANGE)
