"""Every form of the site, each of its fields empty, too long and of the wrong kind: what the page then says."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import lxml.html
import pytest
from tests.security import world as county
from tests.security.addresses import address, filled, parameters, values
from tests.security.trying import Matrix, refusal
from tests.web.conftest import OURS, Answer, ask

from pledge.organisations.queries import load_actor

TYPE = "application/x-www-form-urlencoded"
SCRIPT = ("sec-fetch-mode", "same-origin")  # is answered by the page itself, not by the way to it
LONG = 5_001  # more than any field takes but a supplier’s of a file; as digits more than Python makes a number of
ACTORS = ("visitor", "owner", "organiser", "staff", "operator")
ASKS = ("Cancel this event for good?", "End the link that it has?")  # questions, kept like pages with problems
WRONG = "@@ no such www.thing.example"
KINDS = ("text", "email", "search", "tel", "url", "number", None)


@dataclass
class Seen:
    """A form of the site as somebody sees it."""

    path: str
    at: str
    headers: list[tuple[str, str]]
    fields: dict[str, list[str]]
    names: list[str]  # that a person fills in or chooses


@dataclass
class Said:
    """What the pages with problems said."""

    pages: int = 0
    messages: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


async def forms(matrix: Matrix) -> list[Seen]:
    """Every form that somebody of the county may send."""
    found = []
    for path, method, handler in matrix.routes:
        if method != "POST":
            continue
        for name in ACTORS:
            actor = matrix.world.actors[name]
            own = values(path, matrix.world, actor.holds)[0]
            if refusal(handler.opt["policy"], await load_actor(actor.secret)) or len(own) < len(parameters(path)):
                continue
            fields, names, at = dict(await matrix.fields(path, actor)), [], filled(path).page
            if at is not None:
                there = values(at or path, matrix.world, actor.holds)[0] | own
                page = await matrix._page(address(at or path, there), actor)
                names = visible(page.document, address(path, own)) if page else []
            names = list(dict.fromkeys([*names, *filled(path).typed, *(filled(path).files or ())]))
            headers = [OURS, ("cookie", f"pledge={actor.secret}")] if actor.secret else [OURS]
            if names:
                found.append(Seen(path, address(path, own), headers, fields, names))
                break
    return found


def visible(document: lxml.html.HtmlElement, action: str) -> list[str]:
    return [
        each.get("name")
        for each in document.xpath("//main//form[@action=$action]//*[@name]", action=action)
        if each.get("type") not in ("hidden", "submit") and each.tag != "button"
    ]


def spoilt(form: Seen) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The form with each field spoilt, and with all of them."""
    names = [name for name in form.names if name != "opened"]
    for how, text in (("empty", ""), ("too long", "9" * LONG), ("wrong", WRONG)):
        for name in names:
            yield f"{name} {how}", {**form.fields, name: [text]}
        short = text[: 55_000 // len(names)]
        yield f"all {how}", {**form.fields, **{name: [short] for name in names}}


def judge(said: Said, where: str, answer: Answer, sent: dict[str, list[str]]) -> None:
    """Look at one page with problems."""
    document = lxml.html.document_fromstring(answer.body.decode())
    if document.findtext(".//title").startswith(ASKS):
        return
    items = document.xpath("//*[contains(@class, 'govuk-error-summary__list')]/li")
    messages = [" ".join(item.text_content().split()) for item in items]
    said.pages += 1
    said.messages |= set(messages)
    if not messages:
        said.problems.append(f"{where}: no message")
    if not document.findtext(".//title").startswith("Error: "):
        said.problems.append(f"{where}: the title does not say that there is an error")
    if len(set(messages)) < len(messages):
        said.problems.append(f"{where}: the same message twice: {messages}")
    for item, message in zip(items, messages, strict=True):
        target = (item.xpath("./a/@href") or [""])[0].removeprefix("#")
        if not target:
            continue
        found = document.xpath("//main//*[@id=$id]", id=target)
        if not found:
            said.problems.append(f"{where}: “{message}” leads nowhere (#{target})")
        elif not named(message, found[0], document):
            said.problems.append(f"{where}: “{message}” does not name its field")
    said.problems += [f"{where}: {name} is not kept" for name in lost(document, sent)]


def named(message: str, element: lxml.html.HtmlElement, document: lxml.html.HtmlElement) -> bool:
    """Whether a message has a word of the field's label or legend in it, or quotes it."""
    labels = document.xpath("//label[@for=$id]", id=element.get("id")) + element.xpath("ancestor::fieldset[1]/legend")
    labels += element.xpath("ancestor::details[1]/summary")
    text = " ".join(label.text_content() for label in labels) + f" {element.get('aria-label') or ''}"
    words = {word[:4].lower() for word in re.findall(r"\w{3,}", text)}
    return bool(words & {word[:4].lower() for word in re.findall(r"\w{3,}", message)})


def lost(document: lxml.html.HtmlElement, sent: dict[str, list[str]]) -> list[str]:
    """The fields of the page that do not show what was typed."""
    missing = []
    for element in document.xpath("//main//input | //main//textarea"):
        name = element.get("name") or ""
        if (
            name not in sent
            or name.startswith("_")
            or name == "website"  # which nobody sees
            or name.startswith("note-")  # is saved beside answers with problems, and here nothing is kept
            or (element.tag == "input" and element.get("type") not in KINDS)
        ):
            continue
        shown = element.get("value") or "" if element.tag == "input" else (element.text or "").removeprefix("\n")
        if shown != sent[name][0]:
            missing.append(name)
    return missing


@pytest.fixture
async def matrix(site, caplog, database_kind):
    if database_kind != "sqlite":
        pytest.skip("pages say the same on either database")
    caplog.set_level(logging.CRITICAL, "httpx")
    made = Matrix(site, await county.build(site))
    made.looking_at = made.world.actors["visitor"]
    with county.nothing_is_kept(_nothing):
        yield made


async def _nothing() -> None:
    return None


async def test_every_message_names_its_field_stands_alone_and_leads_there(matrix):
    said, found = Said(), await forms(matrix)
    for form in found:
        for what, fields in spoilt(form):
            headers = [*form.headers, ("content-type", TYPE), SCRIPT]
            body = urlencode([(name, one) for name, all_ in fields.items() for one in all_]).encode()
            answer = await ask(matrix.app, "POST", form.at, headers=headers, body=body)
            assert answer.status < 500, (form.path, what)
            if answer.status == 422:
                judge(said, f"{form.path} {what}", answer, fields)
    assert not said.problems, "\n".join(said.problems)
    assert len(found) > 30 and said.pages > 200
