"""Publishing a newer version: the start leaves it alone, staff see what it changes, and it is published once."""

import asyncio
import shutil
from functools import partial

import pytest
from tests.support.cast import with_role
from tests.support.firms import fill_profile, start
from tests.support.log import logged_as

from pledge.assessments import definitions, drafts
from pledge.assessments.versions import publishing, standings, waiting
from pledge.commands import preparing
from pledge.content import ContentError
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import database, read, write
from pledge.questionnaires.installed import read_installed
from pledge.refusals import ChangedMeanwhile, Refusal
from pledge.resources import resource

LIST = "/partnership/questionnaires"
ONE = f"{LIST}/procurement"


async def begin():
    """Do as a start of Pledge does, and return what it published."""
    done = await write(publishing.at_start)
    await read(definitions.catch_up)
    return done


async def versions(questionnaire="procurement"):
    return [text.version for text in await read(partial(publishing.texts_of, questionnaire))]


# — the start —


async def test_the_start_publishes_what_nobody_was_asked_and_leaves_a_new_version_alone(site, newer):
    assert sorted({text.questionnaire for text in await read(publishing.texts)}) == [
        "procurement", "quick-check", "recruitment",
    ]  # fmt: skip
    newer.install()
    assert await begin() == []
    assert definitions.current("procurement").version == newer.now
    assert await read(publishing.left) == [
        f"procurement.yaml is version 2099.1, which waits: version {newer.now} is asked until partnership staff "
        "publish it at /partnership/questionnaires, or you do with “pledge questionnaires publish procurement”."
    ]
    await write(partial(sql.rows, "DELETE FROM questionnaire_version WHERE questionnaire = 'procurement'"))
    definitions.forget()
    assert await begin() == ["procurement 2099.1"]
    assert await read(publishing.left) == []


async def test_the_start_says_that_a_version_waits_in_one_line(site, newer, capsys):
    newer.install()
    await preparing.publish()
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("procurement.yaml is version 2099.1, which waits: ")
    assert said.err.count("\n") == 1


async def test_a_version_that_waits_changes_nothing_for_firms(alice, newer):
    await fill_profile(alice)
    newer.install()
    await begin()
    await (await alice.get("/assessments/procurement")).submit("/assessments/procurement/start")
    draft = await read(partial(drafts.load, alice.scope, "procurement"))
    assert draft.definition.version == newer.now


# — telling staff —


async def test_staff_read_on_their_first_page_that_a_version_waits_until_it_is_published(stella, rosa, newer):
    assert "waits for you" not in (await stella.get("/partnership")).text
    newer.install()
    page = await stella.get("/partnership")
    assert "Version 2099.1 of “" in page.text and page.text.count("waits for you") == 1
    page = await page.follow("Read what it changes")
    assert page.url == ONE
    await page.submit(ONE, read="yes")
    assert "waits for you" not in (await stella.get("/partnership")).text
    assert "waits for you" not in (await rosa.get("/operate")).text


async def test_staff_get_one_e_mail_for_each_version_that_waits(site, stella, alice, newer):
    mailroom = site.application.litestar.state.mailroom
    await waiting.tell(mailroom)
    before = await site.mails()
    newer.install()
    for _ in range(2):
        await waiting.tell(mailroom)
    (mail,) = (await site.mails())[len(before) :]
    assert mail.recipient == stella.email and mail.subject == "A new version of a questionnaire waits for you"
    assert "Version 2099.1 of “" in mail.body and f"asked version {newer.now} until" in mail.body
    assert f"{ONE}\n" in mail.body
    sam = await with_role(site, "Sam", "staff")  # who joins later is told of it too
    newer.install("2099.2")
    await asyncio.gather(*(waiting.tell(mailroom) for _ in range(3)))
    _, *mails = (await site.mails())[len(before) :]
    assert {mail.recipient for mail in mails} == {stella.email, sam.email} and len(mails) == 2
    assert all("Version 2099.2" in mail.body for mail in mails)


# — the pages —


async def test_the_list_says_what_is_asked_and_what_waits(stella, newer):
    page = await stella.get("/partnership")
    page = await page.follow("Questionnaires and their versions")
    assert page.url == LIST and "Waits for you" not in page.text
    newer.install()
    page = await stella.get(LIST)
    assert f"Version {newer.now}, since" in page.text and page.text.count("Waits for you Version 2099.1") == 1


