"""What pledges hold about people, and for how long."""

from pledge.personal import ERASED, INTEREST, Held, Use

PLEDGE = Use(
    "Your pledge: when it was signed, which text, and its status",
    "To show who has signed, and to remind you before it runs out",
    INTEREST,
    "As long as your firm uses this site, also after you withdrew it",
    "You and your colleagues. The public sees your firm, the date and the status. A withdrawn pledge is not public.",
)
SIGNER = Use(
    "Who signed the pledge, and in what role",
    "So that it is clear that somebody with authority signed",
    f"{INTEREST}. To show the name to the public: your consent",
    "As long as the pledge. When the signer erases their account, the name goes from it.",
    "You and your colleagues. The public sees the signer’s name only if the signer chose that.",
)

HELD = (
    Held(
        table="signature",
        title="Pledges you signed or ended",
        use=PLEDGE,
        organisation="organisation status status_since reminders ending listed_as keeping",
        nobody="id version signed_on expires_on ended_on keeping_on",
    ),
    Held(
        table="signature",
        title="Pledges you signed or ended",
        use=SIGNER,
        person="person name role name_public consents signed ended ended_by",
        about="person = {person}",
        blank={"name": f"'{ERASED}'", "name_public": "FALSE", "role": f"'{ERASED}'"},
        authors="person ended_by",
        with_organisation=True,
    ),
    Held(table="pledge_text", nobody="version sha256 text published"),
)
