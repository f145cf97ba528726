"""The environment of the pages, its words for dates and money, the layout and the error pages."""

import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from jinja2 import TemplateSyntaxError, UndefinedError
from markupsafe import Markup

from pledge.menu import menu
from pledge.policy.actors import VISITOR, Actor
from pledge.resources import resource
from pledge.web import templates as module
from pledge.web.errors import KNOWN
from pledge.web.forms import Form
from pledge.web.templates import environment
from pledge.words.dates import uk_date, uk_day, uk_moment, uk_period, uk_time
from pledge.words.numbers import number, percent, plural, pounds
from pledge.words.text import join_and

GLOBALS = {
    "partnership": {"name": "Exampleshire & District Partnership"},
    "helpline": {"name": "Example Helpline", "phone": "01632 960 000", "url": "https://helpline.example/"},
}
TEMPLATES = environment(GLOBALS)
PERSON = uuid4()
MEMBER = Actor(person=PERSON, organisation=uuid4(), organisation_name="Joinery & Sons", member_role="owner")
ORGANISER = Actor(person=PERSON, organiser=uuid4(), organiser_name="Example Chamber")
STAFF = Actor(person=PERSON, staff=True)


def page(source: str = "", *, actor: Actor = VISITOR, path: str = "/", notice: str = "", **context: object) -> str:
    template = TEMPLATES.from_string('{% extends "layout.html" %}' + source)
    return template.render(actor=actor, navigation=menu(actor, path), notice=notice, **context)


def test_text_is_escaped_and_markup_is_not():
    template = TEMPLATES.from_string("{{ text }}{{ markup }}")
    assert template.render(text="<b>", markup=Markup("<i>")) == "&lt;b&gt;<i>"


def test_what_a_template_was_not_given_is_an_error():
    with pytest.raises(UndefinedError):
        TEMPLATES.from_string("{{ missing }}").render()


def test_every_template_is_compiled_at_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "resource", lambda name: tmp_path)
    (tmp_path / "broken.html").write_text("fine\n{% if %}")
    with pytest.raises(TemplateSyntaxError) as error:
        environment()
    assert (error.value.name, error.value.lineno) == ("broken.html", 2)


@pytest.mark.parametrize("debug", [True, False])
def test_a_changed_template_is_read_again_only_with_debug(tmp_path, monkeypatch, debug):
    monkeypatch.setattr(module, "resource", lambda name: tmp_path)
    path = tmp_path / "page.html"
    path.write_text("old")
    templates = environment(debug=debug)
    path.write_text("newer")
    assert templates.get_template("page.html").render() == ("newer" if debug else "old")


@pytest.mark.parametrize("path", sorted(resource("templates").rglob("*.html")), ids=lambda path: path.stem)
def test_no_template_needs_inline_code_or_trusts_text(path):
    """U5: the Content-Security-Policy allows none of it; and nothing typed is ever marked as safe."""
    source = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|<style|<script(?![^>]*\ssrc=)", source, re.IGNORECASE)
    assert not re.search(r"\|\s*safe\b|autoescape|Markup\(", source)


@pytest.mark.parametrize(
    ("moment", "day", "time"),
    [
        (datetime(2027, 3, 25, 10, 0, tzinfo=UTC), "Thursday 25 March 2027", "10am"),  # winter: London is UTC
        (datetime(2027, 7, 1, 12, 30, tzinfo=UTC), "Thursday 1 July 2027", "1:30pm"),  # summer: an hour ahead
        (datetime(2027, 6, 30, 23, 0, tzinfo=UTC), "Thursday 1 July 2027", "midnight"),
        (datetime(2027, 7, 1, 11, 0, tzinfo=UTC), "Thursday 1 July 2027", "midday"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "Thursday 31 December 2026", "11:59pm"),
        (datetime(2026, 12, 31, 0, 5, tzinfo=UTC), "Thursday 31 December 2026", "12:05am"),
        (datetime(2026, 12, 31, 12, 5, tzinfo=UTC), "Thursday 31 December 2026", "12:05pm"),
    ],
)
def test_instants_are_shown_in_londons_time(moment, day, time):
    assert (uk_day(moment), uk_time(moment)) == (day, time)


