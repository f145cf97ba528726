"""What was typed into a form that is not taken comes back in the words of its page, never in ours."""

import re
from functools import partial
from pathlib import Path

import pytest
from tests.suppliers.sending import ACME, BEE, address_of, imported, suppliers, workbook
from tests.support.firms import fill_profile, start

from pledge.database import sql
from pledge.database.unit import write
from pledge.web.called import carried, heard, in_words
from pledge.web.forms import Form

TEMPLATES = Path(__file__).parents[2] / "templates"


def given_back(page) -> dict[str, str]:
    (found,) = page.document.xpath("//main//h2[. = 'What you typed']/following-sibling::dl")
    texts = [" ".join(node.text_content().split()) for node in found.xpath("./div/*")]
    return dict(zip(texts[::2], texts[1::2], strict=True))


async def loses_the_role(person) -> None:
    await write(partial(sql.rows, "UPDATE membership SET role = 'viewer' WHERE person = {}", person.id))


def test_what_is_carried_is_heard():
    form = Form()
    form.call("country", "  Country <b>they</b>\nsupply from ")
    form.call("labour", "Whose workers?", [{"value": "own", "text": "Their  own"}, {"divider": "or"}])
    words = heard([form.called.replace("\n", "\r\n")])  # as browsers send it
    sent = [("country", "China"), ("labour", "own"), ("labour", "x"), ("seen", "abc")]
    assert in_words(sent, words) == [
        ("Country they supply from", "China"), ("Whose workers?", "Their own"), ("Whose workers?", "x")
    ]  # fmt: skip
    assert in_words(sent[-1:], None) == [("Seen", "abc")]


def test_a_form_of_very_many_fields_carries_no_more_than_is_sensible():
    labels = {"a": "A" * 1000}
    choices = {("a", "b"): "B" * 4096}
    assert carried(labels, {("a", "b"): "B"}).endswith("\na\tb\tB")
    assert carried(labels, choices) == f"a\t{'A' * 1000}"
    assert carried({"a": "A" * 4096}, {}) is None


@pytest.mark.parametrize("nonsense", ["", "\t", "\n\n", "a", "a\t\t\t", "\x85\u2028"])
def test_nonsense_in_place_of_words_breaks_nothing(nonsense):
    assert Form({"_called": [nonsense, "b\tB"], "b": ["1"]}).typed == [("B", "1")]


def test_every_field_that_one_can_see_is_called_something():
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for tag in re.findall(r"<(?:input|textarea|select)\b[^>]*>", text) if path.name != "components.html" else ():
            name = re.search(r'name="([^"]*)"', tag)
            seen = 'type="hidden"' not in tag and name and name[1] != "website"  # of which nobody sees
            assert not seen or f'form.call("{name[1].split("{{")[0]}' in text, (path.name, tag)


async def test_whoever_lost_the_role_reads_the_words_of_the_page(site, alice):
    await imported(site, alice, workbook(ACME, BEE))
    edit = await alice.get(f"{await address_of(alice, 'Acme Ltd')}/edit")
    countries = await alice.get("/suppliers/countries")
    ids = {name: row["id"] for name, row in (await suppliers(alice)).items()}
    await loses_the_role(alice)
    page = await edit.submit(goods="Bricks", labour="agency")
    assert page.status == 403
    told = given_back(page)
    assert told["What they supply"] == "Bricks" and "revision" not in str(told).lower()
    assert told["Whose workers do the work?"] == "Agency workers"
    page = await countries.submit(**{f"country-{ids['Acme Ltd']}": "India"})
    assert given_back(page)["Country that Acme Ltd supplies from"] == "India"


async def test_so_does_whoever_answered_questions(alice):
    await fill_profile(alice)
    await start(alice)
    page = await alice.get("/assessments/procurement/leadership")
    name = next(name for name in page.fields() if name.startswith("note-"))
    field = page.document.xpath(f"//input[@name='q-{name.removeprefix('note-')}']")[0]
    label = field.getnext().text_content().strip()
    await loses_the_role(alice)
    told = given_back(await page.submit(**{field.get("name"): field.get("value"), name: "ask Jo"}))
    assert told == {"Who looks out for modern slavery, in what you buy and in how you hire?": f"{label} ask Jo"}
