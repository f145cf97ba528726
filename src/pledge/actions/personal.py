"""What actions hold about people, and for how long."""

from pledge.personal import ASKED, INTEREST, Held, Use

ACTIONS = Use(
    "What your firm has to do: how far it has come, by when, and your notes about it",
    "So that what a report asks for gets done. Please name no workers or victims in a note.",
    ASKED,
    "As long as your firm uses this site",
    "You and your colleagues. The partnership never sees it.",
)
DOERS = Use(
    "Which of these actions are yours to do, and what you changed in them, and when",
    "So that colleagues see who does what, and who is reminded",
    INTEREST,
    "As long as the actions. Once you leave the firm, nobody can tell any more that an action was yours; once you "
    "erase your account, nor what you changed.",
    "You and your colleagues",
)

SILENCE = Use(
    "That you want no e-mails that remind you of actions",
    "To send you none",
    ASKED,
    "Until you want them again, or leave the firm",
    "You",
)

EVIDENCE = Use(
    "What your firm keeps to show that something was done: links, files, licences and trainings, and who added them",
    "So that it is at hand when somebody asks. Please add no workers’ documents.",
    ASKED,
    "Until somebody at your firm removes it, or your firm leaves. Once you erase your account, nobody can tell any "
    "more what you added.",
    "You and your colleagues. The partnership never sees it.",
)

HELD = (
    Held(
        table="evidence_chunk",
        title="Files that are evidence",
        use=EVIDENCE,
        organisation="organisation place data",
        nobody="evidence",
        with_organisation=True,
    ),
    Held(
        table="evidence",
        title="Evidence that you added",
        use=EVIDENCE,
        organisation="organisation url format size told ended",
        person="added_by added title name ends",
        nobody="id action",
        authors="added_by",
        with_organisation=True,
    ),
    Held(
        table="action_silence",
        title="E-mails about actions that you do not want",
        use=SILENCE,
        person="member since",
        nobody="organisation",
        about="member IN (SELECT id FROM membership WHERE person = {person})",
        erase=True,
        with_organisation=True,
    ),
    Held(
        table="action_change",
        title="What you changed in actions",
        use=DOERS,
        organisation="organisation given",
        person="person at kind status due member noted",
        nobody="id action",
        authors="person",
        with_organisation=True,
    ),
    Held(
        table="action",
        use=ACTIONS,
        organisation="organisation what why flag priority place status reason note made closed closed_by",
    ),
    Held(
        table="action",
        title="Actions that are yours to do",
        use=DOERS,
        person="member due told",
        nobody="id assessment questionnaire question revision",
        about="member IN (SELECT id FROM membership WHERE person = {person})",
        blank={"member": "NULL"},
        with_organisation=True,
    ),
)
