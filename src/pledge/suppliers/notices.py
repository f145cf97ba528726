"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "file-known": "You sent this file before. Here it is.",
    "file-removed": "The file is removed.",
    "supplier-saved": "Saved, and rated anew.",
    "row-saved": "The row is in your list.",
    "row-saved-next": "The row is in your list. Here is the next one.",
    "row-left-out-next": "The row is left out. Here is the next one.",
    "row-left-out": "The row is left out. You find it below what we put right or left out.",
    "row-back": "The row is no longer left out.",
    "taken-off": "They are off your list. You can put them back below.",
    "put-back": "Back on your list.",
    "countries-saved": "Saved, and rated anew.",
    "matches-saved": "Your answers are saved.",
    "matches-later": "Nothing was decided. The questions stay here.",
    "merge-undone": "Undone: they are two suppliers again, and we do not ask about them any more.",
}
