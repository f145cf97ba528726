"""The markup of the components: as the design system expects it, escaped, and quick.

The files in ``golden/`` are what the reference macros of govuk-frontend-jinja make of each case. Take them again, after
an update of that package, with ``PLEDGE_GOLDEN=write pytest tests/web/test_components.py``.
"""

import os
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader
from tests.support.counting import calls

from pledge.web.forms import Form
from pledge.web.templates import environment, reader_mark

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = environment()


CASES = yaml.safe_load((GOLDEN / "cases.yaml").read_text(encoding="utf-8"))


def ours(source: str, **context: object) -> str:
    names = ", ".join(name for name in vars(TEMPLATES.get_template("components.html").module) if name[0] != "_")
    return TEMPLATES.from_string(f'{{% from "components.html" import {names} %}}{source}').render(context)


def form_of(case: dict) -> Form:
    form = Form(case.get("typed"))
    for name, message in case.get("errors", {}).items():
        form.fail(name, message)
    return form


def reference(case: dict) -> str:
    templates = Environment(
        autoescape=True,
        undefined=ChainableUndefined,
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    )
    component, macro = case["reference"].split("/")
    path = f"govuk_frontend_jinja/components/{component}/macro.html"
    source = f'{{% from "{path}" import {macro} %}}{{{{ {macro}(options) }}}}'
    return templates.from_string(source).render(options=case["options"])