async def test_the_page_of_one_says_what_changes_and_what_becomes_of_answers(stella, newer):
    newer.install()
    page = await stella.get(ONE)
    assert "Version 2099.1 waits" in page.text
    assert f"Stays as it is {len(read_installed()['procurement'].definition.questions) - 4}" in page.text
    for what, name in {
        "Stays, to be read again 1": newer.reworded, "Asked again of some firms 2": newer.recounted,
        "Not asked any more 1": newer.gone,
    }.items():  # fmt: skip
        assert what in page.text and newer.text[name] in page.text
    assert "New 1" in page.text and "Changes results: 4 changes" in page.text
    assert "Points: “3” → “2”" in page.text
    assert "May mean something else: 1 change" in page.text
    assert "Pledge, when it started" in page.text
    assert "It is asked from now on. Every firm is asked it." in page.text or "It is asked where" in page.text
    for option in newer.options(newer.NEW):
        assert f"“{option['label']}” ({option['points']} point" in page.text
    opened = [each.get("open") is not None for each in page.document.xpath("//details") if each.xpath(".//h4")]
    assert opened and all(opened[:2])  # nobody ticks that they have read what is closed
    assert f"Whoever stays on version {newer.now} reads it in English alone." in page.text


async def test_the_page_says_which_translations_no_longer_fit(stella, newer):
    shutil.copy(resource("questionnaires") / "procurement.pl.yaml", newer.folder)
    newer.install()
    page = await stella.get(ONE)
    assert f"“pl” is of version {newer.now}, or something in it does not fit version 2099.1." in page.text
    path = newer.folder / "procurement.pl.yaml"
    path.write_text(path.read_text("utf-8").replace(newer.now, "2099.1"), "utf-8")
    newer.as_before()
    assert "Other languages" not in (await stella.get(ONE)).text


async def test_one_that_is_not_there_is_not_found(stella, newer):
    assert (await stella.get(f"{LIST}/nothing")).status == 404


async def test_publishing_is_asked_once_and_then_everybody_who_begins_gets_it(stella, alice, newer):
    await fill_profile(alice)
    newer.install()
    page = await stella.get(ONE)
    refused = await page.submit(ONE)
    assert refused.status == 422 and refused.errors == ["Tick the box once you have read what changes"]
    assert await versions() == [newer.now]
    done = await refused.submit(ONE, read="yes")
    assert done.url == f"{ONE}?notice=questionnaire-published" and "It is published." in done.html
    assert await versions() == [newer.now, "2099.1"]
    assert "Version 2099.1 Asked now" in done.text and "Stella" in done.text
    assert "Nothing waits" in done.text
    await (await alice.get("/assessments/procurement")).submit("/assessments/procurement/start")
    draft = await read(partial(drafts.load, alice.scope, "procurement"))
    assert draft.definition.version == "2099.1"
    assert "Is this asked since the newer version?" in (await alice.get("/questions")).text
    entry = await read(partial(sql.row, "SELECT * FROM audit_entry WHERE action = 'questionnaire.published'"))
    assert entry["subject"] == "procurement" and '"version":"2099.1"' in entry["details"]
    assert entry["person"] == await logged_as(stella.id)


async def test_nobody_else_sees_or_publishes(alice, olive, rosa, newer):
    newer.install()
    for person in (alice, olive, rosa):
        assert [(await person.get(path)).status for path in (LIST, ONE)] == [403, 403]
        assert (await person.post(ONE, {"read": "yes", "file": read_installed()["procurement"].hash})).status == 403
    assert await versions() == [newer.now]


async def test_a_text_revision_can_be_published_without_a_start_and_drafts_read_it_at_once(stella, alice, newer):
    await fill_profile(alice)
    await start(alice)
    title = read_installed()["procurement"].definition.title
    text = newer.path.read_text("utf-8").replace(f"title: {title}", "title: What you buy", 1)
    newer.put(text.replace("\nversion:", "\nrevision: 2\nversion:", 1))
    page = await stella.get(ONE)
    assert f"Version {newer.now}, text 2 waits" in page.text and "means the same" in page.text
    done = await page.submit(ONE, read="yes")
    assert done.url == f"{ONE}?notice=questionnaire-published"
    page = await alice.get("/assessments/procurement")
    assert "What you buy" in page.text and "newer version" not in page.text


# — how many have begun —


async def test_how_many_have_begun_is_said_in_steps_of_five_and_never_below(stella, newer):
    newer.install()
    for firms, said in ((0, "fewer than 5 firms"), (4, "fewer than 5 firms"), (1, "5 or more firms")):
        await write(partial(begun, firms))
        page = await stella.get(ONE)
        assert said in page.text, firms
    assert "fewer than 5" not in page.text.partition("Numbers of firms")[0]


