"""What the log holds about people, and for how long.

An entry names people and organisations by ids, never by names, addresses or answers. A person's is a pseudonym that
only ``audit_subject`` can resolve: when that row goes, the entry stays as it was sealed and is nobody's.
"""

from pledge.audit import retention
from pledge.personal import SAFETY, Held, Use

LOG = Use(
    "A log of changes: who changed what and when, without the contents",
    "To find out what happened if something goes wrong",
    SAFETY,
    f"{retention.MONTHS} months. When you erase your account, nobody can tell any more which entries were yours.",
    "The people who run the server",
)

HELD = (
    Held(
        table="audit_entry",
        title="The log of what you changed",
        use=LOG,
        person="person action subject at",
        organisation="organisation",
        withheld="details",
        nobody="id position hash",
        about="person = (SELECT s.pseudonym FROM audit_subject s WHERE s.person = {person})",
        blank={},
    ),
    Held(
        table="audit_subject",
        title="Which entries of the log are yours",
        use=LOG,
        person="pseudonym",
        withheld="person",
        about="person = {person}",
        erase=True,
    ),
)
