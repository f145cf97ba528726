"""What sharing reports holds about people, and for how long."""

from pledge.personal import ASKED, CONSENT, INTEREST, Held, Use, words
from pledge.sharing.giving import AT_MOST
from pledge.sharing.retention import OVER

SHARED = Use(
    "A report that your firm shows by a link: for whom, what of it, and who agreed to that",
    "So that a customer can see how your firm guards against exploitation",
    CONSENT,
    f"Until the day that you choose, at most {words(AT_MOST)}, or until it is taken back. That it was shared is kept "
    f"for {words(OVER)} more. Once you erase your account, nobody can tell any more that you shared it.",
    "Whoever has the link, and the partnership’s staff if you invite them. Whom it is for is seen by you and your "
    "colleagues only.",
)
LOOKS = Use(
    "How often a shared report was opened on each day",
    "So that the firm which shares it sees that it is used",
    INTEREST,
    "As long as the share. We keep nothing about who opened it.",
    "You and your colleagues",
)
KEPT = Use(
    "Which reports that others showed you your firm keeps in its list, with your notes",
    "So that you find again what was shown to you",
    ASKED,
    f"Until you take it off the list, or {words(OVER)} after it is no longer shared",
    "You and your colleagues. The firm that shares it does not see it.",
)

HELD = (
    Held(
        table="kept_share",
        title="Reports of others that you keep",
        use=KEPT,
        organisation="organisation firm note",
        person="kept_by kept",
        nobody="id share",
        authors="kept_by",
        with_organisation=True,
    ),
    Held(
        table="report_share_look",
        title="When what you share was opened",
        use=LOOKS,
        organisation="organisation day looks",
        nobody="share",
        with_organisation=True,
    ),
    Held(
        table="report_share",
        title="Reports you show by a link",
        use=SHARED,
        organisation="organisation recipient content",
        person="shared_by shared",
        nobody="id assessment kind until to_partnership withdrawn",
        withheld="token_hash",
        authors="shared_by",
        with_organisation=True,
    ),
)