def test_dates_and_periods_read_as_people_say_them():
    start = datetime(2027, 3, 25, 10, 0, tzinfo=UTC)
    assert uk_date(date(2027, 3, 28)) == "28 March 2027"
    assert uk_day(date(2027, 3, 28)) == "Sunday 28 March 2027"
    assert uk_moment(start) == "25 March 2027 at 10am"
    assert uk_period(start, start.replace(hour=13)) == "Thursday 25 March 2027, 10am to 1pm"
    assert (
        uk_period(start, datetime(2027, 3, 28, 12, 0, tzinfo=UTC))  # the clocks have changed in between
        == "Thursday 25 March 2027, 10am to Sunday 28 March 2027, 1pm"
    )


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        uk_day(datetime(2027, 3, 25, 10, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("filter_", "value", "shown"),
    [
        (pounds, 0, "£0"),
        (pounds, 1200, "£12"),
        (pounds, 123450, "£1,234.50"),
        (pounds, 5, "£0.05"),
        (pounds, -250, "−£2.50"),
        (percent, 0, "0%"),
        (percent, 6249, "62%"),
        (percent, 6250, "63%"),
        (percent, 10000, "100%"),
        (number, 1234567, "1,234,567"),
    ],
)
def test_numbers_in_words(filter_, value, shown):
    assert filter_(value) == shown


def test_plurals():
    assert [plural(count, "supplier") for count in (0, 1, 1200)] == ["0 suppliers", "1 supplier", "1,200 suppliers"]
    assert plural(2, "entry", "entries") == "2 entries"


def test_lists_are_joined_as_in_a_sentence():
    assert [join_and(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert join_and(["a", "b"], "or") == "a or b"


def test_joined_text_is_escaped_once_and_joined_markup_keeps_its_tags():
    show = TEMPLATES.from_string("{{ items | join_and }}")
    assert show.render(items=["<a>", "b & c"]) == "&lt;a&gt; and b &amp; c"
    assert show.render(items=[Markup("<i>x</i>"), "b & c"]) == "<i>x</i> and b &amp; c"


def test_the_title_says_when_there_is_a_problem():
    form = Form()
    assert "<title>Sign in – Pledge</title>" in page("{% block title %}Sign in{% endblock %}", form=form)
    form.fail("email", "Enter your e-mail address.")
    html = page("{% block title %}Sign in{% endblock %}", form=form)
    assert "<title>Error: Sign in – Pledge</title>" in html
    assert '<a href="#email">Enter your e-mail address.</a>' in html


def test_every_page_has_the_helpline_and_the_support_links():
    html = page()
    assert '<a class="govuk-link pledge-phone" href="tel:01632960000">01632 960 000</a>' in html
    for href in ("/help", "/help/law", "/privacy", "/accessibility", "/complaints"):
        assert f'<a class="govuk-footer__link" href="{href}">' in html
    assert ">Complaints about your data</a>" in html
    assert "Exampleshire &amp; District Partnership" in html


def test_a_visitor_can_sign_in():
    html = page()
    assert 'href="/sign-in"' in html
    assert "/sign-out" not in html


@pytest.mark.parametrize("actor", [MEMBER, ORGANISER, STAFF], ids=["member", "organiser", "staff"])
def test_whoever_is_signed_in_can_sign_out_and_sees_for_whom_they_act(actor):
    html = page(actor=actor)
    assert '<form action="/sign-out" method="post">' in html
    assert 'href="/sign-in"' not in html
    assert ("Joinery &amp; Sons" in html, "Example Chamber" in html) == (actor is MEMBER, actor is ORGANISER)


def test_the_menu_marks_where_one_is():
    assert 'href="/events" aria-current="true"><strong' in page(path="/events/right-to-work")
    assert "aria-current" not in page(path="/eventual")


def test_a_notice_is_shown_once_at_the_top():
    assert "You are signed out." in page(notice="You are signed out.")
    assert "notification-banner" not in page()


def test_no_page_looks_like_the_governments():
    assert not re.search(r"gov\.uk|crown|crest|GDS|govuk-header", page(actor=MEMBER), re.IGNORECASE)


def test_a_page_in_another_language_says_so():
    assert '<html lang="ur" dir="rtl" ' in page(lang="ur", dir="rtl")
    assert '<html lang="en" ' in page()


PROBLEM = {"actor": VISITOR, "navigation": [], "notice": ""}


@pytest.mark.parametrize("status", sorted(KNOWN))
def test_an_error_page_says_what_happened_and_what_to_do(status):
    html = TEMPLATES.get_template(f"errors/{status}.html").render(PROBLEM)
    [heading] = re.findall(r'<h1 class="govuk-heading-l">(.+?)</h1>', html)
    assert f"<title>{heading} – Pledge</title>" in html
    advice = re.sub(r"<[^>]+>", "", html.partition("</h1>")[2].partition("</main>")[0])
    assert len(advice.split()) > 15
    assert re.search(r"saved|lost|changed|as it was|safe", advice)
    assert re.search(r"go back|try again|you can|ask|check", advice, re.IGNORECASE)


def test_an_error_page_prefers_the_words_it_is_given():
    given = {"message": "You are signed out. Sign in again.", "reference": "9f3a"}
    html = TEMPLATES.get_template("errors/403.html").render({**PROBLEM, **given})
    assert '</h1>\n<p class="govuk-body">You are signed out. Sign in again.</p>' in html
    assert "please quote <strong>9f3a</strong>" in html
    assert "add-ons" not in html


def test_an_error_page_gives_back_what_was_typed():
    html = TEMPLATES.get_template("errors/409.html").render({**PROBLEM, "typed": [("why", "One\n<two>")]})
    assert '<dd class="govuk-summary-list__value pledge-typed">One\n&lt;two&gt;</dd>' in html


def test_a_busy_page_says_how_long_to_wait():
    assert "Wait 2 minutes," in TEMPLATES.get_template("errors/429.html").render(
        {**PROBLEM, "retry_after": "2 minutes"}
    )
    assert "Wait a few minutes," in TEMPLATES.get_template("errors/429.html").render(PROBLEM)


def test_what_cannot_be_kept_compiled_is_compiled_again(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "resource", lambda name: tmp_path)
    (tmp_path / "page.html").write_text("here")
    monkeypatch.setattr(module, "kept_beside_the_checkout", lambda name: tmp_path / "not" / "there")
    assert environment().get_template("page.html").render() == "here"
    monkeypatch.setattr(module, "kept_beside_the_checkout", lambda name: None)
    assert environment().get_template("page.html").render() == "here"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Pendle’s café", "Pendle’s café"),
        ("שלום", "⁨שלום⁩"),
        ("שלום (עולם) 2", "⁨שלום (עולם) 2⁩"),
        ("שלום עולם has 12 places", "⁨שלום עולם⁩ has 12 places"),
        ("Bakery مرحبا, Preston", "Bakery ⁨مرحبا⁩, Preston"),
        ("שלום\nfor 2", "⁨שלום⁩\nfor 2"),
        ("<b>שלום", "&lt;b&gt;⁨שלום⁩"),
    ],
)
def test_words_from_right_to_left_turn_nothing_around_them(typed, shown):
    assert TEMPLATES.from_string("{{ name }} (12)").render(name=typed) == f"{shown} (12)"


def test_a_field_holds_what_was_typed_and_nothing_else():
    field = TEMPLATES.from_string(
        "{% from 'components.html' import input, textarea %}{{ input(form, 'name', 'Name') }}"
        "{{ textarea(form, 'why', 'Why') }}"
    )
    html = field.render(form=Form({"name": ["שלום"], "why": ["שלום עולם"]}))
    assert 'value="שלום"' in html and ">\nשלום עולם</textarea>" in html and "⁨" not in html
