"""The tables of events. What each column holds is said once, here."""

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from pledge.organisations.tables import Organiser


class Event(Table, tablename="event"):
    """An event of one organiser body.

    ``uid`` and ``sequence`` are iCalendar's: the one never changes, the other grows whenever people must change their
    calendars. ``reason`` says why it is cancelled or postponed. ``capacity`` NULL is unlimited, 0 is none.
    ``join_link`` is told to people with a place and to nobody else. ``seats_taken`` belongs to
    ``pledge.events.booking.places``. ``revision`` grows with every change by the organiser.
    """

    id = UUID(primary_key=True)
    organiser = ForeignKey(Organiser, null=False)
    slug = Varchar(length=80, unique=True)
    uid = Varchar(length=120, unique=True)
    sequence = Integer()
    state = Varchar(length=10)
    reason = Varchar(length=500)
    title = Varchar(length=150)
    summary = Varchar(length=300)
    description = Text()
    speakers = Text()
    programme = Text()
    starts = Timestamptz(null=True, default=None)
    ends = Timestamptz(null=True, default=None)
    attendance_mode = Varchar(length=10)
    venue_name = Varchar(length=150)
    venue_address = Varchar(length=300)
    venue_postcode = Varchar(length=8)
    district = Varchar(length=40)
    area = Varchar(length=40)
    accessibility = Text()
    join_link = Varchar(length=500)
    capacity = Integer(null=True, default=None)
    seats_taken = Integer(default=0)
    price = Varchar(length=200)
    booking_url = Varchar(length=500)
    per_firm_cap = Integer(default=3)
    registration_closes = Timestamptz(null=True, default=None)
    audience = Varchar(length=200)
    created = Timestamptz(default=None)
    updated = Timestamptz(default=None)
    published = Timestamptz(null=True, default=None)
    revision = Integer()


class EventTold(Table, tablename="event_told"):
    """What people are told of an event at one ``sequence``. The key is (event, sequence). A draft has none."""

    event = ForeignKey(Event, null=False, primary_key=True)
    sequence = Integer()
    state = Varchar(length=10)
    title = Varchar(length=150)
    starts = Timestamptz(default=None)
    ends = Timestamptz(default=None)
    attendance_mode = Varchar(length=10)
    venue_name = Varchar(length=150)
    venue_address = Varchar(length=300)
    venue_postcode = Varchar(length=8)
    join_link = Varchar(length=500)
    price = Varchar(length=200)
    organiser_name = Varchar(length=200)
    organiser_email = Varchar(length=254)


class EventTopic(Table, tablename="event_topic"):
    """A topic of an event: its one primary topic, or a secondary one. The key is (event, topic)."""

    event = ForeignKey(Event, null=False, primary_key=True)
    topic = Varchar(length=40)
    role = Varchar(length=10)


class Registration(Table, tablename="registration"):
    """Places booked together at one event.

    ``organisation`` and ``person`` are NULL for somebody without an account. An address (``email_key``) has one live
    registration at an event. ``told`` is the event's ``sequence`` that its people were last told: what that was is in
    ``event_told``. ``knows`` is the one of which they know time and place, if they were told since that it is off.
    """

    id = UUID(primary_key=True)
    event = ForeignKey(Event, null=False)
    organisation = UUID(null=True, default=None)
    person = UUID(null=True, default=None)
    booker_name = Varchar(length=200)
    booker_email = Varchar(length=254)
    email_key = Varchar(length=254)
    organisation_name = Varchar(length=200)
    seats = Integer()
    status = Varchar(length=10)
    source = Varchar(length=10)
    told = Integer()
    knows = Integer(null=True, default=None)
    created = Timestamptz(default=None)
    cancelled = Timestamptz(null=True, default=None)


class Attendee(Table, tablename="attendee"):
    """Somebody who has one place of a registration. ``email`` is "" when we were not given one.

    ``checked_in`` is when they came, NULL before that.
    """

    id = UUID(primary_key=True)
    event = UUID()
    registration = UUID()
    place = Integer()
    name = Varchar(length=200)
    email = Varchar(length=254)
    status = Varchar(length=10)
    checked_in = Timestamptz(null=True, default=None)


class AttendeeNeed(Table, tablename="attendee_need"):
    """What an attendee needs to eat (``food``) and to take part (``access``): one of them at least, never both "".

    It belongs to the person, not to their organisation. ``consented`` is when the organiser was allowed to know it.
    """

    attendee = ForeignKey(Attendee, null=False, primary_key=True)
    food = Varchar(length=300)
    access = Varchar(length=300)
    consented = Timestamptz(default=None)


class Suggestion(Table, tablename="suggestion"):
    """An event or a calendar that somebody without an account suggested, after they confirmed their address.

    ``place`` is "" online and for a calendar, ``starts`` NULL for a calendar. Accepted, it has the ``organiser`` body
    it was given to and, for an event, the draft. ``reason`` is what a refusal said. ``email`` goes after a while.
    """

    id = UUID(primary_key=True)
    kind = Varchar(length=10)
    title = Varchar(length=150)
    starts = Timestamptz(null=True, default=None)
    online = Boolean()
    place = Varchar(length=150)
    url = Varchar(length=500)
    organiser_name = Varchar(length=200)
    why = Varchar(length=1000)
    email = Varchar(length=254)
    state = Varchar(length=10)
    reason = Varchar(length=500)
    organiser = ForeignKey(Organiser, null=True)
    event = ForeignKey(Event, null=True)
    created = Timestamptz(default=None)
    decided = Timestamptz(null=True, default=None)


class Door(Table, tablename="door"):
    """A link with which volunteers check people in at one event. Only the hash of its secret is stored."""

    id = UUID(primary_key=True)
    event = ForeignKey(Event, null=False)
    token_hash = Varchar(length=64, unique=True)
    created = Timestamptz(default=None)
    withdrawn = Timestamptz(null=True, default=None)
