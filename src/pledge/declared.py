"""What every room declares, put together: what it holds about people, what goes by the clock, what pages say once."""

from pledge import limits
from pledge.accounts import known, links
from pledge.accounts import notices as accounts_notices
from pledge.accounts import personal as account_data
from pledge.accounts import sessions as account_sessions
from pledge.actions import making
from pledge.actions import notices as actions_notices
from pledge.actions import personal as action_data
from pledge.asking import notices as asking_notices
from pledge.asking import personal as asking_data
from pledge.asking import retention as asking_retention
from pledge.assessments import answer_notes
from pledge.assessments import notices as assessments_notices
from pledge.assessments import personal as assessment_data
from pledge.assessments.quick import quick_answers
from pledge.assessments.versions import waiting
from pledge.audit import personal as audit_data
from pledge.audit import retention as log_retention
from pledge.database import personal as database_data
from pledge.directory import calls, complaints
from pledge.directory import notices as directory_notices
from pledge.directory import personal as directory_data
from pledge.events import notices as events_notices
from pledge.events import personal as event_data
from pledge.events import retention as event_retention
from pledge.events.running import suggesting
from pledge.insights import personal as insight_data
from pledge.mail import outbox
from pledge.mail import personal as mail_data
from pledge.organisations import notices as organisations_notices
from pledge.organisations import personal as organisation_data
from pledge.organisations.people import inviting, organiser_team
from pledge.personal import Holdings
from pledge.pledges import notices as pledges_notices
from pledge.pledges import personal as pledge_data
from pledge.quick_check import notices as quick_check_notices
from pledge.reports import notices as reports_notices
from pledge.sharing import notices as sharing_notices
from pledge.sharing import personal as sharing_data
from pledge.sharing import retention as sharing_retention
from pledge.suppliers import notices as suppliers_notices
from pledge.suppliers import personal as supplier_data
from pledge.web import kept, notices, once
from pledge.web import notices as web_notices
from pledge.web import personal as web_data
from pledge.worker import personal as worker_data
from pledge.worker import queue

# Higher rooms first: what refers to a table is erased before it. The log's pseudonyms and accounts go last.
HOLDINGS = Holdings(
    held=(
        *insight_data.HELD,
        *sharing_data.HELD,
        *asking_data.HELD,
        *event_data.HELD,
        *supplier_data.HELD,
        *action_data.HELD,
        *assessment_data.HELD,
        *pledge_data.HELD,
        *directory_data.HELD,
        *mail_data.HELD,
        *worker_data.HELD,
        *web_data.HELD,
        *database_data.HELD,
        *organisation_data.HELD,
        *audit_data.HELD,
        *account_data.HELD,
    ),
    before_person=(event_retention.give_back,),
    before_organisation=(event_retention.forget_firm, inviting.forget_firm, asking_retention.forget_firm),
)

PRUNES = (
    limits.prune,
    once.prune,
    kept.prune,
    links.prune,
    account_sessions.prune,
    known.prune,
    inviting.prune,
    organiser_team.prune,
    suggesting.prune,
    asking_retention.prune,
    sharing_retention.prune,
    queue.prune,
    outbox.prune,
    answer_notes.prune,
    quick_answers.prune,
    event_retention.prune,
    complaints.prune,
    calls.prune,
    log_retention.prune,
)

NOTICES = notices.together(
    *(
        room.NOTICES
        for room in (
            web_notices,
            accounts_notices,
            organisations_notices,
            pledges_notices,
            reports_notices,
            directory_notices,
            assessments_notices,
            actions_notices,
            asking_notices,
            quick_check_notices,
            sharing_notices,
            suppliers_notices,
            events_notices,
        )
    )
)

# What waits for partnership staff, said on their first page: each in the current unit.
FOR_STAFF = (waiting.pointers,)

# What follows in the unit that submits an assessment.
ONCE_SUBMITTED = (making.take_up,)

# What a backup leaves out, so that nobody can act with it: sign-ins, e-mailed links, and what lives for minutes only.
NOT_BACKED_UP = ("kept_page", "known_browser", "link", "session", "submission", "throttle")
# Rows of these do not make a database count as used: installing Pledge writes them.
FILLED_BY_INSTALLING = ("audit_entry", "pledge_text", "questionnaire_revision", "questionnaire_version")
