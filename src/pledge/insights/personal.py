"""What releases hold about firms, and for how long."""

from pledge.personal import INTEREST, Held, Use

COUNTED = Use(
    "Which firms a published table of figures has counted, by a code",
    "So that no two tables together can tell of one firm",
    INTEREST,
    "As long as the figures are published. When your firm is erased, nobody can tell any more which code was yours.",
    "Nobody. Staff see the figures, and each stands for five firms at least. Firms see those that stand for ten.",
)

HELD = (
    Held(table="release", nobody="id day created counted"),
    Held(table="release_table", nobody="release id series dimension title versions position"),
    Held(
        table="release_cell",
        nobody="release table_id row_key row_label measure measure_label position unit shown reason firms value as_of",
    ),
    Held(
        table="release_contributor",
        use=COUNTED,
        organisation="firm counted sector headcount_band area",
        nobody="release series",
    ),
)
