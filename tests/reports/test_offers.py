"""Answers that the supplier list gives: what it shows, never more; taken over only by a member, only where chosen."""

import json
import shutil

import msgspec
import pytest
import yaml
from tests.suppliers.sending import HEAD, LIST, imported, workbook
from tests.support.cast import colleague
from tests.support.firms import fill_profile, start
from tests.support.publishing import publish_all

from pledge.assessments import definitions, drafts
from pledge.database.unit import read
from pledge.questionnaires.installed import installed
from pledge.reports.offers import QUESTIONNAIRE, offers
from pledge.resources import resource
from pledge.suppliers.listed.coverage import Coverage

FULL = Coverage(suppliers=100, supply=100, country=96, labour=100, owner=95, made_in=60, spend=1000, spend_made_in=500)


@pytest.mark.parametrize(
    ("changes", "answers"),
    [
        ({}, ["full", "most-spend", "all"]),
        ({"owner": 94}, ["with-gaps", "most-spend", "all"]),
        ({"supply": 50, "country": 0}, ["with-gaps", "most-spend", "all"]),
        ({"supply": 49, "country": 49}, ["accounts-only", "most-spend", "all"]),
        ({"spend_made_in": 499}, ["full", "a-few", "all"]),
        ({"spend": 0, "spend_made_in": 0}, ["full", "a-few", "all"]),
        ({"made_in": 0}, ["full", "seller-only", "all"]),
        ({"made_in": 0, "country": 0, "supply": 0}, ["accounts-only", "none", "all"]),
        ({"unrated": 5}, ["full", "most-spend", "all"]),
        ({"unrated": 6}, ["full", "most-spend", "some"]),
        ({"labour": 95}, ["full", "most-spend", "all"]),
        ({"labour": 94}, ["full", "most-spend", "some"]),
        ({"unrated": 100}, ["full", "most-spend", "none"]),
    ],
)
def test_each_answer_follows_from_what_the_list_says(changes, answers):
    assert [offer.value for offer in offers(msgspec.structs.replace(FULL, **changes))] == answers


def test_an_empty_list_answers_nothing():
    assert offers(Coverage()) == []


def test_what_is_offered_is_an_answer_of_the_questionnaire_and_never_its_best():
    definition = definitions.current(QUESTIONNAIRE)
    for unrated in (0, 50, 100):
        for made_in in (0, 1, 60):
            for offer in offers(msgspec.structs.replace(FULL, unrated=unrated, made_in=made_in)):
                options = {option.value: option.points for option in definition.question(offer.question).options}
                assert options[offer.value] < max(options.values())


async def given(person) -> dict:
    draft = await read(lambda: drafts.load(person.scope, QUESTIONNAIRE))
    return {name: answer.value for name, answer in draft.given.items()}


async def test_a_member_takes_over_what_they_choose(site, alice):
    await imported(site, alice, workbook(*LIST))
    page = await alice.get("/suppliers/answers")
    assert "start them, or answer them again, and come back" in page.text
    await start(alice, QUESTIONNAIRE)  # before the firm has said what it is
    assert "what kind of firm" in (await alice.get("/suppliers/answers")).text
    await fill_profile(alice)
    page = await alice.get("/suppliers/answers")
    assert "It names 3 suppliers. We know what 3 of 3 supply, where 3 of 3 are, and who here deals with 0 of 3." in (
        page.text
    )
    page = await page.submit("/suppliers/answers", use=["p-b1", "p-c1"])
    assert page.url == f"/assessments/{QUESTIONNAIRE}?notice=answers-saved"
    assert await given(alice) == {"p-b1": "with-gaps", "p-c1": "all"}
    page = await alice.get("/suppliers/answers")
    assert page.text.count("This is your answer now.") == 2
    assert page.document.xpath("//input[@name='use'][@checked]/@value") == ["p-b2"]


async def test_a_colleagues_answer_meanwhile_stays(site, alice):
    await imported(site, alice, workbook(*LIST))
    await fill_profile(alice)
    await start(alice)
    bob = await colleague(site, "Bob", alice, "contributor")
    opened = await alice.get("/suppliers/answers")
    await (await bob.get("/suppliers/answers")).submit("/suppliers/answers", use=["p-b1"])
    await imported(site, alice, workbook(["Dee Ltd", "", "", "", ""], head=HEAD), name="more.xlsx")
    await imported(site, alice, workbook(*[[f"Firm {n}", "", "", "", ""] for n in range(9)], head=HEAD), name="x.xlsx")
    page = await opened.submit("/suppliers/answers", use=["p-b1"])
    assert page.status == 409 and "A colleague answered" in page.text and page.fields().get("use") is None
    assert (await given(alice))["p-b1"] == "with-gaps"


async def test_nothing_chosen_is_said(site, alice):
    await imported(site, alice, workbook(*LIST))
    await fill_profile(alice)
    await start(alice)
    page = await (await alice.get("/suppliers/answers")).submit("/suppliers/answers", use=[])
    assert page.status == 422 and "Choose the answers that you want to use, or go back" in page.errors


async def test_a_viewer_may_not(site, alice):
    vera = await colleague(site, "Vera", alice, "viewer")
    assert (await vera.get("/suppliers/answers")).status == 403


def other_answers(document):
    for section in document["sections"]:
        for question in section["questions"]:
            for option in question["options"]:
                option["value"] = {"with-gaps": "here-and-there"}.get(option["value"], option["value"])


def not_scored(document):
    for section in document["sections"]:
        for place, question in enumerate(section["questions"]):
            if question["id"] == "p-b1":
                section["questions"][place] = {"id": "p-b1", "kind": "short_text", "text": question["text"]}


@pytest.mark.parametrize("change", [other_answers, not_scored])
async def test_nothing_is_offered_that_a_questionnaire_of_ones_own_has_not(site, alice, tmp_path, monkeypatch, change):
    folder = tmp_path / "own"
    shutil.copytree(resource("questionnaires"), folder)
    path = folder / "procurement.yaml"
    document = yaml.load(path.read_text("utf-8"), yaml.BaseLoader) | {"version": "2099.1"}
    change(document)
    path.write_text(json.dumps(document), "utf-8")
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(folder))
    installed.cache_clear()
    try:
        await publish_all()
        await imported(site, alice, workbook(*LIST))
        await fill_profile(alice)
        await start(alice)
        page = await alice.get("/suppliers/answers")
        assert page.document.xpath("//input[@name='use']/@value") == ["p-b2", "p-c1"]
    finally:
        installed.cache_clear()
        definitions.forget()
