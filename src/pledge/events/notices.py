"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

_TOLD = "In a minute we e-mail what is new to everybody who has a place. Until then you can put it right."
_KNOWN = "Nothing is new to the people with a place, so no e-mail goes."
_TWICE = "The clocks go back that night, so one of its times comes twice: we took the first, in summer time."

NOTICES = {
    "booked": "You are booked. We have e-mailed the details, with an entry for the calendar.",
    "already-booked": "You have a booking for this event already. Here it is.",
    "booked-already": "That e-mail address has a booking for this event already. We have sent it the details again.",
    "needs-saved": "Saved. The organiser sees it as it is now.",
    "needs-deleted": "It is deleted. The organiser does not see it any more, and the booking stays.",
    "booking-cancelled": "The booking is cancelled, and its places are free for others.",
    "event-saved": "The event is saved.",
    "event-saved-told": f"The event is saved. {_TOLD}",
    "event-saved-twice": f"The event is saved. {_TWICE}",
    "event-saved-told-twice": f"The event is saved. {_TWICE} {_TOLD}",
    "event-saved-known": f"The event is saved. {_KNOWN}",
    "event-saved-known-twice": f"The event is saved. {_TWICE} {_KNOWN}",
    "event-published": "The event is published. Everybody can see it now.",
    "event-resumed": f"The event takes place. {_TOLD}",
    "event-resumed-known": f"The event takes place. {_KNOWN}",
    "event-cancelled": "The event is cancelled. We are telling everybody with a place.",
    "event-postponed": "The event is postponed. In a minute we e-mail everybody who has a place. Until then you can "
    "put it right.",
    "event-copied": "This is a copy of the event, as a draft. Give it its days, and save it.",
    "event-deleted": "The draft is deleted.",
    "suggested": "Thank you. Your suggestion is with us, and we write to you when we have decided.",
    "suggestion-accepted": "Accepted, and we have told the sender.",
    "suggestion-refused": "Refused, and we have told the sender why.",
    "door-shown": "You made this door link a moment ago, and we showed it then. If you do not have it, make a new one.",
    "door-withdrawn": "The door link is withdrawn. It no longer works.",
}
