"""The tables of supplier lists. What each column holds is said once, here. Amounts are in pence."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Upload(Table, tablename="upload"):
    """A file that a firm sent, and how far its import has come.

    ``state``: received → outlined (the columns are proposed) → confirmed → importing → done; or refused (``refusal``
    is the code, ``message`` the words), or failed (our fault; it can be tried again). ``outline`` is the proposal and
    ``plan`` what was confirmed (both JSON). ``next_sheet`` and ``next_row`` are where reading goes on,
    ``next_supplier`` (NULL while rows are read) where the list goes on. ``rows_read`` counts rows that are not empty,
    ``suppliers`` those the rows come to; ``problems`` is JSON, code → count. ``forgotten``: when its bytes went.
    ``next_paired`` is the number of the supplier with which the search for those that may be one goes on (NULL: it
    is over), ``search_stopped`` that it was given up there, ``pairs_left_out`` how many questions were too many to ask.
    ``parent`` is the file of which this one is the annotated workbook, sent back. Of its suppliers, ``added`` were not
    in the list before and ``changed`` were, and are not as they were; NULL when that was not counted.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    sha256 = Varchar(length=64)
    size = Integer()
    name = Varchar(length=200)
    format = Varchar(length=10)
    state = Varchar(length=10)
    refusal = Varchar(length=40)
    message = Text()
    uploaded = Timestamptz(default=None)
    uploaded_by = UUID(null=True, default=None)
    confirmed = Timestamptz(null=True, default=None)
    confirmed_by = UUID(null=True, default=None)
    finished = Timestamptz(null=True, default=None)
    forgotten = Timestamptz(null=True, default=None)
    outline = Text()
    plan = Text()
    next_sheet = Integer()
    next_row = Integer()
    next_supplier = Integer(null=True, default=None)
    rows_read = Integer()
    accepted = Integer()
    rejected = Integer()
    suppliers = Integer()
    problems = Text()
    next_paired = Integer(null=True, default=None)
    search_stopped = Boolean(default=False)
    pairs_left_out = Integer(default=0)
    parent = UUID(null=True, default=None)
    added = Integer(null=True, default=None)
    changed = Integer(null=True, default=None)


class UploadChunk(Table, tablename="upload_chunk"):
    """A piece (256 KB) of a file as it was sent; gone after 30 days. Key: (upload, place)."""

    upload = UUID(primary_key=True)
    organisation = UUID()
    place = Integer()
    data = Bytea()


class UploadRow(Table, tablename="upload_row"):
    """A row of a file that is a supplier or should be. Key: (upload, sheet, number); ``number`` is Excel's.

    ``content`` is JSON: an accepted row's fields (``supplier_rows.SupplierRow``), a rejected one's cells as they were
    given in the columns that are read. ``hash`` is of all the cells. ``supplier_number`` counts the suppliers of the
    file in the order they come. ``settled``: fixed (a member put the row right here), left-out (a rejected row that is
    no supplier, as we or a member said), replaced (a rejected row that a newer file has right), or “”. ``origin`` is
    the row of the file's parent that this one was, as “sheet-number”.
    """

    upload = UUID(primary_key=True)
    organisation = UUID()
    sheet = Integer()
    number = Integer()
    status = Varchar(length=10)
    supplier_number = Integer(null=True, default=None)
    content = Text()
    hash = Varchar(length=32)
    settled = Varchar(length=10)
    origin = Varchar(length=20, null=True, default=None)


class UploadIssue(Table, tablename="upload_issue"):
    """Something about a cell (see ``codes``). ``number`` is the row, ``place`` the column from 0.

    Key: (upload, severity, sheet, number, place, code).
    """

    upload = UUID(primary_key=True)
    organisation = UUID()
    severity = Varchar(length=10)
    sheet = Integer()
    number = Integer()
    place = Integer()
    code = Varchar(length=40)
    value = Text()
    message = Text()
    fix = Text()


class UploadSupplier(Table, tablename="upload_supplier"):
    """Which supplier of the list a supplier of a file is. Key: (upload, number); no row yet: a new one.

    ``change`` says what the file made of it: new, changed or unchanged; ``differences`` is JSON (``changes.Change``).
    """

    upload = UUID(primary_key=True)
    organisation = UUID()
    number = Integer()
    supplier = UUID()
    change = Varchar(length=10)
    differences = Text()


