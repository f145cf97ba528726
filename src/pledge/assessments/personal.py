"""What assessments hold about people, and for how long."""

from pledge.assessments import answer_notes
from pledge.assessments.quick import quick_answers
from pledge.personal import ASKED, INTEREST, SAFETY, Held, Use, words

ANSWERS = Use(
    "Your answers, scores and reports",
    "To show you what to do first",
    ASKED,
    "As long as your firm uses this site. What you write in your own words is gone at once when you empty or change "
    "it, and stays in a report that you have submitted.",
    "You and your colleagues. The partnership sees only figures for groups of firms, worked out from scored answers. "
    "What you write, numbers, amounts and dates are never among them, and are never shared with a customer.",
)
AUTHORS = Use(
    "Who saved which answers, and when",
    "So that colleagues can see who changed what",
    INTEREST,
    "As long as the answers. When you erase your account, nobody can tell any more that it was you.",
    "You and your colleagues",
)
QUICK_CHECK = Use(
    "Your answers to the quick check, where you took them along. Of a visitor who does not we keep nothing",
    "So that you need not answer the same questions again",
    ASKED,
    f"{words(quick_answers.KEPT).capitalize()}. What the questionnaires took over stays with them.",
    "You and your colleagues",
)
NOTES = Use(
    "Notes beside your answers",
    "For you and your colleagues. Please name nobody in them.",
    ASKED,
    f"They are deleted {words(answer_notes.KEPT)} after you submit",
    "You and your colleagues",
)
ASSIGNMENTS = Use(
    "Which part of the questions a colleague was asked for, by whom, by when, and with what words",
    "So that whoever knows the answer gives it, and everybody at your firm sees what is still to come",
    ASKED,
    "Until the questions are submitted. Once you leave the firm, nobody can tell any more that you were asked; once "
    "you erase your account, nor that you asked.",
    "You and your colleagues",
)
PUBLISHING = Use(
    "Which of the partnership’s staff published a version of the questions, and when",
    "So that colleagues know whom to ask about it",
    SAFETY,
    "As long as the version, which stays with the reports. When you erase your account, nobody can tell any more that "
    "it was you.",
    "Partnership staff",
)
SILENCE = Use(
    "That you want no e-mails that remind you to answer the questions again",
    "To send you none",
    ASKED,
    "Until you want them again, or leave the firm",
    "You",
)

HELD = (
    Held(
        table="renewal_silence",
        title="E-mails about answering again that you do not want",
        use=SILENCE,
        person="member since",
        nobody="organisation",
        about="member IN (SELECT id FROM membership WHERE person = {person})",
        erase=True,
        with_organisation=True,
    ),
    Held(
        table="assignment",
        title="What you were asked to answer",
        use=ASSIGNMENTS,
        person="member note due reminded done",
        nobody="section question",
        about="member IN (SELECT id FROM membership WHERE person = {person})",
        erase=True,
    ),
    Held(
        table="assignment",
        title="What you asked colleagues for",
        use=ASSIGNMENTS,
        organisation="organisation",
        person="asked_by asked",
        nobody="id assessment revision",
        authors="asked_by",
        with_organisation=True,
    ),
    Held(
        table="quick_check",
        title="Answers to the quick check",
        use=QUICK_CHECK,
        organisation="organisation answers kept",
        nobody="version",
        with_organisation=True,
    ),
    Held(
        table="answer_note",
        title="Notes you wrote",
        use=NOTES,
        organisation="organisation text",
        person="person updated",
        nobody="assessment question",
        authors="person",
        with_organisation=True,
    ),
    Held(
        table="answer_change",
        title="Answers you saved",
        use=AUTHORS,
        organisation="organisation change",
        person="person at",
        nobody="assessment revision",
        authors="person",
        with_organisation=True,
    ),
    Held(
        table="answer_fact",
        title="Answers",
        use=ANSWERS,
        organisation="organisation section state points weight target flag",
        nobody="assessment question",
        with_organisation=True,
    ),
    Held(
        table="section_fact",
        title="Scores of sections",
        use=ANSWERS,
        organisation="organisation weighted_points weighted_max score",
        nobody="assessment section",
        with_organisation=True,
    ),
    Held(
        table="assessment",
        use=ANSWERS,
        organisation="organisation latest answers change profile result score headline sector headcount_band district "
        "area",
    ),
    Held(
        table="assessment",
        title="Assessments you worked on",
        use=AUTHORS,
        person="updated_by submitted_by",
        nobody="id questionnaire version depth text_revision status revision created updated submitted submitted_on "
        "based_on reminded",
        authors="updated_by submitted_by",
        with_organisation=True,
    ),
    *(
        Held(
            table=table,
            title=title,
            use=PUBLISHING,
            person="published_by published how",
            nobody="questionnaire version revision sha256",
            authors="published_by",
        )
        for table, title in (
            ("questionnaire_revision", "Corrected texts of questionnaires you published"),
            ("questionnaire_version", "Versions of questionnaires you published"),
        )
    ),
    Held(table="questionnaire_revision", nobody="text"),
    Held(table="questionnaire_version", nobody="text"),
)
