"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "link-shown": "The link was shown, and we do not keep it. To get another one, choose “Make a new link”.",
    "link-taken-back": "It is taken back. The link shows nothing of your report any more.",
    "share-kept": "It is in your list. You can write a note for your colleagues.",
    "note-saved": "Your note is saved. Only your colleagues can see it.",
    "share-removed": "It is no longer in your list.",
}
