"""The tables of releases. What each column holds is said once, here. Nothing in them is ever changed."""

from piccolo.columns import UUID, Boolean, Date, Integer, Timestamptz, Varchar
from piccolo.table import Table


class Release(Table, tablename="release"):
    """A published set of tables, one for a day at most. ``counted`` is a SHA-256 of everything that it counted."""

    id = UUID(primary_key=True)
    day = Date(unique=True, default=None)
    created = Timestamptz(default=None)
    counted = Varchar(length=64)


class ReleaseTable(Table, tablename="release_table"):
    """One table: a series (the signatories, or the assessments of a questionnaire) by one dimension.

    ``versions`` are those of the questionnaire, in words. The key is (release, id).
    """

    release = UUID(primary_key=True)
    id = Varchar(length=80)
    series = Varchar(length=60)
    dimension = Varchar(length=10)
    title = Varchar(length=200)
    versions = Varchar(length=200)
    position = Integer()


class ReleaseCell(Table, tablename="release_cell"):
    """One figure of a table's row, or that it is not shown. The key is (release, table_id, row_key, measure).

    ``value`` is a number of firms or a mean in basis points; ``firms`` how many firms the row counts. ``as_of`` is the
    day of the release in which the figure was new: an earlier one where too few firms have changed since. ``reason``
    says why there is no figure: too few firms, or it would give away that of another row; no page tells which.
    """

    release = UUID(primary_key=True)
    table_id = Varchar(length=80)
    row_key = Varchar(length=40)
    row_label = Varchar(length=200)
    measure = Varchar(length=80)
    measure_label = Varchar(length=200)
    position = Integer()
    unit = Varchar(length=12)
    shown = Boolean(default=False)
    reason = Varchar(length=10)
    firms = Integer(null=True, default=None)
    value = Integer(null=True, default=None)
    as_of = Date(null=True, default=None)


class ReleaseContributor(Table, tablename="release_contributor"):
    """A firm that a release counted in a series, and in which rows. Read by disclosure control alone.

    ``counted`` is the assessment, or of a signatory the firm. No foreign keys: it outlives both, as ids of nothing.
    """

    release = UUID(primary_key=True)
    series = Varchar(length=60)
    firm = UUID()
    counted = UUID()
    sector = Varchar(length=1)
    headcount_band = Varchar(length=10)
    area = Varchar(length=40)
