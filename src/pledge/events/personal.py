"""What events hold about people, and for how long."""

from pledge.events import retention
from pledge.personal import ASKED, INTEREST, Held, Use

BOOKINGS = Use(
    "Your bookings for events, and the names and e-mail addresses of those who come",
    "So that the organiser knows who is coming",
    ASKED,
    f"{retention.MONTHS} months after the event. Then only the number of places stays.",
    "You, your colleagues, and the organiser of that event. Organisers never see answers or scores.",
)
EVENTS = Use(
    "Events, with their speakers",
    "So that people can choose and find an event",
    INTEREST,
    "As long as the organiser keeps the event here",
    "Everybody. Only those with a place see the link to join.",
)

HELD = (
    Held(
        table="attendee",
        title="Your places at events",
        use=BOOKINGS,
        person="name email status",
        nobody="id event registration place",
        about="lower(email) IN ({email}, {key})",
        blank=retention.ATTENDEE,
    ),
    Held(
        table="registration",
        title="Your bookings",
        use=BOOKINGS,
        person="person booker_name booker_email organisation_name seats status source created cancelled",
        withheld="email_key",
        organisation="organisation",
        nobody="id event told",
        about="person = {person} OR email_key = {key}",
        blank=retention.REGISTRATION,
    ),
    Held(
        table="event",
        use=EVENTS,
        person="speakers",
        organisation="organiser title summary description programme reason venue_name venue_address venue_postcode "
        "district area accessibility join_link price booking_url audience",
        nobody="id slug uid sequence state starts ends attendance_mode capacity seats_taken per_firm_cap "
        "registration_closes created updated published revision",
    ),
    Held(table="event_topic", nobody="event topic role"),
)
