"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

NOTICES = {
    "supplier-asked": "We have written to the supplier. It can answer for 30 days.",
    "ask-link-shown": "The link was shown, and we do not keep it. To get another one, press the button again.",
    "ask-withdrawn": "It is taken back. The link that the supplier has no longer works.",
    "shared": "It is shared. Nobody sees more than this page shows.",
    "share-withdrawn": "It is taken back. Nothing of it can be seen there any more.",
}
