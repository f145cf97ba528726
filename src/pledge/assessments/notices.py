"""What pages of this room say once a form did its work, by the word in the address (``?notice=…``)."""

from pledge.web.notices import Hindrance

NOTICES = {
    "answers-saved": "Your answers are saved. Come back when it suits you.",
    "colleague-asked": "We have written to your colleague. You see here how far they come.",
    "assignment-kept": "It is noted here: that part is yours.",
    "assignment-changed": "It is changed.",
    "assignment-withdrawn": "Nobody is asked for that part any more. What was answered stays.",
    "assignment-done": "Thank you. Your firm sees that this is all from you.",
    "assignment-open": "It is open again.",
    "moved": "Your answers are in the newer version. Whatever is to be read or answered again is marked.",
    "questionnaire-published": "It is published. Whoever begins now answers it.",
    "questionnaire-known": "It was published already, so there was nothing to do.",
    "renewal-reminders-off": "We no longer remind you by e-mail to answer again. You can have these e-mails again on "
    "the page of your reports.",
    "renewal-reminders-on": "We remind you by e-mail again when a report is soon a year old.",
    "put-away": "They are put away. You can start again whenever you like.",
    "not-yours-to-put-away": Hindrance("A colleague has worked on these answers, so only an owner can put them away."),
    "all-questions": "These are all questions now. What you answered is filled in.",
    "answered-again": "This is your new result. The report before it stays as it was.",
    "answered-already": "Somebody had given that answer already, while your page was open. This is the result.",
    "answer-as-before": "Your answer is what it was, so there is no new result. Nothing has changed.",
    "not-complete": Hindrance(
        "Some questions are still open, or you have not said whether an answer is still so. So nothing was submitted."
    ),
}