class Tokens(HTMLParser):
    """The same for the same markup, whatever its white space and the order of its attributes and classes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, {name: " ".join(sorted((value or "").split())) for name, value in attributes}))

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")

    def handle_data(self, data):
        if data.strip():
            self.found.append(" ".join(data.split()))


# What we do otherwise, and why: a stacked table's cells name their column; the id of a date is its first box's.
OURS_ALONE = {"table": {"data-label"}}
THEIRS_ALONE = {"date-input": ("div", {"class": "govuk-date-input", "id": "on"})}


@pytest.mark.parametrize("name", CASES)
def test_the_markup_is_what_the_design_system_expects(name):
    case = CASES[name]
    found = [
        (token[0], {k: v for k, v in token[1].items() if k not in OURS_ALONE.get(name, ())})
        if isinstance(token, tuple)
        else token
        for token in Tokens(ours(case["ours"], form=form_of(case))).found
    ]
    expected = Tokens((GOLDEN / f"{name}.html").read_text(encoding="utf-8")).found
    if name in THEIRS_ALONE:
        expected[expected.index(THEIRS_ALONE[name])] = ("div", {"class": "govuk-date-input"})
    assert found == expected


def test_a_limit_reads_like_the_count_that_scripts_make_of_it():
    html = ours('{{ textarea(form, "text", "What happened", count=5000) }}', form=Form())
    assert "You can enter up to 5,000 characters" in html and 'data-maxlength="5000"' in html


@pytest.mark.parametrize("name", CASES)
def test_the_golden_files_are_the_reference(name):
    html, path = reference(CASES[name]), GOLDEN / f"{name}.html"
    if os.environ.get("PLEDGE_GOLDEN") == "write":
        path.write_text(html.strip() + "\n", encoding="utf-8")
    assert Tokens(html).found == Tokens(path.read_text(encoding="utf-8")).found


@pytest.mark.parametrize("name", CASES)
def test_a_component_makes_two_thousand_calls_at_most(name):
    case = CASES[name]
    names = case["ours"].replace("(", " ").split()
    macro = names[names.index("call") + 1] if "call" in names else names[1]
    source = f'{{% from "components.html" import {macro} %}}{case["ours"]}'
    template, form = TEMPLATES.from_string(source), form_of(case)
    template.render(form=form)
    assert calls(partial(template.render, form=form)) < 2_000  # well below a millisecond


HOSTILE = "<script>alert(1)</script>\"'&"


@pytest.mark.parametrize(
    "source",
    [
        "{{ input(form, 'x', x, hint=x, prefix=x, suffix=x, autocomplete=x) }}",
        "{{ textarea(form, 'x', x, hint=x, count=5) }}",
        "{{ password_input(form, 'x', x, hint=x) }}",
        "{{ radios(form, 'x', x, [{'value': x, 'text': x, 'hint': x}, {'divider': x}], hint=x) }}",
        "{{ checkboxes(form, 'x', x, [{'value': x, 'text': x}]) }}{{ checkbox(form, 'x', x, hint=x) }}",
        "{{ select(form, 'x', x, [{'value': x, 'text': x}], empty=x) }}{{ date_input(form, 'x', x) }}",
        "{{ file_input(form, 'x', x, accept=x) }}{{ error_summary(form) }}{{ button(x, name=x, value=x) }}",
        "{{ link_button(x, x) }}{{ start_button(x, x) }}{{ back_link(x, x) }}{{ breadcrumbs([(x, x)]) }}",
        "{{ pagination(2, 3, x) }}{{ task_list([{'text': x, 'href': x, 'hint': x, 'status': 'completed'}]) }}",
        "{{ tag(x, x) }}{{ warning(x) }}{{ notification_banner(x) }}{{ hint(x) }}{{ error_message(x) }}",
        "{% call panel(x) %}{{ x }}{% endcall %}{% call details(x) %}{{ x }}{% endcall %}",
        "{% call hero(x, x) %}{{ x }}{% endcall %}{% call urgent(x) %}{{ x }}{% endcall %}",
        "{{ helpline_box({'name': x, 'phone': x, 'url': x}) }}",
        "{{ summary_card(x, [{'key': x, 'value': x, 'href': x, 'action': x}]) }}",
        "{{ table(x, (x, x, x), [[x, x, x]]) }}",
        "{{ bars_table(x, (x, x), [{'label': x, 'value': 5, 'text': x, 'href': x, 'tone': x}]) }}",
        "{% call post_form(x, form, organisation=x) %}{{ x }}{% endcall %}",
        "{% call get_form(x, x) %}{{ x }}{% endcall %}{% call fieldset(x) %}{{ x }}{% endcall %}",
    ],
)
def test_whatever_somebody_typed_stays_text(source):
    form = Form({"x": [HOSTILE], "_key": [HOSTILE], "x-day": [HOSTILE]})
    form.fail("x", HOSTILE, anchor=HOSTILE)
    html = ours(source, form=form, x=HOSTILE)
    assert "<script" not in html
    tags = [token for token in Tokens(html).found if isinstance(token, tuple)]
    assert tags
    for _, attributes in tags:
        assert all(name.replace("-", "").isalnum() for name in attributes), "typed text became an attribute"


def test_a_password_never_comes_back_to_the_page():
    assert "hunter2" not in ours(
        '{{ password_input(form, "password", "Password") }}', form=Form({"password": ["hunter2"]})
    )


def test_a_form_carries_a_fresh_key_its_organisation_and_files_when_asked():
    reader_mark.set("")  # a page rendered before may have had a reader
    source = '{% call post_form("/x", form, organisation="abc", upload=true) %}in{% endcall %}'
    first, second = (Tokens(ours(source, form=Form())).found for _ in range(2))
    assert first[0] == ("form", {"action": "/x", "method": "post", "novalidate": "", "enctype": "multipart/form-data"})
    assert first[1][1]["name"] == "_key"
    assert len(first[1][1]["value"]) == 43  # 256 bits
    assert first[1] != second[1]
    assert first[2] == ("input", {"type": "hidden", "name": "organisation", "value": "abc"})


def test_a_form_shown_again_keeps_its_key():
    html = ours('{% call post_form("/x", form) %}{% endcall %}', form=Form({"_key": ["k1"]}))
    assert Tokens(html).found[1] == ("input", {"type": "hidden", "name": "_key", "value": "k1"})


def test_bars_are_pictures_without_text_and_their_numbers_are_in_the_table():
    html = ours(
        '{{ bars_table("Half done", ("Section", "Score"), rows, maximum=10000) }}',
        rows=[
            {"label": "Buying", "value": 6250, "text": "63%", "mark": 7500},
            {"label": "Housing", "value": None, "text": "Not assessed"},
        ],
    )
    found = Tokens(html).found
    svg = found[found.index(next(t for t in found if t[0] == "svg")) : found.index("/svg")]
    assert svg[0][1]["aria-hidden"] == "true"
    assert svg[0][1]["preserveaspectratio"] == "none"
    assert [t[1].get("width") for t in svg[1:] if isinstance(t, tuple)] == ["100", "62.5", "0.8"]
    assert [t[1]["x"] for t in svg[1:] if isinstance(t, tuple) and "x" in t[1]] == ["75.0"]
    assert [t for t in found if isinstance(t, str) and not t.startswith("/")] == [
        *("Half done", "Section", "Score", "Buying", "63%", "Housing", "Not assessed")
    ]
    assert html.count("<svg") == 1
    assert "style=" not in html


def test_pagination_of_one_page_is_nothing():
    assert ours('{{ pagination(1, 1, "/x?page=") }}').strip() == ""