def test_a_number_of_firms_tells_of_no_single_one():
    said = [standings.in_steps(firms) for firms in (0, 1, 4, 5, 9, 10, 200, 204)]
    assert said == [
        "fewer than 5", "fewer than 5", "fewer than 5", "5 or more", "5 or more", "10 or more", "200 or more",
        "200 or more",
    ]  # fmt: skip


async def begun(firms):
    """Let some firms begin, in the current unit."""
    now, version = clock.now(), (await publishing.texts_of("procurement"))[-1].version
    ids = [new_id() for _ in range(firms)]
    await sql.many(
        "INSERT INTO organisation (id, name, created, kind, postcode, district, area, sector, risk_sectors, "
        "headcount_band, labour, outside_work, listed_goods) "
        "VALUES ({}, 'A firm', {}, '', '', '', '', '', '', '', '', '', {})",
        [(each, now, False) for each in ids],
    )
    await sql.many(
        "INSERT INTO assessment (id, organisation, questionnaire, version, status, latest, revision, answers, change, "
        "created, updated, profile, result, headline, sector, headcount_band, district, area) VALUES "
        "({}, {}, 'procurement', {}, 'draft', {}, 0, {}, '', {}, {}, '', '', '', '', '', '', '')",
        [(new_id(), each, version, False, "{}", now, now) for each in ids],
    )


async def test_with_two_hundred_drafts_it_is_a_plain_page_and_none_of_them_changes(stella, newer):
    await write(partial(begun, 200))
    newer.install()
    before = await read(partial(sql.rows, "SELECT id, version, revision, answers FROM assessment ORDER BY id"))
    asked = database().statements
    page = await stella.get(ONE)
    assert database().statements - asked <= 3 and "200 or more firms" in page.text
    assert (await page.submit(ONE, read="yes")).url == f"{ONE}?notice=questionnaire-published"
    assert await read(partial(sql.rows, "SELECT id, version, revision, answers FROM assessment ORDER BY id")) == before


# — what can go wrong meanwhile —


async def test_a_file_that_changes_between_reading_and_publishing_is_not_published(stella, newer):
    newer.install()
    page = await stella.get(ONE)
    newer.install(title="Another title")
    again = await page.submit(ONE, read="yes")
    assert again.status == 409 and "changed since your page was opened. So nothing was published." in again.text
    assert await versions() == [newer.now]
    assert (await again.submit(ONE, read="yes")).url == f"{ONE}?notice=questionnaire-published"


async def test_a_file_that_breaks_between_reading_and_publishing_is_not_published_and_says_where(stella, newer):
    newer.install()
    page = await stella.get(ONE)
    newer.put(newer.path.read_text("utf-8").replace('"points": "4"', '"points": "9"', 1))
    again = await page.submit(ONE, read="yes")
    assert again.status == 409 and await versions() == [newer.now]
    assert "procurement.yaml, line 1: " in again.text and "points are a whole number from 0 to 4" in again.text
    assert str(newer.folder) not in again.html
    assert "points are a whole number" in (await stella.get(LIST)).text
    assert not again.document.xpath("//main//form")


async def test_a_folder_with_two_versions_of_one_questionnaire_is_refused_in_words(stella, newer):
    newer.install()
    (newer.folder / "again.yaml").write_bytes(newer.path.read_bytes())
    page = await stella.get(LIST)
    assert "The files cannot be published as they are" in page.text
    assert "procurement.yaml, line 1: again.yaml has version “2099.1” of “procurement”; keep one file." in page.text
    page = await stella.get(ONE)
    assert not page.document.xpath("//main//form") and "again.yaml" in page.text


async def test_a_published_version_with_another_text_is_refused_in_words(stella, newer):
    newer.put(newer.path.read_text("utf-8").replace("weight: 2", "weight: 1", 1))
    page = await stella.get(ONE)
    assert "is published with another text, and what is published never changes" in page.text
    assert not page.document.xpath("//main//form")
    with pytest.raises(ContentError, match="is published with another text"):
        await begin()
    with pytest.raises(Refusal, match=r"Line 3: Version .* Nothing was changed"):
        await write(partial(publishing.publish, read_installed()["procurement"], "command"))


