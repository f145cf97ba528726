"""What cannot be undone is asked once, on a page at the address of the act."""

from pledge.web.guard import routes

# Acts without a page of their own: each can be undone, or the page with its button is the question.
AT_ONCE = {
    "/sign-out",
    "/account/confirm/link",
    "/account/sessions/{session:uuid}/end",  # one signs in again
    "/account/sessions/end-others",
    "/account/sign-out-everywhere",
    "/quick-check/{number:int}",  # leads to the next page
    "/quick-check/register",  # as that
    "/quick-check/use",  # the result asks, and no answer is changed
    "/assessments/{questionnaire:str}/start",
    "/s/{code:str}/keep",  # it can be taken off the list again
    "/reports/{assessment:uuid}/deeper",  # the report that offers it stays as it is
    "/assessments/{questionnaire:str}/widen",  # its page says that there is no way back, and no answer is lost
    "/assessments/{questionnaire:str}/language",  # one chooses the other again
    "/assessments/{questionnaire:str}/submit",  # the check page asks
    "/help/ring/{call:uuid}/withdraw",  # the page of the call asks, and one can ask for another
    "/actions/reminders",  # the same button takes it back
    "/reports/reminders",  # and here
    "/assignments/{assignment:uuid}/done",  # it can be opened again
    "/suppliers/uploads/{upload:uuid}/confirm",  # the page of the columns asks
    "/suppliers/uploads/{upload:uuid}/retry",
    "/suppliers/uploads/{upload:uuid}/rows/{row:str}/leave-out",  # the row can be filled in later
    "/suppliers/uploads/{upload:uuid}/put-back",
    "/suppliers/merges/{merge:uuid}/undo",
    "/organise/events/{event:uuid}/publish",  # its page says what can be done afterwards
    "/organise/events/{event:uuid}/copy",
    "/organise/people/invite",
    "/door/{token:str}/people/{attendee:uuid}/in",
    "/door/{token:str}/people/{attendee:uuid}/undo",
}
# Pages at the address of an act that ask nothing: they lead whoever comes by address to where it begins.
LEADING = {"/quick-check/{number:int}", "/quick-check/register"}


def test_every_other_act_has_a_page_that_asks(application):
    found = [(path, method) for path, method, _ in routes(application[0].litestar)]
    pages = {path for path, method in found if method == "GET"} - LEADING
    assert {path for path, method in found if method == "POST"} - pages == AT_ONCE
