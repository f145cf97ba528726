"""The tables of actions. What each column holds is said once, here."""

from piccolo.columns import UUID, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Action(Table, tablename="action"):
    """What a gap asks of a firm. One for each question, for ever: (organisation, questionnaire, question) is unique.

    ``what`` to ``place`` are those of the newest report (``assessment``) that asked for it; ``place`` is its place
    there. ``due``, ``member`` (a membership's id, NULL once that ended), ``status``, ``reason`` and ``note`` are the
    firm's. ``closed_by``: who or what says that it is done. ``told``: how many of its reminders are past.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    assessment = UUID()
    questionnaire = Varchar(length=60)
    question = Varchar(length=60)
    what = Text()
    why = Text()
    flag = Varchar(length=20)
    priority = Integer()
    place = Integer()
    due = Date(default=None)
    member = UUID(null=True, default=None)
    status = Varchar(length=10)
    reason = Varchar(length=500)
    note = Text()
    made = Timestamptz(default=None)
    closed = Timestamptz(null=True, default=None)
    closed_by = Varchar(length=10)
    told = Integer()
    revision = Integer()


class ActionChange(Table, tablename="action_change"):
    """One change of an action. ``person`` is NULL where a report changed it.

    ``status`` and ``due`` are as they were after it, "" and NULL where it left them; ``given``: ``member`` has it from
    then on (NULL: nobody); ``noted``: the note was changed.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    action = UUID()
    at = Timestamptz(default=None)
    person = UUID(null=True, default=None)
    kind = Varchar(length=20)
    status = Varchar(length=10)
    due = Date(null=True, default=None)
    given = Boolean()
    member = UUID(null=True, default=None)
    noted = Boolean()


class ActionSilence(Table, tablename="action_silence"):
    """A member (a membership's id) who wants no reminders of this firm's actions."""

    member = UUID(primary_key=True)
    organisation = UUID()
    since = Timestamptz(default=None)


class Evidence(Table, tablename="evidence"):
    """What shows that something was done: a link (``url``), or a file (``format``, ``name``, ``size`` in bytes).

    ``url`` is "-" where there are words alone.

    ``ends``: its last day, NULL where it has none. ``told``: how many of the mails before that are past; ``ended``:
    that it has ended was noted, and the action opened again.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    action = UUID()
    title = Varchar(length=200)
    url = Varchar(length=500)
    format = Varchar(length=10)
    name = Varchar(length=200)
    size = Integer()
    ends = Date(null=True, default=None)
    added = Timestamptz(default=None)
    added_by = UUID(null=True, default=None)
    told = Integer()
    ended = Boolean()


class EvidenceChunk(Table, tablename="evidence_chunk"):
    """A piece of a file's bytes. The key is (evidence, place)."""

    evidence = UUID(primary_key=True)
    organisation = UUID()
    place = Integer()
    data = Bytea()
