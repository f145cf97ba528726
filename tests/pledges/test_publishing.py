"""Publishing the words of the pledge: once, for ever."""

from functools import partial

import pytest

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.organisations.reference import ReferenceDataError
from pledge.pledges import publishing
from pledge.pledges.text import edition, shipped


def changed(old: str, new: str):
    return edition(shipped().source.replace(old, new), shipped().path)


async def test_the_text_that_comes_with_the_site_is_stored_as_it_is(db):
    row = await read(partial(sql.row, "SELECT * FROM pledge_text"))
    assert (row["version"], row["sha256"], row["text"]) == ("2026.1", shipped().sha256, shipped().source)


async def test_publishing_again_changes_nothing(db):
    before = await read(partial(sql.rows, "SELECT * FROM pledge_text"))
    audited = await read(partial(sql.value, "SELECT count(*) FROM audit_entry"))
    await write(partial(publishing.publish, shipped()))
    assert await read(partial(sql.rows, "SELECT * FROM pledge_text")) == before
    assert await read(partial(sql.value, "SELECT count(*) FROM audit_entry")) == audited


async def test_a_published_version_with_other_words_is_refused_by_name(db):
    other = changed("We name one person in charge", "We name two people in charge")
    with pytest.raises(ReferenceDataError, match=r"^pledge\.yaml: Version 2026\.1 is published with other words.*new"):
        await write(partial(publishing.publish, other))
    assert await read(partial(sql.value, "SELECT sha256 FROM pledge_text")) == shipped().sha256


async def test_the_commands_refuse_it_with_one_sentence(db, monkeypatch):
    from pledge.commands import preparing
    from pledge.content import ContentError
    from pledge.pledges import text

    monkeypatch.setattr(text, "shipped", lambda: changed("title: Lead", "title: Guide"))
    with pytest.raises(ContentError, match=r"^pledge\.yaml: Version 2026\.1 is published"):
        await preparing.publish()


async def test_a_new_version_stands_beside_the_old_one_and_both_can_be_read(db):
    newer = changed('version: "2026.1"', 'version: "2027.1"')
    await write(partial(publishing.publish, newer))
    old = await read(partial(publishing.load, "2026.1"))
    assert old is not None and old.text == shipped().text and old.sha256 == shipped().sha256
    new = await read(partial(publishing.load, "2027.1"))
    assert new is not None and new.version == "2027.1"
    assert await read(partial(publishing.load, "2020.1")) is None
