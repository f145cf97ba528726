"""The tables of assessments. What each column holds is said once, here."""

from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class QuestionnaireVersion(Table, tablename="questionnaire_version"):
    """A published questionnaire: its file's text as it was, for ever. The key is (questionnaire, version).

    ``revision`` is that of the text; later ones are in ``questionnaire_revision``. ``how`` it was published: by the
    ``start``, on a ``page`` of staff, by ``published_by`` (NULL once their account is erased), or by a ``command``.
    """

    questionnaire = Varchar(length=60, primary_key=True)
    version = Varchar(length=20)
    sha256 = Varchar(length=64)
    text = Text()
    published = Timestamptz(default=None)
    revision = Integer(default=1)
    published_by = UUID(null=True, default=None)
    how = Varchar(length=10, default="start")


class QuestionnaireRevision(Table, tablename="questionnaire_revision"):
    """A later text of a published version that means the same. The key is (questionnaire, version, revision)."""

    questionnaire = Varchar(length=60, primary_key=True)
    version = Varchar(length=20)
    revision = Integer()
    sha256 = Varchar(length=64)
    text = Text()
    published = Timestamptz(default=None)
    published_by = UUID(null=True, default=None)
    how = Varchar(length=10, default="start")


class Assessment(Table, tablename="assessment"):
    """One organisation's response to one version of a questionnaire, in its short form or in full (``depth``).

    ``answers`` is a JSON object of question to answer with the revision it was given in; ``change`` is what the last
    save changed, which a trigger copies to the history. From submission on ``profile`` and ``result`` are frozen
    (JSON), with what aggregates group by beside them, and ``text_revision`` is the text it was written with;
    ``latest`` marks the newest submitted one. ``based_on``: the report in which all questions were answered, where this
    one was made from it by answering some again. ``reminded``: how many of the reminders that it is soon a year old are
    past.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    questionnaire = Varchar(length=60)
    version = Varchar(length=20)
    depth = Varchar(length=5, default="full")
    status = Varchar(length=10)
    latest = Boolean(default=False)
    revision = Integer()
    answers = Text()
    change = Text()
    created = Timestamptz(default=None)
    updated = Timestamptz(default=None)
    updated_by = UUID(null=True, default=None)
    submitted = Timestamptz(null=True, default=None)
    submitted_by = UUID(null=True, default=None)
    submitted_on = Date(null=True, default=None)
    profile = Text()
    result = Text()
    score = Integer(null=True, default=None)
    headline = Varchar(length=20)
    sector = Varchar(length=1)
    headcount_band = Varchar(length=10)
    district = Varchar(length=40)
    area = Varchar(length=40)
    text_revision = Integer(default=1)
    based_on = UUID(null=True, default=None)
    reminded = Integer(default=0)


class RenewalSilence(Table, tablename="renewal_silence"):
    """A member (a membership's id) who wants no e-mails that remind them to answer again."""

    member = UUID(primary_key=True)
    organisation = UUID()
    since = Timestamptz(default=None)


class AnswerChange(Table, tablename="answer_change"):
    """One save: who, when, and in ``change`` (JSON) each question's answer before and after. Written by a trigger."""

    assessment = UUID(primary_key=True)
    organisation = UUID()
    revision = Integer()
    person = UUID(null=True, default=None)
    at = Timestamptz(default=None)
    change = Text()


class AnswerNote(Table, tablename="answer_note"):
    """A note beside an answer; gone 90 days after submission. Key: (assessment, question)."""

    assessment = UUID(primary_key=True)
    organisation = UUID()
    question = Varchar(length=60)
    text = Text()
    person = UUID(null=True, default=None)
    updated = Timestamptz(default=None)


class AnswerFact(Table, tablename="answer_fact"):
    """One shown question of a submitted assessment, for aggregates. Key: (assessment, question)."""

    assessment = UUID(primary_key=True)
    organisation = UUID()
    question = Varchar(length=60)
    section = Varchar(length=60)
    state = Varchar(length=20)
    points = Integer(null=True, default=None)
    weight = Integer()
    target = Integer()
    flag = Varchar(length=20)


class SectionFact(Table, tablename="section_fact"):
    """One section of a submitted assessment, for aggregates. ``score`` in basis points. Key: (assessment, section)."""

    assessment = UUID(primary_key=True)
    organisation = UUID()
    section = Varchar(length=60)
    weighted_points = Integer()
    weighted_max = Integer()
    score = Integer(null=True, default=None)


class Assignment(Table, tablename="assignment"):
    """A part of a draft that a colleague was asked for: a section, or one question of it ("": all of them).

    Gone when the assessment is submitted. ``member`` is a membership's id, NULL once that ended.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    assessment = UUID()
    section = Varchar(length=60)
    question = Varchar(length=60)
    member = UUID(null=True, default=None)
    asked_by = UUID(null=True, default=None)
    note = Varchar(length=500)
    due = Date(default=None)
    asked = Timestamptz(default=None)
    reminded = Timestamptz(null=True, default=None)
    done = Timestamptz(null=True, default=None)
    revision = Integer()


class QuickCheck(Table, tablename="quick_check"):
    """The answers to the quick check that an organisation took along (JSON); gone 90 days later."""

    organisation = UUID(primary_key=True)
    version = Varchar(length=20)
    answers = Text()
    kept = Timestamptz(default=None)
