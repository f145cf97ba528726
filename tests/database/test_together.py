"""Several SELECTs in one round trip."""

from datetime import date
from functools import partial
from uuid import UUID

from pledge.database import sql
from pledge.database.together import Select, together
from pledge.database.unit import database, read

FIRMS = Select("o.id, o.name AS called, coalesce(o.kind, ',') AS kind", "FROM organisation o WHERE o.name = {}", ("A",))
PEOPLE = Select("p.name, p.id, p.created", "FROM person p WHERE p.name <> {} ORDER BY p.name DESC LIMIT {}", ("", 2))
NOBODY = Select("id", "FROM person WHERE name = {}", ("Nobody",))
HOW_MANY = Select("count(*) AS people, (SELECT count(*) FROM organisation) AS firms", "FROM person", ())


def test_columns_are_called_as_sql_calls_them():
    assert FIRMS.names == ("id", "called", "kind") and HOW_MANY.names == ("people", "firms")


async def test_each_part_gets_its_own_rows_as_if_it_had_been_asked_alone(site, alice, bob, charlie):
    parts = (PEOPLE, NOBODY, FIRMS._replace(args=("Pendle Joinery",)), HOW_MANY)
    before = database().statements
    people, nobody, firms, how_many = await read(partial(together, *parts))
    assert database().statements - before == 1
    assert sorted(row["name"] for row in people) == ["Bob", "Charlie"] and nobody == []
    assert all(isinstance(row["id"], UUID) and isinstance(row["created"], date) for row in people)
    alone = [await read(part.rows) for part in parts]
    assert [people, nobody, firms, how_many] == alone and firms[0]["called"] == "Pendle Joinery"
    (found,) = await read(partial(sql.rows, "SELECT count(*) AS people FROM person"))
    assert how_many == [{"people": found["people"], "firms": 2}]
