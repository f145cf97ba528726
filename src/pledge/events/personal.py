"""What events hold about people, and for how long."""

from pledge.events import retention
from pledge.events.booking import needs
from pledge.events.running import suggesting
from pledge.personal import ASKED, EXPLICIT_CONSENT, INTEREST, Held, Use, words

BOOKINGS = Use(
    "Your bookings for events, and the names and e-mail addresses of those who come",
    "So that the organiser knows who is coming",
    ASKED,
    f"{retention.MONTHS} months after the event. Then only the number of places stays.",
    "You, your colleagues, and the organiser of that event. Organisers never see answers or scores.",
)
NEEDS = Use(
    "What you need to eat, or to take part in an event, if you tell us. It can say something of your health or belief, "
    "so the law protects it specially.",
    "So that the organiser can arrange it",
    EXPLICIT_CONSENT,
    f"{words(needs.KEPT)} after the event. It goes at once when you take it back, cancel the booking or erase your "
    "account, and when the event is cancelled.",
    "The organiser of that event, with your name, and whoever booked your place. Not the people at the door, not the "
    "partnership. It is in no e-mail and no file.",
)
SUGGESTIONS = Use(
    "An event or a calendar that you suggest, and your e-mail address",
    "So that the partnership can look at it, and tell you what became of it",
    ASKED,
    f"Your address for {words(suggesting.KEPT)} after the decision. What was refused goes then too.",
    "The partnership. An event that is accepted becomes an organiser’s, and of a calendar we keep the web address. "
    "Your e-mail address goes with neither.",
)
EVENTS = Use(
    "Events, with their speakers",
    "So that people can choose and find an event",
    INTEREST,
    "As long as the organiser keeps the event here",
    "Everybody. Only those with a place see the link to join.",
)

_THEIRS = f"(SELECT a.id FROM attendee a JOIN registration r ON r.id = a.registration WHERE {retention.THEIRS})"  # noqa: S608

HELD = (
    Held(
        table="attendee_need",
        title="What you need at events",
        use=NEEDS,
        person="food access consented",
        nobody="attendee",
        about=f"attendee IN {_THEIRS}",
        erase=True,
    ),
    Held(
        table="attendee",
        title="Your places at events",
        use=BOOKINGS,
        person="name email status checked_in",
        nobody="id event registration place",
        about=f"id IN {_THEIRS}",
        blank=retention.ATTENDEE,
    ),
    Held(
        table="registration",
        title="Your bookings",
        use=BOOKINGS,
        person="person booker_name booker_email organisation_name seats status source created cancelled",
        withheld="email_key",
        organisation="organisation",
        nobody="id event told knows",
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
    Held(
        table="suggestion",
        title="Events and calendars that you suggested",
        use=SUGGESTIONS,
        person="email title starts online place url organiser_name why state reason created decided",
        nobody="id kind organiser event",
        about="lower(email) IN ({email}, {key})",
        blank={"email": "''"},
    ),
    Held(
        table="event_told",
        use=EVENTS,
        organisation="title venue_name venue_address venue_postcode join_link price organiser_name organiser_email",
        nobody="event sequence state starts ends attendance_mode",
    ),
    Held(table="door", nobody="id event token_hash created withdrawn"),
    Held(table="event_topic", nobody="event topic role"),
)
