"""What ``make lint`` sees in the documents."""

import pytest

from pledge.accounts import factors, known, requests
from pledge.accounts.routes import LINK_LIMIT
from pledge.accounts.signing_in import PER_ACCOUNT, PER_ADDRESS
from pledge.asking import invitations
from pledge.commands.serving import CONNECTIONS, IDLE
from pledge.database.postgres import GLANCES, POOL
from pledge.directory import complaints
from pledge.events.routes import MAIL_LIMIT
from pledge.events.running.suggesting import TO_ADDRESS
from pledge.limits import SENDERS, Limit
from pledge.organisations.people import inviting
from pledge.web.bodies import FORM_SECONDS, PEOPLE, UPLOAD_SECONDS, VISITORS
from tests.support import docs


def test_nothing_is_wrong_now():
    assert list(docs.problems()) == []


@pytest.mark.parametrize(
    "words, found",
    [
        ("Set `PLEDGE_NO_SUCH`.", ["setting PLEDGE_NO_SUCH"]),
        ("Run `make nothing`.", ["make nothing"]),
        ("See `src/pledge/nowhere.py`.", ["src/pledge/nowhere.py, which is not there"]),
        ("`tests/test_docs.py::test_none` shows it.", ["tests/test_docs.py::test_none, which is not there"]),
        ("`pledge fly` and `pledge suppliers fly`.", ["pledge fly", "pledge suppliers fly"]),
        ("`pledge suppliers check FILE --never`.", ["pledge suppliers check FILE --never"]),
        ("`pledge suppliers check | fly`.", ["pledge suppliers check | fly"]),
        ("`/pledge/lost`, `GET /shares/{id}`.", ["page /pledge/lost", "page /shares/{id}"]),
        ("`/pledge/kept`, `/`, `/demo/mailbox`, `POST /suppliers/{id}/ask?step=1`, not `<a href=/x>`.", []),
        (
            "`make run`, `pledge suppliers check | codes`, `pledge backup FILE`, `PLEDGE_DEMO=1`, `src/pledge/app.py`.",
            [],
        ),
    ],
)
def test_names(words, found):
    assert list(docs.names(words)) == found


def test_links(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A heading, here")
    text = "[a](page.md#a-heading-here) [b](page.md#gone) [c](gone.md) [d](https://example.org/x) [e](#a-heading-here)"
    assert list(docs.links(page, text)) == [
        "link to page.md#gone, which has no such heading",
        "link to gone.md, which is not there",
    ]


def test_markers():
    assert list(docs.markers("a\n" + "<" * 7 + " HEAD\nb\n" + "=" * 7 + "\n")) == [
        "conflict marker " + "<" * 7,
        "conflict marker " + "=" * 7,
    ]
    assert list(docs.markers("Heading\n" + "=" * 7 + "\n")) == []


def test_unlinked(tmp_path):
    readme, docs_ = tmp_path / "README.md", tmp_path / "docs"
    texts = {
        readme: "[a](docs/a.md#heading) [all of them](docs/decisions)",
        docs_ / "a.md": "[to itself](a.md) [b](b.md)",
        docs_ / "b.md": "",
        docs_ / "decisions" / "0001.md": "",
        docs_ / "lost.md": "[to itself](lost.md#there)",
    }
    assert list(docs.unlinked(texts)) == [docs_ / "lost.md"]


def test_untidy():
    text = "A line \n```\nmake run\n```\n  ```\nis open\n"
    assert list(docs.untidy(text)) == ["line 1 ends with a space", "a block of code that is not closed"]
    assert list(docs.untidy("Text with ``` in it.\n```\nmake\n```\n")) == []


def a_day(limit: Limit) -> str:
    return f"{limit.hits * 86_400 // limit.seconds:,}"


CODES, ALL_CODES, RECOVERIES = factors.CODES_PER_ACCOUNT, factors.CODES_PER_ADDRESS, factors.RECOVERIES_PER_ACCOUNT
FIGURES = {
    "security": [
        f"signed in with in the last {known.KEPT.days} days",
        f"{a_day(PER_ACCOUNT)} ({PER_ACCOUNT.hits} in each quarter of an hour), and {a_day(PER_ADDRESS)} from one",
        f"{a_day(CODES)} ({CODES.hits} an hour), and {a_day(ALL_CODES)} from one address",
        f"| a recovery code (118 bits), either way | {a_day(RECOVERIES)} |",
        f"requests for links ({LINK_LIMIT.hits} an hour)",
        f"({requests.REGISTRATIONS_TO.hits} registrations an hour, {MAIL_LIMIT.hits} bookings an hour, ",
        f"{TO_ADDRESS.hits} suggestions and {complaints.PER_ADDRESS.hits} complaints a day, ",
        f"{requests.NEW_EMAILS_TO.hits} changes of address a day, ",
        f"{inviting.PER_ADDRESS.hits} invitations and {invitations.PER_ADDRESS.hits} questions to a supplier a day)",
        f"An e-mail address gets {('no', 'one', 'two', 'three')[SENDERS]} times as many in all",
        f"A web process holds {CONNECTIONS:,} connections",
        f"within {IDLE} seconds is closed. A body may take {FORM_SECONDS:.0f} seconds in all",
        f"to a route that takes files, has {UPLOAD_SECONDS:.0f}.",
        f"At most {VISITORS.each} bodies of visitors from one network address (an IPv6 /64) and {VISITORS.in_all} in",
        f"apart from them {PEOPLE.each} of one person and {PEOPLE.in_all} of all people",
    ],
    "postgresql": [f"at most {POOL + 2 * GLANCES} connections: {POOL} for units of work, {2 * GLANCES} for glances"],
    "asking-suppliers": [
        f"{invitations.PER_ORGANISATION.hits} a day for a firm, ",
        f"{invitations.PER_ADDRESS.hits} a day of one firm to an address",
        f"works {invitations.LIVES.days} days",
    ],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_those_of_the_code(name):
    text = (docs.ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert [words for words in FIGURES[name] if words not in text] == []