async def test_an_older_version_does_not_come_back(stella, newer):
    newer.install()
    await (await stella.get(ONE)).submit(ONE, read="yes")
    newer.as_before()
    page = await stella.get(ONE)
    assert "which was published before" in page.text and not page.document.xpath("//main//form")
    with pytest.raises(Refusal, match=f"Version {newer.now} was published before, and version 2099.1 after it"):
        await write(partial(publishing.publish, read_installed()["procurement"], "page"))


async def test_two_officers_at_once_publish_it_once(site, stella, newer):
    sam = await with_role(site, "Sam", "staff")
    newer.install()
    pages = [await each.get(ONE) for each in (stella, sam)]
    done = await asyncio.gather(*(page.submit(ONE, read="yes") for page in pages))
    assert sorted(page.url for page in done) == [
        f"{ONE}?notice=questionnaire-known", f"{ONE}?notice=questionnaire-published",
    ]  # fmt: skip
    assert await versions() == [newer.now, "2099.1"]
    logged = "SELECT count(*) FROM audit_entry WHERE action = 'questionnaire.published'"
    assert await read(partial(sql.value, logged)) == 1
    again = await pages[0].submit(ONE, read="yes")
    assert again.status == 200 and await versions() == [newer.now, "2099.1"]


async def test_of_two_officers_with_two_files_the_second_is_told(site, stella, newer):
    sam = await with_role(site, "Sam", "staff")
    newer.install()
    page = await stella.get(ONE)
    newer.install("2099.2")
    other = await sam.get(ONE)
    newer.install()
    assert (await page.submit(ONE, read="yes")).url == f"{ONE}?notice=questionnaire-published"
    newer.install("2099.2")
    again = await other.submit(ONE, read="yes")
    assert again.status == 409 and await versions() == [newer.now, "2099.1"]
    assert "Version 2099.1 Asked now" in again.text and "Version 2099.2 waits" in again.text


async def test_of_two_versions_truly_at_once_the_second_is_refused(site, newer, monkeypatch):
    """Whoever compared with what was asked before does not publish over what somebody published meanwhile."""
    store = publishing._store

    async def slowly(*args):
        if database().engine_type == "postgres":  # where both could have looked before either is done
            await sql.rows("SELECT pg_sleep(0.3)")
        return await store(*args)

    monkeypatch.setattr(publishing, "_store", slowly)
    asked = publishing.current(await read(partial(publishing.texts_of, "procurement"))).sha256
    files = []
    for version in ("2099.1", "2099.2"):
        newer.install(version)
        files.append(read_installed()["procurement"])
    done = await asyncio.gather(
        *(write(partial(publishing.publish, file, "page", seen=asked)) for file in files), return_exceptions=True
    )
    assert sorted(type(each) for each in done if each is not True) == [ChangedMeanwhile]
    assert len(await versions()) == 2


async def test_a_first_version_at_once_is_stored_once(site, newer):
    await write(partial(sql.rows, "DELETE FROM questionnaire_version WHERE questionnaire = 'procurement'"))
    file = read_installed()["procurement"]
    done = await asyncio.gather(*(write(partial(publishing.publish, file, "page", seen="")) for _ in range(3)))
    assert sorted(done) == [False, False, True] and await versions() == [newer.now]


# — several processes —


async def test_a_process_that_has_not_seen_it_published_asks_it_all_the_same(alice, newer):
    """What another process publishes is not in this one's memory; whatever begins looks first."""
    await fill_profile(alice)
    newer.install()
    file = read_installed()["procurement"]
    newer.as_before()
    await read(definitions.catch_up)
    await write(partial(publishing.publish, file, "command"))  # as if elsewhere: this process does not catch up
    assert definitions.current("procurement").version == newer.now
    await alice.post("/assessments/procurement/start", {"organisation": str(alice.organisation)})
    draft = await read(partial(drafts.load, alice.scope, "procurement"))
    assert draft.definition.version == "2099.1"


async def test_what_was_not_committed_is_not_known(site, newer):
    newer.install()
    file = read_installed()["procurement"]

    async def unit():
        await publishing.publish(file, "page")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await write(unit)
    await read(definitions.catch_up)
    assert definitions.current("procurement").version == newer.now


async def test_the_text_that_is_published_counts_not_the_file_that_this_process_read(site, newer):
    newer.install(title="As it was when this process started")
    await begin()
    text = newer.path.read_text("utf-8").replace("As it was when this process started", "As it was published")
    newer.path.write_text(text, "utf-8")
    await write(partial(publishing.publish, read_installed()["procurement"], "page"))
    await read(definitions.catch_up)
    assert definitions.current("procurement").title == "As it was published"
