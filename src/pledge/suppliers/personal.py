"""What supplier lists hold about people, and for how long."""

from pledge.personal import INTEREST, Held, Use, words
from pledge.suppliers.files import clearing
from pledge.suppliers.importing import comparing

FILES = Use(
    "The file with your suppliers, as you sent it",
    "To read it, and to show you which cells need a look",
    INTEREST,
    f"{words(clearing.KEPT).capitalize()}. So is a file that you sent and did not confirm.",
    "You and your colleagues",
)
SUPPLIERS = Use(
    "Your list of suppliers. A supplier may be a person who trades under their own name.",
    "To show you where the risks are",
    INTEREST,
    f"As long as your firm uses this site; a supplier that you take off the list, {words(comparing.KEPT)}",
    "You and your colleagues",
)
WHO = Use(
    "Who sent or confirmed a file, and who changed a supplier",
    "So that colleagues can see who changed what",
    INTEREST,
    "As long as the list. When you erase your account, nobody can tell any more that it was you.",
    "You and your colleagues",
)

MATCHES = Use(
    "Who said that two suppliers are the same, or are not",
    "So that colleagues can see who decided, and you are not asked again",
    INTEREST,
    "As long as the list. When you erase your account, nobody can tell any more that it was you.",
    "You and your colleagues",
)

# What refers to an upload or a supplier goes before it.
HELD = (
    Held(
        table="supplier_mark",
        title="Other names of suppliers",
        use=SUPPLIERS,
        organisation="organisation",
        supplier="name_key mark",
        nobody="supplier",
        with_organisation=True,
    ),
    Held(
        table="match_question",
        title="Suppliers that may be the same",
        use=SUPPLIERS,
        organisation="organisation",
        supplier="company_number",
        nobody="id supplier other likeness asked",
        with_organisation=True,
    ),
    Held(
        table="match_difference",
        use=SUPPLIERS,
        organisation="organisation",
        supplier="mark other_mark",
    ),
    Held(
        table="match_difference",
        title="Suppliers you said are different",
        use=MATCHES,
        person="decided_by decided",
        nobody="supplier other",
        authors="decided_by",
        with_organisation=True,
    ),
    Held(
        table="supplier_merge",
        use=SUPPLIERS,
        organisation="organisation",
        supplier="kept_was gone_was",
    ),
    Held(
        table="supplier_merge",
        title="Suppliers you said are the same",
        use=MATCHES,
        person="merged_by merged",
        nobody="id supplier gone place through later links questions",
        authors="merged_by",
        with_organisation=True,
    ),
    Held(
        table="upload_supplier",
        title="Suppliers in files",
        use=SUPPLIERS,
        organisation="organisation change",
        supplier="differences",
        nobody="upload number supplier",
        with_organisation=True,
    ),
    Held(
        table="supplier",
        use=SUPPLIERS,
        organisation="organisation revision supplies country_of_supply spend labour on_site subcontracts reference "
        "last_checked owner words rows_named first_upload last_upload edited off_list off_list_upload level reasons "
        "listed_goods sectors risk_version rated",
        supplier="name name_key company_number licence_number town postcode email website",
    ),
    Held(
        table="supplier",
        title="Suppliers you changed",
        use=WHO,
        person="updated_by",
        nobody="id updated",
        authors="updated_by",
        with_organisation=True,
    ),
    Held(
        table="saved_columns",
        title="Columns of files you explained",
        use=WHO,
        organisation="organisation fields",
        person="saved_by saved",
        nobody="fingerprint",
        authors="saved_by",
        with_organisation=True,
    ),
    Held(
        table="upload_issue",
        title="Problems in files",
        use=SUPPLIERS,
        organisation="organisation severity code message fix",
        supplier="value",
        nobody="upload sheet number place",
        with_organisation=True,
    ),
    Held(
        table="upload_row",
        title="Rows of files",
        use=SUPPLIERS,
        organisation="organisation",
        supplier="content hash",
        nobody="upload sheet number status supplier_number settled origin",
        with_organisation=True,
    ),
    Held(
        table="upload_chunk",
        title="Files as they were sent",
        use=FILES,
        organisation="organisation data",
        nobody="upload place",
        with_organisation=True,
    ),
    Held(
        table="upload",
        use=SUPPLIERS,
        organisation="organisation sha256 name refusal message outline plan problems",
    ),
    Held(
        table="upload",
        title="Files you sent or confirmed",
        use=WHO,
        person="uploaded_by confirmed_by",
        nobody="id size format state uploaded confirmed finished forgotten next_sheet next_row next_supplier rows_read "
        "accepted rejected suppliers next_paired search_stopped pairs_left_out parent added changed",
        authors="uploaded_by confirmed_by",
        with_organisation=True,
    ),
)