class Supplier(Table, tablename="supplier"):
    """One supplier of an organisation, put together from every file that names it, with its risk.

    ``supplies`` is JSON: what they supply, from which countries, with which SIC codes (``risk.Supply``). ``spend`` and
    ``rows_named`` are of the newest file that names it; ``last_upload`` is the newest that changed it; ``edited`` is
    when a member last did. ``words`` is what a search looks in. ``reasons`` is JSON (``risk.Reason``);
    ``listed_goods`` says that one of them is the list of goods at risk; ``sectors`` is JSON: the ids of the risk
    sectors it works in. NULL is “not known”. ``off_list``: since when
    it is off the list, because ``off_list_upload`` is the whole list and does not name it. It can be put back for 30
    days; then it goes.
    Key: (organisation, id): one index the less, which a hundred thousand suppliers are felt to have.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    revision = Integer()
    name = Varchar(length=200)
    name_key = Varchar(length=200)
    company_number = Varchar(length=8, null=True, default=None)
    supplies = Text()
    country_of_supply = Varchar(length=2, null=True, default=None)
    spend = BigInt(null=True, default=None)
    labour = Varchar(length=20, null=True, default=None)
    on_site = Boolean(null=True, default=None)
    subcontracts = Boolean(null=True, default=None)
    licence_number = Text(null=True, default=None)
    town = Text(null=True, default=None)
    postcode = Varchar(length=20, null=True, default=None)
    email = Text(null=True, default=None)
    website = Text(null=True, default=None)
    reference = Text(null=True, default=None)
    last_checked = Date(null=True, default=None)
    owner = Text(null=True, default=None)
    words = Text()
    rows_named = Integer()
    first_upload = UUID(null=True, default=None)
    last_upload = UUID(null=True, default=None)
    updated = Timestamptz(default=None)
    updated_by = UUID(null=True, default=None)
    edited = Timestamptz(null=True, default=None)
    off_list = Timestamptz(null=True, default=None)
    off_list_upload = UUID(null=True, default=None)
    level = Varchar(length=10)
    reasons = Text()
    listed_goods = Boolean(default=False)
    sectors = Text()
    risk_version = Varchar(length=20)
    rated = Timestamptz(default=None)


class SupplierMark(Table, tablename="supplier_mark"):
    """What rows said of themselves that are this supplier's (``matching.mark``), as far as its own row does not say it.

    Key: (organisation, supplier, mark). So a row finds the supplier of an earlier one that said the same.
    """

    supplier = UUID(primary_key=True)
    organisation = UUID()
    name_key = Varchar(length=200)
    mark = Text()


class MatchQuestion(Table, tablename="match_question"):
    """Two suppliers that may be one; nobody has answered yet. ``supplier`` has the lower id.

    ``company_number``: one that the files give to both. ``likeness`` orders them, the likeliest have the most.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    supplier = UUID()
    other = UUID()
    company_number = Varchar(length=8, null=True, default=None)
    likeness = Integer()
    asked = Timestamptz(default=None)


class MatchDifference(Table, tablename="match_difference"):
    """Two suppliers of which a member said that they are not one, by their ids (the lower first) and their marks.

    Key: (organisation, supplier, other). It holds also when one of them went and comes again with another file.
    """

    organisation = UUID(primary_key=True)
    supplier = UUID()
    other = UUID()
    mark = Text()
    other_mark = Text()
    decided = Timestamptz(default=None)
    decided_by = UUID(null=True, default=None)


class SupplierMerge(Table, tablename="supplier_merge"):
    """A supplier that went (``gone``, its id) because it is the same as ``supplier``; undoing it brings it back.

    ``kept_was`` and ``gone_was`` are JSON (``merging.Record``), ``links`` are the (upload, number) by which files named
    it, ``questions`` those that were open about it. ``place`` is the order of a supplier's merges. ``through`` is the
    merge with which this one came to its supplier, whose own it was before; until that is undone, it cannot be.
    """

    id = UUID(primary_key=True)
    organisation = UUID()
    supplier = UUID()
    gone = UUID()
    place = Integer()
    through = UUID(null=True, default=None)
    later = Varchar(length=10)
    kept_was = Text()
    gone_was = Text()
    links = Text()
    questions = Text()
    merged = Timestamptz(default=None)
    merged_by = UUID(null=True, default=None)


class SavedColumns(Table, tablename="saved_columns"):
    """What a member said the columns under a header are: ``fields`` is JSON, column from 0 → field.

    Key: (organisation, fingerprint); the fingerprint is ``headers.fingerprint``.
    """

    organisation = UUID(primary_key=True)
    fingerprint = Varchar(length=64)
    fields = Text()
    saved = Timestamptz(default=None)
    saved_by = UUID(null=True, default=None)
