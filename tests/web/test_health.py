"""What machines ask: is it alive, can it serve, which version is it."""

from functools import partial

from tests.web.conftest import ask

import pledge
from pledge.database import migrating, sql
from pledge.database.unit import write


async def test_it_is_ready_when_the_database_answers_and_has_this_schema(db, application):
    answer = await ask(application[0], "GET", "/health/ready")
    assert answer.status == 200 and answer.text == '{"status":"ok"}'


async def test_it_is_not_ready_while_migrations_are_missing(db, application):
    last = migrating.known()[-1]
    await write(partial(sql.rows, "DELETE FROM migration WHERE name = {}", last))
    answer = await ask(application[0], "GET", "/health/ready")
    assert answer.status == 503 and last in answer.text


async def test_it_is_alive_but_not_ready_without_a_database(application):
    assert (await ask(application[0], "GET", "/health/live")).status == 200
    answer = await ask(application[0], "GET", "/health/ready")
    assert answer.status == 503 and answer.text == '{"status":"unavailable","database":"does not answer"}'


async def test_the_version_names_the_database_library(db, application):
    answer = await ask(application[0], "GET", "/version")
    assert answer.status == 200 and pledge.__version__ in answer.text
    assert ("SQLite 3." if db.engine_type == "sqlite" else "PostgreSQL ") in answer.text
